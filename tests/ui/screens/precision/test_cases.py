"""Each case of the precision page breaks what it says, and its sentence has the right numbers."""

from __future__ import annotations

import math

import pytest

from softmax_core.precision import compare
from softmax_ui.addresses.numbers import row_of
from softmax_ui.addresses.precision import CASES, PRECISION_STATE
from softmax_ui.screens.precision import facts
from softmax_ui.screens.precision.cases import case_name, case_of, explanation


def verdict(case, form="naive", quantity="probabilities", dtype="float32"):
    chosen = CASES[case]
    found = {
        (r.dtype, r.form, r.quantity): r for r in compare(row_of(chosen.logits), chosen.target)
    }
    return found[dtype, form, quantity].outcome


def test_every_case_has_a_name_a_sentence_and_may_stand_in_the_url():
    assert set(case_name) == set(CASES)
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
        ("ordinary", ["0.5 of a digit"]),
        ("overflow", ["88.72", "[nan, 0, 0]", r"3.4 \times 10^{38}"]),
        ("half_overflow", ["11.09", "88.72", "65504"]),
        ("sum", ["88.72", "[0, 0, 0]", "add up to 0."]),
        (
            "zeros",
            [
                "exp(−105)",
                r"2.5 \times 10^{-46}",
                r"1.4 \times 10^{-45}",
                "[0.3333, 0.3333, 0.3333]",
            ],
        ),
        ("infinite", ["104.7", "[0.5, −1, 0.5]"]),
        ("gradient", ["100.6", "only 3 of its 7 digits", "[∞, nan, ∞]", "[0.5, −1, 0.5]"]),
        ("sure", ["4.122e−9", "lost 8 of 16"]),
        (
            "invariance",
            [
                "$10^{8}$",
                r"$[1,\ 2,\ 3]$",
                "7 digits",
                "[0.3333, 0.3333, 0.3333]",
                "[0.09003, 0.2447, 0.6652]",
            ],
        ),
        ("twice", ["finds 1.461", "10 classes", f"ln(e + 9) − 1 = {math.log(math.e + 9) - 1:.3f}"]),
    ],
)
def test_the_sentences_have_the_numbers_of_the_case(case, numbers):
    for number in numbers:
        assert number in explanation(case)


def test_the_charts_ends_and_the_types_edges():
    assert facts.types() == {
        "from": "-120",
        "to": "120",
        "float16_edge": "11.09",
        "bfloat16_edge": "88.72",
        "float32_edge": "88.72",
        "float64_edge": "709.8",
    }


def test_the_real_run_says_what_was_measured_of_it():
    # tests/core/training/test_findings.py trains it again.
    assert facts.broken_run_facts() == {
        "learning_rate": "1",
        "step": "3",
        "gap": "114",
        "vanished": f"{math.log(2) - math.log(2.0**-149):.1f}",
        "loss": r"\infty",
        "nan_from": "4",
        "largest_logit": "28.5",
        "edge": "88.72",
        "epochs": "10",
        "stable": r"81\%",
        "naive": r"10\%",
    }
