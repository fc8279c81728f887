"""Curves of any runs and groups on the same axes, and the settings in which they differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from softmax_core.errors import RunDamaged
from softmax_core.runs import ALIVE, Group, History, Line, band, spread
from softmax_core.runs.envelope import Floats
from softmax_core.runs.spreadsheet import cell, rows_writer
from softmax_ui.addresses.runs import AXES, MEASURES
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import history
from softmax_ui.components.live_figure import live_figure
from softmax_ui.curve_names import Curve, differing
from softmax_ui.figures.overlay import Point, overlay_figure
from softmax_ui.notices import quoted, sentence
from softmax_ui.screens.runs.curves import COMPARED, choose_curves
from softmax_ui.screens.runs.table import Entry, descent, parents_of, spread_text
from softmax_ui.terms import axis_name, data_words, field_name, heading, measure_name
from softmax_ui.text import _, ngettext

Drawn = tuple[Line, Floats | None, int]
"""A line, how far the runs that it is the mean of lie apart (None of one), and their number."""


def run_overlay(rows: list[Entry], ticked: list[Entry], state: PageState) -> None:
    """Draw the comparison of the curves that were chosen.

    Args:
        rows: the runs and groups that the list shows, of which further curves are chosen.
        ticked: those ticked in the list.
        state: the page's settings.
    """
    with st.container(key=COMPARED):
        st.header(_("Compare"), anchor=False)
    named = choose_curves(rows, ticked, state)
    chosen, names = list(named.values()), list(named)
    if not chosen:
        st.caption(_("Tick runs in the list and add them, or choose single variants here."))
        return
    _axes()
    _on_different_pictures(chosen)
    values = state.values()
    records = _records(chosen)
    sets = [curve.run.data for curve in chosen]
    if len({each.digest for each in sets}) > 1:
        pairs = zip(names, data_words(sets), strict=True)
        names = [f"{name} · {pictures}" for name, pictures in pairs]
    drawn = [_line(curve, records, values) for curve in chosen]
    figure = overlay_figure(
        [
            (_titled(name, curve, n), line)
            for name, curve, (line, _apart, n) in zip(names, chosen, drawn, strict=True)
        ],
        x_title=axis_name(values["axis"]),
        y_title=measure_name(values["measure"]),
        forks=[_fork_point(curve, records, values) for curve in chosen],
        bands=[apart for _line, apart, _n in drawn],
        logarithmic=values["log"],
        revision=f"{values['axis']} {values['measure']} {values['log']}",
    )
    live_figure(
        figure,
        key="overlay",
        alt=ngettext(
            "{n} curve of {measure}",
            "{n} curves of {measure}",
            len(chosen),
            measure=measure_name(values["measure"]),
        ),
        height=420,
    )
    show_differences(chosen, names, records)


def _titled(name: str, curve: Curve, count: int) -> str:
    if not isinstance(curve.entry, Group):
        return name
    return _("{name}: mean ± s, n = {n}", name=name, n=count)


def _on_different_pictures(chosen: list[Curve]) -> None:
    """Say that curves do not measure the same, where they were trained on different pictures."""
    sets = {curve.run.data.digest: curve.run.data for curve in chosen}
    if len(sets) < 2:
        return
    described = "; ".join(
        _(
            "{data} ({classes}, guessing gives {share})",
            data=quoted(name),
            classes=ngettext("{n} class", "{n} classes", len(each.class_names)),
            share=f"{1 / len(each.class_names):.2g}",
        )
        for name, each in zip(data_words([*sets.values()]), sets.values(), strict=True)
    )
    st.warning(
        _(
            "These curves were trained on different pictures: {sets}. The same loss or accuracy "
            "does not mean the same there.",
            sets=described,
        ),
        icon=":material/compare_arrows:",
    )


def _records(chosen: list[Curve]) -> dict[str, History]:
    """Return the records of each run, read up to now; without those that are damaged."""
    records = {}
    for run in {run.id: run for curve in chosen for run in curve.drawn}.values():
        try:
            read = history(run.id)
            read.update(at_once=run.status not in ALIVE)
            records[run.id] = read
        except RunDamaged as damage:
            st.error(sentence(damage), icon=":material/error:")
    return records


def _line(curve: Curve, records: dict[str, History], values: dict[str, Any]) -> Drawn:
    """Return the line of a run, or the mean of a group's; an empty one where there is none yet."""
    lines = [
        records[run.id].line(curve.variant, values["measure"], values["axis"])
        for run in curve.drawn
        if run.id in records
    ]
    if len(lines) > 1:
        found = band(lines)
        return Line(found.x, found.mean), found.deviation, found.count
    # One without records keeps its place, so that the others keep their colours.
    return (lines[0] if lines else Line(np.empty(0), np.empty(0))), None, len(lines)


