"""Every case of the precision page: what each form gives in each type, and how it is judged."""

from __future__ import annotations

import pytest
import torch

from softmax_core import softmax
from softmax_core.errors import InvalidTarget
from softmax_core.floating_types import TYPES, overflow_threshold, type_digits
from softmax_core.precision import compare, sweep
from tests.core.reference import exact_log_softmax, exact_softmax


def readings(logits, target):
    return {(r.dtype, r.form, r.quantity): r for r in compare(logits, target)}


def verdicts(logits, target, dtype, form):
    found = readings(logits, target)
    return [found[dtype, form, q].outcome for q in ("probabilities", "loss", "gradient")]


def test_every_type_form_and_quantity_is_there():
    found = compare([1.0, 2.0], 0)
    assert len(found) == len({(r.dtype, r.form, r.quantity) for r in found}) == 24


@pytest.mark.parametrize(("name", "edge"), [("float16", 11.09), ("float32", 88.72)])
def test_naive_overflows_exactly_beyond_the_threshold(name, edge):
    threshold = overflow_threshold(TYPES[name])
    assert threshold == pytest.approx(edge, abs=0.005)
    below, above = threshold - 0.05, threshold + 0.05
    assert readings([below, 0.0, 0.0], 0)[name, "naive", "probabilities"].outcome != "nan"
    assert verdicts([above, 0.0, 0.0], 0, name, "naive") == ["nan"] * 3
    assert "nan" not in verdicts([above, 0.0, 0.0], 0, name, "stable")


def test_a_sum_that_overflows_leaves_zeros_and_no_nan():
    found = readings([88.5, 88.5, 0.0], 0)["float32", "naive", "probabilities"]
    assert found.values == (0.0, 0.0, 0.0)
    assert found.outcome == "silently_wrong"
    assert found.digits == 0
    assert verdicts([88.5, 88.5, 0.0], 0, "float32", "stable") == ["exact"] * 3


def test_zero_by_zero_is_nan():
    assert verdicts([-105.0] * 3, 0, "float32", "naive") == ["nan"] * 3
    assert verdicts([-105.0] * 3, 0, "float32", "stable") == ["exact"] * 3


def test_a_loss_may_be_finite_while_its_gradient_is_nan():
    found = readings([0.0, -100.0, 0.0], 1)
    loss, gradient = (found["float32", "naive", q] for q in ("loss", "gradient"))
    assert loss.values[0] == pytest.approx(100.6, abs=0.1)
    assert gradient.outcome == "nan"
    assert found["float32", "stable", "loss"].values[0] == pytest.approx(100.6931, abs=1e-4)
    assert found["float32", "stable", "gradient"].values == (0.5, -1.0, 0.5)
    assert readings([0.0, -104.0, 0.0], 1)["float32", "naive", "loss"].outcome == "inf"


def test_invariance_is_lost_where_the_type_cannot_hold_the_logits():
    found = readings([1e8 + 1, 1e8 + 2, 1e8 + 3], 2)
    single = found["float32", "stable", "probabilities"]
    assert single.values == pytest.approx((1 / 3,) * 3)
    assert single.outcome == "silently_wrong"
    assert found["float64", "stable", "probabilities"].outcome == "exact"
    assert found["float16", "stable", "loss"].outcome == "refused"
    assert found["float16", "stable", "loss"].values == ()


def test_a_sure_and_right_prediction_has_a_loss_that_the_naive_form_loses():
    found = readings([20.0, 0.0, 0.0], 0)
    assert found["float32", "naive", "loss"].values == (0.0,)
    assert found["float32", "naive", "loss"].outcome == "silently_wrong"
    assert found["float32", "stable", "loss"].values[0] == pytest.approx(4.12e-9, rel=1e-3, abs=0)
    # In float64 half of the digits are gone too: log does not see what 1 - p has lost.
    assert found["float64", "naive", "loss"].digits_lost == pytest.approx(8, abs=0.5)


def test_an_ordinary_prediction_is_rounded_and_loses_no_digit_worth_a_word():
    for reading in compare([2.0, 1.0, 0.1], 0):
        assert reading.outcome in ("exact", "rounded")
        assert reading.digits_lost < 0.6


@pytest.mark.parametrize("row", [[2.0, 1.0, 0.1], [20.0, 0.0, 0.0], [100.0, 0.0, 0.0]])
def test_the_truth_is_that_of_fifty_digits(row):
    found = readings(row, 0)
    exact = [float(p) for p in exact_softmax(row)]
    loss = float(-exact_log_softmax(row)[0])
    values = found["float64", "stable", "probabilities"].values
    assert values == pytest.approx(exact, rel=1e-14, abs=0)
    assert found["float64", "stable", "loss"].values[0] == pytest.approx(loss, rel=1e-14, abs=0)


def test_digits_are_counted_from_the_worst_entry():
    reading = readings([2.0, 1.0, 0.1], 0)["float16", "naive", "probabilities"]
    exact = softmax(torch.tensor([2.0, 1.0, 0.1], dtype=torch.float64))
    worst = max(abs(v - e) / e for v, e in zip(reading.values, exact.tolist(), strict=True))
    assert 10**-reading.digits == pytest.approx(worst, rel=1e-9)
    assert reading.digits + reading.digits_lost == type_digits(torch.float16)


def test_a_sweep_is_the_comparison_row_by_row():
    rows = torch.tensor([[-5.0, 0.0, 0.0], [12.0, 0.0, 0.0], [95.0, 0.0, 0.0]]).double()
    digits = sweep(rows, 0)
    assert len(digits) == 24
    for k, row in enumerate(rows.tolist()):
        for reading in compare(row, 0):
            swept = digits[reading.dtype, reading.form, reading.quantity][k].item()
            assert swept == pytest.approx(reading.digits, abs=1e-9)


def test_the_sweep_shows_the_cliff():
    x = torch.tensor([88.0, 89.0], dtype=torch.float64)
    digits = sweep(torch.stack([x, 0 * x, 0 * x], dim=-1), 0)
    assert digits["float32", "naive", "probabilities"].tolist()[1] == 0
    assert digits["float32", "naive", "probabilities"].tolist()[0] > 6
    assert digits["float32", "stable", "probabilities"].min() > 6


def test_a_target_that_is_no_class_is_refused():
    with pytest.raises(InvalidTarget, match="Target 3"):
        compare([1.0, 2.0, 3.0], 3)


def test_fewer_than_half_of_the_digits_is_silently_wrong():
    # 3.1 and 3.7 of float32's 7.2 digits: just below the half, and just above it.
    found = readings([12.0, 0.0, 0.0], 0)
    loss, gradient = (found["float32", "naive", q] for q in ("loss", "gradient"))
    assert 3.0 < loss.digits < type_digits(torch.float32) / 2 < gradient.digits < 4.0
    assert (loss.outcome, gradient.outcome) == ("silently_wrong", "rounded")
