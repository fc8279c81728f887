"""The precision page's cases: names, choice, explanations; every number is computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st
import torch

from softmax_core.activations import SoftmaxForm
from softmax_core.floating_types import (
    TYPES,
    largest_number,
    overflow_threshold,
    smallest_number,
    type_digits,
)
from softmax_core.precision import Quantity, Reading, compare
from softmax_core.traps import least_loss_of_probabilities, loss_of_probabilities
from softmax_ui.addresses.numbers import row_of
from softmax_ui.addresses.precision import (
    ALL_TYPES,
    CASES,
    INVARIANCE_SHIFT,
    INVARIANT_ROW,
    PRECISION_STATE,
    Case,
)
from softmax_ui.figures.precision import written
from softmax_ui.text import N_, Names, _
from softmax_ui.text.numbers import tex, typed_row

case_name: Final = Names[str](
    {
        "ordinary": N_("an ordinary prediction"),
        "overflow": N_("exp overflows"),
        "half_overflow": N_("exp overflows in float16"),
        "sum": N_("the sum overflows"),
        "zeros": N_("0 / 0"),
        "infinite": N_("infinite loss"),
        "gradient": N_("finite loss, gradient nan"),
        "sure": N_("sure and right"),
        "invariance": N_("invariance lost"),
        "twice": N_("probabilities as logits"),
    }
)


_CHOICE: Final = "case"
_SHOWN: Final = "case_shown"


def case_choice() -> None:
    """Draw the choice of a case, which sets its logits, its target and the types shown.

    To be drawn before the fields that it sets. A browser that comes back to a server that was
    started anew says what was chosen and calls nothing: so the choice is compared with the logits,
    and no callback is waited for.
    """
    values = PRECISION_STATE.values()
    current = case_of(row_of(values["logits"]), values["target"])
    is_known = _SHOWN in st.session_state
    is_other = is_known and st.session_state[_SHOWN] != current  # by the fields, or by a link
    if is_other or (is_known and _CHOICE not in st.session_state):
        st.session_state[_CHOICE] = current
    chosen = st.pills(
        _("Cases"),
        list(case_name),
        default=None if is_known else current,
        key=_CHOICE,
        format_func=case_name,
        required=True,
    )
    if chosen and chosen != current:
        _take(CASES[chosen])
        current = chosen
    st.session_state[_SHOWN] = current


def _take(case: Case) -> None:
    """Take a case's logits, target and type.

    Who looks at all types goes on doing so: the cases stay where they were, below the results.
    """
    shown = ALL_TYPES if PRECISION_STATE.value("type") == ALL_TYPES else case.type
    PRECISION_STATE.apply(logits=case.logits, target=case.target, type=shown)


def case_of(logits: tuple[float, ...], target: int) -> str | None:
    """Return the case with these logits and this target, or None."""
    for name, case in CASES.items():
        if row_of(case.logits) == logits and case.target == target:
            return name
    return None


class CaseReadings:
    """The results of `compare` for a case, formatted for its explanation."""

    def __init__(self, case: str) -> None:
        """Compute the case in every type and by both forms."""
        self.logits = row_of(CASES[case].logits)
        self.target = CASES[case].target
        self.all = {(r.dtype, r.form, r.quantity): r for r in compare(self.logits, self.target)}

    def values(self, form: SoftmaxForm, quantity: Quantity, dtype: str = "float32") -> str:
        """Format a result's values."""
        return written(self.reading(form, quantity, dtype).values)

    def reading(self, form: SoftmaxForm, quantity: Quantity, dtype: str = "float32") -> Reading:
        """Return a result with its verdict."""
        return self.all[dtype, form, quantity]


def explanation(case: str) -> str:
    """Explain a case, with its numbers."""
    return _SENTENCES[case](CaseReadings(case))


def _edge(dtype: str) -> str:
    return f"{overflow_threshold(TYPES[dtype]):.2f}"


def _digits(dtype: str) -> int:
    return math.floor(type_digits(TYPES[dtype]))


def _ordinary(found: CaseReadings) -> str:
    return _(
        "Nothing is wrong here, which is why the naive form survives for so long: for logits of "
        "this size both forms are right in every type, to within {lost} of a digit.",
        lost=f"{max(reading.digits_lost for reading in found.all.values()):.1f}",
    )


def _overflow(found: CaseReadings) -> str:
    return _(
        "float32 ends at ${largest}$, so exp(o) overflows once o is above {edge}. The first "
        "probability is then ∞ / ∞ = nan, the others are 0: {naive}. The answer itself is quite "
        "ordinary: {stable}.",
        largest=tex(largest_number(TYPES["float32"]), 2),
        edge=_edge("float32"),
        naive=found.values("naive", "probabilities"),
        stable=found.values("stable", "probabilities"),
    )


