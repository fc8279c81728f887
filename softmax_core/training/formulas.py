"""One minibatch, forward and back, for R variants at once.

The class axis comes before the pictures, (R, classes, n): `W Xᵀ` gives the logits in this layout,
and sums over the classes then read contiguous memory. The public functions of `softmax_core`
compute the same with the class axis last; tests compare the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch

# Where the largest p is above this, 1 - p has lost half of float32's digits.
SURE: Final = 1 - 2.0**-12


def class_probabilities(logits: torch.Tensor) -> torch.Tensor:
    """Compute the softmax of a minibatch, stably.

    p = exp(o - m) / Σ exp(o - m), m = max o. A picture with an infinite logit gives nan: float32
    has overflowed, and the true logit is not known.

    Args:
        logits: floating, (..., classes, n).

    Returns:
        (..., classes, n).

    Source:
        The note, part two, "softmax", with the maximum subtracted.
    """
    exponentials = (logits - logits.amax(dim=-2, keepdim=True)).exp_()
    return exponentials.div_(exponentials.sum(dim=-2, keepdim=True))


def stable_figures(
    logits: torch.Tensor, probabilities: torch.Tensor, labels: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Compute cross-entropy -ln p_t, saturation 1 - Σp² and the predicted class, stably.

    With q = 1 - max p, computed as the sum of the other probabilities:
    -ln p_t = -ln(1 - q) - (o_t - max o) and 1 - Σp² = q (2 - q) - Σ p² over the others. This keeps
    the digits of q where max p rounds to 1.

    Args:
        logits: floating, (..., classes, n).
        probabilities: their softmax, (..., classes, n); overwritten.
        labels: class indices, int64, (..., 1, n); broadcast over the variants.

    Returns:
        The three, each (..., 1, n); the prediction is the first class with the largest logit.

    Source:
        Blanchard, Higham and Higham (2021), section 4, for the sum without its largest term.
    """
    # Recomputed for many steps in one pass, which is faster than keeping it from each step.
    shifted = logits - logits.amax(dim=-2, keepdim=True)
    target = shifted.gather(-2, labels.expand(*shifted.shape[:-2], 1, -1))
    predicted = _first_zero(shifted)
    # Only the largest is replaced by 0. The nan of a diverged variant stay, because a picture with
    # one nan has several.
    others = probabilities.scatter_(-2, predicted, 0.0)
    q = others.sum(dim=-2, keepdim=True)
    loss = q.neg().log1p_().add_(target).neg_()
    saturation = torch.addcmul(q + q, q, q, value=-1.0)
    saturation.sub_(others.square_().sum(dim=-2, keepdim=True))
    return loss, saturation, predicted


def _first_zero(shifted: torch.Tensor) -> torch.Tensor:
    """Return the first class with a 0, int64 (..., 1, n), or 0 if there is none; overwrites.

    `max` returns the index too, but takes three to four times as long: it is not vectorised over
    the pictures.
    """
    classes = shifted.shape[-2]
    rank = torch.arange(classes, 0, -1, dtype=shifted.dtype, device=shifted.device).view(-1, 1)
    highest = shifted.eq_(0.0).mul_(rank).amax(dim=-2, keepdim=True)
    return highest.neg_().remainder_(classes).long()


@dataclass(slots=True, eq=False)
class NaiveForward:
    """The forward pass of a minibatch by the note's formulas, per variant and picture.

    Attributes:
        probabilities: (R, classes, n).
        predicted: the first class with the largest probability, int64 (R, 1, n).
        loss: -ln p_t, (R, 1, n).
        saturation: 1 - Σp², (R, 1, n).
    """

    probabilities: torch.Tensor
    predicted: torch.Tensor
    loss: torch.Tensor
    saturation: torch.Tensor


def naive_forward(logits: torch.Tensor, labels: torch.Tensor) -> NaiveForward:
    """Run the forward pass by the note's formulas, including overflow and log 0.

    p = exp(o) / Σ exp(o) and -ln p_t, without subtracting the maximum.

    Args:
        logits: floating, (R, classes, n).
        labels: class indices, int64 (n,).

    Returns:
        The forward pass, with nan and inf where the note's code has them.

    Source:
        The note, part two, "softmax" and "cross_entropy".
    """
    exponentials = logits.exp()
    probabilities = exponentials / exponentials.sum(dim=1, keepdim=True)
    target = probabilities.gather(1, labels.expand(len(logits), 1, -1))
    # The note predicts from the probabilities, so rows of nan give class 0.
    predicted = probabilities.max(dim=1, keepdim=True).indices
    saturation = 1.0 - probabilities.square().sum(dim=1, keepdim=True)
    return NaiveForward(probabilities, predicted, -target.log(), saturation)


