"""Several labels at once: a sigmoid for each class, instead of one softmax over all."""

from __future__ import annotations

import torch
from torch import Tensor


def sigmoid_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Compute the loss of a yes or no for each class.

    L = -Σ_k [y_k ln σ(o_k) + (1 - y_k) ln(1 - σ(o_k))] = Σ_k [ln(1 + e^{o_k}) - y_k o_k]

    Args:
        logits: o, floating, finite, (…, n).
        labels: y, 1 for each class that is there, 0 for the others, (…, n).

    Returns:
        One loss per row, in nats, (…).

    Example:
        >>> sigmoid_cross_entropy(torch.tensor([0.0, 0.0]), torch.tensor([1, 1]))
        tensor(1.3863)

    Source: torch's `binary_cross_entropy_with_logits`, summed over the classes.
    """
    # max(o, 0) - y o + ln(1 + e^{-|o|}) does not overflow, however large o is.
    terms = logits.clamp(min=0) - labels * logits + (-logits.abs()).exp().log1p()
    return terms.sum(dim=-1).to(logits.dtype)


def sigmoid_cross_entropy_gradient(logits: Tensor, labels: Tensor) -> Tensor:
    """Compute the gradient of `sigmoid_cross_entropy` with respect to the logits.

    ∂L/∂o = σ(o) - y

    Args:
        logits: o, floating, (…, n).
        labels: y, (…, n).

    Returns:
        (…, n): prediction minus label, as for softmax, but no class depends on another.

    Example:
        >>> sigmoid_cross_entropy_gradient(torch.tensor([0.0, 0.0]), torch.tensor([1, 0]))
        tensor([-0.5000,  0.5000])

    Source: the derivative of ln(1 + e^o) is σ(o).
    """
    # σ(o) - 1 = -σ(-o) keeps its digits where σ(o) rounds to 1.
    signed = torch.where(labels == 1, -torch.sigmoid(-logits), torch.sigmoid(logits) - labels)
    return signed.to(logits.dtype)
