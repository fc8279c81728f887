"""Softmax and its logarithm: as accurate as the type allows, and softmax as the note writes it.

Both accurate functions are computed from one sum. Let m be the class with the largest logit and

    rest = Σ_{j≠m} exp(o_j - o_m),      so      Σ_j exp(o_j - o_m) = 1 + rest.

No exponent is above 0, so nothing can overflow. Keeping `rest` apart from the 1 keeps the digits
that the sum would lose: where p_m is within 1e-16 of 1, log p_m = -log1p(rest) still has all its
digits, and so has 1 - p_m = rest / (1 + rest), also in the backward pass of autograd.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from softmax_core.errors import InvalidLogits

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
    differences, rest = _against_the_winner(logits, dim)
    return (differences.exp() / (1 + rest)).to(logits.dtype)


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
    differences, rest = _against_the_winner(logits, dim)
    return (differences - rest.log1p()).to(logits.dtype)


def naive_softmax(logits: Tensor, *, dim: int = -1) -> Tensor:
    """Compute softmax as the note does, without checks and without subtracting the maximum.

    p_i = exp(o_i) / Σ_j exp(o_j), term by term in the type of the logits

    Args:
        logits: o, (…, n).
        dim: the class axis.

    Returns:
        The result of the formula: nan where an exponential overflows (from o = 88.73 in float32,
        from 11.1 in float16) or all of them underflow (0 / 0); zeros where only the sum
        overflows.

    Example:
        >>> naive_softmax(torch.tensor([100.0, 0.0, 0.0]))
        tensor([nan, 0., 0.])

    Source: the note, section 2.2.
    """
    exponentials = logits.exp()
    return exponentials / exponentials.sum(dim=dim, keepdim=True)


def _against_the_winner(logits: Tensor, dim: int) -> tuple[Tensor, Tensor]:
    """Return o - o_m, exactly 0 at the largest logit, and the sum of the other exponentials."""
    logits = _checked(logits, dim)
    # Not max(dim): on a busy machine it waits for all threads, even for small tensors.
    winner = logits.argmax(dim=dim, keepdim=True)
    largest = logits.gather(dim, winner)
    _check_answerable(logits, largest, dim)
    # The difference at the winner is set to 0 rather than computed, because of +inf - +inf. It is
    # then a constant: autograd reaches o_m only through the other entries, and so keeps the
    # digits of 1 - p_m too.
    differences = (logits - largest).scatter(dim, winner, 0.0)
    rest = differences.exp().scatter(dim, winner, 0.0).sum(dim=dim, keepdim=True)
    return differences, rest


def _checked(logits: Tensor, dim: int) -> Tensor:
    """Check for a floating tensor with a class axis; convert types below float32 to it."""
    if not isinstance(logits, Tensor):
        raise InvalidLogits(
            "not_a_tensor",
            type(logits).__name__,
            f"The logits are a {type(logits).__name__}; wrap them: torch.tensor([1.0, 2.0]).",
        )
    if not logits.is_floating_point():
        raise InvalidLogits(
            "not_floating",
            str(logits.dtype),
            f"The logits are {logits.dtype}; softmax needs floats. Convert them: logits.float().",
        )
    if logits.dim() == 0 or not -logits.dim() <= dim < logits.dim():
        raise InvalidLogits(
            "bad_dim",
            str(dim),
            f"Logits of shape {tuple(logits.shape)} have no axis {dim}; give as dim the axis "
            "that holds the classes.",
        )
    if logits.shape[dim] == 0:
        raise InvalidLogits(
            "no_classes",
            str(tuple(logits.shape)),
            f"Logits of shape {tuple(logits.shape)} have no class along axis {dim}; softmax "
            "needs at least one.",
        )
    # A sum of 10,000 terms has no correct digit in float16, so narrow types compute in float32.
    return logits if torch.finfo(logits.dtype).bits >= 32 else logits.float()


def _check_answerable(logits: Tensor, largest: Tensor, dim: int) -> None:
    """Refuse rows without a softmax; all show in the maximum, because nan propagates to it."""
    if largest.isfinite().all():
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
