"""The precision page's cases: their names and their buttons."""

from __future__ import annotations

from typing import Final

import streamlit as st

from softmax_ui.addresses.numbers import row_of
from softmax_ui.addresses.precision import CASES, PRECISION_STATE
from softmax_ui.text import N_, Names

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


def case_buttons() -> None:
    """Draw a button for each case, which sets its logits and its target."""
    values = PRECISION_STATE.values()
    shown = case_of(row_of(values["logits"]), values["target"])
    with st.container(horizontal=True, gap="small", key="cases"):
        for case in case_name:
            st.button(
                case_name(case),
                key=f"case_{case}",
                type="primary" if case == shown else "secondary",
                on_click=_choose,
                args=(case,),
            )


def _choose(case: str) -> None:
    PRECISION_STATE.apply(logits=CASES[case].logits, target=CASES[case].target)


def case_of(logits: tuple[float, ...], target: int) -> str | None:
    """Return the case with these logits and this target, or None."""
    for name, case in CASES.items():
        if row_of(case.logits) == logits and case.target == target:
            return name
    return None
