"""All runs: find them, compare them, take them along."""

from __future__ import annotations

import streamlit as st

from softmax_core.runs import ALIVE, Head
from softmax_ui.addresses.runs import runs_state
from softmax_ui.cache import runner, store
from softmax_ui.notices import guard, show_problems
from softmax_ui.page import open_page, tell_new_losses
from softmax_ui.pages import RUNS
from softmax_ui.screens.runs.card import show_chosen, show_undo
from softmax_ui.screens.runs.importing import experiment_import
from softmax_ui.screens.runs.overlay import run_overlay
from softmax_ui.screens.runs.store_notices import store_notices
from softmax_ui.screens.runs.table import filters, runs_table
from softmax_ui.steering import identify, is_teacher, listed
from softmax_ui.text import _

open_page(RUNS.title)
state = runs_state()
problems = state.open()
st.title(_("Runs"))
show_problems(problems)


def all_runs(again: bool, just_read: list[list[Head]]) -> None:
    """Draw the list and what belongs to it; again and again while a run is under way.

    Args:
        again: whether it draws itself again.
        just_read: what the page has read for it, taken away by the first who draws it.
    """
    with guard():
        tell_new_losses()
        heads = just_read.pop() if just_read else listed(store().heads())
        if again and not any_alive(heads):
            st.rerun()  # only a run of the whole page ends the timer
        show_undo()
        if not heads:
            st.info(_("There are no runs yet. Start one on the training page."))
            return
        filters()
        rows, ticked = runs_table(heads, state.values())
        show_chosen(ticked, state)
        run_overlay(rows, ticked, state)
        state.save()


def any_alive(heads: list[Head]) -> bool:
    """Tell whether one of the runs is under way."""
    return any(head.status in ALIVE for head in heads)


with guard():
    identify()
    runner()  # it marks what an ended process left running as interrupted
    if is_teacher():  # they name the runs of others
        store_notices()
    just_read = [listed(store().heads())]  # of many runs, the most of what the page costs
    again = any_alive(just_read[0])
    st.fragment(all_runs, run_every=2.0 if again else None)(again, just_read)
    experiment_import()
