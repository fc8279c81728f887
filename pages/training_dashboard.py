"""Train softmax regression and watch it learn."""

from __future__ import annotations

import streamlit as st

from softmax_ui.addresses.training import dashboard_state, watching_state
from softmax_ui.notices import guard, show_problems
from softmax_ui.page import open_page
from softmax_ui.pages import TRAINING
from softmax_ui.screens.run.view import show_run
from softmax_ui.screens.training.form import experiment_form, is_whole, title
from softmax_ui.screens.training.presets import mark_preset, show_presets, take_preset
from softmax_ui.screens.training.preview import show_preview
from softmax_ui.screens.training.start import (
    data_in_address,
    show_start,
    show_start_again,
    shown_run,
)
from softmax_ui.steering import identify
from softmax_ui.text import _

open_page(TRAINING.title)
data = data_in_address()
state, watching = dashboard_state(data), watching_state(data)
problems = [*state.open(), *watching.open(), *take_preset(state, watching)]
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="training_head"):
    st.title(_("Watch softmax regression learn"), width="content")
    show_presets()
show_problems(problems)
with guard():
    identify()
    run = shown_run(state)
    with st.container(horizontal=True, gap="small", key="experiment_line"):
        said, is_folded = title(state, data), is_whole(state, data)
        with st.expander(said, expanded=not is_folded, key="experiment"):
            experiment = experiment_form(state, data)
        explained = mark_preset(experiment, data)
        if run is not None:
            show_start_again(experiment, run)
    if run is None:
        show_preview(experiment, data, is_told=show_start(experiment, data, explained))
    else:
        show_run(run, watching)
state.save()
watching.save()
