"""One measure of all variants over the steps of a run, as curves that grow.

A figure is sent to the browser a few times a second, so it holds no number twice: evenly spaced
points have no x, colours come from the colourway, and all curves of a page share one budget of
bytes. For the same reason it is plotly's plain JSON form, checked by a test, and not a `go.Figure`:
building and writing one of those takes 18 ms for 32 curves, this 1 ms.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from softmax_core.runs import Band
from softmax_core.runs.envelope import Curves
from softmax_ui.colours import INK, VARIANT_COLOURS
from softmax_ui.figures.extent import Extent, Scale, extent
from softmax_ui.figures.labels import MANY, Spot, across, end_labels, label_room, notes, shown
from softmax_ui.figures.theme import as_text, packed

Floats = npt.NDArray[np.float64]
PlotlyJson = dict[str, Any]
SplitCode = Literal["train", "validation", "test"]

FAINT: Final = 0.7
"""How opaque minibatches are beneath the lines of the epochs."""

BEHIND: Final = 0.3
"""How opaque they are behind their own smoothed curve."""

# The sizes of what is sent: gzipped JSON, in bytes.
_FIGURE_BYTES: Final = 250
_CURVE_BYTES: Final = 25
_POINT_BYTES: Final = 4.1  # a float32 in base64; its bits hardly compress
_LABEL_BYTES: Final = 30
_MOST_POINTS: Final = 400
_FEWEST_POINTS: Final = 10

_DASHES: Final[Mapping[SplitCode, str]] = {"train": "solid", "validation": "dash", "test": "dot"}
_SHORTEST: Final = 20.0  # steps, of an x axis
_MARK_APART: Final = 0.09
_MARK_HEIGHTS: Final = 4
_MARKS_SHOWN: Final = 24
_BEYOND_SHOWN: Final = 6


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
        ends: where a variant's loss became nan or inf, and the words for it.
        x_logarithmic: whether the x axis is.
    """

    names: Sequence[str]
    last_shown: float
    steps_per_unit: float
    x_title: str
    revision: str
    marks: Sequence[Mark] = ()
    ends: Sequence[Mark] = ()
    x_logarithmic: bool = False

    @property
    def is_labelled(self) -> bool:
        """Whether the lines bear their variant's number at their end."""
        return len(self.names) > MANY

    @property
    def x_range(self) -> tuple[float, float]:
        """The ends of the x axis, in its own unit; on a logarithmic one it begins at step 1."""
        start = 1.0 if self.x_logarithmic else 0.0
        return start / self.steps_per_unit, max(self.last_shown, 2.0) / self.steps_per_unit

    def place(self, step: float) -> float:
        """Return where a step is on the x axis, as plotly's annotations name it."""
        x = step / self.steps_per_unit
        return float(f"{math.log10(x) if self.x_logarithmic else x:.6g}")

    def spot(self, step: float, y: float, variant: int, text: str) -> Spot:
        """Return a place for words about a variant, its number before them where there are many."""
        along = across(step / self.steps_per_unit, *self.x_range, logarithmic=self.x_logarithmic)
        said = f"{variant + 1}: {text}" if self.is_labelled and text else text or f"{variant + 1}"
        return Spot(self.place(step), y, VARIANT_COLOURS[variant], said, along)


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
    while last_step <= end / 2 and end > _SHORTEST:
        end /= 2
    return end


