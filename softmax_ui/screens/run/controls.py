"""The buttons that steer a run, and the change of its learning rates."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from time import monotonic, sleep
from typing import Final

import streamlit as st

from softmax_core.runs import ALIVE, RESUMABLE, Run
from softmax_core.runs.run import Status
from softmax_core.training.experiment import VARIANT_RANGES
from softmax_ui import cache
from softmax_ui.addresses.state import PageState, number
from softmax_ui.cache import runner, store
from softmax_ui.components.run_orders import Kind, orders_after, run_orders
from softmax_ui.screens.run.choices import chosen_variant
from softmax_ui.steering import may_steer, steer
from softmax_ui.text import _
from softmax_ui.widgets.number_field import is_refused, number_field
from softmax_ui.widgets.pace import set_speed
from softmax_ui.widgets.starting import start, start_button

BEFORE_STEP: Final = "before_step"
"""The session's (run id, checkpoint) from before its newest single step, for the lens."""

_DONE: Final = "orders_done"
"""The session's number of the last order that was obeyed or refused."""
_ANSWER_SECONDS: Final = 2.0

_TRAINS: Final[tuple[Kind, ...]] = ("resume", "step", "step_epoch")
"""Orders that need the run's pictures."""

_ENDED: Final = ("finished", "failed")
_MOVING: Final = ("queued", "running")
_SO_ALREADY: Final[Mapping[Kind, tuple[Status, ...]]] = {
    "pause": ("paused", "stopped"),
    "resume": _MOVING,
    "stop": ("stopped",),
}
"""Statuses in which an order has nothing left to do: of a double click the second one."""


def obey_orders(run_id: str) -> None:
    """Do what the buttons have ordered since the last time, each click once."""
    for kind, given in groupby(orders_after(st.session_state.get(_DONE, 0)), itemgetter(1)):
        numbers = [number for number, _kind in given]
        st.session_state[_DONE] = numbers[-1]
        if store().run(run_id).status not in _SO_ALREADY.get(kind, ()):
            steer(_obey, run_id, kind, len(numbers))


def _obey(run_id: str, kind: Kind, times: int) -> None:
    if kind in _TRAINS:
        cache.dataset_of(store().run(run_id).data)  # raises where they are not here
    match kind:
        case "pause":
            runner().pause(run_id)
        case "stop":
            runner().stop(run_id)
        case "resume":
            runner().resume(run_id)
            set_speed(run_id)
            _wait_while_paused(run_id)
        case "step":
            _steps(run_id, times)
        case "step_epoch":
            runner().step_epoch(run_id, times)
            set_speed(run_id)
            _wait_while_paused(run_id)


def _wait_while_paused(run_id: str) -> None:
    """Wait a moment until a run that was set going is no longer paused, or is so again."""
    deadline = monotonic() + _ANSWER_SECONDS
    while runner().is_under_way(run_id) and monotonic() < deadline:
        if store().run(run_id).status != "paused":
            return
        sleep(0.01)


def _steps(run_id: str, times: int) -> None:
    """Make single steps; the lens compares the newest with what was before it."""
    st.session_state.pop(BEFORE_STEP, None)
    if times > 1:
        runner().step(run_id, times - 1)
        runner().wait(run_id, _ANSWER_SECONDS)
    if runner().is_under_way(run_id):  # at a slow pace, which nobody has to wait for
        runner().step(run_id)
        return
    before = store().checkpoint(run_id)
    runner().step(run_id)
    runner().wait(run_id, _ANSWER_SECONDS)
    if before:
        st.session_state[BEFORE_STEP] = (run_id, before)


def run_buttons(run: Run) -> None:
    """Draw the buttons that steer a run, for those who may; each stays at its place."""
    if not may_steer(run.id):
        return
    labels: dict[Kind, str] = {
        "pause": _("Pause"),
        "resume": _("Resume"),
        "step": _("One step"),
        "step_epoch": _("One epoch"),
        "stop": _("Stop"),
    }
    run_orders(labels, _allowed(run), st.session_state.get(_DONE, 0))


def _allowed(run: Run) -> list[Kind]:
    allowed: list[Kind] = []
    if run.status in _MOVING:
        allowed += ["pause"]
    if run.status in RESUMABLE:
        allowed += ["resume"]
    if run.status in RESUMABLE or runner().is_stepping(run.id):
        allowed += ["step", "step_epoch"]
    if run.status in ALIVE:
        allowed += ["stop"]
    return allowed


def rate_field(run: Run, state: PageState) -> None:
    """Draw the field that changes the chosen variant's learning rate from the next step on."""
    if run.status not in ("running", "paused") or not may_steer(run.id):
        return
    position = chosen_variant(run, state)
    current = _current_rates(run)[position]
    # A rate that was changed, here or by another person, gives the field a new key and value.
    key = f"new_rate_{run.id}_{position}_{current:g}"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="rate"):
        if run.experiment.schedule == "cosine":
            note = _("It is now {rate}; the cosine decay goes on from there.", rate=f"{current:g}")
        else:
            note = _("It is now {rate}. The change is marked on the curves.", rate=f"{current:g}")
        st.markdown("η", help=note, width="content")
        number_field(
            number(key, current, *VARIANT_RANGES["learning_rate"]),
            _("Learning rate from the next step on"),
            labelled=False,
            width=240 if is_refused(key) else 80,
            on_change=lambda: steer(_change_rate, run.id, position, key),
        )


def _change_rate(run_id: str, position: int, key: str) -> None:
    runner().change_learning_rate(run_id, position, st.session_state[key])


def _current_rates(run: Run) -> list[float]:
    """Return the learning rate of each variant after the changes so far."""
    rates = [variant.learning_rate for variant in run.experiment.variants]
    for made in store().rate_changes(run.id):
        rates[made.variant] = made.learning_rate
    return rates


def repeat_button(run: Run) -> None:
    """Draw the button that repeats an ended run with the changes of its learning rates.

    Without such changes "Start a new run" does the same.
    """
    changes = store().rate_changes(run.id) if run.status in _ENDED else ()
    if changes and not run.parent:  # what went on from another run does not begin by itself
        start_button(
            _("Repeat this run with its changes of η"),
            "repeat",
            start,
            run.experiment,
            run.data,
            changes,
            icon=":material/replay:",
        )
