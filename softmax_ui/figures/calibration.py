"""How sure a model is beside how often it is right, over the epochs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from softmax_ui.colours import INK, VARIANT_COLOURS
from softmax_ui.figures.extent import Extent
from softmax_ui.figures.labels import MANY, Spot, end_labels, label_room
from softmax_ui.figures.theme import as_text, quiet_layout


def excess_figure(
    epochs: Sequence[int],
    excess: Mapping[str, Sequence[float]],
    *,
    x_title: str,
    y_title: str,
    now: float,
) -> go.Figure:
    """Draw confidence - accuracy of each variant by epoch, with a line at 0.

    Of many variants each line bears its number at its end, which the legend explains.

    Args:
        epochs: the epochs' numbers; 0 is before the first step.
        excess: variant -> a value an epoch, nan where there is none; in the variants' order.
        x_title: the x axis' title.
        y_title: the y axis' title.
        now: the moment that the page shows, in epochs; a line marks it.
    """
    figure = go.Figure(
        layout=quiet_layout(
            xaxis={"title": {"text": x_title}, "zeroline": False},
            yaxis={"title": {"text": y_title}, "zeroline": False, "tickformat": "+.2~f"},
            showlegend=len(excess) > 1,
        )
    )
    figure.add_hline(y=0, line={"color": INK, "width": 1.5})
    figure.add_vline(x=now, line={"color": INK, "width": 1, "dash": "dot"}, opacity=0.6)
    is_labelled = len(excess) > MANY
    for number, (name, values) in enumerate(excess.items(), start=1):
        figure.add_scatter(
            x=list(epochs),
            y=[value if math.isfinite(value) else None for value in values],
            name=as_text(f"{number}: {name}" if is_labelled else name),
            mode="lines+markers",
            line={"color": VARIANT_COLOURS[number - 1], "width": 2},
            marker={"size": 5},
            hovertemplate="%{y:+.4f}",
        )
    if is_labelled:
        _label_ends(figure, epochs, list(excess.values()))
    return figure


def _label_ends(
    figure: go.Figure, epochs: Sequence[int], courses: Sequence[Sequence[float]]
) -> None:
    """Write each variant's number at the end of its line; at none that has no number at all."""
    known = [
        [(x, y) for x, y in zip(epochs, course, strict=True) if math.isfinite(y)]
        for course in courses
    ]
    heights = [0.0, *(y for course in known for _x, y in course)]
    room = 0.05 * (max(heights) - min(heights) or 1.0)
    axis = Extent(min(heights) - room, max(heights) + room, logarithmic=False)
    ends = [
        Spot(*course[-1], VARIANT_COLOURS[place], str(place + 1))
        for place, course in enumerate(known)
        if course
    ]
    # Beside the point of the last epoch, not on it.
    labels = [{**label, "xshift": label["xshift"] + 5} for label in end_labels(ends, axis)]
    figure.update_layout(annotations=labels, margin={"r": label_room(len(courses)) + 5})
    figure.update_yaxes(range=axis.range)
