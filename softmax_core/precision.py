"""The accuracy of softmax, loss and gradient in float16, bfloat16, float32 and float64.

Two forms are compared: the note's exp(o) / Σ exp(o) and -log p_t, every step computed by torch in
the given type; and ours, whose input and output have that type. The reference is our float64 result
for the logits as typed, so rounding the logits to the type counts as an error too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import torch
from torch import Tensor

from softmax_core.activations import SoftmaxForm, naive_softmax, softmax
from softmax_core.errors import InvalidLogits
from softmax_core.floating_types import TYPES, type_digits
from softmax_core.losses import cross_entropy, cross_entropy_gradient, naive_cross_entropy

Quantity = Literal["probabilities", "loss", "gradient"]
Outcome = Literal["exact", "rounded", "silently_wrong", "inf", "nan", "refused"]

FORMS: Final[tuple[SoftmaxForm, ...]] = ("naive", "stable")
QUANTITIES: Final[tuple[Quantity, ...]] = ("probabilities", "loss", "gradient")


@dataclass(frozen=True, slots=True)
class Reading:
    """One quantity, computed in one type by one form of softmax.

    Attributes:
        dtype: the type's name, a key of `TYPES`.
        form: "naive" or "stable".
        quantity: "probabilities", "loss" or "gradient" (of the loss, in the logits).
        values: the result; empty if refused.
        outcome: "exact": the best result of this type. "rounded": at least half of the type's
            digits are correct. "silently_wrong": finite, but fewer digits are correct. "inf",
            "nan": some values are. "refused": our form raised InvalidLogits, because the logits
            overflow in this type.
        digits: number of correct significant decimal digits, at most those of the type.
        digits_lost: number of the type's digits that are not correct.
    """

    dtype: str
    form: SoftmaxForm
    quantity: Quantity
    values: tuple[float, ...]
    outcome: Outcome
    digits: float
    digits_lost: float


def compare(logits: Sequence[float], target: int) -> list[Reading]:
    """Compare probabilities, loss and gradient in four types and two forms with float64.

    The loss is -log p_t; the gradient is computed by autograd through the operations of the form.

    Args:
        logits: o, n finite numbers.
        target: the class index t.

    Returns:
        24 readings: for each type, three quantities by the naive form, then by the stable one.

    Raises:
        InvalidLogits: no softmax even in float64.
        InvalidTarget: the target is none of the classes.

    Example:
        >>> found = {(r.dtype, r.form, r.quantity): r for r in compare([100.0, 0.0, 0.0], 0)}
        >>> found["float32", "naive", "probabilities"].outcome
        'nan'
        >>> found["float64", "naive", "probabilities"].outcome
        'rounded'
        >>> found["float32", "stable", "probabilities"].values[0]
        1.0

    Source: the note, sections 2.2 and 2.3.
    """
    typed = torch.tensor(logits, dtype=torch.float64)
    truth = _truth(typed, torch.tensor(target))
    readings = []
    for name, dtype in TYPES.items():
        for form in FORMS:
            found = _computed(typed.to(dtype), target, form)
            readings += [_judged(name, form, q, found.get(q), truth[q]) for q in QUANTITIES]
    return readings


def sweep(logits: Tensor, target: int) -> dict[tuple[str, SoftmaxForm, Quantity], Tensor]:
    """Count the correct digits for many rows of logits, for a chart.

    Args:
        logits: one row per point of the chart, float64 (K, n).
        target: the class index of every row.

    Returns:
        The digits for each type, form and quantity, float64 (K,), as in `Reading.digits`; 0 for
        nan, inf and refused.

    Raises:
        InvalidLogits: a row has no softmax even in float64.
        InvalidTarget: the target is none of the classes.
    """
    targets = torch.full(logits.shape[:1], target, dtype=torch.int64)
    truth = _truth(logits, targets)
    digits = {}
    for name, dtype in TYPES.items():
        for form in FORMS:
            found = _computed(logits.to(dtype), target, form)
            for quantity in QUANTITIES:
                values = found.get(quantity)
                digits[name, form, quantity] = (
                    torch.zeros(len(logits), dtype=torch.float64)
                    if values is None
                    else _right_digits(values, truth[quantity])
                )
    return digits


def _truth(logits: Tensor, target: Tensor) -> dict[Quantity, Tensor]:
    """Compute the float64 reference; tests hold its error below (n + 8) eps."""
    return {
        "probabilities": softmax(logits),
        "loss": cross_entropy(logits, target),
        "gradient": cross_entropy_gradient(logits, target),
    }


def _computed(logits: Tensor, target: int, form: SoftmaxForm) -> dict[Quantity, Tensor]:
    """Run one form in the type of the logits, the gradient by autograd; {} if it is refused."""
    logits = logits.clone().requires_grad_()
    targets = torch.full(logits.shape[:-1], target, dtype=torch.int64)
    try:
        if form == "naive":
            probabilities = naive_softmax(logits)
            loss = naive_cross_entropy(probabilities, targets)
        else:
            probabilities = softmax(logits)
            loss = cross_entropy(logits, targets)
    except InvalidLogits:
        return {}
    (gradient,) = torch.autograd.grad(loss.sum(), logits)
    return {"probabilities": probabilities.detach(), "loss": loss.detach(), "gradient": gradient}


def _judged(
    name: str, form: SoftmaxForm, quantity: Quantity, found: Tensor | None, truth: Tensor
) -> Reading:
    dtype = TYPES[name]
    available = type_digits(dtype)
    if found is None:
        return Reading(name, form, quantity, (), "refused", 0.0, available)
    values = tuple(found.double().reshape(-1).tolist())
    digits = min(_right_digits(found.reshape(1, -1), truth.reshape(1, -1)).item(), available)
    outcome: Outcome
    if found.isnan().any():
        outcome = "nan"
    elif not found.isfinite().all():
        outcome = "inf"
    elif torch.equal(found, truth.to(dtype)):
        outcome = "exact"
    else:
        outcome = "rounded" if digits >= available / 2 else "silently_wrong"
    return Reading(name, form, quantity, values, outcome, digits, available - digits)


def _right_digits(found: Tensor, truth: Tensor) -> Tensor:
    """Count the correct digits of the worst entry of each row: -log10 of the relative error.

    An entry equal to the reference, rounded to the type, has all digits, so 0 is correct where the
    reference underflows. Below the smallest normal number the type itself loses digits, so the
    error there is relative to that number.
    """
    dtype = found.dtype
    rows = truth.dim() == 2
    wide = found.double()
    floor = torch.finfo(dtype).tiny
    error = (wide - truth).abs() / truth.abs().clamp(min=floor)
    error = torch.where(found == truth.to(dtype), 0.0, error)
    error = torch.where(wide.isfinite(), error, 1.0)
    if rows:
        error = error.amax(dim=-1)
    best = torch.finfo(dtype).eps / 2
    return 0 - error.clamp(min=best, max=1.0).log10()
