"""The linear layer of the note, and the expected cost of a decision."""

from __future__ import annotations

from torch import Tensor


def linear(features: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    """Compute the logits of a linear model.

    o = x W + b

    Args:
        features: x, floating, (…, d).
        weights: W, (d, n), one column per class as in the note. (`nn.Linear` and the training
            engine store the transpose, one row per class.)
        bias: b, (n,), one number per class, whatever the size of the minibatch.

    Returns:
        o, (…, n).

    Example:
        >>> import torch
        >>> linear(torch.tensor([1.0, 2.0]), torch.eye(2), torch.tensor([0.0, 1.0]))
        tensor([1., 3.])

    Source: the note, section 1.1.
    """
    return features @ weights + bias


def expected_cost(probabilities: Tensor, costs: Tensor) -> Tensor:
    """Compute the expected cost of each answer under the predicted distribution.

    E[cost of answer a] = Σ_k p_k C_ka

    Args:
        probabilities: p, floating, (…, n).
        costs: C, (n, answers): C[k, a] is the cost of answering a when the truth is k.

    Returns:
        (…, answers). The answer with the lowest cost is the most likely class only if all mistakes
        cost the same.

    Example:
        >>> import torch
        >>> expected_cost(torch.tensor([0.75, 0.25]), torch.tensor([[0.0, 1.0], [8.0, 0.0]]))
        tensor([2.0000, 0.7500])

    Source: *Dive into Deep Learning*, the exercise on returning the most likely label.
    """
    return probabilities @ costs
