"""Starting an experiment."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from softmax_core.training.experiment import Experiment
from softmax_core.training.records import RateChange
from softmax_ui.addresses.training import RUN
from softmax_ui.cache import dataset, runner
from softmax_ui.steering import claim, owner
from softmax_ui.widgets.pace import set_speed


def start(experiment: Experiment, rate_changes: Sequence[RateChange] = ()) -> None:
    """Start an experiment and show its run; its id goes into the URL."""
    dataset()  # raises here, not in the run, when the pictures are missing
    run = runner().start(experiment, owner=owner(), rate_changes=rate_changes)
    claim(run.id)
    st.query_params[RUN] = run.id
    set_speed(run.id)
