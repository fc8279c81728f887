"""Cross-entropy and squared error of the logits, each with its gradient.

The gradient of cross-entropy is p - onehot(t): softmax's Jacobian cancels. In the gradient of the
squared error the Jacobian remains as a factor, and vanishes at any one-hot p, even a wrong one.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from softmax_core.activations import against_the_winner, checked_axis, softmax
from softmax_core.derivatives import sum_of_others
from softmax_core.errors import InvalidTarget
from softmax_core.tensors import by_blocks, class_indices

Loss = Literal["cross_entropy", "squared_error"]


def cross_entropy(logits: Tensor, target: Tensor, *, dim: int = -1) -> Tensor:
    """Compute the cross-entropy of the prediction with the target class.

    L = -log p_t, p = softmax(o)

    Args:
        logits: o, floating, (…, n) with the classes along `dim`; as for `softmax`.
        target: t, class indices of an integer dtype, (…): the logits' shape without `dim`.
        dim: the class axis.

    Returns:
        One loss per row, in nats, (…); reduce it before `backward()`. +inf where o_t is -inf. In
        float64 the error is below (n + 8) eps · max(1, L).

    Raises:
        InvalidLogits: as for `softmax`.
        InvalidTarget: not class indices of these logits.

    Example:
        >>> cross_entropy(torch.tensor([[0.0, -104.0, 0.0]]), torch.tensor([1]))
        tensor([104.6931])

    Source: the note, section 1.4.
    """
    axis, target = checked_target(logits, target, dim)

    def form(rows: Tensor, targets: Tensor) -> Tensor:
        found, at_target = against_the_winner(rows, axis), targets.unsqueeze(axis)
        difference = found.differences.gather(axis, at_target)
        # inf - inf where the target has a logit of +inf
        difference = difference.masked_fill(at_target == found.winner, 0.0)
        return (found.rest.log1p() - difference).squeeze(axis).to(rows.dtype)

    return by_blocks(form, logits, target, axis=axis)


def cross_entropy_gradient(logits: Tensor, target: Tensor, *, dim: int = -1) -> Tensor:
    """Compute the gradient of cross-entropy with respect to the logits.

    ∂L/∂o = p - onehot(t)

    Args:
        logits: o, (…, n); as for `softmax`.
        target: t, class indices, (…).
        dim: the class axis.

    Returns:
        One gradient per row, (…, n). Entry t is computed as minus the sum of the other
        probabilities, so it keeps its digits where p_t is near 1.

    Raises:
        InvalidLogits: as for `softmax`.
        InvalidTarget: not class indices of these logits.

    Example:
        >>> cross_entropy_gradient(torch.tensor([0.0, -104.0, 0.0]), torch.tensor(1))
        tensor([ 0.5000, -1.0000,  0.5000])

    Source: the note, section 1.4.
    """
    axis, target = checked_target(logits, target, dim)

    def form(rows: Tensor, targets: Tensor) -> Tensor:
        p, at_target = _predicted(rows, targets, axis)
        missing = sum_of_others(p, dim=axis).gather(axis, at_target)
        return p.scatter(axis, at_target, 0 - missing).to(rows.dtype)

    return by_blocks(form, logits, target, axis=axis)


def squared_error(logits: Tensor, target: Tensor, *, dim: int = -1) -> Tensor:
    """Compute half the squared distance between the prediction and the one-hot target.

    L = ½ ‖p - onehot(t)‖² = ½ ((1 - p_t)² + Σ_{j≠t} p_j²), p = softmax(o)

    Args:
        logits: o, (…, n); as for `softmax`.
        target: t, class indices, (…).
        dim: the class axis.

    Returns:
        One loss per row, (…), between 0 and 1.

    Raises:
        InvalidLogits: as for `softmax`.
        InvalidTarget: not class indices of these logits.

    Example:
        >>> squared_error(torch.tensor([[0.0, 0.0], [99.0, 0.0]]), torch.tensor([0, 1]))
        tensor([0.2500, 1.0000])

    Source: the note, section 1.4, "target minus prediction", squared.
    """
    axis, target = checked_target(logits, target, dim)

    def form(rows: Tensor, targets: Tensor) -> Tensor:
        p, at_target = _predicted(rows, targets, axis)
        missing = sum_of_others(p, dim=axis).gather(axis, at_target)
        residual = p.scatter(axis, at_target, missing)
        return (residual.square().sum(dim=axis) / 2).to(rows.dtype)

    return by_blocks(form, logits, target, axis=axis)


def squared_error_gradient(logits: Tensor, target: Tensor, *, dim: int = -1) -> Tensor:
    """Compute the gradient of the squared error with respect to the logits.

    ∂L/∂o = J (p - y) = p ∘ ((p - y) - Σ_j p_j (p_j - y_j)), y = onehot(t)

    With q_i = 1 - p_i, Q = Σ_{j≠t} p_j², and m the class with the largest p, the bracket is

        at t:                     -(q_t² + Q)
        at m, where m ≠ t:        p_m q_m + p_t q_t - Σ_{j≠t,m} p_j²
        elsewhere:                p_i + p_t q_t - Q

    which never subtracts two numbers near 1, so the gradient keeps its digits in saturation, where
    it is tiny but not 0.

    Args:
        logits: o, (…, n); as for `softmax`.
        target: t, class indices, (…).
        dim: the class axis.

    Returns:
        One gradient per row, (…, n).

    Raises:
        InvalidLogits: as for `softmax`.
        InvalidTarget: not class indices of these logits.

    Example:
        >>> squared_error_gradient(torch.tensor([20.0, 0.0, 0.0]), torch.tensor(1))
        tensor([ 6.1835e-09, -4.1223e-09, -2.0612e-09])

    Source: the note's Jacobian (section 1.3) applied to its squared distance.
    """
    axis, target = checked_target(logits, target, dim)

    def form(rows: Tensor, targets: Tensor) -> Tensor:
        p, at_target = _predicted(rows, targets, axis)
        at_winner = p.argmax(dim=axis, keepdim=True)
        others = sum_of_others(p, dim=axis)
        p_t, q_t = p.gather(axis, at_target), others.gather(axis, at_target)
        p_m, q_m = p.gather(axis, at_winner), others.gather(axis, at_winner)
        squares = p.square().scatter(axis, at_target, 0.0)
        without_both = squares.scatter(axis, at_winner, 0.0).sum(dim=axis, keepdim=True)
        without_target = squares.sum(dim=axis, keepdim=True)
        bracket = p + p_t * q_t - without_target
        bracket = bracket.scatter(axis, at_winner, p_m * q_m + p_t * q_t - without_both)
        # The target comes last: if it has the largest p, the first of the three lines holds.
        bracket = bracket.scatter(axis, at_target, 0 - (q_t.square() + without_target))
        return (p * bracket).to(rows.dtype)

    return by_blocks(form, logits, target, axis=axis)


def naive_cross_entropy(probabilities: Tensor, target: Tensor, *, dim: int = -1) -> Tensor:
    """Compute cross-entropy as the note does, from probabilities, none of which is checked.

    L = -log(p_t)

    Args:
        probabilities: p, (…, n).
        target: t, class indices, (…).
        dim: the class axis.

    Returns:
        The result of the formula, (…): inf where p_t was rounded to 0, nan where it is nan.

    Raises:
        InvalidLogits: the probabilities are not a floating tensor, or have no class axis.
        InvalidTarget: not class indices of these probabilities.

    Example:
        >>> naive_cross_entropy(torch.tensor([[0.5, 0.0, 0.5]]), torch.tensor([1]))
        tensor([inf])

    Source: the note, section 2.3.
    """
    axis, target = checked_target(probabilities, target, dim)
    return -probabilities.gather(axis, target.unsqueeze(axis)).squeeze(axis).log()


def _predicted(logits: Tensor, target: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Return the probabilities, at least float32, and the target indices for gather."""
    # Narrow types are converted before softmax, so that p is not rounded twice.
    logits = logits if torch.finfo(logits.dtype).bits >= 32 else logits.float()
    return softmax(logits, dim=axis), target.unsqueeze(axis)


def checked_target(rows: Tensor, target: Tensor, dim: int) -> tuple[int, Tensor]:
    """Check rows and their class indices; return the class axis and the indices as int64."""
    axis = checked_axis(rows, dim)
    classes = rows.shape[axis]
    indices = class_indices(target, classes)
    expected = rows.shape[:axis] + rows.shape[axis + 1 :]
    if indices.shape != expected:
        found = tuple(indices.shape)
        raise InvalidTarget(
            str(found),
            classes,
            f"The target has shape {found}; logits of shape {tuple(rows.shape)} need one class "
            f"index a row, shape {tuple(expected)}.",
        )
    return axis, indices
