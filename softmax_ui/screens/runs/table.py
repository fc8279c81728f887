"""The list of all runs: status, settings, results and a small loss curve."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any, Final

import pandas as pd
import streamlit as st

from softmax_core.errors import RunDamaged
from softmax_core.runs import Glance, Group, Head, Run, Spread, spread
from softmax_ui.addresses.runs import PAGE, SHOWN, SORTS, UNFOLDED, listed, words
from softmax_ui.cache import glance_of, store
from softmax_ui.steering import found
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
from softmax_ui.text import N_, Language, Names, _, language, ngettext
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
Entry = Run | Group
STATUS_WIDTH: Final = 100
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


def runs_table(heads: list[Head], values: dict[str, Any]) -> tuple[list[Entry], list[Entry]]:
    """Draw a page of the runs that match the search.

    Args:
        heads: all runs, the newest first.
        values: the page's settings.

    Returns:
        The runs and groups of this page's rows, and the ticked ones among them.
    """
    spoken = language()
    matching = listed(
        heads, values["search"], values["shown"], lambda head: _settings_of(head.id, spoken)[1]
    )
    if not matching:
        st.info(_("No run fits this search."), icon=":material/search_off:")
        return [], []
    entries = _entries(_paged(_folded(ordered(matching, values["sort"]))), heads)
    rows = _unfolded(entries, str(values[UNFOLDED]).split())
    keys = [row.id for row in rows]
    chosen = [key for key in st.session_state.get(CHOSEN, []) if key in keys]
    event = st.dataframe(
        table_of(rows),
        key="runs_" + "".join(keys),  # another list is another table, with its own ticks
        hide_index=True,
        placeholder="–",
        row_height=_ROW,
        height=_ROW * min(len(rows), _MOST_ROWS_SEEN) + 40,
        column_config=_columns(),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [keys.index(key) for key in chosen]}},
    )
    places = sorted(event["selection"]["rows"])
    ticked = [rows[place] for place in places if place < len(rows)]
    st.session_state[CHOSEN] = [row.id for row in ticked]
    return rows, ticked


def runs_of(entries: Sequence[Entry]) -> list[Run]:
    """Return runs and those of groups among them, each once."""
    runs = [run for each in entries for run in (each.runs if isinstance(each, Group) else [each])]
    return list({run.id: run for run in runs}.values())


def _folded(heads: list[Head]) -> list[Head]:
    """Return one head for each group, its first, and those of all other runs."""
    seen: set[str] = set()
    kept = []
    for head in heads:
        if head.group not in seen:
            kept.append(head)
        if head.group:
            seen.add(head.group)
    return kept


def _entries(shown: list[Head], heads: list[Head]) -> list[Entry]:
    """Read the runs of a page, and all of the groups among them."""
    members: dict[str, list[str]] = {head.group: [] for head in shown if head.group}
    for head in reversed(heads):  # the newest come first
        if head.group in members:
            members[head.group].append(head.id)
    wanted = [head.id for head in shown if not head.group]
    found = {run.id: run for run in store().runs([*wanted, *chain(*members.values())])}
    entries: list[Entry] = []
    for head in shown:
        of_group = [found[one] for one in members.get(head.group, []) if one in found]
        if of_group:
            entries.append(Group(head.group, tuple(of_group)))
        elif head.id in found:
            entries.append(found[head.id])
    return entries


def _unfolded(entries: list[Entry], open_groups: list[str]) -> list[Entry]:
    """Return the rows of the table: a group that is open is followed by its runs."""
    rows: list[Entry] = []
    for entry in entries:
        rows.append(entry)
        if isinstance(entry, Group) and entry.id in open_groups:
            rows.extend(entry.runs)
    return rows


def _paged(heads: list[Head]) -> list[Head]:
    """Draw the choice of a page where there are several, and return what is on it."""
    pages = math.ceil(len(heads) / _ROWS_A_PAGE)
    page = min(int(st.session_state.get(PAGE, 1)), pages)  # a search may have left fewer
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            page = st.pagination(pages, default=page, key="page_choice")
            first, last = (page - 1) * _ROWS_A_PAGE + 1, min(page * _ROWS_A_PAGE, len(heads))
            given = {"first": f"{first:,}", "last": f"{last:,}", "n": f"{len(heads):,}"}
            st.caption(_("{first} to {last} of {n} runs", **given))
    st.session_state[PAGE] = page
    return heads[(page - 1) * _ROWS_A_PAGE : page * _ROWS_A_PAGE]


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


def table_of(entries: Sequence[Entry]) -> pd.DataFrame:
    """Return the list as a table, a row for each run or group."""
    runs = runs_of(entries)
    titles, sets = parents_of(runs), data_words([run.data for run in runs])
    trained_on = dict(zip([run.id for run in runs], sets, strict=True))
    return pd.DataFrame(
        [
            _group_row(entry, trained_on)
            if isinstance(entry, Group)
            else _run_row(entry, titles, trained_on)
            for entry in entries
        ]
    )


def parents_of(runs: Sequence[Run]) -> dict[str, str]:
    """Return the titles of the parents of runs, as far as whoever is here may list them."""
    ids = dict.fromkeys(run.parent for run in runs if run.parent)
    return {run.id: title_of(run) for run in store().runs(found(ids))} if ids else {}


def descent(run: Run, titles: Mapping[str, str]) -> str:
    """Return in words which run a run went on from; "" for one that began by itself."""
    if not run.parent:
        return ""
    step = f"{run.forked_at:,}"
    if run.parent in titles:
        return _("step {step} of {title}", step=step, title=titles[run.parent])
    return _("step {step} of a run that is not here", step=step)


def _run_row(run: Run, titles: Mapping[str, str], trained_on: Mapping[str, str]) -> dict[str, Any]:
    glanced = _glance(run)
    seen = glanced or Glance()
    mark = "· " * bool(run.group) + "★ " * run.pinned + "↳ " * bool(run.parent)
    return {
        "status": status_name(run.status) if glanced else _("damaged"),
        "name": mark + title_of(run),
        "created": to_the_second(run.created),
        "data": trained_on[run.id],
        "curve": list(seen.curve),
        "accuracy": seen.test_accuracy,
        "spread": "",
        "loss": seen.test_loss,
        "progress": 100 * run.step / max(run.total_steps, 1),
        "settings": settings_line(run.experiment),
        "variants": len(run.experiment.variants),
        "time": duration(seen.seconds) if seen.seconds else "",
        "descent": descent(run, titles),
        "note": plain(run.note),
    }


def _group_row(group: Group, trained_on: Mapping[str, str]) -> dict[str, Any]:
    glances = {run.id: _glance(run) or Glance() for run in group.runs}
    ended = [glances[run.id] for run in group.finished]
    accuracy = spread([g.test_accuracy for g in ended if g.test_accuracy is not None])
    loss = spread([g.test_loss for g in ended if g.test_loss is not None])
    first, made = group.runs[0], sum(run.step for run in group.runs)
    seconds = sum(glance.seconds for glance in glances.values())
    return {
        "status": group_status(group),
        "name": "▸ " + group_title(group),
        "created": to_the_second(first.created),
        "data": trained_on[first.id],
        "curve": list(glances[first.id].curve),
        "accuracy": accuracy and accuracy.mean,
        "spread": spread_text(accuracy, len(group.runs)),
        "loss": loss and loss.mean,
        "progress": 100 * made / max(sum(run.total_steps for run in group.runs), 1),
        "settings": settings_line(first.experiment, [run.experiment.seed for run in group.runs]),
        "variants": len(first.experiment.variants),
        "time": duration(seconds) if seconds else "",
        "descent": "",
        "note": "",
    }


def group_title(group: Group) -> str:
    """Return what a group is called: after its first run, and how many seeds it has."""
    title = title_of(group.runs[0])
    return ngettext("{title} · {n} seed", "{title} · {n} seeds", len(group.runs), title=title)


def group_status(group: Group) -> str:
    """Return how many of a group's runs have finished."""
    done, of = len(group.finished), len(group.runs)
    if done == of:
        return status_name("finished")
    return _("{n} of {of} finished", n=done, of=of)


