"""The numbers in the vanishing-gradient page's prose, computed when the page is drawn."""

from __future__ import annotations

import torch

from softmax_core import half_l1_norm, softmax
from softmax_core.data import FASHION_MNIST
from softmax_core.saturation import largest_half_l1, scale_sweep
from softmax_core.training.experiment import LOSSES
from softmax_core.training.findings import MEASURED_STARTS, SATURATED_START
from softmax_core.training.verdict import course_experiment
from softmax_ui.addresses.gradient import GRADIENT_STATE
from softmax_ui.screens.gradient.race_board import STARTS, steps_needed
from softmax_ui.text.numbers import tex, tex_percent, tex_row, typed_row


def wrong_and_sure() -> dict[str, str]:
    """Return the numbers of a confident wrong prediction, whose target is class 1."""
    logits = torch.tensor([20.0, 0.0, 0.0], dtype=torch.float64)
    found = scale_sweep(logits, 1, torch.tensor([1.0], dtype=torch.float64))
    return {
        "logits": typed_row(logits.tolist()),
        "target": tex(found.probabilities[0, 1].item(), 2),
        "inverse": tex(-found.slope[0, 1].item(), 2),
        "half_l1": tex(found.half_l1.item(), 2),
        "cross_entropy": tex_row(found.cross_entropy_gradient[0].tolist(), 2),
        "cross_entropy_norm": tex(found.cross_entropy_norm.item(), 3),
        "squared_error_largest": tex(found.squared_error_gradient.abs().max().item(), 2),
    }


def maxima() -> dict[str, str]:
    """Return the largest 1 - Σp² for two, ten and a thousand classes."""
    two, ten, thousand = largest_half_l1([2, 10, 1000]).tolist()
    return {"two": tex(two), "ten": tex(ten), "thousand": tex(thousand)}


def lottery() -> dict[str, str]:
    """Return ½‖J‖₁ of one prediction: the probability that two draws from it differ."""
    p = softmax(torch.tensor([2.0, 1.0, 0.0], dtype=torch.float64))
    return {"p": tex_row(p.tolist()), "half_l1": tex(half_l1_norm(p).item())}


def race() -> dict[str, str]:
    """Return the steps that both losses need from two starts, at the default learning rate."""
    near, far = STARTS.index(4.0), STARTS.index(8.0)
    rate = GRADIENT_STATE.settings["rate"].default
    needed = {loss: steps_needed(float(rate), loss) for loss in LOSSES}
    return {
        "rate": rate,
        "near": tex(STARTS[near], 1),
        "far": tex(STARTS[far], 1),
        "ce_near": str(needed["cross_entropy"][near]),
        "ce_far": str(needed["cross_entropy"][far]),
        "se_near": str(needed["squared_error"][near]),
        "se_far": str(needed["squared_error"][far]),
    }


def real_run_facts() -> dict[str, str]:
    """Return the measured results of the experiment that the page's button starts."""
    measured = MEASURED_STARTS[-1]
    usual = course_experiment().variants[0]
    return {
        "pictures": f"{FASHION_MNIST.training:,}",
        "usual_std": f"{usual.init_std:g}",
        "init_std": f"{measured.init_std:g}",
        "saturation": tex(measured.saturation, 1),
        "right_at_start": tex_percent(measured.accuracy),
        "ce_norm": tex(measured.gradient_norms[0], 2),
        "se_norm": tex(measured.gradient_norms[1], 2),
        "epochs": str(SATURATED_START.epochs),
        "ce_accuracy": tex_percent(measured.test_accuracies[0]),
        "se_accuracy": tex_percent(measured.test_accuracies[1]),
        "guessing": tex_percent(1 / len(FASHION_MNIST.class_names)),
    }
