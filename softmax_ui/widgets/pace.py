"""The pace of a run: slow motion for watching, or full speed."""

from __future__ import annotations

import streamlit as st

from softmax_core.errors import RunNotSteerable
from softmax_core.runs import Run
from softmax_ui.addresses.training import FASTEST, SPEEDS
from softmax_ui.cache import runner
from softmax_ui.steering import may_steer, steer
from softmax_ui.text import _


def set_speed(run_id: str) -> None:
    """Set a run's pace to that of the control; a queued run takes it when it starts."""
    chosen = int(st.session_state.get("speed", FASTEST))
    try:
        runner().set_speed(run_id, None if chosen == FASTEST else float(chosen))
    except RunNotSteerable:
        return


def speed_control(run: Run | None) -> None:
    """Draw the slider for the pace of a run, or without one of the run that is started next."""
    if run is not None and not may_steer(run.id):
        return
    st.select_slider(
        _("Pace"),
        [str(speed) for speed in SPEEDS],
        key="speed",
        format_func=speed_name,
        on_change=steer if run else None,
        args=(set_speed, run.id) if run else None,
        label_visibility="collapsed",
        width=150,
    )


def speed_name(speed: str) -> str:
    """Format a pace in steps per second."""
    if int(speed) == FASTEST:
        return _("full speed")
    return _("{steps}/s", steps=speed)