def training_figure(
    frame: Frame,
    minibatches: Curves | None,
    epochs: Mapping[SplitCode, Curves],
    *,
    y_title: str,
    smoothed: Curves | None = None,
    band: tuple[float, float] | None = None,
    baselines: Sequence[tuple[float, str]] = (),
    together: Sequence[Band] = (),
    scale: Scale = "auto",
) -> PlotlyJson:
    """Draw one measure of all variants: faint minibatches, smoothed ones, epochs with points.

    The table on the page is the legend of all its figures. The y axis shows what matters of the
    curves; where one goes beyond, an arrow says how far, and a double click shows all.

    Args:
        frame: the run's names, axis and marks.
        minibatches: the measure at the steps, thinned, a column a variant; None to leave it out.
        epochs: the measure at the ends of epochs, on each split.
        y_title: the measure's name.
        smoothed: moving averages over the minibatches, or None.
        band: the lowest and the highest value that the measure should end at.
        baselines: values to compare with, each with its name; a faint line is drawn at each.
        together: of the runs of a group, what the variants' curves have in common; one a variant,
            all at the same steps.
        scale: of the y axis; values that are not positive are left out of a logarithmic one.

    Returns:
        The figure as `live_figure` takes it: fields that the traces of a group share are in
        "shared", once, and each trace names its group with "of". Trace i belongs to variant i
        modulo their number; `full` gives plotly's own form.
    """
    groups: list[tuple[Curves, dict[str, Any]]] = []
    if minibatches is not None:
        faint: dict[str, Any] = {"opacity": FAINT} if epochs else {}
        if smoothed is not None:
            faint = {"opacity": BEHIND, "hoverinfo": "skip"}
        groups.append((minibatches, {**_line(minibatches, 1.2), **faint}))
    if smoothed is not None:
        groups.append((smoothed, _line(smoothed, 2)))
    # The point of the last epoch lies on the end of the axis, and would be cut in half there.
    whole = {"cliponaxis": False}
    groups += [(c, {"line": {"dash": _DASHES[split]}, **whole}) for split, c in epochs.items()]
    traces = [
        {"name": as_text(name), "of": group, "y": packed(curves.values[:, position])}
        for group, (curves, _style) in enumerate(groups)
        for position, name in enumerate(frame.names)
    ]
    drawn = [curves for curves, _style in groups]
    edges = [edge for each in together for edge in (each.mean - each.deviation, _top(each))]
    compared = np.array([value for value, _name in baselines])
    y_axis = extent([*(curves.values for curves in drawn), *edges, compared], scale, compared)
    shared = [{**_places(frame, curves), **style} for curves, style in groups]
    if together:
        # The first ones, as what is drawn first lies behind the rest.
        traces = [*_group_traces(frame, together, len(groups)), *traces]
        shared += _group_styles(frame, together[0])
    return {
        "data": traces,
        "shared": shared,
        "layout": {
            **_layout(frame, y_title, y_axis, scale),
            "shapes": [*_shapes(frame, band), *_lines_at(baselines)],
            "annotations": _words(frame, drawn, smoothed or drawn[0], y_axis) if y_axis else [],
        },
    }


def _line(curves: Curves, width: float) -> dict[str, Any]:
    """Return how minibatches are drawn: as lines, the first step of a run as a point."""
    # Without a mode plotly adds markers to a curve of few points.
    return {"mode": "lines" if len(curves.values) > 1 else "markers", "line": {"width": width}}


def _top(group: Band) -> Floats:
    return group.mean + group.deviation


def _group_traces(frame: Frame, together: Sequence[Band], of: int) -> list[dict[str, Any]]:
    """Return how far a group's runs lie apart, as a shape a variant, and their means."""
    shapes = [np.concatenate([_top(each), (each.mean - each.deviation)[::-1]]) for each in together]
    return [
        {"name": as_text(name), "of": of + place, "y": packed(y)}
        for place, values in enumerate((shapes, [each.mean for each in together]))
        for name, y in zip(frame.names, values, strict=True)
    ]


def _group_styles(frame: Frame, group: Band) -> list[dict[str, Any]]:
    """Return what the shapes have in common, there along their top and back, and the means."""
    x = group.x / frame.steps_per_unit
    shape = {"mode": "none", "fill": "toself", "opacity": 0.35, "hoverinfo": "skip"}
    return [
        {"x": packed(np.concatenate([x, x[::-1]])), **shape},
        {"x": packed(x), "mode": "lines", "line": {"width": 1.5, "dash": "dashdot"}},
    ]


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


