"""The derivative of softmax, as a matrix and as one number: half its entrywise L1 norm.

Both need 1 - p_i, and where p_i is within 1e-16 of 1 that difference loses all digits. But 1 - p_i
is also the sum of the other probabilities, and a sum of positive numbers is accurate.
`sum_of_others` explains why this sum is needed for one entry per row only.
"""

from __future__ import annotations

import torch
from torch import Tensor

from softmax_core.errors import InvalidProbabilities
from softmax_core.tensors import class_axis, holds, kind_of


def softmax_jacobian(probabilities: Tensor, *, dim: int = -1) -> Tensor:
    """Compute the Jacobian of softmax with respect to the logits.

    J_ij = ∂p_i/∂o_j = p_i (δ_ij - p_j)

    Args:
        probabilities: p = softmax(o), floating, (…, n).
        dim: the class axis.

    Returns:
        J, (…, n, n), with the classes in the last two axes. The diagonal p_i (1 - p_i) keeps its
        digits where p_i is within 1e-16 of 1.

    Raises:
        InvalidProbabilities: not a floating tensor with classes, an entry outside [0, 1], or a
            row whose sum is not 1.

    Example:
        >>> softmax_jacobian(torch.tensor([0.5, 0.25, 0.25]))
        tensor([[ 0.2500, -0.1250, -0.1250],
                [-0.1250,  0.1875, -0.0625],
                [-0.1250, -0.0625,  0.1875]])

    Source: the note, section 1.3.
    """
    p = checked_probabilities(probabilities, dim).movedim(dim, -1)
    # Each product is rounded once, in a narrow type too, and the matrix is written once.
    narrow = p.to(probabilities.dtype)
    jacobian = -narrow.unsqueeze(-1) * narrow.unsqueeze(-2)
    jacobian.diagonal(dim1=-2, dim2=-1).copy_(p * sum_of_others(p))
    return jacobian


def half_l1_norm(probabilities: Tensor, *, dim: int = -1) -> Tensor:
    """Compute half the entrywise L1 norm of the softmax Jacobian: the saturation measure.

    ½ Σ_ij |∂p_i/∂o_j| = 1 - Σ_i p_i² = Σ_i p_i (1 - p_i)

    It is 0 for one-hot p and 1 - 1/n, the maximum, for uniform p; in statistics it is called the
    Gini impurity. (The induced 1-norm is a different number, max 2 p_i (1 - p_i).)

    Args:
        probabilities: p = softmax(o), floating, (…, n).
        dim: the class axis.

    Returns:
        (…), without the class axis. It keeps its digits where a p is within 1e-16 of 1. Its
        autograd gradient with respect to p is -2p plus a constant per row, which has no effect
        through softmax, because the sum of p does not depend on the logits.

    Raises:
        InvalidProbabilities: as for `softmax_jacobian`.

    Example:
        >>> half_l1_norm(torch.tensor([[0.25, 0.25, 0.25, 0.25], [1.0, 0.0, 0.0, 0.0]]))
        tensor([0.7500, 0.0000])

    Source: the note, section 1.3.
    """
    p = checked_probabilities(probabilities, dim)
    return (p * sum_of_others(p, dim=dim)).sum(dim=dim).to(probabilities.dtype)


def sum_of_others(probabilities: Tensor, *, dim: int = -1) -> Tensor:
    """Compute 1 - p_i accurately.

    1 - p_i = Σ_{j≠i} p_j

    Only the largest p of a row needs the sum. All others are at most ½, so 1 - p_i is at least ½,
    and the relative error of the subtraction is at most twice its rounding error and the row's own
    distance from 1 (a few eps). One pass over the row replaces n sums.

    Args:
        probabilities: rows that sum to 1, float32 or float64, (…, n); not checked.
        dim: the class axis.

    Returns:
        1 - p, of the same shape.

    Example:
        >>> sum_of_others(torch.tensor([1.0, 2**-70, 2**-70]))[0].item() == 2**-69
        True
    """
    winner = probabilities.argmax(dim=dim, keepdim=True)
    of_the_winner = probabilities.scatter(dim, winner, 0.0).sum(dim=dim, keepdim=True)
    return (1 - probabilities).scatter(dim, winner, of_the_winner)


def checked_probabilities(probabilities: Tensor, dim: int) -> Tensor:
    """Check for distributions along `dim`; convert types below float32 to it."""
    if not isinstance(probabilities, Tensor) or not probabilities.is_floating_point():
        kind = kind_of(probabilities)
        raise InvalidProbabilities(
            kind, f"The probabilities are {kind}; give a floating tensor, as softmax does."
        )
    shape = tuple(probabilities.shape)
    axis = class_axis(dim, shape)
    if axis is None or shape[axis] == 0:
        raise InvalidProbabilities(
            str(shape), f"Probabilities of shape {shape} have no classes along axis {dim}."
        )
    outside = ~((probabilities >= 0) & (probabilities <= 1))
    if holds(outside.any()):
        value = probabilities[outside][0].item()
        raise InvalidProbabilities(
            str(value), f"A probability is {value}, outside [0, 1]. Logits? Call softmax first."
        )
    sums = probabilities.detach().sum(dim=dim, dtype=torch.float64)
    # Rounding p changes the sum by eps at most; 1e-5 allows for numbers typed by hand.
    allowed = max(1e-5, 2 * torch.finfo(probabilities.dtype).eps)
    wrong = (sums - 1).abs() > allowed
    if holds(wrong.any()):
        value = sums[wrong][0].item()
        raise InvalidProbabilities(
            str(value), f"A row of probabilities sums to {value}, not to 1. Divide it by its sum."
        )
    return probabilities if torch.finfo(probabilities.dtype).bits >= 32 else probabilities.float()
