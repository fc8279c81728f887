"""The logit playground: drag logits and see probabilities, Jacobian, loss and gradient move."""

from dataclasses import asdict

import streamlit as st

from softmax_ui.addresses.playground import PLAYGROUND_STATE, board_of, board_query, values_of
from softmax_ui.components.logit_board import logit_board
from softmax_ui.components.logit_board.labels import board_labels
from softmax_ui.notices import guard, show_problems
from softmax_ui.page import open_page
from softmax_ui.pages import PLAYGROUND
from softmax_ui.screens.playground.below import board_below
from softmax_ui.screens.playground.pasting import edition, paste_choices, paste_notice, take_text
from softmax_ui.screens.playground.presets import board_presets
from softmax_ui.text import _

open_page(PLAYGROUND.title)
st.header(_("Take hold of softmax"), anchor=False)
st.markdown(
    _(
        "Softmax raises *e* to each of these numbers, the logits, and divides by the sum: what "
        "comes out are probabilities. **Drag a bar, and everything on this page moves with it.**"
    )
)


@st.fragment
def playground() -> None:
    """Draw the board and what depends on it; a drag runs this and nothing else of the page."""
    PLAYGROUND_STATE.open()
    above = st.container()
    value = logit_board(
        **asdict(board_of(PLAYGROUND_STATE.values())),
        labels=board_labels(),
        key="board",
        presets=board_presets(),
        address=board_query,
        edition=edition(),
        on_paste=take_text,
        notice=paste_notice(),
    )
    PLAYGROUND_STATE.apply(**values_of(value))
    PLAYGROUND_STATE.keep()
    with above:
        paste_choices()
        show_problems(PLAYGROUND_STATE.problems())
    board_below(value)


with guard():
    playground()
