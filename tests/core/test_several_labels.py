"""A yes or no for each class, against torch."""

from __future__ import annotations

import pytest
import torch

from softmax_core import cross_entropy, softmax
from softmax_core.several_labels import sigmoid_cross_entropy, sigmoid_cross_entropy_gradient

LOGITS = 5 * torch.randn(20, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
LABELS = (torch.rand(20, 4, generator=torch.Generator().manual_seed(1)) < 0.5).long()


def test_loss_and_gradient_are_torchs() -> None:
    o = LOGITS.clone().requires_grad_()
    theirs = torch.nn.functional.binary_cross_entropy_with_logits(
        o, LABELS.double(), reduction="none"
    ).sum(dim=-1)
    torch.testing.assert_close(sigmoid_cross_entropy(LOGITS, LABELS), theirs)
    (slope,) = torch.autograd.grad(theirs.sum(), o)
    torch.testing.assert_close(sigmoid_cross_entropy_gradient(LOGITS, LABELS), slope)


def test_large_logits_overflow_nowhere_and_keep_their_digits() -> None:
    o, y = torch.tensor([1000.0, -1000.0]), torch.tensor([0, 1])
    assert sigmoid_cross_entropy(o, y).item() == 2000
    sure = torch.tensor([60.0], dtype=torch.float64)
    slope = sigmoid_cross_entropy_gradient(sure, torch.tensor([1])).item()
    assert slope == pytest.approx(-8.7565e-27, rel=1e-4)


@pytest.mark.parametrize("z", [-700.0, -3.0, 0.0, 2.5, 40.0])
def test_one_label_is_softmax_of_z_and_0(z: float) -> None:
    pair = torch.tensor([z, 0.0], dtype=torch.float64)
    torch.testing.assert_close(torch.sigmoid(pair[:1]), softmax(pair)[:1], rtol=1e-14, atol=0)
    for label in (0, 1):
        torch.testing.assert_close(
            sigmoid_cross_entropy(pair[:1], torch.tensor([label])),
            cross_entropy(pair, torch.tensor(1 - label)),
        )
