"""Train softmax regression and watch it learn."""

from __future__ import annotations

import streamlit as st

from softmax_ui.addresses.training import dashboard_state, summary, watching_state
from softmax_ui.notices import guard, show_problems
from softmax_ui.page import open_page
from softmax_ui.pages import TRAINING
from softmax_ui.screens.run.view import show_run
from softmax_ui.screens.training.class_samples import show_classes
from softmax_ui.screens.training.form import experiment_form
from softmax_ui.screens.training.presets import mark_preset, show_presets, take_preset
from softmax_ui.screens.training.start import show_start, shown_run
from softmax_ui.steering import identify
from softmax_ui.text import _

open_page(TRAINING.title)
state, watching = dashboard_state(), watching_state()
problems = [*state.open(), *watching.open(), *take_preset(state, watching)]
st.title(_("Watch softmax regression learn"))
show_problems(problems)
with guard():
    identify()
    run = shown_run(state)
    show_presets()
    # A key for each of the two: folded when a run is opened, and then as the person leaves it.
    folded = "experiment_of_run" if run else "experiment"
    with st.expander(summary(state.values()), expanded=run is None, key=folded):
        experiment = experiment_form(state)
    refused = show_start(experiment, run, mark_preset(experiment))
    if run is None:
        show_classes(is_told=refused)
    else:
        show_run(run, watching)
state.save()
watching.save()
