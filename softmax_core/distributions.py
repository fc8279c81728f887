"""What a distribution is like as a whole: how uncertain, and in which order its classes are."""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor

from softmax_core.derivatives import checked_probabilities, sum_of_others

Unit = Literal["nats", "bits"]


def entropy(probabilities: Tensor, *, dim: int = -1, unit: Unit = "nats") -> Tensor:
    """Measure how uncertain a distribution is.

    H = -Σ_i p_i ln p_i, with 0 ln 0 = 0

    Args:
        probabilities: p, floating, (…, n) with the classes along `dim`.
        dim: the class axis.
        unit: "nats" for the natural logarithm, "bits" for the one to base 2.

    Returns:
        One entropy a row, (…), from 0 (one-hot) to ln n (uniform).

    Raises:
        InvalidProbabilities: entries outside [0, 1], or a sum that is not 1.

    Example:
        >>> entropy(torch.tensor([0.5, 0.25, 0.25]), unit="bits")
        tensor(1.5000)

    Source: Shannon, A Mathematical Theory of Communication (1948), section 6.
    """
    p = checked_probabilities(probabilities, dim)
    # Where p is within rounding of 1, ln p has no digits left; ln(1 - the sum of the others) has.
    near_one = p * -torch.log1p(-sum_of_others(p, dim=dim))
    nats: Tensor = torch.where(p > 0.5, near_one, torch.special.entr(p)).sum(dim=dim)
    answer = nats / math.log(2) if unit == "bits" else nats
    return answer.to(probabilities.dtype)


def perplexity(probabilities: Tensor, *, dim: int = -1) -> Tensor:
    """Count the classes of the uniform distribution that is as uncertain as this one.

    exp(H), H in nats

    Args:
        probabilities: p, floating, (…, n) with the classes along `dim`.
        dim: the class axis.

    Returns:
        One number a row, (…), from 1 (one-hot) to n (uniform).

    Raises:
        InvalidProbabilities: as for `entropy`.

    Example:
        >>> perplexity(torch.tensor([0.5, 0.5, 0.0]))
        tensor(2.)

    Source: Jelinek, Mercer, Bahl and Baker, Perplexity (1977).
    """
    return entropy(probabilities, dim=dim).exp()


def rank(values: Tensor, *, dim: int = -1) -> Tensor:
    """Place each value among the others: 1 is the largest, and equal values share a place.

    rank_i = 1 + #{j : v_j > v_i}

    Args:
        values: (…, n). Logits rather than probabilities, where p has underflown to ties.
        dim: the axis along which to compare.

    Returns:
        int64, of the same shape.

    Example:
        >>> rank(torch.tensor([2.0, 5.0, 2.0]))
        tensor([2, 1, 2])
    """
    along = values.movedim(dim, -1)
    larger = along.unsqueeze(-2) > along.unsqueeze(-1)
    return (larger.sum(dim=-1) + 1).movedim(-1, dim)
