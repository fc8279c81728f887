"""Starting an experiment, on the training page or on the way there."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from softmax_core.data import FASHION_MNIST, Description
from softmax_core.runs import Run
from softmax_core.training.experiment import Experiment
from softmax_core.training.records import RateChange
from softmax_ui import cache
from softmax_ui.addresses.training import RUN
from softmax_ui.pages import TRAINING
from softmax_ui.steering import identify, may_start, owner, proof
from softmax_ui.widgets.pace import set_speed


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
    """Draw a button that starts an experiment and leaves this page for its run.

    Raises:
        DataNotFound: the pictures are not there yet.
        QueueFull: too many runs wait already.
        OwnerMissing: on a shared server, the browser has not said who it is.
    """
    identify()
    icon = ":material/play_arrow:"
    if st.button(label, key=key, type="primary", icon=icon, disabled=not may_start()):
        run = _started(experiment, FASHION_MNIST)
        st.switch_page(TRAINING.script, query_params={RUN: run.id})


def _started(
    experiment: Experiment, data: Description, rate_changes: Sequence[RateChange] = ()
) -> Run:
    cache.dataset_of(data)  # raises here, not in the run, when the pictures are missing
    return cache.runner().start(
        experiment, owner=owner(), steering=proof(), rate_changes=rate_changes, data=data
    )
