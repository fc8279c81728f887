"""The race and its starts, by what is in their charts."""

from __future__ import annotations

import math

import pytest
import torch

from softmax_core.descent import GOAL, descend
from softmax_core.saturation import scale_sweep
from softmax_core.training.experiment import LOSSES
from softmax_ui.figures.landscape import LOSS_COLOURS
from softmax_ui.figures.race import race_chart, steps_chart
from tests.ui.figures.words import NAMES, WORDS


def walks():
    start, target = torch.tensor([4.0, 0.0, 0.0]).double(), torch.tensor(1)
    return {
        loss: descend(start, target, loss=loss, learning_rate=1.0, steps=100) for loss in LOSSES
    }


def test_the_race_shows_both_walks_at_its_places():
    raced = walks()
    ours, theirs = raced["cross_entropy"], raced["squared_error"]
    race = race_chart([0, 5, 100], raced, NAMES, WORDS)
    assert race.x == [0, 5, 100]
    assert race.x_low is not None
    assert race.x_low > 0  # a logarithmic axis has no place for 0
    assert race.plays
    assert race.labels == {"play": "play", "pause": "pause", "restart": "restart"}
    for curve, walk in zip(race.curves, (ours, theirs), strict=True):
        assert curve.values == walk.target_probability[[0, 5, 100]].tolist()
    assert not race.legend
    rows = {row.name: row.cells for row in race.tables[0].rows}
    assert rows["gradient"][1] == theirs.gradient_norm[[0, 5, 100]].tolist()
    assert rows["loss"][0] == ours.loss[[0, 5, 100]].tolist()
    assert rows["o(duck)"][0] is not None
    assert rows["o(duck)"][0][1] == ours.logits[5, 1].item()
    assert race.triangle is not None
    assert [path.colour for path in race.triangle.paths] == list(LOSS_COLOURS.values())


def test_the_bars_are_filled_by_the_true_class_and_say_when_they_pass_the_goal():
    race = race_chart([0, 5, 100], walks(), NAMES, WORDS)
    assert [gauge.values for gauge in race.gauges] == [curve.values for curve in race.curves]
    assert [gauge.full for gauge in race.gauges] == [1, 1]
    assert [g.fate for g in race.gauges] == ["cross_entropy_fate", "squared_error_fate"]
    assert [level.value for level in race.levels] == [GOAL]


def test_steps_beyond_the_limit_are_a_gap_and_the_limit_is_drawn():
    starts = scale_sweep(
        torch.tensor([1.0, 0.0, 0.0]).double(), 1, torch.tensor([0.0, 4.0, 8.0]).double()
    )
    chart = steps_chart(
        starts, {"cross_entropy": [3, 4, 5], "squared_error": [30, 40, -1]}, 1000, WORDS
    )
    ours, theirs = chart.curves
    assert ours.values == [3, 4, 5]
    assert theirs.values[:2] == [30, 40]
    assert math.isnan(theirs.values[2])
    assert theirs.gap == "more"
    assert chart.x == [0, 4, 8]
    assert chart.y_log
    assert [level.value for level in chart.levels] == [1000]
    saturation, gradient = chart.tables[0].rows
    assert saturation.cells[0] == pytest.approx(starts.half_l1.tolist())
    assert gradient.cells[1] == pytest.approx(starts.squared_error_norm.tolist())
