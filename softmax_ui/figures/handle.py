"""The contents of a chart with a handle: arrays along one axis, with gauges and tables.

Everything is computed before the handle is moved, so each number on the board is softmax_core's and
the browser only looks values up. `handle_data.as_data` turns a chart into JSON types.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Line = Literal["solid", "dash", "dot", "dashdot"]

WIDTH: Final = 2.5
"""How wide a curve is, in CSS pixels."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve over x.

    Attributes:
        name: its name in the legend.
        values: one a place of the handle; the curve has a gap at a nan.
        colour: any CSS colour.
        line: how it is drawn; of more than three curves no two look alike without their colour.
        gap: the legend's text in place of a nan.
        width: in CSS pixels.
    """

    name: str
    values: Sequence[float]
    colour: str
    line: Line = "solid"
    gap: str = ""
    width: float = WIDTH


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value shown large, with a bar and a word for its limit as the handle moves right.

    Attributes:
        name: the quantity.
        values: one a place of the handle.
        full: the value at which the bar is full.
        colour: the bar's.
        fate: the value's limit as the handle moves right, in a word or two.
        note: the reason, or the consequence.
    """

    name: str
    values: Sequence[float]
    full: float
    colour: str
    fate: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line with a label."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: a formula or a name, and per column a value for each place.

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
    """A path in the triangle: planar points, one for each place of the handle."""

    name: str
    points: Sequence[Sequence[float]]
    colour: str


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle of equal 1 - Σp² in the triangle, with a label or "" beside it."""

    radius: float
    label: str


@dataclass(frozen=True, slots=True)
class Triangle:
    """The distributions over three classes, with circles of equal 1 - Σp² and paths on them.

    Attributes:
        title: its title.
        corners: the names of class 0 (left), 1 (right) and 2 (top).
        rings: the circles, the largest radius first.
        colour: the landscape's.
        paths: the paths.
        note: a remark below it.
    """

    title: str
    corners: Sequence[str]
    rings: Sequence[Ring]
    paths: Sequence[Path]
    note: str = ""
    colour: str = "var(--st-primary-color)"


@dataclass(frozen=True, slots=True)
class HandleChart:
    """A chart with a handle along x, and what is shown beside it.

    Attributes:
        symbol: of the handle's value, as in k = 3.
        x: the places of the handle, rising.
        x_title: the axis' title.
        y_title: the axis' title.
        y_range: from the lowest to the highest value shown.
        curves: the curves over x.
        x_log: whether x has a logarithmic scale.
        x_low: the axis' left end, where it is not the first place (0 has no logarithm).
        y_log: whether y has one; values below the range are drawn at its floor.
        levels: horizontal lines.
        gauges: the values above the chart.
        legend: whether there is a legend; without one the gauges' colours name the curves.
        tables: numbers that move with the handle.
        triangle: the simplex beside the chart, or None.
        plays: whether a button animates the handle.
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
