"""Curves of any runs on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from softmax_core.runs import Line
from softmax_core.runs.envelope import Floats
from softmax_ui.colours import VARIANT_COLOURS
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
        The figure as plotly's JSON form.
    """
    traces = []
    for position, (name, line) in enumerate(lines):
        colour = VARIANT_COLOURS[position % len(VARIANT_COLOURS)]
        traces.append(
            {
                "name": as_text(name),
                "x": packed(line.x),
                "y": packed(line.y),
                "mode": "lines+markers" if len(line.x) <= 30 else "lines",
                # Colours that repeat are dashed.
                "line": {"color": colour, "width": 2, "dash": _dash(position)},
                "marker": {"size": 5},
            }
        )
    edges = [
        edge
        for position, ((_name, line), apart) in enumerate(zip(lines, bands, strict=False))
        if apart is not None
        for edge in _band(position, line, apart)
    ]
    traces = [*edges, *traces]
    traces += [_fork(position, point) for position, point in enumerate(forks) if point]
    return {
        "data": traces,
        "layout": {
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "hovermode": "closest",
            "hoverlabel": {"namelength": -1},
            "uirevision": revision,
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
            },
        },
    }


def _band(position: int, line: Line, apart: Floats) -> list[dict[str, Any]]:
    """Return the lower and the upper edge of a band, with a fill between them."""
    colour = VARIANT_COLOURS[position % len(VARIANT_COLOURS)]
    shared = {
        "x": packed(line.x),
        "mode": "lines",
        "line": {"width": 0, "color": colour},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    return [
        {**shared, "y": packed(line.y - apart)},
        {**shared, "y": packed(line.y + apart), "fill": "tonexty", "fillcolor": f"{colour}33"},
    ]


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
            "color": VARIANT_COLOURS[position % len(VARIANT_COLOURS)],
            "line": {"width": 2},
        },
        "showlegend": False,
        "hovertemplate": "%{fullData.name}<extra></extra>",
    }


def _dash(position: int) -> str:
    return "solid" if position < len(VARIANT_COLOURS) else "dash"
