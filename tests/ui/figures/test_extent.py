"""An axis shows what matters: nearly all of what is drawn, and decades as decades."""

from __future__ import annotations

import numpy as np
import pytest

from softmax_ui.figures.extent import Extent, extent


def found(values: object, scale: str = "auto") -> Extent:
    axis = extent([np.asarray(values, dtype=float)], scale)  # type: ignore[arg-type]
    assert axis is not None
    return axis


def test_a_loss_that_falls_is_shown_whole() -> None:
    axis = found(0.4 + 1.9 * np.exp(-np.arange(1000) / 40))
    assert axis.low < 0.4
    assert axis.high > 2.3
    assert not axis.logarithmic


def test_the_leap_of_a_variant_that_diverges_is_left_out() -> None:
    values = np.linspace(2.3, 0.4, 500)
    values[3:6] = [80.0, 3e8, np.inf]
    axis = found(values)
    assert 2.3 < axis.high < 3
    assert not axis.logarithmic, "a leap alone is no reason for decades"


def test_what_spans_decades_is_logarithmic_unless_somebody_wants_it_otherwise() -> None:
    both = np.concatenate([np.full(100, 0.4), np.full(100, 40.0)])
    assert found(both).logarithmic
    assert not found(both, "linear").logarithmic
    assert found([1.0, 2.0], "log").logarithmic


def test_what_is_not_positive_has_no_place_on_a_logarithmic_axis() -> None:
    assert not found([0.0, 0.001, 100.0, 200.0]).logarithmic
    axis = found([0.0, -1.0, 0.01, 1.0], "log")
    assert axis.low == pytest.approx(0.01, rel=0.2)


@pytest.mark.parametrize("values", [[], [np.nan, np.inf]])
def test_nothing_drawn_needs_no_axis(values: list[float]) -> None:
    assert extent([np.array(values)]) is None


def test_a_level_line_has_room_above_and_below() -> None:
    for level in (0.0, 0.5, -3.0):
        axis = found([level, level])
        assert axis.low < level < axis.high


def test_level_curves_are_seen_beside_what_they_are_compared_with() -> None:
    """A model that is always right: its smoothed accuracy differs from 1 in the seventh digit."""
    right = np.concatenate([[0.3], np.full(200, 1 - 1e-7), np.ones(200)])
    axis = extent([right, np.array([0.33])], "auto", [0.33])
    assert axis is not None
    assert axis.low < 0.33
    assert axis.high > 1
    usual = np.linspace(0.7, 0.85, 400)
    assert extent([usual], "auto", [0.1]) == extent([usual])


def test_a_value_beyond_is_placed_at_the_end() -> None:
    axis = Extent(1.0, 100.0, True)
    assert [axis.place(value) for value in (0.1, 10.0, 1e9)] == [0, 1, 2]
    assert axis.share(10.0) == 0.5