def spread_text(found: Spread | None, of: int) -> str:
    """Return a standard deviation with its n, and of how many runs these are."""
    if found is None:
        return ""
    count = f"{found.count}" if found.count == of else _("{n} of {of}", n=found.count, of=of)
    deviation = "" if found.deviation is None else f"± {found.deviation:.4f}, "
    return f"{deviation}n = {count}"


def _glance(run: Run) -> Glance | None:
    """Return a run's results, or None where its records are damaged, which its card shows."""
    try:
        return glance_of(run)
    except RunDamaged:
        return None


def _columns() -> dict[str, Any]:
    config = st.column_config
    return {
        "status": config.TextColumn(_("Status"), width=STATUS_WIDTH),
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
        "spread": config.TextColumn(
            _("± of the group"),
            width=124,
            help=_("Standard deviation over the runs of a group that have finished, and n of them"),
        ),
        "loss": config.NumberColumn(heading(measure_name("test_loss")), format="%.4f", width=86),
        "progress": config.ProgressColumn(
            _("Done"), format="%.0f %%", min_value=0, max_value=100, width=100
        ),
        "settings": config.TextColumn(_("Settings"), width=290),
        "data": config.TextColumn(_("Pictures"), width=130, help=_("What it is trained on")),
        "variants": config.NumberColumn(field_name("variants"), width=80),
        "time": config.TextColumn(_("Time"), width=84, help=_("Time spent training")),
        "descent": config.TextColumn(_("Goes on from"), width=190),
        "note": config.TextColumn(_("Note"), width="large"),
    }
