"""How the entropy, the Gini impurity and ½‖J‖₁ are related, in one series."""

from __future__ import annotations

import torch
from torch import Tensor

from softmax_core.derivatives import checked_probabilities, sum_of_others


def entropy_series(probabilities: Tensor, terms: int, *, dim: int = -1) -> Tensor:
    """Cut the entropy's series in 1 - p off after some terms; the first one is the Gini impurity.

    -ln p = Σ_k (1 - p)^k / k, so H = Σ_k (1/k) Σ_i p_i (1 - p_i)^k, whose term k = 1 is 1 - Σ p²

    Args:
        probabilities: p, floating, (…, n).
        terms: how many terms are kept, at least 1.
        dim: the class axis.

    Returns:
        (…): 1 - Σ p² for one term, growing towards the entropy in nats with their number.

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
