"""The figures beside a run's calibration, its pictures and its learning rates."""

from __future__ import annotations

import math

import numpy as np

from softmax_ui.colours import NEGATIVE, POSITIVE, VARIANT_COLOURS
from softmax_ui.figures.attribution import shares_figure
from softmax_ui.figures.calibration import excess_figure
from softmax_ui.figures.labels import PAPER
from softmax_ui.figures.speed_limit import jumps_figure


def test_each_variant_has_its_course_and_what_is_no_number_is_left_out() -> None:
    excess = {"a": [0.1, math.nan], "<b>": [-0.1, 0.2]}
    figure = excess_figure([0, 1], excess, x_title="epoch", y_title="excess", now=1.0)
    assert [list(trace.y) for trace in figure.data] == [[0.1, None], [-0.1, 0.2]]
    assert [trace.line.color for trace in figure.data] == list(VARIANT_COLOURS[:2])
    assert figure.data[1].name == "&lt;b&gt;"
    assert [(shape.x0, shape.y0) for shape in figure.layout.shapes] == [(0, 0), (1.0, 0)]


def test_a_class_that_adds_is_green_and_one_that_takes_away_purple() -> None:
    figure = shares_figure(np.array([2.0, -1.5]), ["coat", "<bag>"], x_title="added")
    assert list(figure.data[0].x) == [2.0, -1.5]
    assert list(figure.data[0].marker.color) == [POSITIVE, NEGATIVE]
    assert list(figure.data[0].text) == ["+2.00", "−1.50"]
    assert list(figure.layout.yaxis.ticktext) == ["coat", "&lt;bag&gt;"]
    low, high = figure.layout.xaxis.range
    assert low < -1.5 - 0.5, "a number beside the longest bar touches no name"
    assert high > 2.0 + 0.5
    assert shares_figure(np.array([2.0, 0.0]), ["a", "b"], x_title="").layout.xaxis.range[0] == 0
    assert shares_figure(np.zeros(2), ["a", "b"], x_title="added").layout.xaxis.range is None


def test_the_limits_are_where_they_are_and_diverged_variants_are_left_out() -> None:
    figure = jumps_figure(
        [0.1, 1.0, 10.0], [0.05, 0.7, math.nan], ["a", "b", "c"], [(0.18, "2/λ")],
        x_title="η", y_title="jump",
    )  # fmt: skip
    assert [(trace.x[0], trace.y[0]) for trace in figure.data] == [(0.1, 0.05), (1.0, 0.7)]
    assert [shape.x0 for shape in figure.layout.shapes] == [0.18]
    assert {note.text for note in figure.layout.annotations} == {"a", "b", "2/λ"}
    assert {note.bgcolor for note in figure.layout.annotations} == {PAPER}, "over a line, not in it"


def test_the_words_of_two_limits_stand_above_the_points_and_above_each_other() -> None:
    limits = [(0.18, "2/λ at W = 0"), (0.56, "2/λ now")]
    figure = jumps_figure([0.1, 1.0], [0.05, 0.7], ["a", "b"], limits, x_title="η", y_title="jump")
    words = {note.text: note for note in figure.layout.annotations}
    first, second = (words[text] for _limit, text in limits)
    for each in (first, second):
        assert (each.yref, each.y, each.yanchor) == ("paper", 1.0, "bottom")
    assert first.yshift - second.yshift >= 14, "a line higher"
    assert figure.layout.margin.t >= first.yshift + 14, "with room for it"


def test_without_jumps_there_is_nothing_to_draw() -> None:
    assert not jumps_figure([0.1], [0.0], ["a"], [], x_title="η", y_title="jump").data
