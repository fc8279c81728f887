"""One run: its controls and the view that is shown, in one fragment.

The browser fetches what moves (`softmax_ui.live`). The fragment has no timer: it runs when a
person changes something, and when the browser has learned that the run is in another state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui import cache
from softmax_ui.addresses.state import PageState
from softmax_ui.addresses.training import VIEWS
from softmax_ui.components.live_run import Part, live_run
from softmax_ui.live.curves import FEW
from softmax_ui.live.message import MOVING, version
from softmax_ui.live.watched import Watched
from softmax_ui.notices import guard
from softmax_ui.screens.run.choices import curve_controls, epoch_control, variant_control
from softmax_ui.screens.run.confusion import confusion_view
from softmax_ui.screens.run.controls import (
    obey_orders,
    rate_fields,
    repeat_button,
    run_buttons,
)
from softmax_ui.screens.run.film import show_film
from softmax_ui.screens.run.group import seeds_button
from softmax_ui.screens.run.labels import labels_view
from softmax_ui.screens.run.lens import lens_view
from softmax_ui.screens.run.own_picture import own_picture_view
from softmax_ui.screens.run.status import show_ending
from softmax_ui.screens.run.verdict import show_verdict
from softmax_ui.steering import show_steering_error
from softmax_ui.text import N_, Names, _, language
from softmax_ui.widgets.pace import speed_control

_view_name: Final = Names[str](
    {
        "curves": N_("Curves"),
        "templates": N_("Templates"),
        "minibatch": N_("One minibatch"),
        "confusion": N_("Confusion and why"),
        "labels": N_("Surest mistakes"),
        "own": N_("Your own picture"),
    }
)

_ENDED: Final = ("finished", "failed")


def show_run(run: Run, state: PageState) -> None:
    """Draw a run; `state` has the settings of the view."""

    @st.fragment
    def draw() -> None:
        with guard():
            obey_orders(run.id)
            _draw(cache.runner().store.run(run.id), state)

    draw()


def _draw(run: Run, state: PageState) -> None:
    state.open()
    history = cache.history(run.id)
    history.update(at_once=run.status not in MOVING)
    show_steering_error()
    if run.status not in _ENDED:
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            run_buttons(run)
            speed_control(run)
        rate_fields(run)
    else:
        repeat_button(run)
    seeds_button(run)
    watch = _watching(run, history, state.values())
    watch("status")
    show_ending(run)
    show_verdict(run, history)
    show_film(run, history, state)
    st.segmented_control(
        _("View"),
        VIEWS,
        key="view",
        required=True,
        label_visibility="collapsed",
        format_func=_view_name,
    )
    _views(run, history, state, watch)
    state.save()


def _watching(run: Run, history: History, values: Mapping[str, Any]) -> Callable[[Part], None]:
    """Return a function that draws a moving part; all parts share one message."""
    address = Watched.of(run.id, language(), values).address()
    drawn_for = version(run, history, values["view"])
    return lambda part: live_run(part, address, drawn_for)


def _views(run: Run, history: History, state: PageState, watch: Callable[[Part], None]) -> None:
    match state.values()["view"]:
        case "curves":
            curve_controls(run)
            watch("curves")
            # Of many variants the curves alone fill a message; the templates have their own view.
            if len(run.experiment.variants) <= FEW:
                variant_control(run)
                watch("templates")
        case "templates":
            variant_control(run)
            epoch_control(run)
            watch("templates")
        case "minibatch":
            lens_view(run, history, state)
        case "confusion":
            confusion_view(run, history, state)
        case "labels":
            labels_view(run, history, state)
        case "own":
            own_picture_view(run, history, state)
