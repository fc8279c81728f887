"""Curves of runs and of groups, and what each is called in a list of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from softmax_core.runs import Group, Run, differences
from softmax_ui.terms import curve_name, field_name, shown_value, to_the_second, when
from softmax_ui.text import ngettext


@dataclass(frozen=True, slots=True)
class Curve:
    """A variant of a run, or of all runs of a group.

    Attributes:
        entry: the run or the group.
        variant: the variant's position.
    """

    entry: Run | Group
    variant: int

    @property
    def run(self) -> Run:
        """The run; of a group its first, whose settings are those of all but for the seed."""
        return self.entry.runs[0] if isinstance(self.entry, Group) else self.entry

    @property
    def drawn(self) -> tuple[Run, ...]:
        """The runs whose records are drawn: of a group those that have finished."""
        return self.entry.finished if isinstance(self.entry, Group) else (self.entry,)


def curves_of(entries: Sequence[Run | Group]) -> dict[str, Curve]:
    """Return the curves of runs and groups, by what an address names them: `<id>.<variant>`."""
    found = {}
    for entry in entries:
        first = entry.runs[0] if isinstance(entry, Group) else entry
        for variant in range(len(first.experiment.variants)):
            found[f"{entry.id}.{variant}"] = Curve(entry, variant)
    return found


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


def _seeds(entry: Run | Group) -> str:
    runs = entry.runs if isinstance(entry, Group) else (entry,)
    return ", ".join(str(run.experiment.seed) for run in runs)
