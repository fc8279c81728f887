"""Home: what this is, three logits to move, and the ways in."""

from __future__ import annotations

import streamlit as st

from softmax_ui.page import open_page, page_link
from softmax_ui.text import _

open_page("", layout="centered")
st.title("Softmax Explorer")
st.markdown(_("Move a logit and watch the probabilities follow."))
page_link("pages/logit_playground.py", _("Play with logits"), icon=":material/tune:")
page_link("pages/lesson.py", _("Learn the mathematics"), icon=":material/school:")
page_link("pages/training_dashboard.py", _("Train a model"), icon=":material/play_arrow:")
