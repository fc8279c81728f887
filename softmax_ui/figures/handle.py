"""What a chart with a handle shows: arrays along one axis, and what stands beside them.

Everything is computed before a person takes hold of the handle: the browser only looks values up.
So each number on the board is softmax_core's, at every place of the handle.
`handle_data.as_data` writes a chart as the browser reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Line = str  # "solid", "dash" or "dot"


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve over x.

    Attributes:
        name: what the legend calls it.
        values: one a place of the handle; the curve has a gap at a nan.
        colour: any CSS colour.
        line: how it is drawn.
        gap: what the legend says instead of a nan.
    """

    name: str
    values: Sequence[float]
    colour: str
    line: Line = "solid"
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value to be followed from across the room: large, with a bar, and what becomes of it.

    Attributes:
        name: what is measured.
        values: one a place of the handle.
        full: the value at which the bar is full.
        colour: the bar's.
        fate: what becomes of the value as the handle goes right, in a word or two.
        note: why, or what follows.
    """

    name: str
    values: Sequence[float]
    full: float
    colour: str
    fate: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line with a word on it."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: a formula or a name, and for each column a value a place.

    Attributes:
        name: plain text, formulas in Unicode.
        cells: one sequence of values a column; None leaves the cell empty.
        bar: whether a bar from 0 to 1 is drawn behind each value.
        note: a remark under the name, in the reader's language.
        strong: whether the line is the result of those above it.
    """

    name: str
    cells: Sequence[Sequence[float] | None]
    bar: bool = False
    note: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers that move with the handle."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A walk through the triangle: planar points, one a place of the handle."""

    name: str
    points: Sequence[Sequence[float]]
    colour: str


@dataclass(frozen=True, slots=True)
class Triangle:
    """The distributions over three classes, with circles of equal 1 - Σp² and walks among them.

    Attributes:
        title: what it shows.
        corners: the names of class 0 (left), 1 (right) and 2 (top).
        rings: (radius, label) of each circle, the largest radius first; most labels are "".
        colour: the landscape's.
        paths: the walks.
        note: what to see in it.
    """

    title: str
    corners: Sequence[str]
    rings: Sequence[tuple[float, str]]
    paths: Sequence[Path]
    note: str = ""
    colour: str = "var(--st-primary-color)"


@dataclass(frozen=True, slots=True)
class HandleChart:
    """A chart with a handle along x; see the attributes for what it may carry.

    Attributes:
        symbol: what the handle's value is called, as in k = 3.
        x: the places of the handle, rising.
        x_title: the axis' title.
        y_title: the axis' title.
        y_range: from the lowest to the highest value shown.
        curves: what is drawn over x.
        x_log: whether x has a logarithmic scale.
        x_low: the axis' left end, where it is not the first place (0 has no logarithm).
        y_log: whether y has one; values below the range are drawn at its floor.
        levels: horizontal lines.
        gauges: the values that the chart is about, above it.
        legend: whether the curves are named beside the chart, or by the gauges' colours alone.
        tables: numbers that move with the handle.
        triangle: the simplex beside the chart, or None.
        plays: whether there is a button that moves the handle by itself.
    """

    symbol: str
    x: Sequence[float]
    x_title: str
    y_title: str
    y_range: tuple[float, float]
    curves: Sequence[Curve]
    x_log: bool = False
    x_low: float | None = None
    y_log: bool = False
    levels: Sequence[Level] = ()
    gauges: Sequence[Gauge] = ()
    legend: bool = True
    tables: Sequence[Table] = ()
    triangle: Triangle | None = None
    plays: bool = False
    labels: dict[str, str] = field(default_factory=dict)


def nearest(places: Sequence[float], value: float) -> int:
    """Return the position of the place that is nearest to a value.

    >>> nearest([0.1, 1.0, 10.0], 3.0)
    1
    """
    return min(range(len(places)), key=lambda position: abs(places[position] - value))
