"""Variants of any runs on the same axes, and the settings in which they differ."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from softmax_core.errors import RunDamaged
from softmax_core.runs import ALIVE, History, Line, Run, band, differences
from softmax_core.runs.envelope import Floats
from softmax_core.runs.spreadsheet import cell, rows_writer
from softmax_ui.addresses.runs import AXES, CURVES, MEASURES
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import history, store
from softmax_ui.components.arrival import arrival_at, reveal
from softmax_ui.components.live_figure import live_figure
from softmax_ui.figures.overlay import Point, overlay_figure
from softmax_ui.notices import quoted, sentence
from softmax_ui.screens.runs.table import descent, parents_of
from softmax_ui.terms import (
    axis_name,
    curve_name,
    data_words,
    field_name,
    heading,
    measure_name,
    shown_value,
    to_the_second,
    variant_names,
    when,
)
from softmax_ui.text import _, ngettext

MOST_CURVES = 32
_WIDGET = "curves_chosen"
_COMPARED = "compared"

Curve = tuple[Run, int]  # a run and the position of one of its variants


def run_overlay(shown: list[Run], ticked: list[Run], state: PageState) -> None:
    """Draw the comparison of the curves that were chosen.

    Args:
        shown: the runs of this page of the list, of which further curves are chosen.
        ticked: those ticked in the list.
        state: the page's settings.
    """
    with st.container(key=_COMPARED):
        st.header(_("Compare"), anchor=False)
    options = {
        f"{run.id}.{variant}": (run, variant)
        for run in [*shown, *_elsewhere(shown, state)]
        for variant in range(len(run.experiment.variants))
    }
    labels = labels_of(options)
    _choose(options, labels, ticked, state)
    keys = [key for key in st.session_state.get(_WIDGET, []) if key in options]
    chosen, names = [options[key] for key in keys], [labels[key] for key in keys]
    if not chosen:
        st.caption(_("Tick runs in the list and add them, or choose single variants here."))
        return
    _axes()
    _on_different_pictures(chosen)
    values = state.values()
    records = _records(chosen)
    sets = [run.data for run, _variant in chosen]
    if len({each.digest for each in sets}) > 1:
        pairs = zip(names, data_words(sets), strict=True)
        names = [f"{name} · {pictures}" for name, pictures in pairs]
    lines = list(zip(names, _lines(chosen, records, values), strict=True))
    forks = [_fork_point(*curve, records, values) for curve in chosen]
    bands: list[Floats | None] = [None] * len(lines)
    if values["bands"]:
        lines, forks, bands = _banded(chosen, lines, forks)
    figure = overlay_figure(
        lines,
        x_title=axis_name(values["axis"]),
        y_title=measure_name(values["measure"]),
        forks=forks,
        bands=bands,
        logarithmic=values["log"],
        revision=f"{values['axis']} {values['measure']} {values['log']} {values['bands']}",
    )
    live_figure(
        figure,
        key="overlay",
        alt=ngettext(
            "{n} curve of {measure}",
            "{n} curves of {measure}",
            len(lines),
            measure=measure_name(values["measure"]),
        ),
        height=420,
    )
    show_differences(chosen, names, records)


def _on_different_pictures(chosen: list[Curve]) -> None:
    """Say that curves do not measure the same, where they were trained on different pictures."""
    sets = {run.data.digest: run.data for run, _variant in chosen}
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


def _elsewhere(shown: list[Run], state: PageState) -> list[Run]:
    """Return the runs of the curves that were chosen on other pages of the list."""
    chosen = st.session_state.get(_WIDGET) or str(state.value(CURVES)).split()
    ids = dict.fromkeys(key.rpartition(".")[0] for key in chosen)
    return store().runs(ids.keys() - {run.id for run in shown})


def _records(chosen: list[Curve]) -> dict[str, History]:
    """Return the records of each run, read up to now; without those that are damaged."""
    records = {}
    for run in {run.id: run for run, _variant in chosen}.values():
        try:
            read = history(run.id)
            read.update(at_once=run.status not in ALIVE)
            records[run.id] = read
        except RunDamaged as damage:
            st.error(sentence(damage), icon=":material/error:")
    return records


def _lines(chosen: list[Curve], records: dict[str, History], values: dict[str, Any]) -> list[Line]:
    nothing = Line(np.empty(0), np.empty(0))  # the others keep their colours
    return [
        records[run.id].line(variant, values["measure"], values["axis"])
        if run.id in records
        else nothing
        for run, variant in chosen
    ]


def _banded(
    chosen: list[Curve], lines: list[tuple[str, Line]], forks: list[Point | None]
) -> tuple[list[tuple[str, Line]], list[Point | None], list[Floats | None]]:
    """Draw the curves of a group as one: their mean, and how far they lie apart."""
    members: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, (run, variant) in enumerate(chosen):
        if run.group and run.status == "finished" and len(lines[place][1].x):
            members[run.group, variant].append(place)
    together = {places[0]: places for places in members.values() if len(places) > 1}
    replaced = {place for places in together.values() for place in places[1:]}
    kept: list[tuple[str, Line]] = []
    points: list[Point | None] = []
    bands: list[Floats | None] = []
    for place, (name, line) in enumerate(lines):
        if place in replaced:
            continue
        apart: Floats | None = None
        if place in together:
            run, variant = chosen[place]
            found = band([lines[each][1] for each in together[place]])
            name = _("{name}: mean ± s, n = {n}", name=variant_names(run)[variant], n=found.count)
            line, apart = Line(found.x, found.mean), found.deviation
        kept.append((name, line))
        points.append(forks[place])
        bands.append(apart)
    return kept, points, bands


def _fork_point(
    run: Run, variant: int, records: dict[str, History], values: dict[str, Any]
) -> Point | None:
    """Return where a curve leaves that of the run which it went on from, or None."""
    if not run.forked_at or run.id not in records:
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
    """Draw the settings in which the chosen variants differ, with their test accuracies."""
    columns: dict[str, list[Any]] = {_("Curve"): names}
    for field, values in differences(chosen).items():
        columns[field_name(field)] = [shown_value(field, value) for value in values]
    sets = [run.data for run, _variant in chosen]
    if len({each.digest for each in sets}) > 1:
        columns[_("Pictures")] = data_words(sets)
    final = [_last_accuracy(records.get(run.id), variant) for run, variant in chosen]
    if any(value is not None for value in final):
        columns[heading(measure_name("test_accuracy"))] = final
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


def _last_accuracy(records: History | None, variant: int) -> float | None:
    if records is None or not len(records.epochs):
        return None
    return float(records.epochs.test_accuracy[-1, variant])


def labels_of(curves: dict[str, Curve]) -> dict[str, str]:
    """Return a name for each curve, no two the same: a list finds what was chosen by its label.

    Curves of one name get the second in which they were started, then, as long as that is not
    enough, the settings in which they differ, and the run's id.
    """
    labels = {key: curve_name(*curve) for key, curve in curves.items()}
    for detail in (_started, _settings, _ids):
        alike = defaultdict(list)
        for key, label in labels.items():
            alike[label].append(key)
        for label, keys in alike.items():
            if len(keys) > 1:
                details = detail(label, [curves[key] for key in keys])
                labels |= zip(keys, details, strict=True)
    return labels


def _started(label: str, curves: list[Curve]) -> list[str]:
    return [
        f"{label.removesuffix(f' · {when(run.created)}')} · {to_the_second(run.created)}"
        for run, _variant in curves
    ]


def _settings(label: str, curves: list[Curve]) -> list[str]:
    details = [label] * len(curves)
    for field, values in differences(curves).items():
        said = [f"{field_name(field)} {shown_value(field, value)}" for value in values]
        details = [f"{before} · {more}" for before, more in zip(details, said, strict=True)]
    return details


def _ids(label: str, curves: list[Curve]) -> list[str]:
    return [f"{label} · {run.id}" for run, _variant in curves]


def _choose(
    options: dict[str, Curve], labels: dict[str, str], ticked: list[Run], state: PageState
) -> None:
    if _WIDGET not in st.session_state:
        given = str(state.value(CURVES)).split()
        st.session_state[_WIDGET] = [key for key in given if key in options][:MOST_CURVES]
    else:
        st.session_state[_WIDGET] = [k for k in st.session_state[_WIDGET] if k in options]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        arrival_at(_COMPARED, _COMPARED)
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
            args=([key for key in options if key.rsplit(".", 1)[0] in {r.id for r in ticked}],),
        )
    state.apply(**{CURVES: " ".join(st.session_state[_WIDGET])})


def _add(keys: list[str]) -> None:
    chosen = st.session_state.get(_WIDGET, [])
    st.session_state[_WIDGET] = [*chosen, *(key for key in keys if key not in chosen)][:MOST_CURVES]
    reveal(_COMPARED)


def _axes() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.selectbox(_("Measure"), MEASURES, key="measure", format_func=measure_name, width=220)
        st.segmented_control(
            _("Horizontal axis"), AXES, key="axis", format_func=axis_name, required=True
        )
        st.toggle(_("Logarithmic"), key="log")
        st.toggle(_("Groups as mean and band"), key="bands")
