"""A page with a mistake in its script; for test_errors.py."""

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.starlette import App

from softmax_ui.page import open_page
from softmax_ui.server.routes import routes
from softmax_ui.server.static import Static

if get_script_run_ctx(suppress_warning=True):
    open_page("")
    st.title("Before the mistake")
    raise RuntimeError("the inside of the program")
app = App(__file__, routes=routes(), middleware=[Middleware(Static)])
