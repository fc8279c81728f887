"""Why one picture is taken for what it is."""

from __future__ import annotations

import streamlit as st

from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui.addresses.state import PageState
from softmax_ui.screens.run.choices import chosen_model
from softmax_ui.screens.run.picture_choice import show_chosen_story
from softmax_ui.text import _


def why_view(run: Run, history: History, state: PageState) -> None:
    """Draw the story of the chosen picture, or say how one is chosen."""
    values = state.values()
    if values["picture"] < 0:
        st.caption(
            _("Choose a picture on the wall, and see here why the model takes it for what it does.")
        )
        return
    model = chosen_model(run, history, state)
    if model is not None:
        show_chosen_story(model, values["split"], state, key="why_story")
