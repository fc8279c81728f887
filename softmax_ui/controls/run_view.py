"""Everything about one run that moves while it trains: one fragment, one timer, all its controls.

A click in one fragment can be lost when another fragment ticks at the same moment, so what can be
clicked while a run goes on is in here, and each tick draws only the view that is shown.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui.cache import history, runner
from softmax_ui.controls.confusion_view import confusion_view
from softmax_ui.controls.judgement import model_at
from softmax_ui.controls.labels_view import labels_view
from softmax_ui.controls.lens_view import lens_view
from softmax_ui.controls.own_picture_view import own_picture_view
from softmax_ui.controls.run_controls import (
    rate_control,
    repeat_button,
    run_buttons,
    show_steering_error,
    speed_control,
)
from softmax_ui.controls.run_curves import FEW, LEGEND_STYLE, curve_controls, show_curves
from softmax_ui.controls.run_status import show_verdict, status_line
from softmax_ui.controls.run_templates import (
    chosen_variant,
    epoch_control,
    show_templates,
    variant_control,
)
from softmax_ui.controls.training_state import NEWEST, VIEWS
from softmax_ui.notices import guard
from softmax_ui.state import PageState
from softmax_ui.text import _

TICK_SECONDS: Final = 0.4
PAUSED_TICK_SECONDS: Final = 2.0

_MOVING: Final = ("running", "queued")
_ENDED: Final = ("finished", "failed")


def show_run(run: Run, state: PageState) -> None:
    """Draw a run; while it moves it is drawn again 2.5 times a second.

    Args:
        run: the run.
        state: what is watched and looked into.
    """

    def tick() -> None:
        with guard():
            now = runner().store.run(run.id)
            if _ticks(now) != _ticks(run):
                # Only a run of the whole page can start or end the timer.
                st.rerun()
            _draw(now, state)

    st.html(LEGEND_STYLE)
    st.fragment(tick, run_every=_ticks(run))()


def _ticks(run: Run) -> float | None:
    """Return the seconds between two looks; somebody else may wake a run that is paused."""
    if run.status in _MOVING:
        return TICK_SECONDS
    return PAUSED_TICK_SECONDS if run.status == "paused" else None


def _draw(run: Run, state: PageState) -> None:
    state.open()
    read = history(run.id)
    read.read()
    show_steering_error()
    if run.status not in _ENDED:
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            run_buttons(run)
            speed_control(run)
        rate_control(run)
    else:
        repeat_button(run)
    status_line(run, read)
    show_verdict(run)
    st.segmented_control(
        _("View"),
        VIEWS,
        key="view",
        required=True,
        label_visibility="collapsed",
        format_func=_view_names().__getitem__,
    )
    _views(run, read, state)
    state.save()


def _view_names() -> dict[str, str]:
    return {
        "curves": _("Curves"),
        "templates": _("Templates"),
        "minibatch": _("One minibatch"),
        "confusion": _("Confusion and why"),
        "labels": _("Surest mistakes"),
        "own": _("Your own picture"),
    }


def _views(run: Run, read: History, state: PageState) -> None:
    values = state.values()
    match values["view"]:
        case "curves":
            curve_controls()
            show_curves(run, read, values)
            # Of many variants the curves alone fill a tick; the templates have a view of their own.
            if len(run.experiment.variants) <= FEW:
                variant_control(run)
                newest = model_at(run, read, chosen_variant(run, state), NEWEST)
                show_templates(newest, key="newest_templates", size=92)
        case "templates":
            variant_control(run)
            epoch_control(run)
            chosen = model_at(run, read, chosen_variant(run, state), values["epoch"])
            show_templates(chosen, key="templates", size=190)
        case "minibatch":
            lens_view(run, state)
        case "confusion":
            confusion_view(run, read, state)
        case "labels":
            labels_view(run, read, state)
        case "own":
            own_picture_view(run, read, state)
