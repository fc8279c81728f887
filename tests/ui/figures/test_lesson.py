"""The lesson's figures draw the numbers that they are given."""

from __future__ import annotations

import math

from softmax_ui.colours import CLASS_COLOURS, FIRST, NEGATIVE, POSITIVE, SECOND
from softmax_ui.figures import lesson as figures


def test_the_network_has_a_line_for_each_weight_as_thick_as_what_flows() -> None:
    figure = figures.network(
        [1.0, 2.0], [[3.0, 0.0], [-1.0, 0.5]], [1.0, 1.0], ["down", "bill"], ["chick", "duck"]
    )
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [line.line.color for line in lines] == [POSITIVE, POSITIVE, NEGATIVE, POSITIVE]
    widths = [line.line.width for line in lines]
    assert widths[0] == figures.THICKEST  # 1 · 3 is the largest flow
    assert widths[1] == figures.THINNEST  # 1 · 0 is none
    assert widths[2] > widths[3]  # 2 · -1 against 2 · 0.5
    assert "bill → chick: 2 · -1 = -2" in lines[2].hovertemplate
    nodes = [trace for trace in figure.data if trace.mode == "markers+text"]
    assert list(nodes[0].text) == ["down<br><b>1</b>", "bill<br><b>2</b>"]
    assert list(nodes[1].marker.color) == list(CLASS_COLOURS[:2])


def test_a_network_that_carries_nothing_is_drawn_thin() -> None:
    figure = figures.network([0.0], [[1.0]], [0.0], ["down"], ["chick"])
    assert figure.data[0].line.width == figures.THINNEST


def test_the_loss_curve_marks_the_prediction() -> None:
    figure = figures.loss_curve([0.1, 1.0], [2.3, 0.0], (0.5, 0.6931), "p", "loss")
    curve, point = figure.data
    assert list(curve.y) == [2.3, 0.0]
    assert (point.x[0], point.y[0]) == (0.5, 0.6931)
    assert point.text[0] == "0.6931"
    assert figure.layout.xaxis.title.text == "p"


def test_walks_start_at_step_0() -> None:
    figure = figures.walk([[1.0, 0.8], [1.0, 0.4]], ["zeroed", "not"], "step")
    assert [list(trace.x) for trace in figure.data] == [[0, 1], [0, 1]]
    assert list(figure.data[1].y) == [1.0, 0.4]
    assert [trace.name for trace in figure.data] == ["zeroed", "not"]
    alone = figures.walk([[2.3, 2.1]], ["loss"], "step", first=1)
    assert list(alone.data[0].x) == [1, 2]
    assert alone.layout.yaxis.title.text == "loss", "one line has no legend"


def test_a_stack_lies_its_parts_end_to_end_and_says_their_sum() -> None:
    figure = figures.stack([0.5, 0.25], ["entropy", "divergence"], [FIRST, SECOND], longest=2)
    assert [(bar.x[0], bar.name, bar.marker.color) for bar in figure.data] == [
        (0.5, "entropy", FIRST),
        (0.25, "divergence", SECOND),
    ]
    assert figure.layout.barmode == "stack"
    assert figure.layout.annotations[0].text == "0.75"
    assert figure.layout.xaxis.range[1] > 2
    longer = figures.stack([7.0], ["divergence"], [SECOND], longest=2)
    assert longer.layout.xaxis.range[1] > 7


def test_curves_share_their_x_and_mark_points() -> None:
    figure = figures.curves([0, 1], [[3, 1], [3, 0]], ["smoothed", "one-hot"], [(1, 1)], "z", "L")
    first, second, point = figure.data
    assert list(first.x) == list(second.x) == [0, 1]
    assert [first.name, second.name] == ["smoothed", "one-hot"]
    assert (point.x[0], point.y[0], point.text[0]) == (1, 1, "1")
    assert not figures.curves([0], [[1]], ["σ"], [], "z", "σ").layout.showlegend


def test_the_number_at_a_point_of_a_curve_does_not_lie_on_the_curve() -> None:
    z = [k / 10 for k in range(-60, 61)]
    rising = [1 / (1 + math.exp(-x)) for x in z]
    falling = [1 - p for p in rising]
    for row, side in ((rising, "top left"), (falling, "top right"), ([0.5] * 121, "top center")):
        *_line, point = figures.curves(z, [row], ["σ"], [(0.0, 0.5)], "z", "σ").data
        assert point.textposition == side
