"""The numbers in the prose of the vanishing-gradient page, computed where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import torch

from softmax_core import half_l1_norm, softmax
from softmax_core.saturation import largest_half_l1, scale_sweep
from softmax_core.training.experiment import Experiment
from softmax_ui.controls.race_board import STARTS, steps_needed
from softmax_ui.controls.training_presets import presets
from softmax_ui.text.numbers import tex, tex_row

# Measured on Fashion-MNIST with the experiment of `saturated_start`; a test trains it again.
MEASURED: Final[Mapping[str, float]] = {
    "saturation": 0.03,
    "right_at_start": 0.11,
    "ce_accuracy": 0.60,
    "se_accuracy": 0.11,
}


def wrong_and_sure() -> dict[str, str]:
    """Return the numbers of logits [20, 0, 0] whose target is class 1."""
    logits = torch.tensor([20.0, 0.0, 0.0], dtype=torch.float64)
    found = scale_sweep(logits, 1, torch.tensor([1.0], dtype=torch.float64))
    return {
        "half_l1": tex(found.half_l1.item(), 2),
        "cross_entropy": tex_row(found.cross_entropy_gradient[0].tolist(), 2),
        "cross_entropy_norm": tex(found.cross_entropy_norm.item(), 3),
        "squared_error_largest": tex(found.squared_error_gradient.abs().max().item(), 2),
    }


def maxima() -> dict[str, str]:
    """Return the largest 1 - Σp² for 2, 10 and 1000 classes."""
    two, ten, thousand = largest_half_l1([2, 10, 1000]).tolist()
    return {"two": tex(two), "ten": tex(ten), "thousand": tex(thousand)}


def lottery() -> dict[str, str]:
    """Return ½‖J‖₁ of one prediction, which is the chance that two draws from it differ."""
    p = softmax(torch.tensor([2.0, 1.0, 0.0], dtype=torch.float64))
    return {"p": tex_row(p.tolist()), "half_l1": tex(half_l1_norm(p).item())}


def race() -> dict[str, str]:
    """Return the steps that both losses need from two starts, at η = 1."""
    near, far = STARTS.index(4.0), STARTS.index(8.0)
    cross_entropy = steps_needed(1.0, "cross_entropy")
    squared_error = steps_needed(1.0, "squared_error")
    return {
        "near": tex(STARTS[near], 1),
        "far": tex(STARTS[far], 1),
        "ce_near": str(cross_entropy[near]),
        "ce_far": str(cross_entropy[far]),
        "se_near": str(squared_error[near]),
        "se_far": str(squared_error[far]),
    }


def real_run_facts() -> dict[str, str]:
    """Return what was measured of the experiment that the page's button starts."""
    return {
        "init_std": tex(saturated_start().variants[0].init_std, 1),
        "saturation": tex(MEASURED["saturation"], 1),
        **{
            name: rf"{100 * MEASURED[name]:.0f}\%"
            for name in ("right_at_start", "ce_accuracy", "se_accuracy")
        },
    }


def saturated_start() -> Experiment:
    """Return the experiment: both losses from weights so large that softmax is nearly one-hot."""
    return presets()["losses"].experiment
