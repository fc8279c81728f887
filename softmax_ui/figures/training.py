"""How a training goes: one measure of all variants over the steps, as lines that grow.

A figure travels to the browser a few times a second, so it holds no number twice: evenly spaced
points have no x, colours come from the colourway, and all curves of a page share one budget. For
the same reason it is plotly's plain JSON form, checked by a test, and not a `go.Figure`: building
and writing one of those takes 18 ms for 32 curves, this 1 ms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from softmax_core.runs.envelope import Curves
from softmax_ui.colours import VARIANT_COLOURS
from softmax_ui.figures.theme import as_text, packed

Floats = npt.NDArray[np.float64]
Figure = dict[str, Any]
Kind = Literal["training", "validation", "test"]

FAINT: Final = 0.7
"""How opaque minibatches are beneath the lines of the epochs."""

# What figures weigh when they are sent: gzipped JSON, in bytes.
_FIGURE_BYTES: Final = 250
_CURVE_BYTES: Final = 25
_POINT_BYTES: Final = 4.1  # a float32 whose bits nobody can guess, in base64
_MOST_POINTS: Final = 400
_FEWEST_POINTS: Final = 10

_DASHES: Final[Mapping[Kind, str]] = {"training": "solid", "validation": "dash", "test": "dot"}
_MARK_APART: Final = 0.09
_MARK_HEIGHTS: Final = 4
_MARKS_SHOWN: Final = 24


@dataclass(frozen=True, slots=True)
class EpochCurves:
    """A measure at the ends of epochs, evenly spaced.

    Attributes:
        first: the step at which the first of these epochs ended.
        spacing: steps from one to the next.
        values: (epochs, variants).
    """

    first: float
    spacing: float
    values: Floats


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to one variant: its step, the variant's position, what to call it."""

    step: float
    variant: int
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """Where a measure should end up: lowest and highest."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Frame:
    """What the figures of one run have in common.

    Attributes:
        names: the variants' names, in the order of their colours.
        total_steps: where the x axis ends.
        steps_per_unit: 1 for an x axis in steps, or the steps of an epoch.
        x_title: what the x axis is called.
        revision: the run; while it is the same the zoom is kept.
        marks: what happened on the way, newest last.
    """

    names: Sequence[str]
    total_steps: float
    steps_per_unit: float
    x_title: str
    revision: str
    marks: Sequence[Mark] = ()


def points_for(
    most_bytes: int, figures: int, by_step: int, by_epoch: int = 0, epochs: int = 0
) -> int:
    """Return how many points each curve of a page may have.

    Args:
        most_bytes: what all of them may weigh together, gzipped.
        figures: how many figures the page shows.
        by_step: how many curves of minibatches they hold together.
        by_epoch: how many curves of epochs.
        epochs: how many points each of those has at the most.

    >>> points_for(20_000, 4, 4, 4, 10), points_for(20_000, 4, 64, 64, 10)
    (400, 50)
    >>> points_for(20_000, 4, 64, 64, 1000)
    30
    """
    framed = figures * _FIGURE_BYTES + (by_step + by_epoch) * _CURVE_BYTES
    points = (most_bytes - framed) / _POINT_BYTES
    shared = points / max(by_step + by_epoch, 1)
    if epochs < shared and by_step:
        shared = (points - by_epoch * epochs) / by_step
    return int(max(_FEWEST_POINTS, min(_MOST_POINTS, shared)))


def training_figure(
    frame: Frame,
    minibatches: Curves | None,
    epochs: Mapping[Kind, EpochCurves],
    *,
    y_title: str,
    band: Band | None = None,
    logarithmic: bool = False,
) -> Figure:
    """Draw one measure of all variants: faint minibatches, epochs as lines with points.

    The page says what the colours and the dashes mean, once for all its figures.

    Args:
        frame: the run's names, axis and marks.
        minibatches: the measure at the steps, thinned, a column a variant; None to leave it out.
        epochs: the measure at the ends of epochs, by what it was measured on.
        y_title: the measure's name.
        band: where the measure should end up.
        logarithmic: whether the y axis is; what is not positive is then left out.

    Returns:
        The figure as `live_figure` takes it: what the traces of a group share stands once, in
        "shared", and each trace names its group with "of". Trace i belongs to variant i modulo
        their number; `full` gives plotly's own form.
    """
    groups: list[tuple[Curves | EpochCurves, dict[str, Any]]] = []
    if minibatches is not None:
        faint = {"opacity": FAINT} if epochs else {}
        # With few points plotly adds markers unless it is told not to.
        groups.append((minibatches, {"mode": "lines", "line": {"width": 1.2}, **faint}))
    # The point of the last epoch lies on the end of the axis, and would be cut in half there.
    whole = {"cliponaxis": False}
    groups += [(c, {"line": {"dash": _DASHES[kind]}, **whole}) for kind, c in epochs.items()]
    traces = [
        {"name": as_text(name), "of": group, "y": packed(curves.values[:, position])}
        for group, (curves, _style) in enumerate(groups)
        for position, name in enumerate(frame.names)
    ]
    layout = _layout(frame, y_title, logarithmic)
    return {
        "data": traces,
        "shared": [{**_places(frame, curves), **style} for curves, style in groups],
        "layout": {**layout, "shapes": _shapes(frame, band)},
    }


def full(figure: Figure) -> Figure:
    """Return the figure as plotly knows it, each trace with what it shares with its group.

    `live_figure` does the same in the browser.
    """
    traces = [
        {**figure["shared"][trace["of"]], "name": trace["name"], "y": trace["y"]}
        for trace in figure["data"]
    ]
    return {"data": traces, "layout": figure["layout"]}


def thinned(curves: EpochCurves, points: int) -> EpochCurves:
    """Return at most `points` of the epochs, evenly spaced, the newest among them.

    >>> ends = EpochCurves(235.0, 235.0, np.arange(1.0, 11.0)[:, np.newaxis])
    >>> thinned(ends, 5).values[:, 0].tolist(), thinned(ends, 5).first
    ([2.0, 4.0, 6.0, 8.0, 10.0], 470.0)
    """
    every = -(-len(curves.values) // max(points, 1)) or 1
    start = (len(curves.values) - 1) % every
    return EpochCurves(
        curves.first + start * curves.spacing,
        every * curves.spacing,
        curves.values[start::every],
    )


def _places(frame: Frame, curves: Curves | EpochCurves) -> dict[str, float]:
    """Return where the points of a group of curves lie."""
    unit = frame.steps_per_unit
    return {
        "x0": float(f"{curves.first / unit:.7g}"),
        "dx": float(f"{curves.spacing / unit:.7g}"),
    }


def _layout(frame: Frame, y_title: str, logarithmic: bool) -> dict[str, Any]:
    end = frame.total_steps / frame.steps_per_unit
    return {
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "showlegend": False,
        "colorway": list(VARIANT_COLOURS[: len(frame.names)]),
        "uirevision": frame.revision,
        "hovermode": "closest",
        "hoverlabel": {"namelength": -1},
        # The whole run from the start on: the curves grow into the picture, nothing jumps.
        "xaxis": {
            "title": {"text": frame.x_title},
            "range": [0, end],
            "hoverformat": ".4~g",
            "automargin": True,
            "zeroline": False,
        },
        "yaxis": {
            "title": {"text": y_title},
            "type": "log" if logarithmic else "linear",
            "hoverformat": ".4~g",
            "automargin": True,
            "zeroline": False,
        },
    }


def _shapes(frame: Frame, band: Band | None) -> list[dict[str, Any]]:
    shapes: list[dict[str, Any]] = []
    if band is not None:
        shapes.append(
            {
                "type": "rect",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": band.low,
                "y1": band.high,
                "line": {"width": 0},
                "fillcolor": "var(--st-primary-color)",
                "opacity": 0.18,
                "layer": "below",
            }
        )
    for place, mark in enumerate(list(frame.marks)[-_MARKS_SHOWN:]):
        x = mark.step / frame.steps_per_unit
        shapes.append(
            {
                "type": "line",
                "yref": "paper",
                "x0": x,
                "x1": x,
                "y0": 0,
                # By turns at different heights, so that changes close together can both be read.
                "y1": 1 - _MARK_APART * (place % _MARK_HEIGHTS),
                "line": {"width": 1.5, "dash": "dot", "color": VARIANT_COLOURS[mark.variant]},
                "label": {
                    "text": mark.label,
                    "textposition": "end",
                    "textangle": 0,
                    # Towards the middle of the figure, where there is room for it.
                    "xanchor": "left" if mark.step < frame.total_steps / 2 else "right",
                    "yanchor": "top",
                    "font": {"size": 11},
                },
            }
        )
    return shapes
