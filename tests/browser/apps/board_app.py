"""Nothing but a logit board, for the tests that drive it."""

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.starlette import App

from softmax_ui.components.logit_board import logit_board
from softmax_ui.components.logit_board.labels import board_labels
from softmax_ui.server.routes import routes
from softmax_ui.server.static import Static


def draw() -> None:
    st.set_page_config(layout="wide")
    compact = "compact" in st.query_params
    value = logit_board(
        [2.0, 1.0, -1.0],
        names=["chick", "duck", "goose"],
        target=None if compact else 1,
        labels=board_labels(),
        key="board",
        compact=compact,
        learning_rate=0.1,
    )
    st.text(repr(value))


if get_script_run_ctx(suppress_warning=True):
    draw()
else:
    app = App(__file__, routes=routes(), middleware=[Middleware(Static)])
