"""The run that the URL names, and the button that starts another."""

from __future__ import annotations

from typing import Final, Literal

import streamlit as st

from softmax_core.data import Description
from softmax_core.errors import RunNotFound
from softmax_core.runs import Run
from softmax_core.training.experiment import Experiment
from softmax_ui.addresses.state import PageState
from softmax_ui.addresses.training import RUN, settings_of
from softmax_ui.cache import runner
from softmax_ui.notices import sentence
from softmax_ui.screens.training.bringing import is_reading
from softmax_ui.steering import show_steering_error
from softmax_ui.text import _
from softmax_ui.widgets.pace import speed_control
from softmax_ui.widgets.starting import start, start_button

_ADOPTED: Final = "adopted_run"


def shown_run(state: PageState) -> Run | None:
    """Return the run that the URL names; when it is opened the form takes its settings.

    For a run that does not exist an error is shown, and the page is as without one.
    """
    run_id = st.query_params.get(RUN)
    if run_id is None:
        st.session_state.pop(_ADOPTED, None)
        return None
    try:
        # The runner first: it marks runs that an ended process left running as interrupted.
        run = runner().store.run(run_id)
    except RunNotFound as error:
        st.error(sentence(error), icon=":material/error:")
        return None
    if st.session_state.get(_ADOPTED) != run_id:
        st.session_state[_ADOPTED] = run_id
        state.apply(**settings_of(run.experiment))
    return run


def show_start(experiment: Experiment | None, data: Description, explained: str | None) -> bool:
    """Draw the button that starts the first run, its pace, and an explanation.

    Args:
        experiment: of the run to start; None while a field is refused.
        data: what to train on.
        explained: the explanation of a preset, or None.

    Returns:
        Whether it shows an error of the last click.
    """
    refused = show_steering_error()
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="run_controls"
    ):
        _start_button(_("Start"), experiment, data, "primary")
        speed_control(None)
        if is_reading():
            _say_reading()
        elif explained:
            st.caption(explained, width="content")
    return refused


def show_start_again(experiment: Experiment | None, run: Run, data: Description) -> None:
    """Draw the button that starts another run than the one that is shown, on these data."""
    show_steering_error()
    if is_reading():
        _say_reading()
    elif data.digest != run.data.digest:
        st.caption(
            _("These are not the pictures of the run below. A new run is trained on these."),
            width="content",
        )
    elif experiment not in (None, run.experiment):
        st.caption(
            _("These are not the settings of the run below. A new run takes these."),
            width="content",
        )
    _start_button(_("Start a new run"), experiment, data, "secondary")


def _start_button(
    label: str,
    experiment: Experiment | None,
    data: Description,
    kind: Literal["primary", "secondary"],
) -> None:
    start_button(
        label,
        "start",
        start,
        experiment,
        data,
        kind=kind,
        icon=":material/play_arrow:",
        disabled=experiment is None or is_reading(),
    )


def _say_reading() -> None:
    st.caption(_("Start waits until the pictures have been read."), width="content")
