"""What a chart with a handle shows: arrays along one axis, and what stands beside them.

Everything is computed before a person takes hold of the handle: the browser only looks values up.
So each number on the board is softmax_core's, at every place of the handle.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Line = str  # "solid", "dash" or "dot"


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve: its name in the legend, a value for each place of the handle, its looks."""

    name: str
    values: Sequence[float]
    colour: str
    line: Line = "solid"


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
        rings: (radius, level) of each circle, the largest radius first.
        paths: the walks.
        note: what to see in it.
    """

    title: str
    corners: Sequence[str]
    rings: Sequence[tuple[float, float]]
    paths: Sequence[Path]
    note: str = ""


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
    tables: Sequence[Table] = ()
    triangle: Triangle | None = None
    plays: bool = False
    labels: dict[str, str] = field(default_factory=dict)


def as_data(chart: HandleChart) -> dict[str, Any]:
    """Return the chart as the browser reads it: JSON types, six significant digits.

    >>> from softmax_ui.figures.handle import Curve, HandleChart
    >>> curve = Curve("a", [2 / 3, math.nan], "red")
    >>> as_data(HandleChart("k", [0.0, 1.0], "k", "y", (0, 1), [curve]))["curves"][0]["values"]
    [0.666667, 'nan']
    """
    return {
        "symbol": chart.symbol,
        "x": _rounded(chart.x),
        "x_title": chart.x_title,
        "y_title": chart.y_title,
        "y_range": list(chart.y_range),
        "x_log": chart.x_log,
        "x_low": chart.x[0] if chart.x_low is None else chart.x_low,
        "y_log": chart.y_log,
        "curves": [
            {"name": c.name, "values": _rounded(c.values), "colour": c.colour, "line": c.line}
            for c in chart.curves
        ],
        "levels": [{"value": level.value, "label": level.label} for level in chart.levels],
        "tables": [_table(table) for table in chart.tables],
        "triangle": None if chart.triangle is None else _triangle(chart.triangle),
        "plays": chart.plays,
        "labels": dict(chart.labels),
    }


def nearest(places: Sequence[float], value: float) -> int:
    """Return the position of the place that is nearest to a value.

    >>> nearest([0.1, 1.0, 10.0], 3.0)
    1
    """
    return min(range(len(places)), key=lambda position: abs(places[position] - value))


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "columns": list(table.columns),
        "colour": table.colour,
        "rows": [
            {
                "name": row.name,
                "note": row.note,
                "bar": row.bar,
                "strong": row.strong,
                "cells": [None if cell is None else _rounded(cell) for cell in row.cells],
            }
            for row in table.rows
        ],
    }


def _triangle(triangle: Triangle) -> dict[str, Any]:
    return {
        "title": triangle.title,
        "note": triangle.note,
        "corners": list(triangle.corners),
        "rings": [{"radius": radius, "level": level} for radius, level in triangle.rings],
        "paths": [
            {"name": path.name, "colour": path.colour, "points": [_rounded(p) for p in path.points]}
            for path in triangle.paths
        ],
    }


def _rounded(values: Sequence[float]) -> list[float | str]:
    """Round to six digits, more than the eye takes in; JSON has no word for nan and inf."""
    return [float(f"{v:.6g}") if math.isfinite(v) else str(float(v)) for v in map(float, values)]