def _fork_point(curve: Curve, records: dict[str, History], values: dict[str, Any]) -> Point | None:
    """Return where a curve leaves that of the run which it went on from, or None."""
    run, variant = curve.run, curve.variant
    if isinstance(curve.entry, Group) or not run.forked_at or run.id not in records:
        return None
    read, measure = records[run.id], values["measure"]
    # The same points on both axes, so that a step has its place on the other.
    steps, line = read.line(variant, measure), read.line(variant, measure, values["axis"])
    if not len(steps.x) or not steps.x[0] <= run.forked_at <= steps.x[-1]:
        return None
    x, y = (float(np.interp(run.forked_at, steps.x, along)) for along in (line.x, line.y))
    said = _("Goes on from {descent}.", descent=descent(run, parents_of([run])))
    return x, y, said


def show_differences(chosen: list[Curve], names: list[str], records: dict[str, History]) -> None:
    """Draw the settings in which the chosen curves differ, with their test accuracies."""
    columns: dict[str, list[Any]] = {_("Curve"): names}
    columns |= {field_name(field): values for field, values in differing(chosen).items()}
    sets = [curve.run.data for curve in chosen]
    if len({each.digest for each in sets}) > 1:
        columns[_("Pictures")] = data_words(sets)
    ends = [spread(_last_accuracies(curve, records)) for curve in chosen]
    if any(ends):
        columns[heading(measure_name("test_accuracy"))] = [end and end.mean for end in ends]
    if any(isinstance(curve.entry, Group) for curve in chosen):
        columns[_("± of the group")] = [
            spread_text(end, len(curve.entry.runs)) if isinstance(curve.entry, Group) else ""
            for end, curve in zip(ends, chosen, strict=True)
        ]
    if len(columns) == 1:
        st.caption(_("These variants have the same settings."))
    st.dataframe(pd.DataFrame(columns), hide_index=True, width="stretch", placeholder="–")
    st.download_button(
        _("Download as CSV"),
        lambda: as_csv(columns),  # only when it is asked for
        file_name="comparison.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key="comparison_csv",
    )


def as_csv(columns: dict[str, list[Any]]) -> bytes:
    r"""Return a table as CSV in UTF-8, in which no name is a formula.

    >>> as_csv({"Curve": ["=1+1"], "test accuracy": [None]})
    b'\xef\xbb\xbf"Curve","test accuracy"\r\n"\'=1+1",""\r\n'
    """
    out, writer = rows_writer(*columns, line_end="\r\n")
    for row in zip(*columns.values(), strict=True):
        writer.writerow([cell(value) if isinstance(value, str) else value for value in row])
    return out.getvalue().encode("utf-8")


def _last_accuracies(curve: Curve, records: dict[str, History]) -> list[float]:
    """Return the test accuracy at the end of each run of a curve that has one."""
    read = [records[run.id] for run in curve.drawn if run.id in records]
    return [float(each.epochs.test_accuracy[-1, curve.variant]) for each in read if each.epochs]


def _axes() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.selectbox(_("Measure"), MEASURES, key="measure", format_func=measure_name, width=220)
        st.segmented_control(
            _("Horizontal axis"), AXES, key="axis", format_func=axis_name, required=True
        )
        st.toggle(_("Logarithmic"), key="log")
