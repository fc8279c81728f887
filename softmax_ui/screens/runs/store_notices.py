"""Notices about the store: a damaged file set aside, runs cleared to make room."""

from __future__ import annotations

import streamlit as st

from softmax_ui.cache import store
from softmax_ui.notices import quoted
from softmax_ui.terms import when
from softmax_ui.text import _, ngettext


def store_notices() -> None:
    """Show what happened to the store: damage, and runs cleared to make room."""
    aside = store().set_aside
    if aside is not None:
        st.warning(
            _(
                "The store of the runs could not be read. It was not deleted: it now lies in its "
                "folder as {name}, and an empty store took its place.",
                name=quoted(aside.name),
            ),
            icon=":material/healing:",
        )
    damaged = store().damaged()
    if damaged:
        st.warning(
            ngettext(
                "{n} run is not in this list, because its settings are no longer what was written "
                "on the disk: {names}.",
                "{n} runs are not in this list, because their settings are no longer what was "
                "written on the disk: {names}.",
                len(damaged),
                names=", ".join(quoted(run_id) for run_id in damaged),
            ),
            icon=":material/healing:",
        )
    cleared = store().cleared()
    if cleared:
        names = ", ".join(quoted(gone.name or gone.run_id) for gone in cleared[:5])
        st.caption(
            ngettext(
                "{n} run was cleared to make room, last on {when} (UTC): {names}. "
                "Pin what should stay.",
                "{n} runs were cleared to make room, last on {when} (UTC): {names}. "
                "Pin what should stay.",
                len(cleared),
                when=when(cleared[0].when),
                names=names,
            )
        )
