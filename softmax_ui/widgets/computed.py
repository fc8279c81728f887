"""A result that takes seconds: a button asks for it, and a bar says how far it is.

The page is never held: a thread computes (`softmax_ui.computing`), and while somebody waits for it
a small fragment looks once a second. Others who watch the same run run no script for it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final

import streamlit as st

from softmax_ui.cache import computations
from softmax_ui.computing import Tell
from softmax_ui.notices import sentence
from softmax_ui.text import _

_ASKED: Final = "computation_asked"
_REFUSED: Final = "computation_refused"
_SECONDS: Final = 1.0


def computed(
    what: Hashable, work: Callable[[Tell], Any], *, label: str, doing: str, key: str
) -> Any | None:
    """Draw the button that has something computed, or how far it is; return what came of it.

    Args:
        what: what is asked; equal ones have one result.
        work: computes it in a thread, so it draws nothing; what it is given tells how far it is.
        label: what is on the button.
        doing: what is said while it is computed.
        key: the button's key.

    Returns:
        The result, or None as long as there is none.
    """
    look = computations().look(what)
    if look.result is not None:
        return look.result
    if look.share is not None:
        _waiting(what, doing, key)
        return None

    def ask() -> None:
        is_taken = computations().ask(what, work)
        st.session_state[_ASKED] = what if is_taken else None
        st.session_state[_REFUSED] = None if is_taken else what

    st.button(label, key=key, icon=":material/calculate:", on_click=ask)
    if look.error is not None:
        st.error(sentence(look.error), icon=":material/error:")
    elif look.is_busy and st.session_state.get(_REFUSED) == what:
        st.warning(
            _(
                "This server makes one such computation at a time, and is busy with another. Try "
                "again in a few seconds."
            ),
            icon=":material/hourglass_top:",
        )
    return None


def _waiting(what: Hashable, doing: str, key: str) -> None:
    """Draw how far a computation is, again and again until it has ended."""

    def draw() -> None:
        look = computations().look(what)
        if look.share is None:
            st.rerun()
        st.progress(look.share, doing)
        if st.session_state.get(_ASKED) == what:
            st.button(
                _("Cancel"),
                key=f"{key}_cancel",
                icon=":material/close:",
                on_click=lambda: computations().cancel(what),
            )

    st.fragment(draw, run_every=_SECONDS)()
