"""The fields for a row of logits and its target."""

from __future__ import annotations

import streamlit as st

from softmax_ui.addresses.numbers import row_of
from softmax_ui.addresses.state import PageState
from softmax_ui.notices import quoted
from softmax_ui.text import _


def logits_field(state: PageState, name: str, label: str) -> tuple[float, ...]:
    """Draw the field and return its row; a text that is no row is explained below it."""
    st.text_input(label, key=name)
    typed, setting = st.session_state[name], state.settings[name]
    taken = setting.checked(typed)
    if taken != typed:
        st.caption(
            ":red[:material/error:] "
            + _(
                "{typed} is not {allowed}; shown is {taken}.",
                typed=quoted(typed),
                allowed=setting.allowed(),
                taken=quoted(taken),
            )
        )
    return row_of(taken)


def target_field(state: PageState, name: str, label: str, names: tuple[str, ...]) -> int:
    """Draw the choice of the target class and return its index."""
    if state.values()[name] >= len(names):
        st.session_state[name] = 0
    chosen: int = st.selectbox(label, range(len(names)), format_func=names.__getitem__, key=name)
    return chosen
