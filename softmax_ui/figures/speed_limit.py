"""How much the loss jumps from step to step over the learning rate, and where 2/λ is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from softmax_ui.colours import INK, VARIANT_COLOURS
from softmax_ui.figures.extent import Extent
from softmax_ui.figures.labels import PAPER, Spot, end_labels
from softmax_ui.figures.theme import as_text, quiet_layout

_LINE: Final = 18  # CSS pixels from the words of one limit to those of the next


def jumps_figure(
    rates: Sequence[float],
    jumps: Sequence[float],
    names: Sequence[str],
    limits: Sequence[tuple[float, str]],
    *,
    x_title: str,
    y_title: str,
) -> go.Figure:
    """Draw a point a variant, and an upright line at each limit.

    Args:
        rates: each variant's learning rate.
        jumps: each variant's mean |L(s + 1) - L(s)|; what is not finite or 0 is left out.
        names: the variants' names.
        limits: learning rates with their words, the first one solid.
        x_title: the x axis' title.
        y_title: the y axis' title.
    """
    figure = go.Figure(
        layout=quiet_layout(
            xaxis={"title": {"text": x_title}, "type": "log", "zeroline": False, "dtick": "D2"},
            yaxis={"title": {"text": y_title}, "type": "log", "zeroline": False, "dtick": "D2"},
            showlegend=False,
            margin={"l": 8, "r": 8, "t": 8 + _LINE * max(len(limits), 1), "b": 8},
        )
    )
    spots = [
        Spot(math.log10(rate), jump, colour, name)
        for rate, jump, name, colour in zip(rates, jumps, names, VARIANT_COLOURS, strict=False)
        if math.isfinite(jump) and jump > 0
    ]
    for spot in spots:
        figure.add_scatter(
            x=[10**spot.x],
            y=[spot.y],
            mode="markers",
            marker={"color": spot.colour, "size": 10},
            hovertemplate="η %{x:.4~g}: %{y:.4~g}<extra></extra>",
        )
    if spots:
        low, high = (end(spot.y for spot in spots) for end in (min, max))
        labels = end_labels(spots, Extent(low / 1.5, high * 1.5, logarithmic=True))
        # Beside the point, not on it.
        figure.update_layout(annotations=[{**label, "xshift": 10} for label in labels])
        figure.update_yaxes(range=[math.log10(low / 1.5), math.log10(high * 1.5)])
        across = [*(spot.x for spot in spots), *(math.log10(limit) for limit, _words in limits)]
        figure.update_xaxes(range=[min(across) - 0.3, max(across) + 0.6])
    for place, (limit, words) in enumerate(limits):
        figure.add_vline(
            x=limit,
            line={"color": INK, "width": 1.5, "dash": "dot" if place else "solid"},
            opacity=0.7,
        )
        figure.add_annotation(
            x=math.log10(limit),
            y=1.0,
            yref="paper",
            text=as_text(words),
            showarrow=False,
            xanchor="left",
            xshift=4,
            yanchor="bottom",
            # Above the chart, one above the other: no point and no point's name is there.
            yshift=_LINE * (len(limits) - 1 - place),
            bgcolor=PAPER,  # two limits may be so near that the other line runs through the words
        )
    return figure
