"""The smallest change of a picture that changes its predicted class, and the picture of it.

In a linear model the set of pictures predicted k is bounded by planes, one for each other class.
The smallest change goes straight to the nearest of them: there j has the logit of k, and no class
has more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from softmax_core.errors import InvalidLogits
from softmax_core.tensors import kind_of

_OUTSIDE: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Flip:
    """The smallest change that gives another class at least the logit of the predicted one.

    Attributes:
        predicted: k, the class predicted without the change.
        other: j, the class that reaches it.
        change: δ, float64 (D,), in units of the features; x + δ is on the boundary.
        distance: ‖δ‖, the Euclidean norm.
        multiplier: µ, by which δ = clip(-µ (W_k - W_j)); without bounds nothing is clipped.
        gap: how far ½‖δ‖² can at most be above the smallest possible, by duality: 0 but for
            rounding.
    """

    predicted: int
    other: int
    change: Tensor
    distance: float
    multiplier: float
    gap: float


@dataclass(frozen=True, slots=True)
class NoFlip:
    """No allowed change gives another class the logit of the predicted one.

    Attributes:
        predicted: k.
        nearest: the class whose logit comes nearest to it.
        missing: by how much that logit is still below, at the best that the bounds allow.
    """

    predicted: int
    nearest: int
    missing: float


def smallest_flips(features: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    """Compute how far each picture is from being predicted as each class.

    (o_k - o_j) / ‖W_k - W_j‖, o = W x + b, k the class predicted

    Args:
        features: x, floating (N, D).
        weights: W, floating (n, D).
        bias: b, (n,).

    Returns:
        Euclidean distances, float64 (N, n), in units of the features; inf at k itself, and where
        two classes have the same weights, so that no change makes a difference. The smallest of a
        row is the distance to the nearest other prediction.

    Raises:
        InvalidLogits: a logit is not finite, or what is given is no tensor.

    Example:
        >>> x, W = torch.tensor([[1.0, 0.0]]), torch.tensor([[3.0, 0.0], [0.0, 4.0]])
        >>> smallest_flips(x, W, torch.zeros(2))
        tensor([[   inf, 0.6000]], dtype=torch.float64)

    Source: the distance of a point from a plane; Moosavi-Dezfooli, Fawzi and Frossard, DeepFool
    (2016), section 3, for classifiers that are affine.
    """
    x, W, b = _double(features, weights, bias)
    logits = _finite(x @ W.T + b)
    k = logits.argmax(dim=1)
    lead = logits.gather(1, k.unsqueeze(1)) - logits
    apart = torch.stack([torch.linalg.vector_norm(W - row, dim=1) for row in W])[k]
    distances = torch.where(apart > 0, lead / apart, math.inf)
    return distances.scatter(1, k.unsqueeze(1), math.inf)


def smallest_flip(
    features: Tensor,
    weights: Tensor,
    bias: Tensor,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    towards: int | None = None,
) -> Flip | NoFlip:
    """Find the smallest change of one picture that flips its prediction.

    min ½‖δ‖²  so that  (W_k - W_j)·δ ≤ -(o_k - o_j)  and  low ≤ x + δ ≤ high, over all j ≠ k

    Without bounds δ = -(o_k - o_j) (W_k - W_j) / ‖W_k - W_j‖². With bounds δ_i(µ) = clip(-µ w_i),
    w = W_k - W_j, and -w·δ(µ) grows with µ in straight pieces, whose ends are sorted: the µ at
    which it reaches o_k - o_j is found exactly, without iteration.

    Args:
        features: x, floating (D,), inside of the bounds.
        weights: W, floating (n, D).
        bias: b, (n,).
        low: the smallest value of a feature, such as that of a black pixel.
        high: the largest.
        towards: j, or None for the nearest of all other classes.

    Returns:
        The flip, or `NoFlip` where the bounds allow none. Just beyond it, at 1.001 δ, j is ahead
        of k; if j is the nearest class, just before it, at 0.999 δ, k is still predicted.

    Raises:
        InvalidLogits: a logit is not finite, a feature is outside the bounds, j is no other class,
            or what is given is no tensor.

    Example:
        >>> x, W = torch.tensor([1.0, 0.0]), torch.tensor([[3.0, 0.0], [0.0, 4.0]])
        >>> flip = smallest_flip(x, W, torch.zeros(2))
        >>> flip.other, flip.distance, [round(value, 4) for value in flip.change.tolist()]
        (1, 0.6, [-0.36, 0.48])
        >>> smallest_flip(x, W, torch.tensor([9.0, 0.0]), low=0.0, high=1.0)
        NoFlip(predicted=0, nearest=1, missing=5.0)

    Source: Boyd and Vandenberghe, Convex Optimization (2004), section 5.5.3, for the bounds; the
    breakpoint search of Held, Wolfe and Crowder, Validation of Subgradient Optimization (1974).
    """
    x, W, b = _double(features, weights, bias)
    logits = _finite(W @ x + b)
    k = int(logits.argmax())
    slack = _OUTSIDE * max(1.0, abs(low) if math.isfinite(low) else 1.0)
    if not ((x >= low - slack) & (x <= high + slack)).all():
        raise InvalidLogits(
            "outside", str(float(x.min())), f"A feature is outside the bounds {low} to {high}."
        )
    if towards is not None and (towards == k or not 0 <= towards < len(W)):
        raise InvalidLogits(
            "class", str(towards), f"{towards} is not another class than the predicted one, {k}."
        )
    classes = [j for j in range(len(W)) if j != k] if towards is None else [towards]
    found = [
        _towards(x, W[k] - W[j], float(logits[k] - logits[j]), k, j, low, high) for j in classes
    ]
    flips = [one for one in found if isinstance(one, Flip)]
    if flips:
        return min(flips, key=lambda flip: flip.distance)
    return min((one for one in found if isinstance(one, NoFlip)), key=lambda none: none.missing)


def predicted_along(
    features: Tensor, weights: Tensor, bias: Tensor, change: Tensor, factors: Sequence[float]
) -> list[int]:
    """Return the class predicted after each multiple of a change.

    argmax_k W_k·(x + f δ) + b_k

    Args:
        features: x, floating (D,).
        weights: W, floating (n, D).
        bias: b, (n,).
        change: δ, (D,).
        factors: f.

    Returns:
        A class index for each factor.

    Example:
        >>> x, W = torch.tensor([1.0, 0.0]), torch.tensor([[3.0, 0.0], [0.0, 4.0]])
        >>> flip = smallest_flip(x, W, torch.zeros(2))
        >>> predicted_along(x, W, torch.zeros(2), flip.change, (0.999, 1.001))
        [0, 1]
    """
    x, W, b = features.double(), weights.double(), bias.double()
    return [int((W @ (x + factor * change) + b).argmax()) for factor in factors]


def _towards(
    x: Tensor, w: Tensor, lead: float, k: int, j: int, low: float, high: float
) -> Flip | NoFlip:
    """Project onto the half-space w·δ ≤ -lead inside of the bounds."""
    # How far each feature may go against its weight, and the µ from which on it stays there.
    room = torch.where(w > 0, x - low, high - x).clamp(min=0)
    pull = w.abs()
    stops = torch.where(pull > 0, room / pull, math.inf)
    order = stops.argsort()
    pull, room, stops = pull[order], room[order], stops[order]
    gained = torch.where(pull > 0, pull * room, 0.0).cumsum(0)
    squares = pull.square()
    free = squares.flip(0).cumsum(0).flip(0)
    before = torch.cat((gained.new_zeros(1), gained[:-1]))
    # What -w·δ is at each feature's µ, the ones before being at their bounds.
    reached = torch.where(stops.isfinite(), before + stops * free, math.inf)
    usable = pull > 0
    possible = math.inf if bool((stops.isinf() & usable).any()) else float(gained[-1])
    if possible < lead or not bool(usable.any()):
        missing = lead - (possible if bool(usable.any()) else 0.0)
        return NoFlip(k, j, missing)
    at = int((reached < lead).sum().clamp(max=len(w) - 1))
    at = min(at, int(usable.sum()) - 1)
    multiplier = float((lead - before[at]) / free[at])
    change = (-multiplier * w).clamp(min=low - x, max=high - x)
    short = lead + float(w @ change)
    return Flip(
        predicted=k,
        other=j,
        change=change,
        distance=float(torch.linalg.vector_norm(change)),
        multiplier=multiplier,
        gap=abs(multiplier * short),
    )


def _double(*given: Tensor) -> tuple[Tensor, ...]:
    """Return tensors as float64."""
    for one in given:
        if not isinstance(one, Tensor):
            kind = kind_of(one)
            raise InvalidLogits(
                "not_a_tensor",
                kind,
                f"Features, weights and biases are tensors, not a {kind}; wrap them: "
                "torch.tensor([1.0, 2.0]).",
            )
    return tuple(one.double() for one in given)


def _finite(logits: Tensor) -> Tensor:
    if not logits.isfinite().all():
        raise InvalidLogits("infinite", "nan", "A logit is not finite, so nothing is predicted.")
    return logits
