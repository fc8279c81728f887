"""How the gradients vanish as softmax saturates: both losses at the scaled logits k·o."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from softmax_core.activations import softmax
from softmax_core.derivatives import half_l1_norm, softmax_jacobian
from softmax_core.losses import cross_entropy_gradient, squared_error_gradient

LARGEST_CROSS_ENTROPY_NORM: Final = math.sqrt(2)
"""‖p - onehot(t)‖ when all probability is on another class: the largest value possible."""


@dataclass(frozen=True, slots=True, eq=False)
class ScaleSweep:
    """Softmax(k·o), the size of its Jacobian and both losses' gradients: one row per factor k.

    The gradients are with respect to the scaled logits k·o, as a layer below would receive them.

    Attributes:
        factors: k, (K,).
        probabilities: p = softmax(k·o), (K, n).
        half_l1: 1 - Σp², (K,).
        half_entries: ½ Σ_ij |J_ij|, summed over the matrix, (K,).
        target_row: row t of the Jacobian, ∂p_t/∂o_j, (K, n).
        residual: p - onehot(t), (K, n): the derivative of the squared error with respect to p.
        slope: -onehot(t) / p_t, (K, n): the derivative of cross-entropy with respect to p.
        chained: the slope times the Jacobian, (K, n), as the chain rule has it.
        cross_entropy_gradient: p - onehot(t), (K, n): equal to `chained`, with p_t cancelled.
        squared_error_gradient: J (p - onehot(t)), (K, n).
    """

    factors: Tensor
    probabilities: Tensor
    half_l1: Tensor
    half_entries: Tensor
    target_row: Tensor
    residual: Tensor
    slope: Tensor
    chained: Tensor
    cross_entropy_gradient: Tensor
    squared_error_gradient: Tensor

    @property
    def cross_entropy_norm(self) -> Tensor:
        """Euclidean norm of the cross-entropy gradient, (K,); at most √2."""
        return self.cross_entropy_gradient.square().sum(dim=-1).sqrt()

    @property
    def squared_error_norm(self) -> Tensor:
        """Euclidean norm of the squared-error gradient, (K,)."""
        return self.squared_error_gradient.square().sum(dim=-1).sqrt()


def scale_sweep(logits: Tensor, target: int, factors: Tensor) -> ScaleSweep:
    """Compute both losses' gradients while the logits are scaled from uniform to one-hot.

    p(k) = softmax(k·o), for all k at once

    Args:
        logits: o, floating, (n,).
        target: the class index t of both losses.
        factors: k, of the logits' dtype, (K,).

    Returns:
        One row per factor.

    Raises:
        InvalidLogits: a k·o has no softmax.
        InvalidTarget: the target is none of the classes.

    Example:
        >>> o = torch.tensor([20.0, 0.0, 0.0], dtype=torch.float64)
        >>> sweep = scale_sweep(o, 1, torch.tensor([0.0, 1.0], dtype=torch.float64))
        >>> sweep.half_l1[0].item(), sweep.half_l1[1].item() < 1e-8
        (0.6666666666666666, True)
        >>> sweep.cross_entropy_norm[1].item() > 1.41
        True

    Source: the note, section 1.3, last sentence, and 1.4.
    """
    scaled = factors.unsqueeze(-1) * logits
    targets = torch.full(factors.shape, target, dtype=torch.int64)
    p = softmax(scaled)
    residual = cross_entropy_gradient(scaled, targets)
    jacobian = softmax_jacobian(p)
    slope = torch.zeros_like(p)
    slope[:, target] = -1 / p[:, target]
    return ScaleSweep(
        factors=factors,
        probabilities=p,
        half_l1=half_l1_norm(p),
        half_entries=jacobian.abs().sum(dim=(-2, -1)) / 2,
        target_row=jacobian[:, target, :],
        residual=residual,
        slope=slope,
        chained=(slope.unsqueeze(-2) @ jacobian).squeeze(-2),
        cross_entropy_gradient=residual,
        squared_error_gradient=squared_error_gradient(scaled, targets),
    )


VANISHED: Final = 1e-12
"""Limits of `scale_limit` below this count as 0: they are float64's rounding error."""