def _layout(frame: Frame, y_title: str, y_axis: Extent | None, scale: Scale) -> dict[str, Any]:
    start, end = frame.x_range
    common = {"hoverformat": ".4~g", "automargin": True, "zeroline": False}
    is_log = y_axis.logarithmic if y_axis else scale == "log"
    x_range = [math.log10(start), math.log10(end)] if frame.x_logarithmic else [start, end]
    return {
        "margin": {"l": 8, "r": label_room(len(frame.names)), "t": 8, "b": 8},
        "showlegend": False,
        "colorway": list(VARIANT_COLOURS[: len(frame.names)]),
        "uirevision": frame.revision,
        "hovermode": "closest",
        "hoverlabel": {"namelength": -1},
        "xaxis": {
            "title": {"text": frame.x_title},
            "range": x_range,
            **({"type": "log"} if frame.x_logarithmic else {}),
            **common,
        },
        "yaxis": {
            "title": {"text": y_title},
            "type": "log" if is_log else "linear",
            # A zoom in decades is none on a linear axis.
            "uirevision": f"{frame.revision}/{is_log}",
            **({"range": y_axis.range, **y_axis.ticks} if y_axis else {}),
            **common,
        },
    }


def _words(
    frame: Frame, drawn: Sequence[Curves], named: Curves, y_axis: Extent
) -> list[dict[str, Any]]:
    """Return what is written on the chart: what became nan, what lies beyond, which line it is."""
    ends = [
        frame.spot(mark.step, _before(drawn[0], mark), mark.variant, mark.label)
        for mark in frame.ends
        if not np.isfinite(drawn[0].values[:, mark.variant]).all()
    ]
    words = notes(ends, y_axis, "✕") + notes(_beyond(frame, drawn, y_axis), y_axis, "▲")
    if frame.is_labelled:
        words += end_labels(_last(frame, named), y_axis)
    return words


def _before(curves: Curves, mark: Mark) -> float:
    """Return the last number that a curve has before a mark, 0 where it has none."""
    values = curves.values[:, mark.variant]
    known = values[np.isfinite(values) & (curves.steps <= mark.step)]
    return float(known[-1]) if len(known) else 0.0


def _beyond(frame: Frame, drawn: Sequence[Curves], y_axis: Extent) -> list[Spot]:
    """Return the highest points of the variants that go beyond the axis, the farthest first."""
    highest: dict[int, tuple[float, float]] = {}
    for curves in drawn:
        values = np.where(np.isfinite(curves.values), curves.values, -np.inf)
        if not len(values):
            continue
        places = values.argmax(axis=0)
        for variant, (place, value) in enumerate(zip(places, values.max(axis=0), strict=True)):
            if value > max(y_axis.high, highest.get(variant, (0.0, -math.inf))[1]):
                highest[variant] = (float(curves.steps[place]), float(value))
    farthest = sorted(highest.items(), key=lambda item: -item[1][1])[:_BEYOND_SHOWN]
    return [frame.spot(step, value, k, shown(value)) for k, (step, value) in farthest]


def _last(frame: Frame, curves: Curves) -> list[Spot]:
    """Return the last point of each variant's line."""
    spots = []
    for variant in range(len(frame.names)):
        known = np.flatnonzero(np.isfinite(curves.values[:, variant]))
        if len(known):
            last = float(curves.steps[known[-1]]), float(curves.values[known[-1], variant])
            spots.append(frame.spot(*last, variant, ""))
    return spots


def _lines_at(baselines: Sequence[tuple[float, str]]) -> list[dict[str, Any]]:
    """Return a faint line across the chart at each value, with its name above it."""
    return [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": value,
            "y1": value,
            "line": {"width": 1, "dash": "dash", "color": INK},
            "opacity": 0.5,
            "layer": "below",
            "label": {
                "text": as_text(name),
                # Beside each other, for the values may be close.
                "textposition": "middle" if place % 2 else "end",
                "yanchor": "bottom",
                "font": {"size": 10, "color": INK},
            },
        }
        for place, (value, name) in enumerate(baselines)
    ]


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
