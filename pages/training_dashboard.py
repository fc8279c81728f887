"""Train softmax regression and watch it learn."""

from __future__ import annotations

import streamlit as st

from softmax_core.data import FASHION_MNIST
from softmax_ui.addresses.pictures import pictures_state
from softmax_ui.addresses.training import dashboard_state, watching_state
from softmax_ui.notices import guard, show_problems
from softmax_ui.page import open_page
from softmax_ui.pages import TRAINING
from softmax_ui.screens.run.view import show_run
from softmax_ui.screens.training.bringing import follow
from softmax_ui.screens.training.chosen import chosen_pictures, chosen_run, suited, told_by
from softmax_ui.screens.training.form import (
    experiment_button,
    experiment_set,
    is_unfolded,
    show_fields,
)
from softmax_ui.screens.training.picture_panel import is_open, pictures_button, show_panel
from softmax_ui.screens.training.presets import mark_preset, show_presets, take_preset
from softmax_ui.screens.training.preview import show_preview
from softmax_ui.screens.training.start import show_start, show_start_again, shown_run
from softmax_ui.steering import identify
from softmax_ui.text import _

open_page(TRAINING.title)
pictures = pictures_state()
problems = pictures.open()
chosen = chosen_pictures(pictures)
watched = chosen_run()
data = chosen.data or chosen.whole or told_by(watched, pictures) or FASHION_MNIST
state = dashboard_state(data)
watching = watching_state(watched.data if watched else data)
problems += [*state.open(), *watching.open(), *take_preset(state, watching)]
suited(state, data)
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="training_head"):
    st.title(_("Watch softmax regression learn"), width="content")
    show_presets()
show_problems(problems)
with guard():
    identify()
    run = shown_run(state)
    experiment = experiment_set(state, data)
    with st.container(horizontal=True, gap="small", key="experiment_line"):
        pictures_button(pictures, chosen)
        experiment_button(state, data, experiment)
        explained = mark_preset(experiment, data)
        if run is not None:
            show_start_again(experiment if chosen.data else None, run, data)
    if is_unfolded(experiment):
        show_fields(state, data)
    if is_open(pictures, chosen):
        show_panel(pictures, chosen)
    else:
        follow(pictures)  # what is being read is chosen when it has been
    if run is not None:
        show_run(run, watching)
    elif chosen.data is None:
        show_start(None, data, None)
    else:
        show_preview(experiment, data, is_told=show_start(experiment, data, explained))
pictures.save()
state.save()
watching.save()
