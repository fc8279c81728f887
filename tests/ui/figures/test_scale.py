"""The chart of k·o, by what is in it."""

from __future__ import annotations

import pytest
import torch

from softmax_core import cross_entropy_gradient, half_l1_norm, softmax, squared_error_gradient
from softmax_core.saturation import scale_sweep
from softmax_ui.figures.landscape import JACOBIAN, LOSS_COLOURS
from softmax_ui.figures.scale import LOWEST, scale_chart
from tests.ui.figures.words import NAMES, WORDS

FATES = {
    name: (f"{name} fate", f"{name} note")
    for name in ("target", "jacobian", "squared_error", "cross_entropy")
}
LOGITS = torch.tensor([2.0, 1.0, 0.0], dtype=torch.float64)
FACTORS = torch.tensor([0.1, 1.0, 20.0], dtype=torch.float64)


def chart(target: int = 1, *, logarithmic: bool = True):
    sweep = scale_sweep(LOGITS, target, FACTORS)
    return scale_chart(sweep, target, NAMES, WORDS, FATES, logarithmic=logarithmic)


def test_the_scale_charts_curves_are_the_three_sizes_and_the_second_way():
    curves = {curve.name: curve for curve in chart().curves}
    p = softmax(20 * LOGITS)
    ours = cross_entropy_gradient(20 * LOGITS, torch.tensor(1)).norm().item()
    theirs = squared_error_gradient(20 * LOGITS, torch.tensor(1)).norm().item()
    assert curves["jacobian"].values[2] == pytest.approx(half_l1_norm(p).item())
    assert curves["entries"].values == pytest.approx(curves["jacobian"].values)
    assert curves["cross_entropy"].values[2] == pytest.approx(ours)
    assert curves["squared_error"].values[2] == pytest.approx(theirs)
    assert curves["cross_entropy"].colour == LOSS_COLOURS["cross_entropy"]
    assert curves["squared_error"].colour == LOSS_COLOURS["squared_error"]


def test_the_scales_range_holds_what_is_drawn():
    for logarithmic, low in ((True, LOWEST), (False, 0.0)):
        found = chart(logarithmic=logarithmic)
        assert found.y_log is logarithmic
        assert found.y_range[0] == low
        assert max(max(curve.values) for curve in found.curves) < found.y_range[1]


def test_the_tables_tell_the_cancellation_line_by_line():
    ours, theirs = chart().tables
    assert [row.name for row in ours.rows] == [
        "p", "∂L/∂p = −y / p(duck)", "∂p(duck)/∂o = p(duck) · (y − p)", "product", "p − y",
    ]  # fmt: skip
    slope, jacobian_row, product, result = (
        [cell[2] for cell in row.cells] for row in ours.rows[1:]
    )
    p = softmax(20 * LOGITS).tolist()
    assert slope == pytest.approx([0, -1 / p[1], 0])
    assert product == pytest.approx([slope[1] * entry for entry in jacobian_row])
    assert result == pytest.approx([p[0], p[1] - 1, p[2]])
    assert product == pytest.approx(result)
    # The page's point: near one-hot the one is of size 1, the other one is gone.
    last = [abs(cell[2]) for cell in theirs.rows[-1].cells]
    assert max(abs(value) for value in result) > 0.99
    assert max(last) < 1e-8
    assert ours.rows[-1].strong
    assert theirs.rows[-1].strong


def test_the_triangle_follows_the_prediction_and_is_there_for_three_classes_only():
    (path,) = chart().triangle.paths
    assert path.points[2] == pytest.approx([0, 0], abs=1e-6)  # the corner of class 0
    assert len(path.points) == len(FACTORS)
    four = torch.tensor([2.0, 1.0, 0.0, 0.0], dtype=torch.float64)
    wide = scale_chart(scale_sweep(four, 0, FACTORS), 0, "abcd", WORDS, FATES, logarithmic=True)
    assert wide.triangle is None


def test_the_gauges_show_at_a_glance_which_gradient_is_left():
    target, jacobian, theirs, ours = chart(target=1).gauges
    assert [g.name for g in (jacobian, theirs, ours)] == [
        "jacobian_gauge", "squared_error_gauge", "cross_entropy_gauge",
    ]  # fmt: skip
    assert [g.colour for g in (jacobian, theirs, ours)] == [
        JACOBIAN,
        LOSS_COLOURS["squared_error"],
        LOSS_COLOURS["cross_entropy"],
    ]
    # Sure and wrong: three bars are empty, and cross-entropy's is full.
    shares = [gauge.values[2] / gauge.full for gauge in (target, jacobian, theirs, ours)]
    assert max(shares[:3]) < 1e-8
    assert shares[3] == pytest.approx(1)
    # Sure and right: only the prediction's own bar is full.
    shares = [gauge.values[2] / gauge.full for gauge in chart(target=0).gauges]
    assert shares[0] == pytest.approx(1)
    assert max(shares[1:]) < 1e-8
    assert [(g.fate, g.note) for g in chart().gauges] == list(FATES.values())
