"""Curves of any runs on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from softmax_core.runs import Line
from softmax_ui.colours import VARIANT_COLOURS
from softmax_ui.figures.extent import Extent, Floats, extent
from softmax_ui.figures.labels import MANY, Spot, end_labels, label_room, notes, shown
from softmax_ui.figures.theme import as_text, packed

Point = tuple[float, float, str]
"""x, y, and what is said of the point."""


def overlay_figure(
    lines: Sequence[tuple[str, Line]],
    *,
    x_title: str,
    y_title: str,
    forks: Sequence[Point | None] = (),
    bands: Sequence[Floats | None] = (),
    logarithmic: bool = False,
    revision: str = "",
) -> dict[str, Any]:
    """Draw curves on the same axes, each in its own colour, in the order they were chosen.

    Of more than three, each bears a number in the legend and at its end.

    Args:
        lines: names and curves; a curve of few points shows each of them.
        x_title: the x axis' title.
        y_title: the y axis' title.
        forks: for each curve the point at which its run went on from another one, or None.
        bands: for each curve how far the runs that it is the mean of lie apart, one value for
            each of its points, or None.
        logarithmic: whether the y axis is.
        revision: while it is the same, the zoom is kept.

    Returns:
        The figure as plotly's JSON form: bands, then a trace for each line, then forks.
    """
    many = len(lines) > MANY
    traces = [
        {
            "name": as_text(f"{k + 1} · {name}" if many else name),
            "x": packed(line.x),
            "y": packed(line.y),
            "mode": "lines+markers" if len(line.x) <= 30 else "lines",
            # Colours that repeat are dashed.
            "line": {"color": _colour(k), "width": 2, "dash": _dash(k)},
            "marker": {"size": 5},
        }
        for k, (name, line) in enumerate(lines)
    ]
    spreads = [
        _band(k, line, apart)
        for k, ((_name, line), apart) in enumerate(zip(lines, bands, strict=False))
        if apart is not None
    ]
    points = [_fork(k, point) for k, point in enumerate(forks) if point]
    y_axis = extent([line.y for _name, line in lines], "log" if logarithmic else "linear")
    return {
        "data": [*spreads, *traces, *points],
        "layout": {
            "margin": {"l": 8, "r": label_room(len(lines)), "t": 8, "b": 8},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "hovermode": "closest",
            "hoverlabel": {"namelength": -1},
            "uirevision": revision,
            "annotations": _words(lines, y_axis, many=many) if y_axis else [],
            "xaxis": {
                "title": {"text": x_title},
                "automargin": True,
                "rangemode": "tozero",
                "zeroline": False,
                "hoverformat": ".4~g",
            },
            "yaxis": {
                "title": {"text": y_title},
                "type": "log" if logarithmic else "linear",
                "automargin": True,
                "zeroline": False,
                "hoverformat": ".4~g",
                **({"range": y_axis.range, **y_axis.ticks} if y_axis else {}),
            },
        },
    }


def _band(position: int, line: Line, spread: Floats) -> dict[str, Any]:
    """Return what lies around a mean, as one shape: there along its top, back along its bottom."""
    known = np.isfinite(line.y) & np.isfinite(spread)
    x, mean, far = line.x[known], line.y[known], spread[known]
    return {
        "x": packed(np.concatenate([x, x[::-1]])),
        "y": packed(np.concatenate([mean + far, (mean - far)[::-1]])),
        "mode": "none",
        "fill": "toself",
        "fillcolor": _colour(position),
        "opacity": 0.25,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _fork(position: int, point: Point) -> dict[str, Any]:
    x, y, said = point
    return {
        "name": as_text(said),
        "x": [x],
        "y": [y],
        "mode": "markers",
        "marker": {
            "symbol": "diamond-open",
            "size": 12,
            "color": _colour(position),
            "line": {"width": 2},
        },
        "showlegend": False,
        "hovertemplate": "%{fullData.name}<extra></extra>",
    }


def _words(
    lines: Sequence[tuple[str, Line]], y_axis: Extent, *, many: bool
) -> list[dict[str, Any]]:
    """Return the number at the end of each of many lines, and how far lines go beyond the axis."""
    farthest = max((float(line.x[-1]) for _name, line in lines if len(line.x)), default=1.0) or 1.0
    beyond, ends = [], []
    for k, (_name, line) in enumerate(lines):
        known = np.flatnonzero(np.isfinite(line.y))
        if not len(known):
            continue
        top, last = known[line.y[known].argmax()], known[-1]
        if line.y[top] > y_axis.high:
            said = shown(float(line.y[top]))
            said = f"{k + 1}: {said}" if many else said
            x = float(line.x[top])
            beyond.append(Spot(x, float(line.y[top]), _colour(k), said, x / farthest))
        ends.append(Spot(float(line.x[last]), float(line.y[last]), _colour(k), f"{k + 1}"))
    return notes(beyond, y_axis, "▲") + (end_labels(ends, y_axis) if many else [])


def _colour(position: int) -> str:
    return VARIANT_COLOURS[position % len(VARIANT_COLOURS)]


def _dash(position: int) -> str:
    return "solid" if position < len(VARIANT_COLOURS) else "dash"
