"""The charts of the vanishing-gradient page, by what is in them."""

from __future__ import annotations

from collections import defaultdict

import pytest
import torch

from softmax_core import cross_entropy_gradient, half_l1_norm, softmax, squared_error_gradient
from softmax_core.descent import descend
from softmax_core.saturation import scale_sweep
from softmax_ui.figures.saturation import (
    CROSS_ENTROPY,
    JACOBIAN,
    LOWEST,
    RINGS,
    SQUARED_ERROR,
    maximum_figure,
    race_chart,
    relatives_figure,
    scale_chart,
    steps_figure,
)

NAMES = ("chick", "duck", "goose")


class Words(defaultdict):
    """Every word is its own name."""

    def __missing__(self, key: str) -> str:
        return key


WORDS = Words()
LOGITS = torch.tensor([2.0, 1.0, 0.0], dtype=torch.float64)
FACTORS = torch.tensor([0.1, 1.0, 20.0], dtype=torch.float64)


def chart(target: int = 1, *, logarithmic: bool = True):
    return scale_chart(
        scale_sweep(LOGITS, target, FACTORS), target, NAMES, WORDS, logarithmic=logarithmic
    )


def test_the_scale_charts_curves_are_the_three_sizes_and_the_second_way():
    curves = {curve.name: curve for curve in chart().curves}
    p = softmax(20 * LOGITS)
    ours = cross_entropy_gradient(20 * LOGITS, torch.tensor(1)).norm().item()
    theirs = squared_error_gradient(20 * LOGITS, torch.tensor(1)).norm().item()
    assert curves["jacobian"].values[2] == pytest.approx(half_l1_norm(p).item())
    assert curves["entries"].values == pytest.approx(curves["jacobian"].values)
    assert curves["cross_entropy"].values[2] == pytest.approx(ours)
    assert curves["squared_error"].values[2] == pytest.approx(theirs)
    assert [c.colour for c in curves.values()][2:] == [CROSS_ENTROPY, SQUARED_ERROR]


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
    wide = scale_chart(scale_sweep(four, 0, FACTORS), 0, "abcd", WORDS, logarithmic=True)
    assert wide.triangle is None


def test_the_rings_shrink_to_the_centre_in_equal_levels():
    radii = [radius for radius, _ in RINGS]
    assert radii == sorted(radii, reverse=True)
    assert radii[0] == pytest.approx(3**-0.5)
    assert [level for _, level in RINGS][-1] == pytest.approx(0.65)


def walks():
    start, target = torch.tensor([4.0, 0.0, 0.0]).double(), torch.tensor(1)
    return [
        descend(start, target, loss=loss, learning_rate=1.0, steps=100)
        for loss in ("cross_entropy", "squared_error")
    ]


def test_the_race_shows_both_walks_at_its_places():
    ours, theirs = walks()
    race = race_chart([0, 5, 100], ours, theirs, NAMES, WORDS)
    assert race.x == [0, 5, 100]
    assert race.x_low > 0  # a logarithmic axis has no place for 0
    assert race.plays
    assert race.labels == {"play": "play", "pause": "pause", "restart": "restart"}
    for curve, walk in zip(race.curves, (ours, theirs), strict=True):
        assert curve.values == walk.target_probability[[0, 5, 100]].tolist()
    rows = {row.name: row.cells for row in race.tables[0].rows}
    assert rows["gradient"][1] == theirs.gradient_norm[[0, 5, 100]].tolist()
    assert rows["loss"][0] == ours.loss[[0, 5, 100]].tolist()
    assert rows["o(duck)"][0][1] == ours.logits[5, 1].item()
    assert [path.colour for path in race.triangle.paths] == [CROSS_ENTROPY, SQUARED_ERROR]


def test_steps_beyond_the_limit_are_left_out_and_the_limit_is_drawn():
    figure = steps_figure([0.0, 4.0, 8.0], [3, 4, 5], [30, 40, -1], 1000, WORDS)
    ours, theirs, limit = figure.data
    assert list(ours.y) == [3, 4, 5]
    assert list(theirs.x) == [0.0, 4.0]
    assert list(limit.y) == [1000, 1000]
    assert figure.layout.yaxis.type == "log"


def test_the_maximum_is_drawn_over_the_classes():
    figure = maximum_figure([2, 10, 1000], [0.5, 0.9, 0.999], WORDS)
    assert list(figure.data[0].x) == [2, 10, 1000]
    assert list(figure.data[0].y) == [0.5, 0.9, 0.999]
    assert figure.layout.xaxis.type == "log"
    assert figure.data[0].line.color == JACOBIAN


def test_the_relatives_lie_over_each_other():
    figure = relatives_figure([0, 0.5], [0, 0.69], {1: [0, 0.5], 4: [0, 0.6]}, [0, 0.5], WORDS)
    names = [trace.name for trace in figure.data]
    assert names == ["entropy", "gini", "terms", "jacobian"]
    assert list(figure.data[1].y) == list(figure.data[3].y)