def _half_overflow(_found: CaseReadings) -> str:
    return _(
        "float16 ends at {largest}, so exp(o) overflows once o is above {half}, and any network "
        "produces such logits. bfloat16 has float32's range and lasts until {single}, with fewer "
        "digits.",
        largest=f"{largest_number(TYPES['float16']):.0f}",
        half=_edge("float16"),
        single=_edge("bfloat16"),
    )


def _sum(found: CaseReadings) -> str:
    return _(
        "Each exponential still fits, below {edge}; their sum does not. Dividing by ∞ gives "
        "{naive}: no nan, no warning, and probabilities that add up to {total}.",
        edge=_edge("float32"),
        naive=found.values("naive", "probabilities"),
        total=written([sum(found.reading("naive", "probabilities").values)]),
    )


def _zeros(found: CaseReadings) -> str:
    return _(
        "The other end of the range: exp({logit}) = ${exponential}$ is too small for float32, "
        "whose smallest number is ${smallest}$. So every exponential is 0, and 0 / 0 is nan. The "
        "logits are equal, the answer is {stable}.",
        logit=written([found.logits[0]]),
        exponential=tex(math.exp(found.logits[0]), 2),
        smallest=tex(smallest_number(TYPES["float32"]), 2),
        stable=found.values("stable", "probabilities"),
    )


def _infinite(found: CaseReadings) -> str:
    return _(
        "The probabilities look right, but p(t) has been rounded to 0, and −ln 0 is ∞; the "
        "gradient is nan. From the logits the loss is {loss} and the gradient {gradient}.",
        loss=found.values("stable", "loss"),
        gradient=found.values("stable", "gradient"),
    )


def _gradient(found: CaseReadings) -> str:
    return _(
        "The trap: the loss is finite, {naive}, so nobody looks twice (though only {digits} of its "
        "{all} digits are right). Its gradient is {broken}, and one step with it destroys every "
        "weight. The right gradient is {gradient}.",
        naive=found.values("naive", "loss"),
        digits=f"{found.reading('naive', 'loss').digits:.0f}",
        all=_digits("float32"),
        broken=found.values("naive", "gradient"),
        gradient=found.values("stable", "gradient"),
    )


def _sure(found: CaseReadings) -> str:
    return _(
        "p(t) is so near to 1 that float32 rounds it to 1, and ln 1 is 0. The loss is {loss} and "
        "still pulls gently; the naive form says {naive} and stops. Even in float64 it has lost "
        "{lost} of {all} digits.",
        loss=found.values("stable", "loss"),
        naive=found.values("naive", "loss"),
        lost=f"{found.reading('naive', 'loss', 'float64').digits_lost:.0f}",
        all=f"{type_digits(TYPES['float64']):.0f}",
    )


def _invariance(found: CaseReadings) -> str:
    return _(
        "Adding ${shift}$ to each of ${row}$ should change nothing. But float32 has {digits} "
        "digits and stores all three as the same number, so even the stable form finds {stable} "
        "instead of {truth}. No formula brings back what the type did not keep; float64 keeps it.",
        shift=_power(INVARIANCE_SHIFT),
        row=typed_row(list(INVARIANT_ROW)),
        digits=_digits("float32"),
        stable=found.values("stable", "probabilities"),
        truth=found.values("stable", "probabilities", "float64"),
    )


def _twice(found: CaseReadings) -> str:
    classes = len(found.logits)
    twice = loss_of_probabilities(torch.tensor(found.logits), torch.tensor(found.target))
    return _(
        "The arithmetic is right and the question is wrong. These are not logits but the "
        "probabilities of a perfect prediction; a loss that expects logits applies softmax to "
        "them again and finds {loss} instead of 0. With {classes} classes it can never get below "
        "ln(e + {others}) − 1 = {floor}.",
        loss=written([twice.item()]),
        classes=classes,
        others=classes - 1,
        floor=written([least_loss_of_probabilities(classes)]),
    )


def _power(value: float) -> str:
    """Write a power of ten as one."""
    return rf"10^{{{round(math.log10(value))}}}"


_SENTENCES: Final[Mapping[str, Callable[[CaseReadings], str]]] = {
    "ordinary": _ordinary,
    "overflow": _overflow,
    "half_overflow": _half_overflow,
    "sum": _sum,
    "zeros": _zeros,
    "infinite": _infinite,
    "gradient": _gradient,
    "sure": _sure,
    "invariance": _invariance,
    "twice": _twice,
}