@dataclass(frozen=True, slots=True)
class ScaleLimit:
    """The limits of `scale_sweep` as k goes to infinity.

    Attributes:
        right: whether the target's logit is larger than every other one.
        undecided: whether the target shares the largest logit with another class.
        half_l1: 1 - Σp² in the limit; 0 if only one logit is the largest.
        cross_entropy_norm: Euclidean norm of the cross-entropy gradient in the limit.
        squared_error_norm: Euclidean norm of the squared-error gradient in the limit.
    """

    right: bool
    undecided: bool
    half_l1: float
    cross_entropy_norm: float
    squared_error_norm: float


def scale_limit(logits: Tensor, target: int) -> ScaleLimit:
    """Compute the limits of `scale_sweep` as k goes to infinity, exactly.

    p(∞) = 1/m for each of the m classes that share the largest logit, 0 for the others;
    then 1 - Σp², ‖p - y‖ and ‖J(p)(p - y)‖ of that p

    Args:
        logits: o, floating, (n,).
        target: the class index t of both losses.

    Returns:
        The limits; treat what is below `VANISHED` as 0.

    Example:
        >>> wrong = scale_limit(torch.tensor([2.0, 1.0, 0.0]), 1)
        >>> wrong.half_l1, wrong.squared_error_norm, round(wrong.cross_entropy_norm, 3)
        (0.0, 0.0, 1.414)

    Source: the note, section 1.3, last sentence, which is about the first of the three alone.
    """
    shares = (logits == logits.max()).double()
    p = shares / shares.sum()
    y = torch.zeros_like(p)
    y[target] = 1.0
    return ScaleLimit(
        right=p[target].item() == 1,
        undecided=0 < p[target].item() < 1,
        half_l1=half_l1_norm(p).item(),
        cross_entropy_norm=(p - y).square().sum().sqrt().item(),
        squared_error_norm=(softmax_jacobian(p) @ (p - y)).square().sum().sqrt().item(),
    )


def largest_half_l1(classes: Sequence[int]) -> Tensor:
    """Compute the largest value of 1 - Σp² over n classes, reached at the uniform distribution.

    max 1 - Σp² = 1 - 1/n

    Args:
        classes: the numbers of classes n, each at least 1.

    Returns:
        float64, one value per n.

    Example:
        >>> largest_half_l1([2, 4])
        tensor([0.5000, 0.7500], dtype=torch.float64)

    Source: the note, section 1.3; Cauchy-Schwarz gives Σp² ≥ (Σp)²/n = 1/n.
    """
    uniform = (softmax(torch.zeros(n, dtype=torch.float64)) for n in classes)
    return torch.stack([half_l1_norm(p) for p in uniform])


def simplex_points(probabilities: Tensor) -> Tensor:
    """Place distributions over three classes in an equilateral triangle of side 1.

    (x, y) = (p_1 + p_2 / 2, p_2 · √3 / 2), so that class 0 is at (0, 0), 1 at (1, 0), 2 on top

    Args:
        probabilities: p, (…, 3).

    Returns:
        (…, 2).

    Example:
        >>> simplex_points(torch.tensor([0.0, 1.0, 0.0]))
        tensor([1., 0.])
    """
    x = probabilities[..., 1] + probabilities[..., 2] / 2
    y = probabilities[..., 2] * (math.sqrt(3) / 2)
    return torch.stack([x, y], dim=-1)


def level_radius(level: float) -> float:
    """Compute the radius of the circle in the triangle on which 1 - Σp² has a given value.

    Σp² = 1/3 + |p - uniform|², and the triangle of side 1 shows lengths of p divided by √2, so
    r = √((2/3 - level) / 2).

    Args:
        level: a value of 1 - Σp² over three classes, at most 2/3.

    Returns:
        The circle's radius; 1/√3 at level 0, where it goes through the corners.

    Example:
        >>> round(level_radius(0.0), 4), round(level_radius(0.5), 4)
        (0.5774, 0.2887)
    """
    return math.sqrt((2 / 3 - level) / 2)
