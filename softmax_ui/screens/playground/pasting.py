"""A pasted row of numbers goes onto the board, or a sentence says why it cannot."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from softmax_ui.addresses.numbers import NotARow, read_row
from softmax_ui.addresses.playground import (
    PLAYGROUND_STATE,
    board_of,
    default_names,
    values_of,
)
from softmax_ui.addresses.state import VISIT_KEY
from softmax_ui.components.logit_board.value import BoardValue
from softmax_ui.text import language
from softmax_ui.widgets.logits_fields import refusal

_PROBLEM = "pasted_problem"
_PASTED = "rows_pasted"


def take_text(text: str) -> None:
    """Put a pasted row onto the board, or keep the sentence that says why it cannot be."""
    try:
        row = read_row(text)
    except NotARow as problem:
        st.session_state[_PROBLEM] = refusal(problem, f"“{problem.value}”")
        return
    st.session_state.pop(_PROBLEM, None)
    st.session_state[_PASTED] = st.session_state.get(_PASTED, 0) + 1
    board = board_of(PLAYGROUND_STATE.values())
    PLAYGROUND_STATE.apply(**values_of(with_logits(board, row)))


def edition() -> str:
    """Name what the board began with: a visit, a paste, and the language of the classes' names."""
    visit, pasted = (st.session_state.get(key, 0) for key in (VISIT_KEY, _PASTED))
    return f"{visit} {pasted} {language()}"


def paste_notice() -> str | None:
    """Return the sentence about the last paste, if there was something wrong with it."""
    sentence: str | None = st.session_state.get(_PROBLEM)
    return sentence


def with_logits(board: BoardValue, row: tuple[float, ...]) -> BoardValue:
    """Return the board with other logits; names and target stay where they still fit."""
    n = len(row)
    fits = n == len(board.logits)
    target = board.target if board.target is not None and board.target < n else None
    return replace(
        board, logits=row, names=board.names if fits else default_names(n), target=target
    )
