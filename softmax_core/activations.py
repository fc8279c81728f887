"""Softmax and its logarithm: as accurate as the type allows, and softmax as the note writes it.

Both accurate functions are computed from one sum. Let m be the class with the largest logit and

    rest = Σ_{j≠m} exp(o_j - o_m),      so      Σ_j exp(o_j - o_m) = 1 + rest.

No exponent is above 0, so nothing can overflow. Keeping `rest` apart from the 1 keeps the digits
that the sum would lose: where p_m is within 1e-16 of 1, log p_m = -log1p(rest) still has all its
digits, and so has 1 - p_m = rest / (1 + rest), also in the backward pass of autograd.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch
from torch import Tensor

from softmax_core.errors import InvalidLogits
from softmax_core.tensors import by_blocks, class_axis, holds, kind_of

SoftmaxForm = Literal["stable", "naive"]


def softmax(logits: Tensor, *, dim: int = -1) -> Tensor:
    """Compute the softmax of logits: a probability distribution over the classes.

    p_i = exp(o_i) / Σ_j exp(o_j)

    Args:
        logits: o, any floating dtype, (…, n) with the classes along `dim`. An entry may be -inf
            (p = 0), and one entry per row may be +inf (the one-hot limit).
        dim: the class axis.

    Returns:
        p, of the logits' shape and dtype. In float64 the relative error of p_i is below
        (n + |o_i - max o| + 8) eps, as long as p_i is not below the smallest normal number.

    Raises:
        InvalidLogits: not a floating tensor, no class axis, or a row for which softmax is not
            defined: with nan, with +inf twice, or with only -inf.

    Example:
        >>> softmax(torch.tensor([100.0, 100.0, -torch.inf]))
        tensor([0.5000, 0.5000, 0.0000])

    Source: the note, section 1.2; for the bound P. Blanchard, D. J. Higham, N. J. Higham,
    "Accurately computing the log-sum-exp and softmax functions", IMA J. Numer. Anal. 41 (2021).
    """
    axis = checked_axis(logits, dim)

    def form(rows: Tensor) -> Tensor:
        found = against_the_winner(rows, axis)
        total = 1 + found.rest
        p = (found.exponentials / total).scatter(axis, found.winner, 1 / total)
        return p.to(rows.dtype)

    return by_blocks(form, logits, axis=axis)


def log_softmax(logits: Tensor, *, dim: int = -1) -> Tensor:
    """Compute the logarithm of softmax without computing softmax.

    log p_i = (o_i - o_m) - log1p(Σ_{j≠m} exp(o_j - o_m)),  m the class with the largest logit

    Args:
        logits: as for `softmax`.
        dim: the class axis.

    Returns:
        log p in nats, of the logits' shape and dtype; -inf where p is exactly 0. In float64 the
        error is below (n + 8) eps · max(1, |log p_i|).

    Raises:
        InvalidLogits: as for `softmax`.

    Example:
        >>> log_softmax(torch.tensor([0.0, -104.0, 0.0], dtype=torch.float64))[1].item()
        -104.69314718055995

    Source: as for `softmax`; the naive log of section 2.3 of the note would give -inf in float32.
    """
    axis = checked_axis(logits, dim)

    def form(rows: Tensor) -> Tensor:
        found = against_the_winner(rows, axis)
        log_total = found.rest.log1p()
        log_p = (found.differences - log_total).scatter(axis, found.winner, 0 - log_total)
        return log_p.to(rows.dtype)

    return by_blocks(form, logits, axis=axis)


def naive_softmax(logits: Tensor, *, dim: int = -1) -> Tensor:
    """Compute softmax as the note does: no value is checked and no maximum subtracted.

    p_i = exp(o_i) / Σ_j exp(o_j), term by term in the type of the logits

    Args:
        logits: o, (…, n).
        dim: the class axis.

    Returns:
        The result of the formula: nan where an exponential overflows (from o = 88.73 in float32,
        from 11.1 in float16) or all of them underflow (0 / 0); zeros where only the sum
        overflows.

    Raises:
        InvalidLogits: not a floating tensor, or no class axis.

    Example:
        >>> naive_softmax(torch.tensor([100.0, 0.0, 0.0]))
        tensor([nan, 0., 0.])

    Source: the note, section 2.2.
    """
    axis = checked_axis(logits, dim)
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim=axis, keepdim=True)


class AgainstTheWinner(NamedTuple):
    """The logits of each row, compared with the largest one.

    Attributes:
        winner: m, int64, with a class axis of length 1.
        differences: o - o_m; nan at m where o_m is +inf.
        exponentials: exp(o - o_m), and 0 at m.
        rest: their sum, with a class axis of length 1.
    """

    winner: Tensor
    differences: Tensor
    exponentials: Tensor
    rest: Tensor


def against_the_winner(logits: Tensor, axis: int) -> AgainstTheWinner:
    """Compare each logit with the largest one of its row.

    Args:
        logits: o, floating, (…, n).
        axis: the class axis, from `checked_axis`.

    Returns:
        The comparison, at least in float32.

    Raises:
        InvalidLogits: a row has no softmax.
    """
    # A sum of 10,000 terms has no correct digit in float16, so narrow types compute in float32.
    logits = logits if torch.finfo(logits.dtype).bits >= 32 else logits.float()
    # Not max(dim): on a busy machine it waits for all threads, even for small tensors.
    winner = logits.argmax(dim=axis, keepdim=True)
    largest = logits.gather(axis, winner)
    _check_answerable(logits, largest, axis)
    differences = logits - largest
    # Without the winner, autograd reaches o_m only through the other entries, and so keeps the
    # digits of 1 - p_m too.
    exponentials = differences.scatter(axis, winner, -torch.inf).exp_()
    rest = exponentials.sum(dim=axis, keepdim=True)
    return AgainstTheWinner(winner, differences, exponentials, rest)


def checked_axis(logits: Tensor, dim: int) -> int:
    """Check for a floating tensor with a class axis, and count that axis from 0.

    Args:
        logits: o, (…, n).
        dim: the class axis.

    Returns:
        The class axis, at least 0.

    Raises:
        InvalidLogits: not a floating tensor, or no class axis.

    Example:
        >>> checked_axis(torch.zeros(2, 3), -1)
        1
    """
    kind = kind_of(logits)
    if not isinstance(logits, Tensor):
        raise InvalidLogits(
            "not_a_tensor",
            kind,
            f"The logits are a {kind}; wrap them: torch.tensor([1.0, 2.0]).",
        )
    if not logits.is_floating_point():
        raise InvalidLogits(
            "not_floating",
            kind,
            f"The logits are {kind}; softmax needs floats. Convert them: logits.float().",
        )
    axis = class_axis(dim, logits.shape)
    if axis is None:
        raise InvalidLogits(
            "bad_dim",
            str(dim),
            f"Logits of shape {tuple(logits.shape)} have no axis {dim}; give as dim the axis "
            "that holds the classes.",
        )
    if logits.shape[axis] == 0:
        raise InvalidLogits(
            "no_classes",
            str(tuple(logits.shape)),
            f"Logits of shape {tuple(logits.shape)} have no class along axis {dim}; softmax "
            "needs at least one.",
        )
    return axis


def _check_answerable(logits: Tensor, largest: Tensor, dim: int) -> None:
    """Refuse rows without a softmax; all show in the maximum, because nan propagates to it."""
    if not holds(~largest.isfinite().all()):
        return
    if largest.isnan().any():
        where = _first(logits.isnan())
        raise InvalidLogits(
            "nan",
            "nan",
            f"The logit at {where} is nan, so its row has no softmax. Find the step that made "
            "it (an overflow, 0 / 0, a learning rate too large), or leave the row out.",
        )
    if (largest == -torch.inf).any():
        where = _first((largest == -torch.inf).squeeze(dim))
        raise InvalidLogits(
            "all_minus_inf",
            "-inf",
            f"All logits of row {where} are -inf, so no class is possible. Leave at least one "
            "class of the row unmasked.",
        )
    infinite = (logits == torch.inf).sum(dim=dim)
    if (infinite > 1).any():
        where = _first(infinite > 1)
        raise InvalidLogits(
            "infinite_twice",
            "inf",
            f"Row {where} holds +inf more than once, and inf - inf has no value. Cap the "
            "logits at a finite number: logits.clamp(max=...).",
        )


def _first(found: Tensor) -> str:
    """Return the index of the first true entry, as Python code."""
    position = found.nonzero()[0].tolist()
    return "[" + ", ".join(str(entry) for entry in position) + "]"
