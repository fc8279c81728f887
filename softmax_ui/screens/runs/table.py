"""The list of all runs: status, settings, results and a small loss curve."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from softmax_core.errors import RunDamaged
from softmax_core.runs import Glance, Head, Run
from softmax_ui.addresses.runs import PAGE, SHOWN, SORTS, listed, words
from softmax_ui.cache import glance_of, store
from softmax_ui.terms import (
    data_words,
    duration,
    field_name,
    heading,
    measure_name,
    settings_line,
    status_name,
    title_of,
    to_the_second,
)
from softmax_ui.text import N_, Language, Names, _, language
from softmax_ui.text.lines import plain

_shown_name: Final = Names[str](
    {
        "all": N_("all runs"),
        "alive": N_("under way"),
        "finished": N_("finished"),
        "pinned": N_("pinned"),
    }
)
_sort_name: Final = Names[str](
    {
        "newest": N_("newest first"),
        "oldest": N_("oldest first"),
        "best": N_("best test accuracy first"),
        "name": N_("by name"),
    }
)

CHOSEN = "chosen_runs"
_ROW = 44
_MOST_ROWS_SEEN = 12
_ROWS_A_PAGE: Final = 50


def filters() -> None:
    """Draw the search, the filter and the order."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            _("Search"),
            key="search",
            max_chars=80,
            placeholder=_("name, note, settings"),
            icon=":material/search:",
            width=280,
        )
        st.selectbox(_("Show"), SHOWN, key="shown", format_func=_shown_name, width=180)
        st.selectbox(_("Order"), SORTS, key="sort", format_func=_sort_name, width=180)


def runs_table(heads: list[Head], values: dict[str, Any]) -> tuple[list[Run], list[Run]]:
    """Draw a page of the runs that match the search.

    Args:
        heads: all runs, the newest first.
        values: the page's settings.

    Returns:
        The runs of this page, and the ticked ones among them.
    """
    spoken = language()
    matching = listed(
        heads, values["search"], values["shown"], lambda head: _settings_of(head.id, spoken)[1]
    )
    if not matching:
        st.info(_("No run fits this search."), icon=":material/search_off:")
        return [], []
    found = store().runs(_paged(ordered(matching, values["sort"])))
    ids = [run.id for run in found]
    chosen = [run_id for run_id in st.session_state.get(CHOSEN, []) if run_id in ids]
    event = st.dataframe(
        table_of(found),
        key="runs_" + "".join(ids),  # another list is another table, with its own ticks
        hide_index=True,
        placeholder="–",
        row_height=_ROW,
        height=_ROW * min(len(found), _MOST_ROWS_SEEN) + 40,
        column_config=_columns(),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [ids.index(run_id) for run_id in chosen]}},
    )
    rows = sorted(event["selection"]["rows"])
    ticked = [found[row] for row in rows if row < len(found)]
    st.session_state[CHOSEN] = [run.id for run in ticked]
    return found, ticked


def _paged(heads: list[Head]) -> list[str]:
    """Draw the choice of a page where there are several, and return the ids of its runs."""
    pages = math.ceil(len(heads) / _ROWS_A_PAGE)
    page = min(int(st.session_state.get(PAGE, 1)), pages)  # a search may have left fewer
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            page = st.pagination(pages, default=page, key="page_choice")
            first, last = (page - 1) * _ROWS_A_PAGE + 1, min(page * _ROWS_A_PAGE, len(heads))
            given = {"first": f"{first:,}", "last": f"{last:,}", "n": f"{len(heads):,}"}
            st.caption(_("{first} to {last} of {n} runs", **given))
    st.session_state[PAGE] = page
    return [head.id for head in heads[(page - 1) * _ROWS_A_PAGE : page * _ROWS_A_PAGE]]


def ordered(heads: list[Head], sort: str) -> list[Head]:
    """Return runs in one of the orders `SORTS`; they come the newest first."""
    if sort == "oldest":
        return heads[::-1]
    if sort == "name":
        spoken = language()
        return sorted(
            heads, key=lambda head: (head.name or _settings_of(head.id, spoken)[0]).casefold()
        )
    if sort == "best":
        return sorted(heads, key=lambda head: -(head.best or 0.0))
    return heads


@lru_cache(maxsize=20_000)
def _settings_of(run_id: str, _language: Language) -> tuple[str, str]:
    """Return the title and the words of a run's experiment, read once: a list may be long."""
    (run,) = store().runs([run_id])
    return title_of(replace(run, name="")), words(run)


def table_of(runs: list[Run]) -> pd.DataFrame:
    """Return the list as a table, a row for each run."""
    rows = []
    names = dict(zip([run.id for run in runs], data_words([run.data for run in runs]), strict=True))
    for run in runs:
        glanced = _glance(run)
        seen = glanced or Glance()
        rows.append(
            {
                "status": status_name(run.status) if glanced else _("damaged"),
                "name": ("★ " if run.pinned else "") + title_of(run),
                "created": to_the_second(run.created),
                "curve": list(seen.curve),
                "accuracy": seen.test_accuracy,
                "loss": seen.test_loss,
                "progress": 100 * run.step / max(run.total_steps, 1),
                "settings": settings_line(run.experiment),
                "data": names[run.id],
                "variants": len(run.experiment.variants),
                "time": duration(seen.seconds) if seen.seconds else "",
                "note": plain(run.note),
            }
        )
    return pd.DataFrame(rows)


def _glance(run: Run) -> Glance | None:
    """Return a run's results, or None where its records are damaged, which its card shows."""
    try:
        return glance_of(run)
    except RunDamaged:
        return None


def _columns() -> dict[str, Any]:
    config = st.column_config
    return {
        "status": config.TextColumn(_("Status"), width=92),
        "name": config.TextColumn(_("Run"), width=190, help=_("★ means that it is pinned")),
        "created": config.TextColumn(_("Started (UTC)"), width=154),
        "curve": config.LineChartColumn(
            heading(measure_name("loss")),
            width=90,
            help=_("Of the variant with the best test accuracy, over the whole run"),
        ),
        "accuracy": config.NumberColumn(
            heading(measure_name("test_accuracy")),
            format="%.4f",
            width=112,
            help=_("Of the best variant, at the end of the last epoch"),
        ),
        "loss": config.NumberColumn(heading(measure_name("test_loss")), format="%.4f", width=86),
        "progress": config.ProgressColumn(
            _("Done"), format="%.0f %%", min_value=0, max_value=100, width=100
        ),
        "settings": config.TextColumn(_("Settings"), width=290),
        "data": config.TextColumn(_("Pictures"), width=130, help=_("What it is trained on")),
        "variants": config.NumberColumn(field_name("variants"), width=80),
        "time": config.TextColumn(_("Time"), width=84, help=_("Time spent training")),
        "note": config.TextColumn(_("Note"), width="large"),
    }
