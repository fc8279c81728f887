"""The choice of the curves to compare: variants of single runs, and those of a group as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from softmax_core.runs import Group
from softmax_ui.addresses.runs import CURVES
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import store
from softmax_ui.components.arrival import arrival_at, reveal
from softmax_ui.curve_names import Curve, curves_of, labels_of
from softmax_ui.screens.runs.table import Entry
from softmax_ui.text import _

COMPARED: Final = "compared"
MOST_CURVES: Final = 32
_WIDGET: Final = "curves_chosen"


def choose_curves(
    rows: Sequence[Entry], ticked: Sequence[Entry], state: PageState
) -> dict[str, Curve]:
    """Draw the choice of curves, and return the chosen ones by their names.

    Args:
        rows: what this page of the list shows, which can be chosen.
        ticked: what is ticked in it.
        state: the page's settings; they have the choice, which may also be of what other pages of
            the list show.
    """
    options = curves_of([*rows, *_elsewhere(rows, state)])
    labels = labels_of(options)
    if _WIDGET not in st.session_state:
        given = str(state.value(CURVES)).split()
        st.session_state[_WIDGET] = [key for key in given if key in options][:MOST_CURVES]
    else:
        st.session_state[_WIDGET] = [k for k in st.session_state[_WIDGET] if k in options]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        arrival_at(COMPARED, COMPARED)
        st.multiselect(
            _("Curves"),
            list(options),
            key=_WIDGET,
            format_func=labels.__getitem__,
            max_selections=MOST_CURVES,
            placeholder=_("Choose variants"),
        )
        st.button(
            _("Add the ticked runs"),
            key="add_ticked",
            icon=":material/add_chart:",
            disabled=not ticked,
            on_click=_add,
            args=(list(curves_of(ticked)),),
        )
    keys = st.session_state[_WIDGET]
    state.apply(**{CURVES: " ".join(keys)})
    return {labels[key]: options[key] for key in keys}


def _add(keys: list[str]) -> None:
    chosen = st.session_state.get(_WIDGET, [])
    st.session_state[_WIDGET] = [*chosen, *(key for key in keys if key not in chosen)][:MOST_CURVES]
    reveal(COMPARED)


def _elsewhere(rows: Sequence[Entry], state: PageState) -> list[Entry]:
    """Return what was chosen of the list's other pages: runs, and groups by their ids."""
    chosen = st.session_state.get(_WIDGET) or str(state.value(CURVES)).split()
    ids = dict.fromkeys(key.rpartition(".")[0] for key in chosen)
    left = ids.keys() - {entry.id for entry in rows}
    runs = {run.id: run for run in store().runs(left)}
    groups = ((key, tuple(store().members(key))) for key in sorted(left - runs.keys()))
    return [*runs.values(), *(Group(key, members) for key, members in groups if members)]
