"""One measure of all variants over the steps of a run, as curves that grow.

A figure is sent to the browser a few times a second, so it holds no number twice: evenly spaced
points have no x, colours come from the colourway, and all curves of a page share one budget of
bytes. For the same reason it is plotly's plain JSON form, checked by a test, and not a `go.Figure`:
building and writing one of those takes 18 ms for 32 curves, this 1 ms.
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
PlotlyJson = dict[str, Any]
SplitCode = Literal["train", "validation", "test"]

FAINT: Final = 0.7
"""How opaque minibatches are beneath the lines of the epochs."""

# The sizes of what is sent: gzipped JSON, in bytes.
_FIGURE_BYTES: Final = 250
_CURVE_BYTES: Final = 25
_POINT_BYTES: Final = 4.1  # a float32 in base64; its bits hardly compress
_MOST_POINTS: Final = 400
_FEWEST_POINTS: Final = 10

_DASHES: Final[Mapping[SplitCode, str]] = {"train": "solid", "validation": "dash", "test": "dot"}
_MARK_APART: Final = 0.09
_MARK_HEIGHTS: Final = 4
_MARKS_SHOWN: Final = 24


@dataclass(frozen=True, slots=True)
class Mark:
    """An event of one variant, drawn as a labelled vertical line."""

    step: float
    variant: int
    label: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What the figures of one run have in common.

    Attributes:
        names: the variants' names, in the order of their colours.
        last_shown: the step at which the x axis ends.
        steps_per_unit: 1 for an x axis in steps, or the steps of an epoch.
        x_title: the x axis' title.
        revision: the run; while it is the same the zoom is kept.
        marks: the events of the run, newest last.
    """

    names: Sequence[str]
    last_shown: float
    steps_per_unit: float
    x_title: str
    revision: str
    marks: Sequence[Mark] = ()


def points_for(
    most_bytes: int, figures: int, by_step: int, by_epoch: int = 0, epochs: int = 0
) -> int:
    """Return the number of points that each curve of a page may have.

    Args:
        most_bytes: the largest size of all of them together, gzipped.
        figures: number of figures on the page.
        by_step: number of curves of minibatches in all of them.
        by_epoch: number of curves of epochs.
        epochs: largest number of points of each of these.

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


def end_of_axis(total_steps: float, last_step: float) -> float:
    """Return where the x axis of a run ends that follows its curves.

    It doubles when they have come to its end, so that it seldom jumps.

    >>> end_of_axis(800, 60), end_of_axis(800, 101), end_of_axis(800, 800)
    (100.0, 200.0, 800.0)
    """
    end = float(total_steps)
    while last_step <= end / 2 and end > total_steps / 64:
        end /= 2
    return end


def training_figure(
    frame: Frame,
    minibatches: Curves | None,
    epochs: Mapping[SplitCode, Curves],
    *,
    y_title: str,
    band: tuple[float, float] | None = None,
    logarithmic: bool = False,
) -> PlotlyJson:
    """Draw one measure of all variants: faint minibatches, epochs as lines with points.

    One legend on the page explains the colours and the dashes of all its figures.

    Args:
        frame: the run's names, axis and marks.
        minibatches: the measure at the steps, thinned, a column a variant; None to leave it out.
        epochs: the measure at the ends of epochs, on each split.
        y_title: the measure's name.
        band: the lowest and the highest value that the measure should end at.
        logarithmic: whether the y axis is; values that are not positive are then left out.

    Returns:
        The figure as `live_figure` takes it: fields that the traces of a group share are in
        "shared", once, and each trace names its group with "of". Trace i belongs to variant i
        modulo their number; `full` gives plotly's own form.
    """
    groups: list[tuple[Curves, dict[str, Any]]] = []
    if minibatches is not None:
        faint = {"opacity": FAINT} if epochs else {}
        # Without a mode plotly adds markers to a curve of few points.
        groups.append((minibatches, {"mode": "lines", "line": {"width": 1.2}, **faint}))
    # The point of the last epoch lies on the end of the axis, and would be cut in half there.
    whole = {"cliponaxis": False}
    groups += [(c, {"line": {"dash": _DASHES[split]}, **whole}) for split, c in epochs.items()]
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


def full(figure: PlotlyJson) -> PlotlyJson:
    """Return a figure in plotly's own form: each trace with the fields shared by its group.

    `live_figure` does the same in the browser.
    """
    traces = [
        {**figure["shared"][trace["of"]], "name": trace["name"], "y": trace["y"]}
        for trace in figure["data"]
    ]
    return {"data": traces, "layout": figure["layout"]}


def thinned(curves: Curves, points: int) -> Curves:
    """Return at most `points` of the epochs, evenly spaced, the newest among them.

    >>> ends = Curves(235.0, 235.0, np.arange(1.0, 11.0)[:, np.newaxis])
    >>> thinned(ends, 5).values[:, 0].tolist(), thinned(ends, 5).first
    ([2.0, 4.0, 6.0, 8.0, 10.0], 470.0)
    """
    every = -(-len(curves.values) // max(points, 1)) or 1
    start = (len(curves.values) - 1) % every
    return Curves(
        curves.first + start * curves.spacing,
        every * curves.spacing,
        curves.values[start::every],
    )


def _places(frame: Frame, curves: Curves) -> dict[str, float]:
    """Return the x of the first point of a group of curves, and their spacing."""
    unit = frame.steps_per_unit
    return {
        "x0": float(f"{curves.first / unit:.7g}"),
        "dx": float(f"{curves.spacing / unit:.7g}"),
    }


def _layout(frame: Frame, y_title: str, logarithmic: bool) -> dict[str, Any]:
    end = frame.last_shown / frame.steps_per_unit
    return {
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "showlegend": False,
        "colorway": list(VARIANT_COLOURS[: len(frame.names)]),
        "uirevision": frame.revision,
        "hovermode": "closest",
        "hoverlabel": {"namelength": -1},
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


def _shapes(frame: Frame, band: tuple[float, float] | None) -> list[dict[str, Any]]:
    shapes: list[dict[str, Any]] = []
    if band is not None:
        shapes.append(
            {
                "type": "rect",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": band[0],
                "y1": band[1],
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
                # At alternating heights, so that labels close together do not overlap.
                "y1": 1 - _MARK_APART * (place % _MARK_HEIGHTS),
                "line": {"width": 1.5, "dash": "dot", "color": VARIANT_COLOURS[mark.variant]},
                "label": {
                    "text": mark.label,
                    "textposition": "end",
                    "textangle": 0,
                    # Towards the middle of the figure, where there is room for it.
                    "xanchor": "left" if mark.step < frame.last_shown / 2 else "right",
                    "yanchor": "top",
                    "font": {"size": 11},
                },
            }
        )
    return shapes
