"""The precision page's cases: what they are called, and their buttons."""

from __future__ import annotations

import streamlit as st

from softmax_ui.addresses.numbers import row_of
from softmax_ui.addresses.precision import CASES, PRECISION_STATE
from softmax_ui.text import _


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
    """Draw the cases as buttons; each fills in its logits and its target, and stays marked."""
    values = PRECISION_STATE.values()
    shown = case_of(row_of(values["logits"]), values["target"])
    with st.container(horizontal=True, gap="small", key="cases"):
        for case, name in case_names().items():
            st.button(
                name,
                key=f"case_{case}",
                type="primary" if case == shown else "secondary",
                on_click=_choose,
                args=(case,),
            )


def _choose(case: str) -> None:
    PRECISION_STATE.apply(logits=CASES[case].logits, target=CASES[case].target)


def case_of(logits: tuple[float, ...], target: int) -> str | None:
    """Return the case that these logits and this target are, if they are one."""
    for name, case in CASES.items():
        if row_of(case.logits) == logits and case.target == target:
            return name
    return None
