"""Summaries of a distribution: entropy, its series, perplexity, and the ranks of its classes."""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor

from softmax_core.derivatives import checked_probabilities, sum_of_others

Unit = Literal["nats", "bits"]


def entropy(probabilities: Tensor, *, dim: int = -1, unit: Unit = "nats") -> Tensor:
    """Compute the entropy of a distribution: how uncertain it is.

    H = -Σ_i p_i ln p_i, with 0 ln 0 = 0

    Args:
        probabilities: p, floating, (…, n) with the classes along `dim`.
        dim: the class axis.
        unit: "nats" for the natural logarithm, "bits" for the one to base 2.

    Returns:
        One entropy per row, (…), from 0 (one-hot) to ln n (uniform).

    Raises:
        InvalidProbabilities: entries outside [0, 1], or a sum that is not 1.

    Example:
        >>> entropy(torch.tensor([0.5, 0.25, 0.25]), unit="bits")
        tensor(1.5000)

    Source: Shannon, A Mathematical Theory of Communication (1948), section 6.
    """
    p = checked_probabilities(probabilities, dim)
    # Where p rounds to 1, ln p has lost all digits; ln(1 - the sum of the others) has not.
    near_one = p * -torch.log1p(-sum_of_others(p, dim=dim))
    nats: Tensor = torch.where(p > 0.5, near_one, torch.special.entr(p)).sum(dim=dim)
    answer = nats / math.log(2) if unit == "bits" else nats
    return answer.to(probabilities.dtype)


def entropy_series(probabilities: Tensor, terms: int, *, dim: int = -1) -> Tensor:
    """Sum the first terms of the entropy's series in 1 - p; the first is the Gini impurity.

    -ln p = Σ_k (1 - p)^k / k, so H = Σ_k (1/k) Σ_i p_i (1 - p_i)^k, whose term k = 1 is 1 - Σ p²

    Args:
        probabilities: p, floating, (…, n).
        terms: how many terms to sum, at least 1.
        dim: the class axis.

    Returns:
        (…): 1 - Σ p² for one term; grows towards the entropy in nats with the number of terms.

    Raises:
        InvalidProbabilities: not distributions along `dim`.

    Example:
        >>> coin = torch.tensor([0.5, 0.5])
        >>> entropy_series(coin, 1), entropy_series(coin, 2), entropy_series(coin, 50)
        (tensor(0.5000), tensor(0.6250), tensor(0.6931))

    Source: the series of the logarithm at 1; its first term is C. Gini's measure (1912).
    """
    p = checked_probabilities(probabilities, dim)
    others = sum_of_others(p, dim=dim)
    parts = [(p * others**k).sum(dim=dim) / k for k in range(1, terms + 1)]
    return torch.stack(parts).sum(dim=0).to(probabilities.dtype)


def perplexity(probabilities: Tensor, *, dim: int = -1) -> Tensor:
    """Compute the perplexity: the number of classes of an equally uncertain uniform distribution.

    exp(H), H in nats

    Args:
        probabilities: p, floating, (…, n) with the classes along `dim`.
        dim: the class axis.

    Returns:
        One number per row, (…), from 1 (one-hot) to n (uniform).

    Raises:
        InvalidProbabilities: as for `entropy`.

    Example:
        >>> perplexity(torch.tensor([0.5, 0.5, 0.0]))
        tensor(2.)

    Source: Jelinek, Mercer, Bahl and Baker, Perplexity (1977).
    """
    return entropy(probabilities, dim=dim).exp()


def rank(values: Tensor, *, dim: int = -1) -> Tensor:
    """Rank each value: 1 is the largest, and equal values share a rank.

    rank_i = 1 + #{j : v_j > v_i}

    Args:
        values: (…, n). Pass logits rather than probabilities where p underflows to ties.
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
