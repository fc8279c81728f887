"""All runs: find them, compare them, take them along."""

from __future__ import annotations

import streamlit as st

from softmax_ui.addresses.runs import runs_state
from softmax_ui.cache import runner, store
from softmax_ui.notices import guard, show_problems
from softmax_ui.page import open_page
from softmax_ui.pages import RUNS
from softmax_ui.screens.runs.card import show_chosen, show_undo
from softmax_ui.screens.runs.importing import experiment_import
from softmax_ui.screens.runs.overlay import run_overlay
from softmax_ui.screens.runs.store_notices import store_notices
from softmax_ui.screens.runs.table import filters, runs_of, runs_table
from softmax_ui.steering import identify
from softmax_ui.text import _

open_page(RUNS.title)
state = runs_state()
problems = state.open()
st.title(_("Runs"))
show_problems(problems)


def all_runs(again: bool) -> None:
    """Draw the list and what belongs to it; again and again while a run is under way."""
    with guard():
        if again and not store().any_alive():
            st.rerun()  # only a run of the whole page ends the timer
        show_undo()
        heads = store().heads()
        if not heads:
            st.info(_("There are no runs yet. Start one on the training page."))
            return
        filters()
        shown, ticked = runs_table(heads, state.values())
        show_chosen(ticked, state)
        run_overlay(shown, runs_of(ticked), state)
        state.save()


with guard():
    identify()
    runner()  # it marks what an ended process left running as interrupted
    store_notices()
    again = store().any_alive()
    st.fragment(all_runs, run_every=2.0 if again else None)(again)
    experiment_import()
