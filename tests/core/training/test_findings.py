"""The experiments whose outcome the pages state are trained again, and show it again."""

from __future__ import annotations

import pytest

from softmax_core.floating_types import TYPES, overflow_threshold, underflow_threshold
from softmax_core.training import StepRecord, train
from softmax_core.training.findings import (
    MEASURED_BREAKDOWN,
    MEASURED_STARTS,
    NAIVE_BESIDE_STABLE,
    SATURATED_START,
    STARTS,
    measure_breakdown,
    measure_losses_apart,
)

# What another processor's rounding may change: the last digit that a page shows, at most.
ACCURACY, SIZE = 0.015, 0.03


@pytest.fixture(scope="module")
def starts(fashion):
    return measure_losses_apart(fashion)


def test_both_losses_end_where_the_page_says_from_every_start(starts):
    assert [found.init_std for found in starts] == list(STARTS)
    for found, held in zip(starts, MEASURED_STARTS, strict=True):
        assert found.init_std == held.init_std
        assert found.saturation == pytest.approx(held.saturation, rel=SIZE)
        assert found.accuracy == pytest.approx(held.accuracy, abs=0.005)
        assert found.gradient_norms == pytest.approx(held.gradient_norms, rel=SIZE)
        assert found.test_accuracies == pytest.approx(held.test_accuracies, abs=ACCURACY)


def test_the_more_saturated_the_start_the_less_is_left_of_the_squared_error_alone(starts):
    saturation = [found.saturation for found in starts]
    assert saturation == sorted(saturation, reverse=True)
    cross_entropy = [found.gradient_norms[0] for found in starts]
    squared_error = [found.gradient_norms[1] for found in starts[1:]]
    assert cross_entropy == sorted(cross_entropy)
    assert squared_error == sorted(squared_error, reverse=True)
    near, far = starts[0].test_accuracies, starts[-1].test_accuracies
    assert abs(near[0] - near[1]) < 0.02
    assert far[0] > 0.6
    assert far[1] < 0.2


def test_the_run_that_the_button_starts_is_the_last_of_the_starts(fashion, starts):
    assert [v.loss for v in SATURATED_START.variants] == ["cross_entropy", "squared_error"]
    first = next(train(SATURATED_START, fashion))
    assert isinstance(first, StepRecord)
    assert first.saturation == pytest.approx([starts[-1].saturation] * 2)
    assert first.gradient_norm == pytest.approx(starts[-1].gradient_norms)


def test_the_note_breaks_by_underflow_where_the_page_says_and_stays_broken(fashion):
    found, held = measure_breakdown(fashion), MEASURED_BREAKDOWN
    assert (found.step, found.loss, found.nan_from) == (held.step, held.loss, held.nan_from)
    assert found.largest_logit == pytest.approx(held.largest_logit, rel=SIZE)
    assert found.gap == pytest.approx(held.gap, rel=SIZE)
    assert found.accuracies == pytest.approx(held.accuracies, abs=ACCURACY)
    # No exponential overflows; the true class is so far behind that its p is rounded to 0.
    single = TYPES["float32"]
    assert found.largest_logit < overflow_threshold(single)
    assert found.gap > -underflow_threshold(single)


def test_one_update_makes_every_weight_nan(fashion):
    training = train(NAIVE_BESIDE_STABLE, fashion)
    for _ in range(MEASURED_BREAKDOWN.step - 1):
        next(training)
    assert training.checkpoint().weights[1].isfinite().all()
    next(training)
    after = training.checkpoint()
    assert after.weights[1].isnan().all()
    assert after.weights[0].isfinite().all()


def test_nothing_else_differs_between_naive_and_stable():
    stable, naive = NAIVE_BESIDE_STABLE.variants
    assert (stable.softmax, naive.softmax) == ("stable", "naive")
    assert stable.learning_rate == naive.learning_rate == 1
    assert (stable.loss, stable.init_std) == (naive.loss, naive.init_std)
