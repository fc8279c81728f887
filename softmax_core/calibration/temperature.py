"""The temperature that makes probabilities truer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from torch import Tensor

from softmax_core.activations import softmax
from softmax_core.calibration.predicted import rows_of
from softmax_core.errors import InvalidLogits
from softmax_core.losses import cross_entropy

Outcome = Literal["found", "zero", "infinite", "any"]

_NEWTON_STEPS: Final = 200
# Newton's step squares the relative error: after one as small as this, nothing is left of it.
_LAST_STEP: Final = 1e-9


@dataclass(frozen=True, slots=True)
class TemperatureFit:
    """The temperature with the smallest negative log-likelihood, if there is one.

    Attributes:
        outcome: "found"; "zero" where every label has the largest logit, so the loss falls for ever
            as T → 0; "infinite" where the labels' logits are on average not above the others', so
            that the uniform distribution is best; "any" where all logits of each row are equal.
        temperature: T; 0.0, inf or 1.0 for the other three.
        nll: mean -ln p_t at T, or its limit there.
        nll_before: at T = 1.
        steps: Newton and bisection steps made.
    """

    outcome: Outcome
    temperature: float
    nll: float
    nll_before: float
    steps: int


def fit_temperature(logits: Tensor, labels: Tensor) -> TemperatureFit:
    """Find the temperature with the smallest negative log-likelihood on held-out logits.

    L(β) = mean(ln Σ_k exp(β o_k) - β o_t), β = 1/T, is convex: L' = mean(Σ_k p_k (o_k - o_t)) and
    L'' = mean(Var_p(o)). Newton's steps on L' = 0, kept inside of a bracket that shrinks.

    Args:
        logits: o, floating (N, n), all finite, of pictures that were not trained on.
        labels: t, class indices (N,); at least one.

    Returns:
        T, to a relative 1e-10; or why no T above 0 and below infinity is the best.

    Raises:
        InvalidLogits: the logits have no softmax, or are not finite.
        InvalidTarget: no labels, or not class indices of these logits.

    Example:
        >>> import torch
        >>> o = torch.tensor([[4.0, 0.0]] * 4)
        >>> fit = fit_temperature(o, torch.tensor([0, 0, 0, 1]))
        >>> fit.outcome, round(fit.temperature, 6), round(4 / math.log(3), 6)
        ('found', 3.640957, 3.640957)
        >>> fit_temperature(o, torch.tensor([0, 0, 0, 0])).outcome
        'zero'

    Source: Guo, Pleiss, Sun and Weinberger (2017), section 4.2, temperature scaling; Boyd and
    Vandenberghe, Convex Optimization (2004), section 9.5, Newton's method.
    """
    rows, indices = rows_of(logits, labels)
    if not rows.isfinite().all():
        raise InvalidLogits(
            "infinite", "inf", "A logit is not finite; no temperature changes it. Leave it out."
        )
    before = float(cross_entropy(rows, indices).mean())
    # As differences to the label's logit; of the largest size 1, so that β has no units.
    apart = rows - rows.gather(1, indices.unsqueeze(1))
    scale = float(apart.abs().max())
    classes = rows.shape[1]
    if scale == 0:
        return TemperatureFit("any", 1.0, before, before, 0)
    apart = apart / scale
    highest = apart.amax(dim=1)
    if not (highest > 0).any():
        winners = (apart == 0).sum(dim=1).double()
        return TemperatureFit("zero", 0.0, float(winners.log().mean()), before, 0)
    if float(apart.mean()) >= 0:
        return TemperatureFit("infinite", math.inf, math.log(classes), before, 0)
    beta, steps = _root(apart)
    temperature = scale / beta
    nll = float(cross_entropy(rows / temperature, indices).mean())
    return TemperatureFit("found", temperature, nll, before, steps)


def _root(apart: Tensor) -> tuple[float, int]:
    """Find the β above 0 with L'(β) = 0, by Newton's steps in a bracket."""
    low, high, steps = 0.0, 1.0, 0
    while _slope(apart, high)[0] < 0:
        low, high, steps = high, 2 * high, steps + 1
    beta = (low + high) / 2
    for made in range(steps + 1, steps + _NEWTON_STEPS):
        slope, bend = _slope(apart, beta)
        low, high = (beta, high) if slope < 0 else (low, beta)
        newton = beta - slope / bend if bend > 0 else math.nan
        # Before the bracket is asked: at the root, rounding may put the step just outside of it.
        if abs(newton - beta) <= _LAST_STEP * beta:
            return newton, made
        beta = newton if low < newton < high else (low + high) / 2
    return beta, steps + _NEWTON_STEPS


def _slope(apart: Tensor, beta: float) -> tuple[float, float]:
    """Compute L' and L'' at β from the differences o_k - o_t."""
    p = softmax(beta * apart)
    mean = (p * apart).sum(dim=1, keepdim=True)
    return float(mean.mean()), float((p * (apart - mean).square()).sum(dim=1).mean())
