"""A chart with a handle as JSON types, for the component in the browser."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass, replace
from typing import Any

from softmax_ui.figures.handle import HandleChart


def as_data(chart: HandleChart) -> dict[str, Any]:
    """Return a chart as JSON types, under the names of its fields.

    >>> from softmax_ui.figures.handle import Curve, HandleChart
    >>> curve = Curve("a", [2 / 3, math.nan], "red")
    >>> as_data(HandleChart("k", [0.0, 1.0], "k", "y", (0, 1), [curve]))["curves"][0]["values"]
    [0.666667, 'nan']
    """
    low = chart.x[0] if chart.x_low is None else chart.x_low
    data: dict[str, Any] = _json(replace(chart, x_low=low))
    return data


def _json(part: Any) -> Any:
    """Round numbers to six significant digits; nan and inf, which JSON lacks, become text."""
    if part is None or isinstance(part, str | bool):
        return part
    if isinstance(part, int | float):
        return float(f"{part:.6g}") if math.isfinite(part) else str(part)
    if is_dataclass(part):
        return {field.name: _json(getattr(part, field.name)) for field in fields(part)}
    if isinstance(part, dict):
        return {name: _json(value) for name, value in part.items()}
    return [_json(value) for value in part]
