"""Distributions measured: surprise, entropy and its series, perplexity, divergence, and ranks."""

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


def surprise(probabilities: Tensor, *, unit: Unit = "nats") -> Tensor:
    """Compute how surprising each outcome is.

    -ln p_i

    Args:
        probabilities: p, floating, (…, n), the classes in the last axis.
        unit: "nats" or "bits".

    Returns:
        Of the same shape: 0 for what is certain, inf for what is impossible.

    Raises:
        InvalidProbabilities: as for `entropy`.

    Example:
        >>> surprise(torch.tensor([0.5, 0.25, 0.25]), unit="bits")
        tensor([1., 2., 2.])

    Source: Shannon (1948), as for `entropy`, which is the expected surprise.
    """
    p = checked_probabilities(probabilities, -1)
    # As in `entropy`, where p rounds to 1.
    nats = torch.where(p > 0.5, -torch.log1p(-sum_of_others(p)), -p.log())
    return (nats / math.log(2) if unit == "bits" else nats).to(probabilities.dtype)


def expected_surprise(truth: Tensor, prediction: Tensor, *, unit: Unit = "nats") -> Tensor:
    """Compute the cross-entropy of two distributions: how surprised a predictor is on average.

    H(y, p) = -Σ_i y_i ln p_i, with 0 ln 0 = 0

    Args:
        truth: y, what really comes, floating, (…, n), the classes in the last axis.
        prediction: p, what was believed, (…, n).
        unit: "nats" or "bits".

    Returns:
        (…), at least the entropy of y; inf where something comes that was held impossible.

    Raises:
        InvalidProbabilities: either is no distribution.

    Example:
        >>> expected_surprise(
        ...     torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.5, 0.25, 0.25]), unit="bits"
        ... )
        tensor(1.5000)

    Source: Good, Some Terminology and Notation in Information Theory (1956).
    """
    y = checked_probabilities(truth, -1)
    terms = y * surprise(prediction, unit=unit)
    return torch.where(y == 0, 0.0, terms).sum(dim=-1).to(prediction.dtype)


def divergence(truth: Tensor, prediction: Tensor, *, unit: Unit = "nats") -> Tensor:
    """Compute the Kullback-Leibler divergence: the surprise that the truth itself does not cause.

    KL(y ‖ p) = Σ_i y_i ln(y_i / p_i) = H(y, p) - H(y)

    Each term is computed as y_i (d - ln(1 + d)), d = (p_i - y_i) / y_i, which is not negative; the
    d add up to 0. The difference of the two entropies would lose its digits where p is near y.

    Args:
        truth: y, floating, (…, n), the classes in the last axis.
        prediction: p, (…, n).
        unit: "nats" or "bits".

    Returns:
        (…), 0 where p is y, and inf as for `expected_surprise`.

    Raises:
        InvalidProbabilities: either is no distribution.

    Example:
        >>> divergence(
        ...     torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.5, 0.25, 0.25]), unit="bits"
        ... )
        tensor(0.5000)

    Source: Kullback and Leibler, On Information and Sufficiency (1951).
    """
    y, p = checked_probabilities(truth, -1), checked_probabilities(prediction, -1)
    occurs = y > 0
    divisor = torch.where(occurs, y, 1.0)
    relative = (p - y) / divisor
    # Far from y it is the sum 1 + d that would lose digits.
    logarithm = torch.where(relative.abs() < 0.5, relative.log1p(), (p / divisor).log())
    # Where y is 0 the term is p, the limit.
    nats = torch.where(occurs, y * (relative - logarithm), p).sum(dim=-1)
    return (nats / math.log(2) if unit == "bits" else nats).to(prediction.dtype)


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
