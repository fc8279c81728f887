"""The likelihood of labels under one distribution: a product, and its logarithm as a sum."""

from __future__ import annotations

import torch
from torch import Tensor

from softmax_core.activations import log_softmax
from softmax_core.derivatives import checked_probabilities


def likelihood(probabilities: Tensor, counts: Tensor) -> Tensor:
    """Compute the probability of labels that are drawn independently, as a plain product.

    Π_k p_k^{c_k}, with 0^0 = 1

    Args:
        probabilities: p, floating, (…, n).
        counts: c, how often each class occurs, at least 0, (…, n).

    Returns:
        (…). It underflows to 0 for some hundred labels or more: `log_likelihood` does not.

    Raises:
        InvalidProbabilities: not distributions along the last axis.

    Example:
        >>> likelihood(torch.tensor([0.5, 0.25, 0.25]), torch.tensor([2, 1, 0]))
        tensor(0.0625)

    Source: Fisher, On the Mathematical Foundations of Theoretical Statistics (1922).
    """
    p = checked_probabilities(probabilities, -1)
    return (p**counts).prod(dim=-1).to(probabilities.dtype)


def log_likelihood(logits: Tensor, counts: Tensor) -> Tensor:
    """Compute the logarithm of the likelihood from logits, without the product.

    ln Π_k p_k^{c_k} = Σ_k c_k ln p_k, p = softmax(o), with 0 ln 0 = 0

    Divided by -Σ_k c_k it is the mean cross-entropy of the labels.

    Args:
        logits: o, floating, (…, n); as for `softmax`.
        counts: c, how often each class occurs, at least 0, (…, n).

    Returns:
        (…), at most 0; -inf where a class that occurs has the probability 0.

    Raises:
        InvalidLogits: as for `softmax`.

    Example:
        >>> log_likelihood(torch.tensor([0.0, 0.0]), torch.tensor([300, 200]))
        tensor(-346.5736)

    Source: as `likelihood`.
    """
    terms = counts * log_softmax(logits)
    # A class that does not occur adds nothing, even where its ln p is -inf.
    return torch.where(counts == 0, 0.0, terms).sum(dim=-1).to(logits.dtype)
