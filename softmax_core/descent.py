"""Gradient descent on the logits themselves: no pictures and no weights, only a prediction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from softmax_core.activations import softmax
from softmax_core.losses import (
    Loss,
    cross_entropy,
    cross_entropy_gradient,
    squared_error,
    squared_error_gradient,
)

GOAL: Final = 0.9
"""The default p_t that `steps_to_reach` waits for."""

_Function = Callable[[Tensor, Tensor], Tensor]
_LOSSES_AND_GRADIENTS: Final[Mapping[Loss, tuple[_Function, _Function]]] = {
    "cross_entropy": (cross_entropy, cross_entropy_gradient),
    "squared_error": (squared_error, squared_error_gradient),
}


@dataclass(frozen=True, slots=True, eq=False)
class Descent:
    """The path of a gradient descent; row s is the state after s steps, row 0 the start.

    Attributes:
        logits: o, (S + 1, …, n).
        probabilities: softmax(o), (S + 1, …, n).
        target_probability: p_t, (S + 1, …).
        loss: the loss that is minimised, (S + 1, …).
        gradient_norm: Euclidean norm of its gradient in the logits, (S + 1, …).
    """

    logits: Tensor
    probabilities: Tensor
    target_probability: Tensor
    loss: Tensor
    gradient_norm: Tensor


def descend(
    logits: Tensor, target: Tensor, *, loss: Loss, learning_rate: float, steps: int
) -> Descent:
    """Run gradient descent on the logits for a number of steps.

    o ← o - η ∂L/∂o

    Args:
        logits: the start o, floating, (…, n).
        target: class indices, (…).
        loss: "cross_entropy" or "squared_error".
        learning_rate: η.
        steps: S, how many updates to make.

    Returns:
        The whole path.

    Raises:
        InvalidLogits: the start has no softmax.
        InvalidTarget: not class indices of these logits.

    Example:
        >>> start, target = torch.tensor([4.0, 0.0, 0.0]), torch.tensor(1)
        >>> walk = descend(start, target, loss="cross_entropy", learning_rate=1.0, steps=1)
        >>> walk.logits[1]
        tensor([ 3.0353,  0.9823, -0.0177])

    Source: the note, section 1.4, corrected: the step is o ← o - η (p - onehot(t)).
    """
    value, gradient = _LOSSES_AND_GRADIENTS[loss]
    walked, norms = [logits], []
    for _ in range(steps + 1):
        slope = gradient(walked[-1], target)
        norms.append(torch.linalg.vector_norm(slope, dim=-1))
        walked.append(walked[-1] - learning_rate * slope)
    o = torch.stack(walked[:-1])
    targets = target.expand(o.shape[:-1])
    p = softmax(o)
    return Descent(
        logits=o,
        probabilities=p,
        target_probability=p.gather(-1, targets.long().unsqueeze(-1)).squeeze(-1),
        loss=value(o, targets),
        gradient_norm=torch.stack(norms),
    )


def steps_to_reach(
    logits: Tensor,
    target: Tensor,
    *,
    loss: Loss,
    learning_rate: float,
    probability: float = GOAL,
    limit: int = 1000,
) -> Tensor:
    """Count the steps of gradient descent until the target's probability reaches a value.

    min {s : softmax(o_s)_t ≥ probability}, o_{s+1} = o_s - η ∂L/∂o

    Args:
        logits: B starting points, floating, (B, n).
        target: class indices, (B,).
        loss: "cross_entropy" or "squared_error".
        learning_rate: η.
        probability: the value that p_t has to reach.
        limit: the largest number of steps to try.

    Returns:
        int64 (B,); -1 where `limit` steps were not enough.

    Raises:
        InvalidLogits: a start has no softmax.
        InvalidTarget: not class indices of these logits.

    Example:
        >>> starts, targets = torch.tensor([[6.0, 0.0], [60.0, 0.0]]), torch.tensor([1, 1])
        >>> steps_to_reach(starts, targets, loss="cross_entropy", learning_rate=1.0, limit=40)
        tensor([ 8, 35])
    """
    _, gradient = _LOSSES_AND_GRADIENTS[loss]
    needed = torch.full(target.shape, -1, dtype=torch.int64)
    walking = torch.arange(len(needed))
    for step in range(limit + 1):
        p_t = softmax(logits).gather(-1, target.long().unsqueeze(-1)).squeeze(-1)
        there = p_t >= probability
        if there.any():
            needed[walking[there]] = step
            walking, logits, target = walking[~there], logits[~there], target[~there]
        if not len(walking):
            break
        logits = logits - learning_rate * gradient(logits, target)
    return needed
