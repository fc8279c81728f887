"""Home: what this is, three logits to move, the ways in, and whether the pictures are here.

It is also what `streamlit run app.py` starts: without a reader there is no page to draw, and the
file then holds the server, `app`, with the routes that are not Streamlit's and its edge.
"""

from __future__ import annotations

import streamlit as st
from starlette.middleware import Middleware
from streamlit.starlette import App

from softmax_ui.page import open_page
from softmax_ui.screens.home.home import data_card, three_logits, ways_in
from softmax_ui.server.edge import Edge
from softmax_ui.server.routes import lifespan, routes
from softmax_ui.server.static import Static
from softmax_ui.streamlit_inside.script_run import script_run
from softmax_ui.text import _


def draw_home() -> None:
    """Draw the page."""
    open_page("")
    words, board = st.columns([2, 3], gap="large", vertical_alignment="center")
    with words:
        st.title("Softmax Explorer", anchor=False)
        st.caption(_("See softmax, from three numbers to a model that learns live."))
        st.markdown(
            _(
                "Softmax turns any row of numbers, the *logits*, into shares of a whole, "
                "the *probabilities*. **Drag a logit and watch the shares move.**"
            )
        )
        st.latex(r"p_i = \frac{e^{o_i}}{\sum_j e^{o_j}}", width="content")

    with board:
        three_logits()
    st.space("small")
    ways_in()
    data_card()


if script_run():
    draw_home()
else:
    # Streamlit looks for this very assignment in the source, and then imports the file for it.
    edge = [Middleware(Edge), Middleware(Static)]
    app = App(__file__, routes=routes(), middleware=edge, lifespan=lifespan)
