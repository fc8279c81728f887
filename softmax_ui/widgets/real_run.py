"""One button that starts a real run on Fashion-MNIST and opens the dashboard on it."""

from __future__ import annotations

import streamlit as st

from softmax_core.training.experiment import Experiment
from softmax_ui.cache import dataset, runner
from softmax_ui.pages import TRAINING
from softmax_ui.steering import claim, owner


def real_run(label: str, experiment: Experiment, *, key: str) -> None:
    """Draw the button; a click leaves this page for the run.

    Args:
        label: the button's, translated.
        experiment: of the run to start.
        key: the button's key.

    Raises:
        DataNotFound: the pictures are not there yet.
        QueueFull: too many runs wait already.
    """
    if not st.button(label, key=key, type="primary", icon=":material/play_arrow:"):
        return
    dataset()  # raises here, not in the run, when the pictures are missing
    run = runner().start(experiment, owner=owner())
    claim(run.id)
    st.switch_page(TRAINING.script, query_params={"run": run.id})
