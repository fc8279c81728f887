"""Notices about the store: what was saved of a damaged file, runs cleared to make room."""

from __future__ import annotations

from typing import Final

import streamlit as st

from softmax_core.runs.salvage import Salvage
from softmax_ui.cache import store
from softmax_ui.notices import quoted
from softmax_ui.terms import when
from softmax_ui.text import _, enumerated, ngettext

_MOST_NAMES: Final = 12


def store_notices() -> None:
    """Show what happened to the store: damage, and runs cleared to make room."""
    aside = store().set_aside
    if aside is not None:
        st.warning(_salvaged(aside.name, store().salvage), icon=":material/healing:")
    damaged = store().damaged()
    if damaged:
        st.warning(
            ngettext(
                "{n} run is not in this list, because its settings are no longer what was written "
                "on the disk: {names}.",
                "{n} runs are not in this list, because their settings are no longer what was "
                "written on the disk: {names}.",
                len(damaged),
                names=_names(tuple(damaged)),
            ),
            icon=":material/healing:",
        )
    cleared = store().cleared()
    if cleared:
        names = enumerated(quoted(gone.name or gone.run_id) for gone in cleared[:5])
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


def _salvaged(name: str, salvage: Salvage | None) -> str:
    """Say what was saved of a damaged store and what was not."""
    named = quoted(name)
    if salvage is None or not (salvage.whole or salvage.partly):
        said = [_nothing_saved(named, is_empty=salvage is not None and salvage.kind == "empty")]
    else:
        said = [
            _(
                "The store of the runs was damaged on the disk. What could be read of it is here; "
                "the damaged file lies beside it as {name}.",
                name=named,
            ),
            ngettext("{n} run was saved whole.", "{n} runs were saved whole.", salvage.whole),
        ]
    if salvage and salvage.partly:
        said.append(
            ngettext(
                "Of {n} run something is missing: {names}.",
                "Of {n} runs something is missing: {names}.",
                len(salvage.partly),
                names=_names(salvage.partly),
            )
        )
    if salvage and salvage.lost:
        said.append(
            ngettext(
                "{n} run could not be saved, because its settings are lost: {names}.",
                "{n} runs could not be saved, because their settings are lost: {names}.",
                len(salvage.lost),
                names=_names(salvage.lost),
            )
        )
    return "\n\n".join(said)


def _nothing_saved(named: str, *, is_empty: bool) -> str:
    if is_empty:
        return _(
            "The file of the runs' store was empty when the server opened it: the runs that it had "
            "are gone. The empty file now lies in its folder as {name}, and a new store took its "
            "place. If you have a copy of the old file, end the server, put the copy in the place "
            "of the new store, and start the server again.",
            name=named,
        )
    return _(
        "The store of the runs could not be read. It was not deleted: it now lies in its folder as "
        "{name}, and an empty store took its place.",
        name=named,
    )


def _names(names: tuple[str, ...]) -> str:
    shown = enumerated(quoted(name) for name in names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else f"{shown}, …"
