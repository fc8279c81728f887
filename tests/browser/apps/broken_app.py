"""A page with a mistake in its script; for test_errors.py."""

import streamlit as st

from softmax_ui.page import open_page

open_page("")
st.title("Before the mistake")
raise RuntimeError("the inside of the program")
