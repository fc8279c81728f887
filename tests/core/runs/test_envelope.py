"""An envelope keeps every extreme, every gap, and never grows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_core.runs.envelope import Curves, Envelope


def filled(values: np.ndarray, capacity: int = 8, chunk: int = 3) -> Envelope:
    envelope = Envelope(values.shape[1], capacity)
    for start in range(0, len(values), chunk):
        envelope.append(values[start : start + chunk])
    return envelope


def test_few_steps_come_back_as_they_are() -> None:
    values = np.array([[1.0, np.nan], [3.0, 2.0], [2.0, 7.0]])
    curves = filled(values).points(10)
    np.testing.assert_array_equal(curves.values, values)
    assert curves.steps.tolist() == [1.0, 2.0, 3.0]


@given(st.integers(1, 300), st.integers(1, 50), st.integers(2, 64), st.integers(0, 2**32 - 1))
def test_extremes_survive_whatever_the_thinning(
    length: int, chunk: int, budget: int, seed: int
) -> None:
    values = np.random.default_rng(seed).normal(size=(length, 2))
    envelope = filled(values, capacity=16, chunk=chunk)
    curves = envelope.points(budget)
    assert envelope.length == length
    assert len(curves.values) <= max(budget, 2)
    np.testing.assert_array_equal(curves.values.min(axis=0), values.min(axis=0))
    np.testing.assert_array_equal(curves.values.max(axis=0), values.max(axis=0))


def test_a_stretch_shows_its_extremes_in_their_order() -> None:
    rising_then_falling = np.array([0.0, 1, 2, 9, 8, 3, 2, -1])[:, np.newaxis]
    assert filled(rising_then_falling, capacity=4).points(4).values[:, 0].tolist() == [0, 9, 8, -1]
    assert filled(rising_then_falling, capacity=4).points(2).values[:, 0].tolist() == [9, -1]
    assert filled(-rising_then_falling, capacity=4).points(2).values[:, 0].tolist() == [-9, 1]


def test_the_order_survives_joining_two_stretches() -> None:
    # The lowest is in the first stretch, the highest in the second, and the other way round.
    up = np.array([1.0, 0.0, 9.0, 5.0])[:, np.newaxis]
    envelope = filled(np.hstack([up, up[::-1]]), capacity=4, chunk=1)
    assert envelope.points(2).values.tolist() == [[0.0, 9.0], [9.0, 0.0]]


def test_a_gap_of_one_step_stays_a_gap() -> None:
    values = np.arange(64.0)[:, np.newaxis].copy()
    values[37] = np.nan
    curves = filled(values, capacity=8).points(4)
    assert np.isnan(curves.values).any()
    assert not np.isnan(curves.values).all()


def test_a_curve_that_became_nan_ends() -> None:
    values = np.ones((100, 2))
    values[40:, 0] = np.nan
    thinned = filled(values, capacity=8).points(8).values
    assert np.isnan(thinned[-1, 0])
    assert thinned[0, 0] == 1.0
    assert not np.isnan(thinned[:, 1]).any()


def test_points_lie_over_the_steps_they_stand_for() -> None:
    curves = filled(np.zeros((64, 1)), capacity=8).points(8)
    assert curves.steps[0] >= 1
    assert curves.steps[-1] <= 64
    assert curves.steps.mean() == pytest.approx((1 + 64) / 2)


def test_what_it_holds_does_not_grow() -> None:
    envelope = Envelope(columns=3, capacity=16)
    for _ in range(100):
        envelope.append(np.zeros((97, 3)))
    assert envelope.length == 9700
    held = [value for value in vars(envelope).values() if isinstance(value, np.ndarray)]
    # The stretches, and fewer pending steps than one stretch (9700 / 8 at most) is wide.
    assert sum(len(array) for array in held) <= 3 * 16 + 9700 / 8


def test_steps_of_curves_start_and_advance_by_the_spacing() -> None:
    assert Curves(2.0, 0.5, np.zeros((3, 1))).steps.tolist() == [2.0, 2.5, 3.0]
