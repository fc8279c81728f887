"""Starting an experiment, on the training page or on the way there; each click starts it once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

import streamlit as st

from softmax_core.data import FASHION_MNIST, Description
from softmax_core.runs import Run
from softmax_core.training.experiment import Experiment
from softmax_core.training.records import RateChange
from softmax_ui import cache
from softmax_ui.addresses.training import RUN
from softmax_ui.pages import TRAINING
from softmax_ui.steering import attempt, identify, may_start, owner, proof, show_steering_error
from softmax_ui.widgets.pace import set_speed

_STARTS: Final = "starts"
"""How often the session has started something."""
_STARTED: Final = "started_elsewhere"
"""The run that a button of another page than the runs' own has started."""


def start_button(
    label: str,
    key: str,
    act: Callable[..., Any],
    *given: Any,
    icon: str,
    kind: Literal["primary", "secondary"] = "secondary",
    note: str | None = None,
    disabled: bool = False,
) -> None:
    """Draw a button that starts runs; of a double click the second one starts nothing.

    It reaches the script when the first has been obeyed and the button may mean something else. So
    the buttons have other keys after each start, and what comes from a former one does nothing.

    Args:
        label: what it says.
        key: of its place on the page.
        act: starts the runs.
        given: the arguments of `act`.
        icon: before the label.
        kind: how much it stands out.
        note: what is said of it when it is pointed at.
        disabled: whether it cannot be pressed; it cannot be either where nobody may start runs.
    """
    number = st.session_state.get(_STARTS, 0)
    with st.container(key=key, width="content"):
        st.button(
            label,
            key=f"{key}_{number}",
            type=kind,
            icon=icon,
            help=note,
            disabled=disabled or not may_start(),
            on_click=attempt,
            args=(_once, number, act, *given),
        )


def _once(number: int, act: Callable[..., Any], *given: Any) -> None:
    if st.session_state.get(_STARTS, 0) == number:
        act(*given)
        st.session_state[_STARTS] = number + 1


def start(
    experiment: Experiment,
    data: Description,
    rate_changes: Sequence[RateChange] = (),
) -> None:
    """Start an experiment on a data set and show its run; its id goes into the URL."""
    run = _started(experiment, data, rate_changes)
    st.query_params[RUN] = run.id
    set_speed(run.id)


def real_run(label: str, experiment: Experiment, *, key: str) -> None:
    """Draw a button that starts an experiment and leaves this page for its run."""
    identify()
    start_button(
        label, key, _start_elsewhere, experiment, kind="primary", icon=":material/play_arrow:"
    )
    show_steering_error()
    if run_id := st.session_state.pop(_STARTED, None):
        st.switch_page(TRAINING.script, query_params={RUN: run_id})


def _start_elsewhere(experiment: Experiment) -> None:
    st.session_state[_STARTED] = _started(experiment, FASHION_MNIST).id


def _started(
    experiment: Experiment, data: Description, rate_changes: Sequence[RateChange] = ()
) -> Run:
    cache.dataset_of(data)  # raises here, not in the run, when the pictures are missing
    return cache.runner().start(
        experiment, owner=owner(), steering=proof(), rate_changes=rate_changes, data=data
    )
