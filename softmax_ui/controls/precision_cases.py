"""The precision page's cases in words; every number in them is computed where it stands."""

from __future__ import annotations

import math

import streamlit as st
import torch

from softmax_core.precision import (
    TYPES,
    Form,
    Quantity,
    Reading,
    compare,
    overflow_threshold,
    type_digits,
)
from softmax_core.traps import loss_of_probabilities
from softmax_ui.controls.logits_text import row_of
from softmax_ui.controls.precision_state import CASES, PRECISION_STATE
from softmax_ui.figures.precision import written
from softmax_ui.text import _

Readings = dict[tuple[str, Form, Quantity], Reading]


def case_names() -> dict[str, str]:
    """Return what each case is called."""
    return {
        "ordinary": _("an ordinary prediction"),
        "overflow": _("exp overflows"),
        "half_overflow": _("exp overflows in float16"),
        "sum": _("the sum overflows"),
        "zeros": _("0 / 0"),
        "infinite": _("infinite loss"),
        "gradient": _("finite loss, gradient nan"),
        "sure": _("sure and right"),
        "invariance": _("invariance lost"),
        "twice": _("probabilities as logits"),
    }


def case_buttons() -> None:
    """Draw the cases as buttons; each fills in its logits and its target."""
    with st.container(horizontal=True, gap="small", key="cases"):
        for case, name in case_names().items():
            st.button(name, key=f"case_{case}", on_click=_choose, args=(case,))


def _choose(case: str) -> None:
    PRECISION_STATE.apply(logits=CASES[case].logits, target=CASES[case].target)


def case_of(logits: tuple[float, ...], target: int) -> str | None:
    """Return the case that these logits and this target are, if they are one."""
    for name, case in CASES.items():
        if row_of(case.logits) == logits and case.target == target:
            return name
    return None


def explanation(case: str) -> str:
    """Say what happens in a case, with its numbers."""
    chosen = CASES[case]
    logits = row_of(chosen.logits)
    found: Readings = {(r.dtype, r.form, r.quantity): r for r in compare(logits, chosen.target)}
    naive = {q: found["float32", "naive", q] for q in ("probabilities", "loss", "gradient")}
    stable = {q: found["float32", "stable", q] for q in ("probabilities", "loss", "gradient")}
    single = f"{overflow_threshold(TYPES['float32']):.2f}"
    half = f"{overflow_threshold(TYPES['float16']):.2f}"
    # Nothing can be more right than one-hot, so this case's loss is the least there is as well.
    twice = written([loss_of_probabilities(torch.tensor(logits), torch.tensor(0)).item()])
    return {
        "ordinary": lambda: _(
            "Nothing is wrong here, which is why the naive form survives so long: for logits of "
            "this size both forms agree in every type, to the last digit or two."
        ),
        "overflow": lambda: _(
            "float32 ends at about 3.4·10³⁸, so exp(o) overflows once o is above {single}. The "
            "first probability is then ∞ / ∞ = nan, the others are 0: {naive}. The answer itself "
            "is harmless: {stable}.",
            single=single,
            naive=written(naive["probabilities"].values),
            stable=written(stable["probabilities"].values),
        ),
        "half_overflow": lambda: _(
            "float16 ends at 65504, so exp(o) overflows once o is above {half}: logits that any "
            "network produces. bfloat16 has float32's range and holds out to {single}, with fewer "
            "digits.",
            half=half,
            single=single,
        ),
        "sum": lambda: _(
            "Each exponential still fits, below {single}; their sum does not. Dividing by ∞ gives "
            "{naive}: no nan, no warning, and probabilities that add up to 0 instead of 1.",
            single=single,
            naive=written(naive["probabilities"].values),
        ),
        "zeros": lambda: _(
            "The other end of the range: exp(−105) is below the smallest number that float32 "
            "holds, so every exponential is 0 and 0 / 0 is nan. The logits are equal, the answer "
            "is {stable}.",
            stable=written(stable["probabilities"].values),
        ),
        "infinite": lambda: _(
            "The probabilities look right, but p(t) has been rounded to 0, and −ln 0 is ∞; the "
            "gradient is nan. From the logits the loss is {loss} and the gradient {gradient}.",
            loss=written(stable["loss"].values),
            gradient=written(stable["gradient"].values),
        ),
        "gradient": lambda: _(
            "The trap: the loss is finite, {naive}, so nobody looks twice (though only {digits} "
            "of its digits are right). Its gradient is {broken}, and one step with it "
            "destroys every weight. The right gradient is {gradient}.",
            naive=written(naive["loss"].values),
            digits=f"{naive['loss'].digits:.0f}",
            broken=written(naive["gradient"].values),
            gradient=written(stable["gradient"].values),
        ),
        "sure": lambda: _(
            "p(t) is so near to 1 that float32 rounds it to 1, and ln 1 is 0. The loss is {loss} "
            "and pulls gently on; the naive form says {naive} and stops. Even in float64 it has "
            "lost {lost} of 16 digits.",
            loss=written(stable["loss"].values),
            naive=written(naive["loss"].values),
            lost=f"{found['float64', 'naive', 'loss'].digits_lost:.0f}",
        ),
        "invariance": lambda: _(
            "Adding 10⁸ to each of 1, 2, 3 should change nothing. But float32 has {digits} digits "
            "and stores all three as the same number, so even the stable form finds {stable} "
            "instead of {truth}. No formula brings back what the type did not keep; float64 does.",
            digits=math.floor(type_digits(TYPES["float32"])),
            stable=written(stable["probabilities"].values),
            truth=written(found["float64", "stable", "probabilities"].values),
        ),
        "twice": lambda: _(
            "The arithmetic is right and the question is wrong. These are not logits but the "
            "probabilities of a perfect prediction; a loss that wants logits applies softmax to "
            "them again and finds {loss} where 0 is due. With 10 classes it can never get below "
            "ln(e + 9) − 1 = {floor}.",
            loss=twice,
            floor=twice,
        ),
    }[case]()
