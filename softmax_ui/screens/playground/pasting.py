"""A pasted row of numbers goes onto the board, or a sentence says why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from softmax_ui.addresses.pasted import NotARow, Reason, read_row
from softmax_ui.addresses.playground import (
    PLAYGROUND_STATE,
    board_of,
    default_names,
    values_of,
)
from softmax_ui.addresses.state import VISIT_KEY
from softmax_ui.components.logit_board.value import FEWEST, LARGEST_LOGIT, MOST, BoardValue
from softmax_ui.text import _, language

_PROBLEM = "pasted_problem"
_PASTED = "rows_pasted"


def take_text(text: str) -> None:
    """Put a pasted row onto the board, or keep the sentence that says why it cannot be."""
    try:
        row = read_row(text)
    except NotARow as problem:
        st.session_state[_PROBLEM] = row_problem(problem)
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


def row_problem(problem: NotARow) -> str:
    """Say in the reader's language why a pasted text is no row of logits."""
    value = problem.value
    sentences: dict[Reason, Callable[[], str]] = {
        "nothing": lambda: _("There are no numbers in it. Paste a row such as 1.2, -0.5, 3."),
        "words": lambda: _(
            "“{value}” is not a number. Paste numbers alone, with commas, spaces or lines between "
            "them.",
            value=value,
        ),
        "not_finite": lambda: _(
            "{value} is not a finite number; the board takes numbers up to {largest}.",
            value=value,
            largest=f"±{LARGEST_LOGIT:,.0f}",
        ),
        "too_large": lambda: _(
            "{value} is too large; the board takes numbers up to {largest}.",
            value=value,
            largest=f"±{LARGEST_LOGIT:,.0f}",
        ),
        "too_few": lambda: _(
            "The board needs at least {least} numbers; this has {count}.",
            count=value,
            least=FEWEST,
        ),
        "too_many": lambda: _("The board takes at most {most} numbers.", most=MOST),
        "rows": lambda: _("There are several rows in it; paste one of them."),
    }
    return sentences[problem.reason]()
