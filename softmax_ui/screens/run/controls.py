"""The buttons that steer a run, and the change of its learning rates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic, sleep
from typing import Any, Final

import streamlit as st

from softmax_core.runs import ALIVE, RESUMABLE, Run
from softmax_core.training.experiment import VARIANT_RANGES
from softmax_ui.addresses.state import number
from softmax_ui.cache import runner, store
from softmax_ui.steering import attempt, may_steer, share, steer
from softmax_ui.text import _
from softmax_ui.widgets.number_field import is_refused, number_field
from softmax_ui.widgets.pace import set_speed
from softmax_ui.widgets.starting import start

BEFORE_STEP: Final = "before_step"
"""The session's (run id, checkpoint) from before its newest single step, for the lens."""

_RATE_SWITCH: Final = "rate_change"
_ANSWER_SECONDS: Final = 2.0


def _go_on(act: Callable[[str], Any], run_id: str) -> None:
    """Resume a run at the chosen pace, and wait until it is no longer paused.

    The page is drawn again after this; for a run that goes on it starts the browser's timer.
    """
    act(run_id)
    set_speed(run_id)
    deadline = monotonic() + _ANSWER_SECONDS
    while store().run(run_id).status == "paused" and monotonic() < deadline:
        sleep(0.01)


def _one_step(run_id: str) -> None:
    before = store().checkpoint(run_id)
    runner().step(run_id)
    runner().wait(run_id, _ANSWER_SECONDS)
    st.session_state[BEFORE_STEP] = (run_id, before) if before else None


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
            go_on = partial(_go_on, runner().resume)
            _button("resume", _("Resume"), ":material/play_arrow:", go_on, run.id, primary=True)
            _button("step", _("One step"), ":material/skip_next:", _one_step, run.id)
            _button(
                "step_epoch",
                _("One epoch"),
                ":material/fast_forward:",
                partial(_go_on, runner().step_epoch),
                run.id,
            )
        if status in ALIVE:
            _button("stop", _("Stop"), ":material/stop:", runner().stop, run.id)
            st.toggle(_("Change η"), key=_RATE_SWITCH, disabled=run.status == "queued")
        share(run.id)


def rate_fields(run: Run) -> None:
    """Draw the fields that change a variant's learning rate from the next step on.

    They are in the page and not in a popover: Streamlit puts a popover at the document's end,
    where the Tab key comes last.
    """
    can_change = run.status in ("running", "paused") and may_steer(run.id)
    if not (can_change and st.session_state.get(_RATE_SWITCH)):
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", border=True):
        position = _variant(run)
        current = _current_rates(run)[position]
        # A rate that was changed, here or by another person, gives the field a new key and value.
        key = f"new_rate_{run.id}_{position}_{current:g}"
        label = _("Learning rate from the next step on")
        setting = number(key, current, *VARIANT_RANGES["learning_rate"])
        rate = number_field(setting, label, width=240)
        st.button(
            _("Apply"),
            key="apply_rate",
            disabled=is_refused(key) or rate == current,
            on_click=steer,
            args=(runner().change_learning_rate, run.id, position, rate),
        )
        if run.experiment.schedule == "cosine":
            st.caption(
                _("It is now {rate}; the cosine decay goes on from there.", rate=f"{current:g}")
            )
        else:
            st.caption(
                _("It is now {rate}. The change is marked on the curves.", rate=f"{current:g}")
            )


def _variant(run: Run) -> int:
    variants = run.experiment.variants
    if len(variants) == 1:
        return 0
    return st.selectbox(
        _("Variant"),
        range(len(variants)),
        format_func=lambda index: variants[index].name,
        key="rate_variant",
        width=240,
    )


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
