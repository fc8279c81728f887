"""Nothing but a logit board, for the tests that drive it."""

import streamlit as st

from softmax_ui.components.logit_board import logit_board
from softmax_ui.components.logit_board.labels import board_labels

st.set_page_config(layout="wide")
compact = "compact" in st.query_params
value = logit_board(
    [2.0, 1.0, -1.0],
    names=["chick", "duck", "goose"],
    target=None if compact else 1,
    labels=board_labels(),
    key="board",
    compact=compact,
)
st.text(repr(value))
