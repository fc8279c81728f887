"""What becomes of two lines of mathematics in float16, bfloat16, float32 and float64."""

import streamlit as st

from softmax_core.training.findings import NAIVE_BESIDE_STABLE
from softmax_ui.addresses.precision import PRECISION_STATE
from softmax_ui.notices import guard, show_problems
from softmax_ui.page import open_page
from softmax_ui.pages import PRECISION
from softmax_ui.screens.precision import facts
from softmax_ui.screens.precision.board import (
    both_forms,
    derivation,
    where_it_breaks,
)
from softmax_ui.text import _, prose
from softmax_ui.widgets.starting import real_run

open_page(PRECISION.title)
problems = PRECISION_STATE.open()
st.title(_("Two lines of code, four types"))
show_problems(problems)

with guard():
    st.markdown(prose("precision_lead"))
    logits, target = both_forms()
    st.caption(prose("precision_reading"))

    st.header(_("Where each form breaks"))
    st.markdown(prose("precision_edges", **facts.types()))
    where_it_breaks()

    st.header(_("Subtract the largest logit: why it is allowed, and why it is enough"))
    derivation(logits, target)

    st.header(_("Break a real run"))
    st.markdown(prose("precision_run", **facts.broken_run_facts()))
    real_run(_("Train naive and stable side by side"), NAIVE_BESIDE_STABLE, key="train_forms")
PRECISION_STATE.save()
