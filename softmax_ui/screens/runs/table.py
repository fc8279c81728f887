"""The list of all runs: status, settings, results and a small loss curve."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from softmax_core.errors import RunDamaged
from softmax_core.runs import Glance, Run
from softmax_ui.addresses.runs import SHOWN, SORTS, listed
from softmax_ui.cache import glance_of
from softmax_ui.terms import (
    duration,
    field_name,
    heading,
    measure_name,
    settings_line,
    status_name,
    title_of,
    to_the_second,
)
from softmax_ui.text import N_, Names, _
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


def runs_table(runs: list[Run], values: dict[str, Any]) -> list[Run]:
    """Draw the runs that match the search and return the ticked ones.

    Args:
        runs: all runs, the newest first.
        values: the page's settings.

    Returns:
        The ticked runs, in the order of the list.
    """
    found = ordered(listed(runs, values["search"], values["shown"]), values["sort"])
    if not found:
        st.info(_("No run fits this search."), icon=":material/search_off:")
        return []
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
    return ticked


def ordered(runs: list[Run], sort: str) -> list[Run]:
    """Return runs in one of the orders `SORTS`; they come the newest first."""
    if sort == "oldest":
        return runs[::-1]
    if sort == "name":
        return sorted(runs, key=lambda run: title_of(run).casefold())
    if sort == "best":
        return sorted(runs, key=lambda run: -((_glance(run) or Glance()).test_accuracy or 0.0))
    return runs


def table_of(runs: list[Run]) -> pd.DataFrame:
    """Return the list as a table, a row for each run."""
    rows = []
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
        "variants": config.NumberColumn(field_name("variants"), width=80),
        "time": config.TextColumn(_("Time"), width=84, help=_("Time spent training")),
        "note": config.TextColumn(_("Note"), width="large"),
    }
