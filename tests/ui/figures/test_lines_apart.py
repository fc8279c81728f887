"""With more than three lines in a chart none is told from another by its colour alone.

Of up to three lines the colours are enough: the first three of the palette are far apart for every
kind of colour vision (`test_colours`). Of more, two lines differ in how they are dashed, or clearly
in their width, or each bears a label at its end.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from softmax_core.floating_types import TYPES
from softmax_core.precision import sweep
from softmax_core.runs import Line
from softmax_core.runs.envelope import Curves
from softmax_core.saturation import scale_sweep
from softmax_ui.figures.calibration import excess_figure
from softmax_ui.figures.handle import HandleChart
from softmax_ui.figures.labels import MANY
from softmax_ui.figures.overlay import overlay_figure
from softmax_ui.figures.precision import TYPE_COLOURS, digits_chart
from softmax_ui.figures.prediction import becoming_figure
from softmax_ui.figures.saturation import relatives_figure
from softmax_ui.figures.scale import scale_chart
from softmax_ui.figures.training import Frame, full, training_figure
from tests.ui.figures.words import NAMES, WORDS
from tests.ui.test_colours import closest

Look = tuple[str, float]  # dash and width
FATES = dict.fromkeys(("target", "jacobian", "squared_error", "cross_entropy"), ("", ""))
CLEARLY = 1.8  # times as wide


def looks_of(chart: HandleChart) -> list[Look]:
    return [(curve.line, curve.width) for curve in chart.curves]


def looks_in(traces: Sequence[Any]) -> list[Look]:
    """How each line of a plotly figure is drawn, without the faint ones that nobody has to tell."""
    lines = [t.to_plotly_json() if hasattr(t, "to_plotly_json") else t for t in traces]
    strong = [t for t in lines if t.get("mode") != "markers" and t.get("opacity", 1) > 0.5]
    given = [t.get("line", {}) for t in strong]
    return [(line.get("dash") or "solid", line.get("width", 2)) for line in given]


def alike(one: Look, other: Look) -> bool:
    wide, narrow = max(one[1], other[1]), min(one[1], other[1])
    return one[0] == other[0] and wide < CLEARLY * narrow


def told_apart(looks: Sequence[Look], labelled: int = 0) -> bool:
    """Whether all lines differ without their colours; `labelled` of them bear a label."""
    pairs = itertools.combinations(looks, 2)
    return len(looks) <= MANY or labelled >= len(looks) or not any(alike(*pair) for pair in pairs)


def test_the_check_itself_finds_two_lines_alike() -> None:
    assert not told_apart([("solid", 2), ("dash", 2), ("dot", 2), ("solid", 2.4)])
    assert told_apart([("solid", 2), ("dash", 2), ("dot", 2), ("solid", 4)])
    assert told_apart([("solid", 2)] * 4, labelled=4)


def test_the_floating_types() -> None:
    x = torch.tensor([0.0, 50.0], dtype=torch.float64)
    digits = sweep(torch.stack([x, 0 * x, 0 * x], dim=-1), 0)
    assert told_apart(looks_of(digits_chart([0.0, 50.0], digits, "loss", WORDS)))


def test_under_deuteranopia_two_of_the_types_have_nearly_one_colour() -> None:
    """So a chart of them needs more than colours: this is what the lines are dashed for."""
    pair = (TYPE_COLOURS["bfloat16"], TYPE_COLOURS["float32"])
    assert closest(pair, "deuteranopia") < 0.07 < closest(pair, "full")
    assert len(TYPES) > MANY


def test_the_sizes_over_the_scale() -> None:
    swept = scale_sweep(
        torch.tensor([2.0, 1.0, 0.0], dtype=torch.float64), 0, torch.tensor([0.5, 1.0, 2.0])
    )
    chart = scale_chart(swept, 0, NAMES, WORDS, FATES, logarithmic=False)
    assert len(chart.curves) > MANY
    assert told_apart(looks_of(chart))


def test_the_relatives_of_the_entropy() -> None:
    series = {1: [0.0, 0.5], 2: [0.0, 0.6], 4: [0.0, 0.6], 16: [0.0, 0.6]}
    figure = relatives_figure([0, 0.5], [0, 0.69], series, [0, 0.5], WORDS)
    assert told_apart(looks_in(figure.data))


@pytest.mark.parametrize("count", [3, 4, 16, 32])
def test_the_curves_of_runs(count: int) -> None:
    line = Line(np.arange(3.0), np.arange(3.0))
    figure = overlay_figure([(f"{n}", line) for n in range(count)], x_title="", y_title="")
    assert told_apart(looks_in(figure["data"]), len(figure["layout"]["annotations"]))


@pytest.mark.parametrize("count", [3, 4, 16])
def test_the_curves_of_a_training(count: int) -> None:
    curves = Curves(1.0, 1.0, np.random.default_rng(0).random((5, count)))
    names = [f"{n}" for n in range(count)]
    frame = Frame(names, 5.0, 1.0, "step", "revision")
    figure = full(training_figure(frame, curves, {}, y_title="", smoothed=curves))
    assert told_apart(looks_in(figure["data"]), len(figure["layout"]["annotations"]))


def test_the_classes_of_one_prediction() -> None:
    values = np.random.default_rng(0).random((3, 10))
    figure = becoming_figure(
        [0, 1, 2], values, [f"{n}" for n in range(10)], [1, 2, 3, 4], x_title="", now=1
    )
    assert told_apart(looks_in(figure.data), len(figure.layout.annotations))


@pytest.mark.parametrize("count", [3, 4, 16])
def test_the_courses_of_confidence(count: int) -> None:
    courses = {f"{n}": [0.1 * n, 0.2 * n, -0.1] for n in range(count)}
    figure = excess_figure([0, 1, 2], courses, x_title="", y_title="", now=2)
    labels = figure.layout.annotations
    assert told_apart(looks_in(figure.data), len(labels))
    if count > MANY:
        numbers = [trace.name.split(": ")[0] for trace in figure.data]
        assert numbers == sorted((label.text for label in labels), key=int), "as the legend says"


def test_a_course_without_a_number_bears_no_label() -> None:
    courses = {"a": [math.nan, math.nan], "b": [0.1, math.nan], "c": [0.2, 0.1], "d": [0.0, 0.0]}
    figure = excess_figure([0, 1], courses, x_title="", y_title="", now=1)
    ends = {label.text: (label.x, label.y) for label in figure.layout.annotations}
    assert ends == {"2": (0, 0.1), "3": (1, 0.1), "4": (1, 0.0)}
