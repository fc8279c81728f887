"""Each case of the precision page breaks what it says, and its sentence has the right numbers."""

from __future__ import annotations

import math

import pytest
import torch

from softmax_core.data import load_fashion_mnist
from softmax_core.precision import compare, type_digits
from softmax_core.training import train
from softmax_core.training.records import StepRecord
from softmax_ui.controls import precision_facts as facts
from softmax_ui.controls.logits_text import row_of
from softmax_ui.controls.precision_cases import case_names, case_of, explanation
from softmax_ui.controls.precision_state import CASES, PRECISION_STATE


def verdict(case, form="naive", quantity="probabilities", dtype="float32"):
    chosen = CASES[case]
    found = {
        (r.dtype, r.form, r.quantity): r for r in compare(row_of(chosen.logits), chosen.target)
    }
    return found[dtype, form, quantity].verdict


def test_every_case_has_a_name_a_sentence_and_may_stand_in_the_url():
    assert set(case_names()) == set(CASES)
    for name, case in CASES.items():
        assert explanation(name)
        assert PRECISION_STATE.settings["logits"].checked(case.logits) == case.logits
        assert case_of(row_of(case.logits), case.target) == name
    assert case_of((1.0, 2.0), 0) is None
    assert case_of(row_of(CASES["infinite"].logits), 0) is None


@pytest.mark.parametrize(
    ("case", "quantity", "dtype", "found"),
    [
        ("ordinary", "gradient", "float32", "rounded"),
        ("overflow", "probabilities", "float32", "nan"),
        ("half_overflow", "probabilities", "float16", "nan"),
        ("half_overflow", "probabilities", "float32", "rounded"),
        ("sum", "probabilities", "float32", "silently_wrong"),
        ("zeros", "probabilities", "float32", "nan"),
        ("infinite", "probabilities", "float32", "exact"),
        ("infinite", "loss", "float32", "inf"),
        ("gradient", "loss", "float32", "silently_wrong"),
        ("gradient", "gradient", "float32", "nan"),
        ("sure", "loss", "float32", "silently_wrong"),
    ],
)
def test_the_naive_form_breaks_as_the_case_says(case, quantity, dtype, found):
    assert verdict(case, "naive", quantity, dtype) == found
    assert verdict(case, "stable", quantity, dtype) in ("exact", "rounded")


def test_the_stable_form_cannot_save_what_the_type_did_not_keep():
    assert verdict("invariance", "stable") == "silently_wrong"
    assert verdict("invariance", "stable", dtype="float64") == "exact"


@pytest.mark.parametrize(
    ("case", "numbers"),
    [
        ("overflow", ["88.72", "[nan, 0, 0]", f"{torch.finfo(torch.float32).max:.1e}"[:3]]),
        ("half_overflow", ["11.09", "88.72", f"{torch.finfo(torch.float16).max:.0f}"]),
        ("sum", ["88.72", "[0, 0, 0]"]),
        ("zeros", ["[0.3333, 0.3333, 0.3333]"]),
        ("infinite", ["104.7", "[0.5, −1, 0.5]"]),
        ("gradient", ["100.6", "[∞, nan, ∞]", "[0.5, −1, 0.5]"]),
        ("sure", ["4.122e−9", "lost 8 of 16"]),
        ("invariance", ["7 digits", "[0.3333, 0.3333, 0.3333]", "[0.09003, 0.2447, 0.6652]"]),
        ("twice", ["1.461", f"{math.log(math.e + 9) - 1:.3f}"]),
    ],
)
def test_the_sentences_have_the_numbers_of_the_case(case, numbers):
    for number in numbers:
        assert number in explanation(case)


def test_the_digits_that_the_sentences_round():
    assert round(type_digits(torch.float64)) == 16
    assert math.exp(-105) < 2.0**-149  # the smallest number that float32 holds


def test_the_edges_and_digits_of_the_types():
    assert facts.types() == {
        "float16_edge": "11.09",
        "bfloat16_edge": "88.72",
        "float32_edge": "88.72",
        "float64_edge": "709.8",
        "float16_digits": "3.3",
        "bfloat16_digits": "2.4",
        "float32_digits": "7.2",
        "float64_digits": "16.0",
    }


def test_the_real_run_breaks_at_the_minibatch_that_the_page_names():
    experiment = facts.break_a_run()
    assert [v.softmax for v in experiment.variants] == ["stable", "naive"]
    assert {v.learning_rate for v in experiment.variants} == {1.0}
    broken = []
    for record in train(experiment, load_fashion_mnist(download=False)):
        assert isinstance(record, StepRecord)
        assert math.isfinite(record.loss[0])
        broken.append(math.isnan(record.loss[1]))
        if record.step == 10:
            break
    assert broken == [step >= facts.NAN_AT_STEP for step in range(1, 11)]
    assert facts.broken_run_facts() == {"learning_rate": "1.0", "step": "4"}