def half_squared_norm(error: torch.Tensor) -> torch.Tensor:
    """Compute ½‖p - onehot(t)‖² from P - Y, (R, classes, n) -> (R, 1, n)."""
    return 0.5 * error.square().sum(dim=1, keepdim=True)


def through_softmax(probabilities: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """Backpropagate a gradient through softmax: p ∘ (g - Σ p g).

    Args:
        probabilities: (R, classes, n).
        gradient: g, the gradient with respect to the probabilities, (R, classes, n).

    Returns:
        The gradient with respect to the logits, (R, classes, n).

    Source:
        The note, section 1.3: the Jacobian diag(p) - p pᵀ times g.
    """
    inner = (probabilities * gradient).sum(dim=1, keepdim=True)
    return probabilities * (gradient - inner)


def squared_error_gradient(
    probabilities: torch.Tensor, error: torch.Tensor, labels: torch.Tensor
) -> torch.Tensor:
    """Compute the gradient of the squared error with respect to the logits, J (P - Y).

    By `through_softmax`. Where the largest p is nearly 1, that subtracts numbers that are nearly
    equal, so there, with q_t = Σ_{j≠t} p_j, the gradient is

        p_j (p_j - s) and p_t (-q_t - s),   s = Σ_{j≠t} p_j² - p_t q_t,

    and at the class with the largest p minus the sum of the others, because all sum to 0.

    Args:
        probabilities: floating, (R, classes, n).
        error: P - Y, (R, classes, n).
        labels: class indices, int64 (n,).

    Returns:
        The gradient, (R, classes, n).

    Source:
        `softmax_core.squared_error_gradient`, whose digits it keeps.
    """
    gradient = through_softmax(probabilities, error)
    largest = probabilities.amax(dim=1, keepdim=True)
    sure = largest > SURE
    if not sure.any():
        return gradient
    index = labels.expand(len(probabilities), 1, -1)
    others = probabilities.scatter(1, index, 0.0)
    missing = others.sum(dim=1, keepdim=True)
    inner = others.square().sum(dim=1, keepdim=True)
    inner.sub_(probabilities.gather(1, index).mul_(missing))
    kept = others.scatter_(1, index, missing.neg_()).sub_(inner).mul_(probabilities)
    winner = probabilities == largest
    kept.masked_fill_(winner, 0.0)
    kept = torch.where(winner, kept.sum(dim=1, keepdim=True).neg_(), kept)
    return torch.where(sure, kept, gradient)


def naive_gradient(
    logits: torch.Tensor, probabilities: torch.Tensor, in_probabilities: torch.Tensor
) -> torch.Tensor:
    """Backpropagate a gradient through the note's softmax, as automatic differentiation does.

    With e = exp(o), s = Σe, p = e / s: ∂L/∂o = e ∘ (g / s - Σ g p / s). Where p_t has underflowed
    to 0 and g_t = -1 / p_t, this is inf · 0 = nan although the loss is only inf.

    Args:
        logits: floating, (R, classes, n).
        probabilities: the note's, (R, classes, n).
        in_probabilities: g, the gradient with respect to p, (R, classes, n).

    Returns:
        The gradient with respect to the logits, (R, classes, n).
    """
    exponentials = logits.exp()
    total = exponentials.sum(dim=1, keepdim=True)
    # g · (p / s), not g · e / s²: s² would overflow where automatic differentiation does not.
    in_total = -(in_probabilities * (probabilities / total)).sum(dim=1, keepdim=True)
    return exponentials * (in_probabilities / total + in_total)


def log_gradient(probabilities: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Compute the gradient of -ln p_t with respect to p: -1 / p_t at t, 0 elsewhere."""
    index = labels.expand(len(probabilities), 1, -1)
    gradient = torch.zeros_like(probabilities)
    return gradient.scatter_(1, index, -probabilities.gather(1, index).reciprocal())
