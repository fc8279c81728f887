"""Label smoothing against torch's own, and the logits at which its loss is smallest."""

from __future__ import annotations

import math

import pytest
import torch

from softmax_core import cross_entropy, softmax
from softmax_core.distributions import entropy
from softmax_core.label_smoothing import (
    best_gap,
    smoothed_cross_entropy,
    smoothed_cross_entropy_gradient,
    smoothed_label,
)

LOGITS = torch.randn(6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
TARGET = torch.tensor([0, 1, 2, 3, 4, 0])


@pytest.mark.parametrize("amount", [0.0, 0.1, 0.5, 1.0])
def test_the_loss_is_torchs(amount: float) -> None:
    theirs = torch.nn.functional.cross_entropy(
        LOGITS, TARGET, label_smoothing=amount, reduction="none"
    )
    torch.testing.assert_close(smoothed_cross_entropy(LOGITS, TARGET, amount), theirs)


@pytest.mark.parametrize("amount", [0.0, 0.1, 0.5, 1.0])
def test_the_gradient_is_autograds_of_torchs_loss(amount: float) -> None:
    free = (4 * LOGITS).requires_grad_()
    loss = torch.nn.CrossEntropyLoss(label_smoothing=amount, reduction="sum")
    (theirs,) = torch.autograd.grad(loss(free, TARGET), free)
    torch.testing.assert_close(
        smoothed_cross_entropy_gradient(free.detach(), TARGET, amount), theirs
    )


def test_in_saturation_the_gradient_is_the_labels_share() -> None:
    o = torch.tensor([200.0, 0.0, 0.0, 0.0])
    found = smoothed_cross_entropy_gradient(o, torch.tensor(0), 0.2)
    torch.testing.assert_close(found, torch.tensor([0.15, -0.05, -0.05, -0.05]))


@pytest.mark.parametrize("amount", [0.01, 0.1, 0.9])
def test_at_the_best_gap_the_prediction_is_the_label_and_the_loss_its_entropy(
    amount: float,
) -> None:
    target, label = torch.tensor(2), smoothed_label(torch.tensor(2), 10, amount)
    o = torch.zeros(10, dtype=torch.float64)
    o[2] = best_gap(10, amount)
    torch.testing.assert_close(softmax(o), label)
    smallest = smoothed_cross_entropy(o, target, amount)
    torch.testing.assert_close(smallest, entropy(label))
    for step in (-0.1, 0.1):
        moved = o.clone()
        moved[2] += step
        assert smoothed_cross_entropy(moved, target, amount) > smallest


def test_without_smoothing_it_is_cross_entropy_and_no_gap_is_the_best() -> None:
    torch.testing.assert_close(
        smoothed_cross_entropy(LOGITS, TARGET, 0.0), cross_entropy(LOGITS, TARGET)
    )
    masked = torch.tensor([0.0, -math.inf])
    assert smoothed_cross_entropy(masked, torch.tensor(0), 0.0).item() == 0
    assert best_gap(10, 0.0) == math.inf
    assert best_gap(10, 1.0) == 0
