"""The buttons that steer a run, and the change of its learning rates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic, sleep
from typing import Any, Final

import streamlit as st

from softmax_core.runs import ALIVE, RESUMABLE, Run
from softmax_ui.cache import runner, store
from softmax_ui.screens.run.rate_change import rate_fields, rate_switch
from softmax_ui.steering import attempt, may_steer, share, steer
from softmax_ui.text import _
from softmax_ui.widgets.pace import set_speed
from softmax_ui.widgets.starting import start

BEFORE_STEP: Final = "before_step"
"""The session's (run id, checkpoint) from before its newest single step, for the lens."""

_ANSWER_SECONDS: Final = 2.0


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
    """Wait until the run is no longer paused, which starts the page's timer."""
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
    """Draw the fields that change a learning rate, while their switch is on."""
    if run.status in ALIVE and may_steer(run.id):
        rate_fields(run, partial(steer, runner().change_learning_rate, run.id))


def repeat_button(run: Run) -> None:
    """Draw the button that repeats an ended run with the changes of its learning rates.

    Without such changes "Start a new run" does the same.
    """
    changes = store().rate_changes(run.id)
    if changes:
        st.button(
            _("Repeat this run with its changes of η"),
            key="repeat",
            icon=":material/replay:",
            on_click=attempt,
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
