"""Home: what this is, a model that learns, and the ways in.

It is also what `streamlit run app.py` starts: without a reader there is no page to draw, and the
file then holds the server, `app`, with the routes that are not Streamlit's and its edge.
"""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware
from streamlit.starlette import App

from softmax_ui.notices import guard
from softmax_ui.page import open_page
from softmax_ui.screens.home.home import data_card, living, ways_in
from softmax_ui.server.edge import Edge
from softmax_ui.server.routes import lifespan, routes
from softmax_ui.server.static import Static
from softmax_ui.server.watching import HandedOut
from softmax_ui.streamlit_inside.script_run import script_run
from softmax_ui.text import _


def draw_home() -> None:
    """Draw the page."""
    open_page("")
    with st.container(key="home_first"):
        with st.container(key="home_words"):
            st.title("Softmax Explorer", anchor=False)
            st.markdown(
                _(
                    "A model learns to tell ten garments apart. It gives each a number, its "
                    "*logit* $o_i$; softmax turns the ten into *probabilities*, "
                    "$p_i = e^{o_i} / \\sum_j e^{o_j}$. **Drag one.**"
                )
            )
        with guard():
            living()
        ways_in()
    data_card()


if script_run():
    draw_home()
else:
    # Streamlit looks for this very assignment in the source, and then imports the file for it.
    edge = [Middleware(Edge), Middleware(HandedOut), Middleware(Static)]
    app = App(__file__, routes=routes(), middleware=edge, lifespan=lifespan)
