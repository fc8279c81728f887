"""The curves to compare: variants of single runs, and those of a group as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from softmax_core.runs import Group, Run, differences
from softmax_ui.addresses.runs import CURVES
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import store
from softmax_ui.components.arrival import arrival_at, reveal
from softmax_ui.screens.runs.table import Entry
from softmax_ui.terms import curve_name, field_name, shown_value, to_the_second, when
from softmax_ui.text import _, ngettext

COMPARED: Final = "compared"
MOST_CURVES: Final = 32
_WIDGET: Final = "curves_chosen"


@dataclass(frozen=True, slots=True)
class Curve:
    """A variant of a run, or of all runs of a group.

    Attributes:
        entry: the run or the group.
        variant: the variant's position.
    """

    entry: Entry
    variant: int

    @property
    def run(self) -> Run:
        """The run; of a group its first, whose settings are those of all but for the seed."""
        return self.entry.runs[0] if isinstance(self.entry, Group) else self.entry

    @property
    def drawn(self) -> tuple[Run, ...]:
        """The runs whose records are drawn: of a group those that have finished."""
        return self.entry.finished if isinstance(self.entry, Group) else (self.entry,)


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


def curves_of(entries: Sequence[Entry]) -> dict[str, Curve]:
    """Return the curves of runs and groups, by what an address names them: `<id>.<variant>`."""
    found = {}
    for entry in entries:
        first = entry.runs[0] if isinstance(entry, Group) else entry
        for variant in range(len(first.experiment.variants)):
            found[f"{entry.id}.{variant}"] = Curve(entry, variant)
    return found


def _elsewhere(rows: Sequence[Entry], state: PageState) -> list[Entry]:
    """Return what was chosen of the list's other pages: runs, and groups by their ids."""
    chosen = st.session_state.get(_WIDGET) or str(state.value(CURVES)).split()
    ids = dict.fromkeys(key.rpartition(".")[0] for key in chosen)
    left = ids.keys() - {entry.id for entry in rows}
    runs = {run.id: run for run in store().runs(left)}
    groups = ((key, tuple(store().members(key))) for key in sorted(left - runs.keys()))
    return [*runs.values(), *(Group(key, members) for key, members in groups if members)]


def labels_of(
    curves: dict[str, Curve], names: Mapping[str, str] | None = None, taken: Collection[str] = ()
) -> dict[str, str]:
    """Return a name for each curve, no two the same: a list finds what was chosen by its label.

    Curves of one name get the second in which they were started, then, as long as that is not
    enough, the settings in which they differ, and the run's id.

    Args:
        curves: what is to be chosen from, by what an address names it.
        names: what some of them are called for short.
        taken: what the list's other choices are called.
    """
    labels = {key: _name_of(curve) for key, curve in curves.items()} | dict(names or {})
    for detail in (_started, _settings, _ids):
        alike = defaultdict(list)
        for key, label in labels.items():
            alike[label].append(key)
        for label, keys in alike.items():
            if len(keys) > 1 or label in taken:
                details = detail(label, [curves[key] for key in keys])
                labels |= zip(keys, details, strict=True)
    return labels


def _name_of(curve: Curve) -> str:
    name = curve_name(curve.run, curve.variant)
    if not isinstance(curve.entry, Group):
        return name
    count = len(curve.entry.runs)
    return ngettext("{title} · {n} seed", "{title} · {n} seeds", count, title=name)


def _started(label: str, curves: list[Curve]) -> list[str]:
    said = []
    for curve in curves:
        minute, second = (f" · {of(curve.run.created)}" for of in (when, to_the_second))
        said.append(label.replace(minute, second) if minute in label else label + second)
    return said


def _settings(label: str, curves: list[Curve]) -> list[str]:
    details = [label] * len(curves)
    for field, values in differing(curves).items():
        said = [f"{field_name(field)} {value}" for value in values]
        details = [f"{before} · {more}" for before, more in zip(details, said, strict=True)]
    return details


def _ids(label: str, curves: list[Curve]) -> list[str]:
    return [f"{label} · {curve.entry.id}" for curve in curves]


def differing(curves: Sequence[Curve]) -> dict[str, list[Any]]:
    """Return the fields in which curves differ, and the value of each as it is shown.

    A group has several seeds, and they are named wherever there is one.
    """
    found = {
        field: [shown_value(field, value) for value in values]
        for field, values in differences([(curve.run, curve.variant) for curve in curves]).items()
    }
    if len(curves) > 1 and any(isinstance(curve.entry, Group) for curve in curves):
        found["seed"] = [_seeds(curve.entry) for curve in curves]
    return found


def _seeds(entry: Entry) -> str:
    runs = entry.runs if isinstance(entry, Group) else (entry,)
    return ", ".join(str(run.experiment.seed) for run in runs)
