"""Label smoothing: a label that leaves every class a small share."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from softmax_core.activations import log_softmax, softmax
from softmax_core.errors import InvalidTarget
from softmax_core.losses import checked_target
from softmax_core.tensors import class_indices


def smoothed_label(target: Tensor, classes: int, amount: float) -> Tensor:
    """Soften a one-hot label.

    y = (1 - ε) onehot(t) + ε/n

    Args:
        target: t, class indices, (…).
        classes: n.
        amount: ε, from 0 (one-hot) to 1 (uniform).

    Returns:
        y, float64, (…, n), each row a distribution.

    Raises:
        InvalidTarget: not class indices, or ε is not from 0 to 1.

    Example:
        >>> smoothed_label(torch.tensor(0), 4, 0.2)
        tensor([0.8500, 0.0500, 0.0500, 0.0500], dtype=torch.float64)

    Source: Szegedy et al., Rethinking the Inception Architecture (2016), section 7.
    """
    if not 0 <= amount <= 1:
        raise InvalidTarget(
            str(amount),
            classes,
            f"A label cannot be smoothed by {amount}; give a number from 0 to 1.",
        )
    indices = class_indices(target, classes)
    every_class = torch.arange(classes, device=indices.device)
    one_hot = (indices.unsqueeze(-1) == every_class).to(torch.float64)
    return (1 - amount) * one_hot + amount / classes


def smoothed_cross_entropy(
    logits: Tensor, target: Tensor, amount: float, *, dim: int = -1
) -> Tensor:
    """Compute the cross-entropy of a prediction with a smoothed label.

    L = -Σ_k y_k ln p_k, y = (1 - ε) onehot(t) + ε/n, p = softmax(o)

    Args:
        logits: o, floating, (…, n) with the classes along `dim`; as for `softmax`.
        target: t, class indices, (…).
        amount: ε, from 0 to 1.
        dim: the class axis.

    Returns:
        One loss per row, (…): never below the entropy of y.

    Raises:
        InvalidLogits: as for `softmax`.
        InvalidTarget: not class indices of these logits, or ε is not from 0 to 1.

    Example:
        >>> smoothed_cross_entropy(torch.tensor([2.0, 0.0, 0.0]), torch.tensor(0), 0.3)
        tensor(0.6395)

    Source: as `smoothed_label`; torch's `cross_entropy(…, label_smoothing=ε)`.
    """
    axis, indices = checked_target(logits, target, dim)
    label = smoothed_label(indices, logits.shape[axis], amount).movedim(-1, axis)
    terms = label * log_softmax(logits, dim=axis)
    return -torch.where(label == 0, 0.0, terms).sum(dim=axis).to(logits.dtype)


def smoothed_cross_entropy_gradient(
    logits: Tensor, target: Tensor, amount: float, *, dim: int = -1
) -> Tensor:
    """Compute the gradient of the smoothed cross-entropy with respect to the logits.

    ∂L/∂o = p - y, y = (1 - ε) onehot(t) + ε/n, p = softmax(o)

    Args:
        logits: o, floating, (…, n) with the classes along `dim`; as for `softmax`.
        target: t, class indices, (…).
        amount: ε, from 0 to 1.
        dim: the class axis.

    Returns:
        One gradient per row, (…, n); 0 at a finite p = y, so it does not vanish in saturation.

    Raises:
        InvalidLogits: as for `softmax`.
        InvalidTarget: not class indices of these logits, or ε is not from 0 to 1.

    Example:
        >>> smoothed_cross_entropy_gradient(torch.tensor([9.0, 0.0]), torch.tensor(0), 0.2)
        tensor([ 0.0999, -0.0999])

    Source: as `smoothed_label`.
    """
    axis, indices = checked_target(logits, target, dim)
    label = smoothed_label(indices, logits.shape[axis], amount).movedim(-1, axis)
    return (softmax(logits, dim=axis) - label).to(logits.dtype)


def best_gap(classes: int, amount: float) -> float:
    """Compute how far the target's logit is above the others where the smoothed loss is smallest.

    There p = y, so o_t - o_j = ln(y_t / y_j) = ln(1 + n (1 - ε) / ε)

    Args:
        classes: n.
        amount: ε, from 0 to 1.

    Returns:
        The gap: inf for ε = 0, where no finite logits are the best, and 0 for ε = 1.

    Example:
        >>> f"{best_gap(10, 0.1):.4f}", best_gap(10, 0.0)
        ('4.5109', inf)

    Source: the gradient p - y, set to 0.
    """
    return math.log1p(classes * (1 - amount) / amount) if amount > 0 else math.inf
