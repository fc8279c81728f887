"""The same settings with other seeds: one run is an anecdote."""

from __future__ import annotations

from typing import Final

import streamlit as st

from softmax_core.errors import SoftmaxError
from softmax_core.runs import ALIVE, Run
from softmax_core.training.experiment import EXPERIMENT_RANGES
from softmax_ui import cache
from softmax_ui.cache import runner, store
from softmax_ui.notices import sentence
from softmax_ui.page import page_link
from softmax_ui.pages import RUNS
from softmax_ui.steering import owner, proof
from softmax_ui.text import _, joined, ngettext
from softmax_ui.widgets.starting import start_button

SEEDS: Final = 5
_TOLD: Final = "group_told"


def seeds_button(run: Run) -> None:
    """Draw the button that repeats an ended run with other seeds.

    A run that went on from another one began with weights that no seed gives.
    """
    if run.status not in ALIVE and not run.parent:
        start_button(
            _("Repeat with {n} seeds", n=SEEDS),
            "repeat_seeds",
            _repeat,
            run.id,
            icon=":material/casino:",
            note=_(
                "Trains the same settings {n} times, each with another seed: other initial "
                "weights, another order of the pictures. The runs page shows their mean "
                "and their spread.",
                n=SEEDS,
            ),
        )


def show_group_told() -> None:
    """Say, once, what the press of the button came to; below its row, whose places it leaves."""
    told = st.session_state.pop(_TOLD, None)
    if told:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.markdown(f":material/casino: {told}", width="content")
            page_link(RUNS, _("See them on the runs page"), icon=":material/list:")


def _repeat(run_id: str) -> None:
    run = store().run(run_id)
    cache.dataset_of(run.data)  # raises here, not in the runs, when the pictures are missing
    highest = EXPERIMENT_RANGES["seed"][1] + 1
    seeds = [(run.experiment.seed + more) % highest for more in range(1, SEEDS + 1)]
    made, refused = runner().repeat(
        run.experiment,
        seeds,
        owner=owner(),
        steering=proof(),
        rate_changes=store().rate_changes(run_id),
        data=run.data,
    )
    st.session_state[_TOLD] = _outcome(len(made), refused)


def _outcome(count: int, refused: SoftmaxError | None) -> str:
    said = ngettext(
        "{n} run with another seed is queued as a group.",
        "{n} runs with other seeds are queued as one group.",
        count,
    )
    if refused is None:
        return said
    left = ngettext("{n} could not be queued.", "{n} could not be queued.", SEEDS - count)
    return joined(said, left, sentence(refused))
