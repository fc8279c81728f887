"""The numbers in the vanishing-gradient page's prose are those of the formulas and of the run."""

from __future__ import annotations

import math

import pytest
import torch

from softmax_core.training.findings import MEASURED_STARTS, SATURATED_START
from softmax_ui.addresses.gradient import FACTORS, LARGEST_UNSCALED_LOGIT, STEP_LIMIT, STEPS
from softmax_ui.screens.gradient import facts
from softmax_ui.text.numbers import tex


def test_the_wrong_and_sure_prediction():
    # facts of the note's table: 8.2e-9, [1, -1, 2e-9], at most 6.2e-9
    assert facts.wrong_and_sure() == {
        "logits": r"[20,\ 0,\ 0]",
        "target": tex(1 / (math.exp(20) + 2), 2),
        "inverse": tex(math.exp(20) + 2, 2),
        "half_l1": r"8.2 \times 10^{-9}",
        "cross_entropy": r"[1.0,\ -1.0,\ 2.1 \times 10^{-9}]",
        "cross_entropy_norm": f"{math.sqrt(2):.2f}",
        "squared_error_largest": r"6.2 \times 10^{-9}",
    }


def test_the_maxima_are_one_minus_one_over_n():
    assert facts.maxima() == {"two": "0.500", "ten": "0.900", "thousand": "0.999"}


def test_two_draws_differ_as_often_as_half_the_norm_says():
    p = torch.softmax(torch.tensor([2.0, 1.0, 0.0]), -1)
    draws = torch.multinomial(p.expand(2, -1), 200_000, True, generator=torch.manual_seed(0))
    differ = (draws[0] != draws[1]).double().mean().item()
    assert float(facts.lottery()["half_l1"]) == pytest.approx(differ, abs=0.005)


def test_the_race_costs_the_squared_error_far_more_from_farther_away():
    found = {name: int(value) for name, value in facts.race().items()}
    assert found["ce_far"] - found["ce_near"] <= 2
    assert found["se_far"] > 10 * found["se_near"]


def test_the_handles_places():
    assert FACTORS[0] == 0.01
    assert 1.0 in FACTORS
    assert list(FACTORS) == sorted(set(FACTORS))
    # 1 / p_t stays finite at the far end, or the table would multiply inf by 0.
    assert math.isfinite(math.exp(FACTORS[-1] * 2 * LARGEST_UNSCALED_LOGIT))
    assert STEPS[:31] == tuple(range(31))
    assert STEPS[-1] == STEP_LIMIT


def test_the_real_run_says_what_was_measured_of_it():
    # tests/core/training/test_findings.py trains it again.
    measured = MEASURED_STARTS[-1]
    said = facts.real_run_facts()
    assert (said["pictures"], said["usual_std"], said["epochs"]) == ("60,000", "0.01", "10")
    assert float(said["init_std"]) == measured.init_std == SATURATED_START.variants[0].init_std
    assert float(said["saturation"]) == pytest.approx(measured.saturation, abs=0.005)
    norms = [float(said["ce_norm"]), float(said["se_norm"])]
    assert norms == pytest.approx(measured.gradient_norms, rel=0.05)
    right = [int(said[name].removesuffix(r"\%")) for name in ("ce_accuracy", "se_accuracy")]
    assert right == pytest.approx([100 * share for share in measured.test_accuracies], abs=0.5)
    # Sure, and mostly wrong; after training the squared error is little better than guessing.
    assert int(said["right_at_start"].removesuffix(r"\%")) < 15
    assert right[1] - int(said["guessing"].removesuffix(r"\%")) < 5 < 50 < right[0]
