"""What the figures of one prediction hold."""

from __future__ import annotations

import numpy as np

from softmax_ui.colours import CLASS_COLOURS
from softmax_ui.figures.prediction import becoming_figure, loss_figure, prediction_figure

NAMES = ["a", "b", "c"]


def test_logits_and_probabilities_stand_in_the_same_row() -> None:
    figure = prediction_figure(
        np.array([2.0, -1.0, 0.5]),
        np.array([0.8, 0.05, 0.15]),
        NAMES,
        logits_title="o",
        probabilities_title="p",
    )
    left, right = figure.data
    assert list(left.x) == [2.0, -1.0, 0.5]
    assert list(right.x) == [0.8, 0.05, 0.15]
    assert list(left.y) == list(right.y) == [0, 1, 2]
    assert list(left.text) == ["2.00", "-1.00", "0.50"]
    assert (left.xaxis, right.xaxis) == (None, "x2")
    assert list(left.marker.color) == list(CLASS_COLOURS[:3])
    assert figure.layout.yaxis.autorange == "reversed"
    assert list(figure.layout.yaxis.ticktext) == NAMES


def test_the_halves_do_not_overlap() -> None:
    figure = prediction_figure(
        np.zeros(3), np.zeros(3), NAMES, logits_title="o", probabilities_title="p"
    )
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]


def test_the_numbers_beyond_the_bars_have_room_on_both_sides() -> None:
    figure = prediction_figure(
        np.array([4.0, -6.0, 0.0]),
        np.array([1.0, 0.0, 0.0]),
        NAMES,
        logits_title="o",
        probabilities_title="p",
    )
    low, high = figure.layout.xaxis.range
    assert low < -6 - 2
    assert high > 4 + 2
    assert figure.layout.xaxis2.range[0] == 0
    assert all(trace.textposition == "outside" for trace in figure.data)


def test_becoming_draws_the_asked_classes_strong() -> None:
    probabilities = np.array([[0.2, 0.5, 0.3], [0.1, 0.2, 0.7]])
    figure = becoming_figure(
        [0, 1], probabilities, NAMES, [1, 2], x_title="epoch", now=0.5, legend=True
    )
    assert [list(trace.y) for trace in figure.data] == probabilities.T.tolist()
    assert [trace.showlegend for trace in figure.data] == [False, True, True]
    assert list(figure.data[0].x) == [0, 1]
    widths = [trace.line.width for trace in figure.data]
    assert widths[0] < widths[1] == widths[2]


def test_a_line_marks_the_moment_that_is_shown() -> None:
    for figure in (
        becoming_figure([0, 2], np.zeros((2, 3)), NAMES, [0], x_title="epoch", now=1.5),
        loss_figure([0, 2], np.array([2.3, 0.1]), x_title="epoch", now=1.5),
    ):
        (line,) = figure.layout.shapes
        assert (line.x0, line.x1) == (1.5, 1.5)


def test_the_loss_is_one_line_that_starts_at_zero() -> None:
    figure = loss_figure([0, 2], np.array([2.3, 0.1]), x_title="epoch", now=2)
    (line,) = figure.data
    assert (list(line.x), list(line.y)) == ([0, 2], [2.3, 0.1])
    assert figure.layout.yaxis.rangemode == "tozero"
