"""A chart with a handle as JSON types, for the component in the browser."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from softmax_ui.figures.handle import Curve, Gauge, HandleChart, Table, Triangle


def as_data(chart: HandleChart) -> dict[str, Any]:
    """Return a chart as JSON types, with six significant digits.

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
        "curves": [_with_values(curve) for curve in chart.curves],
        "levels": [{"value": level.value, "label": level.label} for level in chart.levels],
        "gauges": [_with_values(gauge) for gauge in chart.gauges],
        "legend": chart.legend,
        "tables": [_table(table) for table in chart.tables],
        "triangle": None if chart.triangle is None else _triangle(chart.triangle),
        "plays": chart.plays,
        "labels": dict(chart.labels),
    }


def _with_values(part: Curve | Gauge) -> dict[str, Any]:
    return {**asdict(part), "values": _rounded(part.values)}


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
        "colour": triangle.colour,
        "rings": [{"radius": radius, "label": label} for radius, label in triangle.rings],
        "paths": [
            {"name": path.name, "colour": path.colour, "points": [_rounded(p) for p in path.points]}
            for path in triangle.paths
        ],
    }


def _rounded(values: Sequence[float]) -> list[float | str]:
    """Round to six significant digits; nan and inf, which JSON lacks, become text."""
    return [float(f"{v:.6g}") if math.isfinite(v) else str(float(v)) for v in map(float, values)]
