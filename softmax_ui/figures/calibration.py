"""How sure a model is beside how often it is right, over the epochs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from softmax_ui.colours import INK, VARIANT_COLOURS
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
    for (name, values), colour in zip(excess.items(), VARIANT_COLOURS, strict=False):
        figure.add_scatter(
            x=list(epochs),
            y=[value if math.isfinite(value) else None for value in values],
            name=as_text(name),
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 5},
            hovertemplate="%{y:+.4f}",
        )
    return figure
