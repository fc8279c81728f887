"""The numbers in the vanishing-gradient page's prose are those of the formulas and of the run."""

from __future__ import annotations

import math

import pytest
import torch

from softmax_core.data import load_fashion_mnist
from softmax_core.training import train
from softmax_core.training.records import EpochRecord, StepRecord
from softmax_ui.controls import gradient_facts as facts
from softmax_ui.controls.gradient_state import FACTORS, LARGEST_LOGIT, STEP_LIMIT, STEPS


def test_the_wrong_and_sure_prediction():
    # facts of the note's table: 8.2e-9, [1, -1, 2e-9], at most 6.2e-9
    assert facts.wrong_and_sure() == {
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
    assert math.isfinite(math.exp(FACTORS[-1] * 2 * LARGEST_LOGIT))
    assert STEPS[:31] == tuple(range(31))
    assert STEPS[-1] == STEP_LIMIT


def test_the_real_run_shows_what_the_page_says_was_measured():
    experiment = facts.saturated_start()
    assert [v.loss for v in experiment.variants] == ["cross_entropy", "squared_error"]
    first, epochs = None, []
    for record in train(experiment, load_fashion_mnist(download=False)):
        if isinstance(record, StepRecord):
            first = first or record
        elif isinstance(record, EpochRecord):
            epochs.append(record)
            if record.epoch == 3:
                break
    measured = facts.MEASURED
    assert first.saturation == pytest.approx([measured["saturation"]] * 2, abs=0.005)
    assert first.accuracy == pytest.approx([measured["right_at_start"]] * 2, abs=0.005)
    expected = [measured["ce_accuracy"], measured["se_accuracy"]]
    assert epochs[-1].test_accuracy == pytest.approx(expected, abs=0.02)
    said = facts.real_run_facts()
    assert said["ce_accuracy"] == rf"{100 * measured['ce_accuracy']:.0f}\%"
    assert said["init_std"] == "3"
