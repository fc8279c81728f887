"""One run: its controls, what moves, and the view that is chosen below, in one fragment.

The browser fetches what moves (`softmax_ui.live`). The fragment has no timer: it runs when a
person changes something, and when the browser has learned that the run is in another state.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui import cache
from softmax_ui.addresses.state import PageState
from softmax_ui.addresses.training import VIEWS
from softmax_ui.components.arrival import arrival_at, reveal
from softmax_ui.components.live_run import Part, live_run
from softmax_ui.live.message import MOVING, version
from softmax_ui.live.watched import Watched
from softmax_ui.notices import guard
from softmax_ui.page import tell_new_losses
from softmax_ui.screens.run.calibration import calibration_view
from softmax_ui.screens.run.choices import curve_controls, variant_control
from softmax_ui.screens.run.confusion import confusion_view
from softmax_ui.screens.run.controls import obey_orders, rate_field, repeat_button, run_buttons
from softmax_ui.screens.run.film import show_film
from softmax_ui.screens.run.group import seeds_button, show_group_told
from softmax_ui.screens.run.labels import labels_view
from softmax_ui.screens.run.lens import lens_view
from softmax_ui.screens.run.own_picture import own_picture_view
from softmax_ui.screens.run.speed_limit import show_speed_limit
from softmax_ui.screens.run.status import show_ending, show_processors, shows_pictures
from softmax_ui.screens.run.verdict import show_verdict
from softmax_ui.screens.run.wall import show_wall
from softmax_ui.screens.run.why import why_view
from softmax_ui.steering import share, show_steering_error
from softmax_ui.text import N_, Names, _, language
from softmax_ui.widgets.pace import speed_control

_VIEW: Final = "view"

_view_name: Final = Names[str](
    {
        "why": N_("Why?"),
        "confusion": N_("Confusion"),
        "calibration": N_("Calibration"),
        "labels": N_("Surest mistakes"),
        "minibatch": N_("One minibatch"),
        "own": N_("Your own picture"),
        "curves": N_("Saturation and gradient"),
    }
)


def show_run(run: Run, state: PageState) -> None:
    """Draw a run; `state` has the settings of the view."""

    @st.fragment
    def draw() -> None:
        with guard():
            obey_orders(run.id)
            tell_new_losses()
            _draw(cache.runner().store.run(run.id), state)

    draw()


def _draw(run: Run, state: PageState) -> None:
    state.open()
    history = cache.history(run.id)
    history.update(at_once=run.status not in MOVING)
    show_steering_error()
    watched = _Watching(run, history, state)
    _controls(run, state, watched)
    show_ending(run)
    show_processors(run)
    has_pictures = shows_pictures(run)
    _what_learns(run, history, state, watched, has_pictures=has_pictures)
    show_verdict(run, history)  # below, so that at the end nothing moves that one looks at
    st.segmented_control(
        _("View"),
        VIEWS,
        key=_VIEW,
        required=True,
        label_visibility="collapsed",
        format_func=_view_name,
        on_change=lambda: reveal(_VIEW),
    )
    arrival_at(_VIEW, _VIEW, takes_focus=False, to_top=True)
    if has_pictures or state.values()["view"] == "curves":
        _view(run, history, state, watched)
    else:
        st.caption(_("This needs the run's pictures, which are not on this server."))
    state.save()


class _Watching:
    """Draws the moving parts of a run, which share one message."""

    def __init__(self, run: Run, history: History, state: PageState) -> None:
        values = state.values()
        self.address = Watched.of(run.id, language(), values).address()
        self.version = version(run, history, values)

    def draw(self, part: Part) -> None:
        live_run(part, self.address, self.version)


def _controls(run: Run, state: PageState, watched: _Watching) -> None:
    """Draw what steers the run, and how far it is, in one line."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="run_controls"
    ):
        run_buttons(run)
        speed_control(run)
        variant_control(run)
        rate_field(run, state)
        watched.draw("status")


def _what_learns(
    run: Run, history: History, state: PageState, watched: _Watching, *, has_pictures: bool
) -> None:
    """Draw everything that learns: curves, wall and templates, on one screen."""
    with st.container(key="what_learns", gap="small"):
        left, right = st.columns([2, 1], gap="medium")
        with left:
            watched.draw("curves")
        with right:
            if has_pictures:
                show_wall(run, state, watched.address, watched.version)
        watched.draw("templates")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="film"):
            if has_pictures:
                show_film(run, history, state, watched.address)
            repeat_button(run)
            seeds_button(run)
            share(run.id)
        show_group_told()


def _view(run: Run, history: History, state: PageState, watched: _Watching) -> None:
    match state.values()["view"]:
        case "why":
            why_view(run, history, state)
        case "curves":
            curve_controls(run)
            watched.draw("gradient")
            show_speed_limit(run, history, state)
        case "minibatch":
            lens_view(run, history, state)
        case "confusion":
            confusion_view(run, history, state)
        case "calibration":
            calibration_view(run, history, state)
        case "labels":
            labels_view(run, history, state)
        case "own":
            own_picture_view(run, history, state)
