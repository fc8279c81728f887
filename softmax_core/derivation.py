"""Derivations line by line, in numbers: an entry of softmax's Jacobian, and the stable loss.

The lines are shown to people, so they are computed as they are written, in float64. The functions
for computing are `derivatives.softmax_jacobian` and `losses.cross_entropy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from softmax_core.activations import softmax
from softmax_core.losses import cross_entropy


@dataclass(frozen=True, slots=True)
class JacobianEntry:
    """The numbers in the derivation of ∂p_i/∂o_j.

    Attributes:
        i: the class of the probability.
        j: the class of the logit.
        e_i: exp(o_i).
        e_j: exp(o_j).
        total: Σ_k exp(o_k).
        e_i_slope: ∂e_i/∂o_j, e_i for i = j and 0 otherwise.
        numerator: e_i_slope · total - e_i · e_j, from the quotient rule.
        p_i: e_i / total.
        p_j: e_j / total.
        value: p_i - p_i² for i = j, -p_i p_j otherwise.
    """

    i: int
    j: int
    e_i: float
    e_j: float
    total: float
    e_i_slope: float
    numerator: float
    p_i: float
    p_j: float
    value: float


def jacobian_entry(logits: Tensor, i: int, j: int) -> JacobianEntry:
    """Derive ∂p_i/∂o_j for one row of logits.

    ∂p_i/∂o_j = (∂e_i/∂o_j · s - e_i e_j) / s² = p_i δ_ij - p_i p_j, s = Σ_k e_k

    Args:
        logits: o, floating, (n,), at most 300 in magnitude, so that s² does not overflow.
        i: the class of the probability.
        j: the class of the logit.

    Returns:
        The numbers of each line.

    Raises:
        InvalidLogits: the logits have no softmax.

    Example:
        >>> entry = jacobian_entry(torch.tensor([0.0, 0.0]), 0, 1)
        >>> entry.numerator, entry.total, entry.value
        (-1.0, 2.0, -0.25)

    Source: the note, section 1.3.
    """
    o = logits.double()
    p = softmax(o)
    e = o.exp()
    total = e.sum().item()
    e_i, e_j = e[i].item(), e[j].item()
    slope = e_i if i == j else 0.0
    p_i, p_j = p[i].item(), p[j].item()
    return JacobianEntry(
        i=i,
        j=j,
        e_i=e_i,
        e_j=e_j,
        total=total,
        e_i_slope=slope,
        numerator=slope * total - e_i * e_j,
        p_i=p_i,
        p_j=p_j,
        value=p_i - p_i * p_i if i == j else -p_i * p_j,
    )


def induced_one_norm(jacobian: Tensor) -> Tensor:
    """Compute the induced 1-norm of a matrix: the largest column sum of absolute values.

    ‖J‖ = max_j Σ_i |J_ij| = max_j 2 p_j (1 - p_j)

    Args:
        jacobian: J, floating, (…, n, n).

    Returns:
        (…); not the sum over all entries, which the note calls the L1 norm.

    Example:
        >>> induced_one_norm(torch.tensor([[0.25, -0.25], [-0.25, 0.25]]))
        tensor(0.5000)

    Source: Horn and Johnson, Matrix Analysis, section 5.6.
    """
    return jacobian.abs().sum(dim=-2).amax(dim=-1)


@dataclass(frozen=True, slots=True)
class ShiftedSteps:
    """The numbers in the stable computation of softmax and cross-entropy.

    Attributes:
        largest: m = max o.
        differences: o - m, at most 0.
        exponentials: exp(o - m), at most 1.
        total: their sum, from 1 to n.
        log_total: ln(total), from 0 to ln n.
        log_sum_exp: m + ln(total) = ln Σ exp(o).
        probabilities: exp(o - m) / total.
        gap: m - o_t, the distance of the target's logit from the largest.
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
    """Compute softmax and cross-entropy stably, line by line: no line can overflow or divide by 0.

    -ln p_t = (m - o_t) + ln Σ_j exp(o_j - m), m = max o

    Args:
        logits: o, finite.
        target: the class index t.

    Returns:
        Every line, in float64. The logarithm is computed as ln(1 + the other exponentials), so it
        keeps its digits where they are too small to change the sum.

    Raises:
        InvalidLogits: the logits have no softmax.
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
