"""Softmax and cross-entropy with the largest logit taken out, line by line, with the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from softmax_core.activations import softmax
from softmax_core.losses import cross_entropy


@dataclass(frozen=True, slots=True)
class ShiftedSteps:
    """Every line of the stable form.

    Attributes:
        largest: m = max o.
        differences: o - m, none of them above 0.
        exponentials: exp(o - m), none of them above 1.
        total: their sum, from 1 to n.
        log_total: ln(total), from 0 to ln n.
        log_sum_exp: m + ln(total) = ln Σ exp(o).
        probabilities: exp(o - m) / total.
        gap: m - o_t, how far the target's logit is behind.
        loss: (m - o_t) + ln(total) = -ln p_t.
    """

    largest: float
    differences: list[float]
    exponentials: list[float]
    total: float
    log_total: float
    log_sum_exp: float
    probabilities: list[float]
    gap: float
    loss: float


def shifted_steps(logits: Sequence[float], target: int) -> ShiftedSteps:
    """Show why the shift is enough: no line of this can overflow, and the sum cannot be 0.

    -ln p_t = (m - o_t) + ln Σ_j exp(o_j - m), m = max o

    Args:
        logits: o, finite.
        target: the class index t.

    Returns:
        Every line, in float64. The logarithm is ln(1 + the others' exponentials), so that it keeps
        its digits where they are too small to change the sum.

    Raises:
        InvalidLogits: no softmax.
        InvalidTarget: the target is none of the classes.

    Example:
        >>> found = shifted_steps([1000.0, 1000.0, 0.0], 2)
        >>> found.exponentials, found.total, round(found.log_sum_exp, 4), round(found.loss, 4)
        ([1.0, 1.0, 0.0], 2.0, 1000.6931, 1000.6931)

    Source: P. Blanchard, D. J. Higham, N. J. Higham, IMA J. Numer. Anal. 41 (2021), section 1.
    """
    o = torch.tensor(logits, dtype=torch.float64)
    p = softmax(o)
    loss = cross_entropy(o, torch.tensor(target))
    winner = o.argmax()
    largest = o[winner]
    differences = o - largest
    exponentials = differences.exp()
    log_total = exponentials.scatter(0, winner, 0.0).sum().log1p()
    return ShiftedSteps(
        largest=largest.item(),
        differences=differences.tolist(),
        exponentials=exponentials.tolist(),
        total=exponentials.sum().item(),
        log_total=log_total.item(),
        log_sum_exp=(largest + log_total).item(),
        probabilities=p.tolist(),
        gap=(largest - o[target]).item(),
        loss=loss.item(),
    )
