"""A pasted row of numbers goes onto the board, or a sentence says why it cannot."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from softmax_ui.addresses.numbers import NotARow, Row, read_row
from softmax_ui.addresses.playground import (
    PLAYGROUND_STATE,
    board_of,
    default_names,
    values_of,
)
from softmax_ui.addresses.state import VISIT_KEY
from softmax_ui.components.logit_board.value import BoardValue
from softmax_ui.text import language
from softmax_ui.widgets.logits_fields import refusal, row_choices, say_read

_PROBLEM = "pasted_problem"
_PASTED = "rows_pasted"
_READ = "row_read"


def take_text(text: str) -> None:
    """Put a pasted row onto the board, or keep what says why it cannot be."""
    try:
        take_row(read_row(text, masks=True))
    except NotARow as problem:
        st.session_state[_PROBLEM] = problem
        st.session_state.pop(_READ, None)


def take_row(row: Row) -> None:
    """Put a row onto the board."""
    st.session_state.pop(_PROBLEM, None)
    st.session_state[_READ] = row
    st.session_state[_PASTED] = st.session_state.get(_PASTED, 0) + 1
    board = with_logits(board_of(PLAYGROUND_STATE.values()), row.numbers)
    PLAYGROUND_STATE.apply(**values_of(board) | ({"names": row.names} if row.names else {}))


def edition() -> str:
    """Name what the board began with: a visit, a paste, and the language of the classes' names."""
    visit, pasted = (st.session_state.get(key, 0) for key in (VISIT_KEY, _PASTED))
    return f"{visit} {pasted} {language()}"


def paste_notice() -> str | None:
    """Return the sentence about the last paste, if there was something wrong with it."""
    problem: NotARow | None = st.session_state.get(_PROBLEM)
    return refusal(problem, f"“{problem.value}”") if problem else None


def paste_choices() -> None:
    """Say what the last paste was read as; where that was not clear, draw what it can be."""
    read: Row | None = st.session_state.get(_READ)
    if read and read.numbers == board_of(PLAYGROUND_STATE.values()).logits:
        say_read(read.numbers)
    problem: NotARow | None = st.session_state.get(_PROBLEM)
    if problem and problem.choices:
        st.caption(refusal(problem, problem.value))
        row_choices(problem, take_row, key="pasted")


def with_logits(board: BoardValue, row: tuple[float, ...]) -> BoardValue:
    """Return the board with other logits; names and target stay where they still fit."""
    n = len(row)
    fits = n == len(board.logits)
    target = board.target if board.target is not None and board.target < n else None
    return replace(
        board, logits=row, names=board.names if fits else default_names(n), target=target
    )
