"""Live figures, and a button that changes the data of one; for test_live_figure.py."""

import plotly.graph_objects as go
import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.starlette import App

from softmax_ui.colours import SEQUENTIAL
from softmax_ui.components.live_figure import live_figure, selected_in
from softmax_ui.figures.theme import quiet_layout
from softmax_ui.server.routes import routes
from softmax_ui.server.static import Static


def draw() -> None:
    st.session_state.setdefault("length", 5)
    if st.button("More", key="more"):
        st.session_state["length"] += 1
    xs = list(range(st.session_state["length"]))
    ys = [x * x for x in xs]
    squares = go.Scatter(x=xs, y=ys, mode="lines+markers", line_color="var(--st-primary-color)")
    figure = go.Figure(squares, quiet_layout())
    live_figure(figure, key="squares", alt="The squares grow.", height=300, on_select=True)
    picked = selected_in("squares")
    st.write("picked", picked.point if picked else "nothing")

    # As a run that goes on: the axis ends where the figure says, and leaves the last point out.
    growing = go.Figure(squares, quiet_layout(xaxis_range=[0, len(xs) - 1.5], uirevision="one"))
    live_figure(growing, key="growing", alt="The squares go beyond.", height=300)

    levels = [[(10 * row + column) / 99 for column in range(10)] for row in range(10)]
    grid = go.Heatmap(
        z=levels,
        text=[[f"{level:.2f}" for level in row] for row in levels],
        texttemplate="%{text}",
        zmin=0,
        zmax=1,
        colorscale=[list(stop) for stop in SEQUENTIAL],
    )
    live_figure(go.Figure(grid, quiet_layout()), key="grid", alt="From little to much.", height=400)


if get_script_run_ctx(suppress_warning=True):
    draw()
else:
    app = App(__file__, routes=routes(), middleware=[Middleware(Static)])
