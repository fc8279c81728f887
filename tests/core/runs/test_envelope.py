"""An envelope keeps every extreme, every gap, and never grows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_core.runs.envelope import Envelope


def filled(values: np.ndarray, capacity: int = 8, chunk: int = 3) -> Envelope:
    envelope = Envelope(values.shape[1], capacity)
    for start in range(0, len(values), chunk):
        envelope.append(values[start : start + chunk])
    return envelope


def test_few_steps_come_back_as_they_are() -> None:
    values = np.array([[1.0, np.nan], [3.0, 2.0], [2.0, 7.0]])
    curves = filled(values).extremes(10)
    np.testing.assert_array_equal(curves.values, values)
    assert curves.steps.tolist() == [1.0, 2.0, 3.0]


@given(st.integers(1, 300), st.integers(1, 50), st.integers(2, 64), st.integers(0, 2**32 - 1))
def test_extremes_survive_whatever_the_thinning(
    length: int, chunk: int, budget: int, seed: int
) -> None:
    values = np.random.default_rng(seed).normal(size=(length, 2))
    envelope = filled(values, capacity=16, chunk=chunk)
    curves = envelope.extremes(budget)
    assert envelope.length == length
    assert len(curves.values) <= max(budget, 2)
    np.testing.assert_array_equal(curves.values.min(axis=0), values.min(axis=0))
    np.testing.assert_array_equal(curves.values.max(axis=0), values.max(axis=0))


def test_a_stretch_shows_its_extremes_in_their_order() -> None:
    hill = np.array([0.0, 1, 2, 9, 8, 3, 2, -1])[:, np.newaxis]
    assert filled(hill, capacity=4).extremes(4).values[:, 0].tolist() == [
        0,
        9,
        8,
        -1,
    ]
    assert filled(hill, capacity=4).extremes(2).values[:, 0].tolist() == [9, -1]
    assert filled(-hill, capacity=4).extremes(2).values[:, 0].tolist() == [-9, 1]


def test_the_order_survives_joining_two_stretches() -> None:
    # The lowest is in the first stretch, the highest in the second, and the other way round.
    up = np.array([1.0, 0.0, 9.0, 5.0])[:, np.newaxis]
    envelope = filled(np.hstack([up, up[::-1]]), capacity=4, chunk=1)
    assert envelope.extremes(2).values.tolist() == [[0.0, 9.0], [9.0, 0.0]]


def test_a_gap_of_one_step_stays_a_gap() -> None:
    values = np.arange(64.0)[:, np.newaxis].copy()
    values[37] = np.nan
    curves = filled(values, capacity=8).extremes(4)
    assert np.isnan(curves.values).any()
    assert not np.isnan(curves.values).all()


def test_a_curve_that_became_nan_ends() -> None:
    values = np.ones((100, 2))
    values[40:, 0] = np.nan
    thinned = filled(values, capacity=8).extremes(8).values
    assert np.isnan(thinned[-1, 0])
    assert thinned[0, 0] == 1.0
    assert not np.isnan(thinned[:, 1]).any()


def test_points_lie_over_the_steps_they_stand_for() -> None:
    curves = filled(np.zeros((64, 1)), capacity=8).extremes(8)
    assert curves.steps[0] >= 1
    assert curves.steps[-1] <= 64
    assert curves.steps.mean() == pytest.approx((1 + 64) / 2)


@given(st.integers(1, 300), st.integers(1, 50), st.integers(1, 64), st.integers(0, 2**32 - 1))
def test_means_are_those_of_equal_stretches_and_lie_in_their_middle(
    length: int, chunk: int, points: int, seed: int
) -> None:
    values = np.random.default_rng(seed).normal(size=(length, 2))
    steps, means = filled(values, capacity=16, chunk=chunk).means(points)
    assert 1 <= len(steps) == len(means) <= min(points, 16)
    # The middles tell the stretches: each begins after the one before it has ended.
    start, widths = 0, []
    for middle, mean in zip(steps, means, strict=True):
        end = round(2 * middle) - start - 1
        np.testing.assert_allclose(mean, values[start:end].mean(axis=0), atol=1e-12)
        widths.append(end - start)
        start = end
    assert start == length
    assert len(set(widths[:-1])) <= 1
    assert widths[-1] >= widths[0]  # the newest steps have no more weight than the others


def test_a_mean_over_a_gap_is_a_gap() -> None:
    values = np.arange(64.0)[:, np.newaxis].copy()
    values[37] = np.nan
    _steps, means = filled(values, capacity=8).means(4)
    assert np.isnan(means[:, 0]).tolist() == [False, False, True, False]


def test_an_empty_envelope_has_no_points() -> None:
    steps, means = Envelope(columns=3).means(10)
    assert (steps.shape, means.shape) == ((0,), (0, 3))


def test_what_it_holds_does_not_grow() -> None:
    envelope = Envelope(columns=3, capacity=16)
    for _ in range(100):
        envelope.append(np.zeros((97, 3)))
    assert envelope.length == 9700
    held = sum(array.size for array in arrays_in(envelope))
    # Four numbers a stretch, and fewer pending steps than one stretch (9700 / 8 at most) is wide.
    assert held <= 3 * (4 * 16 + 9700 / 8)


def arrays_in(thing: object) -> list[np.ndarray]:
    if isinstance(thing, np.ndarray):
        return [thing]
    names = getattr(thing, "__slots__", ()) or getattr(thing, "__dict__", ())
    return [array for name in names for array in arrays_in(getattr(thing, name))]


def averaged(values: np.ndarray, smoothing: float) -> np.ndarray:
    """The exponential moving average step by step, corrected for its start."""
    average, averages = np.zeros(values.shape[1]), []
    for step, row in enumerate(values, start=1):
        average = smoothing * average + (1 - smoothing) * row
        averages.append(average / (1 - smoothing**step))
    return np.array(averages)


@pytest.mark.parametrize("smoothing", [0.0, 0.5, 0.9, 0.99])
def test_a_smoothed_curve_is_the_average_over_the_steps(smoothing: float) -> None:
    values = np.random.default_rng(1).normal(size=(500, 3))
    curves = filled(values, capacity=1024, chunk=7).smoothed(smoothing, 1000)
    assert (curves.first, curves.spacing) == (1.0, 1.0)
    np.testing.assert_allclose(curves.values, averaged(values, smoothing), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("smoothing", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("points", [400, 50])
def test_smoothing_hardly_depends_on_how_the_curve_is_kept(smoothing: float, points: int) -> None:
    """Ten epochs, so stretches of four steps, of noise about a falling loss."""
    steps = np.arange(2350)
    noise = np.random.default_rng(2).normal(size=(2350, 2))
    values = 0.45 + 1.8 * np.exp(-steps / 60)[:, np.newaxis] + 0.05 * noise
    curves = filled(values, capacity=1024, chunk=50).smoothed(smoothing, points)
    assert len(curves.values) <= points
    exact = averaged(values, smoothing)[curves.steps.astype(int) - 1]
    # A tenth of what the smoothing leaves of the noise itself, and the fall within a stretch.
    left = 0.05 * np.sqrt((1 - smoothing) / (1 + smoothing))
    assert np.abs(curves.values - exact)[len(exact) // 10 :].max() < 0.5 * left
    assert np.abs(curves.values - exact).max() < 0.02


def test_smoothing_weighs_steps_and_not_points() -> None:
    values = np.random.default_rng(3).normal(size=(4096, 1))
    whole, thinned = (filled(values, 1024, 64).smoothed(0.99, points) for points in (1024, 32))
    np.testing.assert_array_equal(thinned.values, whole.values[15::16])
    np.testing.assert_array_equal(thinned.steps, whole.steps[15::16])


def test_a_nan_or_an_inf_ends_the_average_there_and_changes_nothing_before() -> None:
    values = np.random.default_rng(4).normal(size=(60, 3))
    lost = values.copy()
    lost[40:, 0], lost[40, 1] = np.nan, np.inf
    clean, curves = (filled(one, 1024).smoothed(0.9, 400).values for one in (values, lost))
    np.testing.assert_array_equal(curves[:40], clean[:40])
    assert np.isnan(curves[40:, 0]).all()
    assert np.isnan(curves[40, 1])
    assert np.isfinite(curves[41:, 1]).all()
    np.testing.assert_array_equal(curves[:, 2], clean[:, 2])


def test_nothing_smoothed_is_nothing() -> None:
    assert Envelope(2).smoothed(0.9, 10).values.shape == (0, 2)
