"""The note's errors, corrected where they stand."""

from __future__ import annotations

import streamlit as st

from softmax_ui.screens.lesson.asking import answers
from softmax_ui.screens.lesson.parts import part
from softmax_ui.text import _


def correct(section: str, name: str, /, *, behind: str = "", **values: object) -> None:
    """Draw one of the note's errors with the right statement.

    Args:
        section: the section's name.
        name: of the error, whose part is `error <name>`.
        behind: the question whose answer it would give away, or "".
        values: the values of the text's placeholders.
    """
    with st.container(border=True, key=f"correction_{name}"):
        heading = _("The note, corrected")
        st.caption(f":material/edit: {heading}")
        if behind and behind not in answers():
            st.markdown(_("The note errs here. Answer the question above first, then look."))
            return
        st.markdown(part(section, f"error {name}", **values))
