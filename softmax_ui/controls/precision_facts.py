"""The numbers in the prose of the precision page, computed where they stand."""

from __future__ import annotations

from typing import Final

from softmax_core.precision import TYPES, overflow_threshold, type_digits
from softmax_core.training.experiment import Experiment
from softmax_ui.controls.training_presets import presets
from softmax_ui.text.numbers import tex

# The minibatch at which the naive variant's loss is nan; a test trains it again.
NAN_AT_STEP: Final = 4


def types() -> dict[str, str]:
    """Return each type's overflow threshold and its digits."""
    return {
        **{f"{name}_edge": tex(overflow_threshold(t), 4) for name, t in TYPES.items()},
        **{f"{name}_digits": f"{type_digits(t):.1f}" for name, t in TYPES.items()},
    }


def break_a_run() -> Experiment:
    """Return the experiment: the note's formulas beside the stable ones, at learning rate 1."""
    return presets()["forms"].experiment


def broken_run_facts() -> dict[str, str]:
    """Return what was measured of the experiment that the page's button starts."""
    return {
        "learning_rate": tex(break_a_run().variants[0].learning_rate, 2),
        "step": str(NAN_AT_STEP),
    }
