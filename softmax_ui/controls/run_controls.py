"""The buttons that steer a run, its pace, and the learning rates it may change on the way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic, sleep
from typing import Any, Final, Literal

import streamlit as st

from softmax_core.errors import RunNotFound, RunNotSteerable, SoftmaxError
from softmax_core.runs import ALIVE, RESUMABLE, Run
from softmax_core.training.experiment import Experiment
from softmax_core.training.records import RateChange
from softmax_ui.cache import dataset, runner, store
from softmax_ui.controls.rate_change import rate_fields, rate_switch
from softmax_ui.controls.training_state import FASTEST, SPEEDS, settings_of
from softmax_ui.notices import sentence
from softmax_ui.state import PageState
from softmax_ui.steering import claim, may_steer, owner, share
from softmax_ui.text import _

RUN: Final = "run"
"""The URL's parameter that names the run."""

BEFORE_STEP: Final = "before_step"
"""The session's (run id, checkpoint) from before its newest single step, for the lens."""

_ERROR: Final = "steering_error"
_ADOPTED: Final = "adopted_run"
_ANSWER_SECONDS: Final = 2.0


def steer(act: Callable[..., Any], *given: Any) -> None:
    """Do what a button says, from its callback; an error is kept for `show_steering_error`."""
    try:
        act(*given)
    except SoftmaxError as error:
        logging.getLogger(__name__).info("shown to the reader: %s", error)
        st.session_state[_ERROR] = sentence(error)


def show_steering_error() -> bool:
    """Say once what the last button could not do, and return whether there was something to say."""
    message = st.session_state.pop(_ERROR, None)
    if message:
        st.error(message, icon=":material/error:")
    return bool(message)


def shown_run(state: PageState) -> Run | None:
    """Return the run that the URL names, and set the page to its settings when it is opened.

    A run that is not there is said so, and the page is as without one.
    """
    run_id = st.query_params.get(RUN)
    if run_id is None:
        st.session_state.pop(_ADOPTED, None)
        return None
    try:
        # The runner first: it marks what an ended process left running as interrupted.
        run = runner().store.run(run_id)
    except RunNotFound as error:
        st.error(sentence(error), icon=":material/error:")
        return None
    if st.session_state.get(_ADOPTED) != run_id:
        st.session_state[_ADOPTED] = run_id
        state.apply(**settings_of(run.experiment))
    return run


def show_start(experiment: Experiment | None, run: Run | None, explained: str | None) -> bool:
    """Draw the button that starts a run, and beside it what is to be seen.

    Args:
        experiment: what it starts; None while a field is refused.
        run: the run that is shown already, if one is.
        explained: what the experiment shows, where that is known.

    Returns:
        Whether it says what the last button could not do.
    """
    refused = show_steering_error()
    if run is not None and experiment not in (None, run.experiment):
        explained = _("Not the settings of the run below. A new run trains these.")
    align: Literal["center", "bottom"] = "center" if run else "bottom"
    with st.container(horizontal=True, vertical_alignment=align, gap="medium"):
        st.button(
            _("Start") if run is None else _("Start a new run"),
            key="start",
            icon=":material/play_arrow:",
            type="primary" if run is None else "secondary",
            disabled=experiment is None,
            on_click=steer,
            args=(start, experiment),
        )
        if run is None:
            speed_control(None)
        if explained:
            st.caption(explained, width="content")
    return refused


def start(experiment: Experiment, rate_changes: Sequence[RateChange] = ()) -> None:
    """Start an experiment and show its run; its id goes into the URL."""
    dataset()  # where the pictures are missing this says so at once, not in the run
    run = runner().start(experiment, owner=owner(), rate_changes=rate_changes)
    claim(run.id)
    st.query_params[RUN] = run.id
    set_speed(run.id)


def set_speed(run_id: str) -> None:
    """Let a run go at the pace that the control shows; one that waits gets it when it goes on."""
    chosen = int(st.session_state.get("speed", FASTEST))
    try:
        runner().set_speed(run_id, None if chosen == FASTEST else float(chosen))
    except RunNotSteerable:
        return


def _resume(run_id: str) -> None:
    runner().resume(run_id)
    set_speed(run_id)
    _wait_until_it_goes_on(run_id)


def _one_epoch(run_id: str) -> None:
    runner().step_epoch(run_id)
    set_speed(run_id)
    _wait_until_it_goes_on(run_id)


def _one_step(run_id: str) -> None:
    before = store().checkpoint(run_id)
    runner().step(run_id)
    runner().wait(run_id, _ANSWER_SECONDS)
    st.session_state[BEFORE_STEP] = (run_id, before) if before else None


def _wait_until_it_goes_on(run_id: str) -> None:
    """Wait until the run says that it moves: the page starts its timer by that."""
    deadline = monotonic() + _ANSWER_SECONDS
    while store().run(run_id).status == "paused" and monotonic() < deadline:
        sleep(0.01)


def run_buttons(run: Run) -> None:
    """Draw the buttons that the run's status allows, for those who may steer it."""
    if not may_steer(run.id):
        share(run.id)
        return
    status = run.status
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        gap="small",
        key="run_buttons",
        width="content",
    ):
        if status in ("running", "queued"):
            _button("pause", _("Pause"), ":material/pause:", runner().pause, run.id)
        if status in RESUMABLE:
            _button("resume", _("Resume"), ":material/play_arrow:", _resume, run.id, primary=True)
            _button("step", _("One step"), ":material/skip_next:", _one_step, run.id)
            _button(
                "step_epoch",
                _("One epoch"),
                ":material/fast_forward:",
                _one_epoch,
                run.id,
            )
        if status in ALIVE:
            _button("stop", _("Stop"), ":material/stop:", runner().stop, run.id)
            rate_switch(run)
        share(run.id)


def rate_control(run: Run) -> None:
    """Draw the fields that change a learning rate, once the switch among the buttons is on."""
    if run.status in ALIVE and may_steer(run.id):
        rate_fields(run, partial(steer, runner().change_learning_rate, run.id))


def repeat_button(run: Run) -> None:
    """Draw the button that does an ended run again, with the changes of its learning rates.

    Without such changes the settings say it all, and "Start a new run" is the same.
    """
    changes = store().rate_changes(run.id)
    if changes:
        st.button(
            _("Repeat this run with its changes of η"),
            key="repeat",
            icon=":material/replay:",
            on_click=steer,
            args=(start, run.experiment, changes),
        )


def _button(
    key: str, label: str, icon: str, act: Callable[..., Any], run_id: str, primary: bool = False
) -> None:
    st.button(
        label,
        key=key,
        icon=icon,
        type="primary" if primary else "secondary",
        on_click=steer,
        args=(act, run_id),
    )


def speed_control(run: Run | None) -> None:
    """Draw the pace: slow motion on the left, as fast as it can on the right.

    Args:
        run: the run that is to go at this pace, or None for the one that is started next.
    """
    if run is not None and not may_steer(run.id):
        return
    st.select_slider(
        _("Pace"),
        [str(speed) for speed in SPEEDS],
        key="speed",
        format_func=speed_name,
        on_change=set_speed if run else None,
        args=(run.id,) if run else None,
        width=280,
    )


def speed_name(speed: str) -> str:
    """Return what a pace is called in the reader's language."""
    if int(speed) == FASTEST:
        return _("full speed")
    return _("{steps}/s", steps=speed)
