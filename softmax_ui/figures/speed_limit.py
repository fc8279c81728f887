"""How much the loss jumps from step to step over the learning rate, and where 2/λ is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from softmax_ui.colours import INK, VARIANT_COLOURS
from softmax_ui.figures.theme import as_text, quiet_layout


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
            xaxis={"title": {"text": x_title}, "type": "log", "zeroline": False},
            yaxis={"title": {"text": y_title}, "type": "log", "zeroline": False},
            showlegend=False,
            margin={"l": 8, "r": 8, "t": 26, "b": 8},
        )
    )
    for rate, jump, name, colour in zip(rates, jumps, names, VARIANT_COLOURS, strict=False):
        if not (math.isfinite(jump) and jump > 0):
            continue
        figure.add_scatter(
            x=[rate],
            y=[jump],
            mode="markers+text",
            text=[as_text(name)],
            textposition="top center",
            marker={"color": colour, "size": 10},
            hovertemplate="η %{x:.4~g}: %{y:.4~g}<extra></extra>",
        )
    for place, (limit, words) in enumerate(limits):
        figure.add_vline(
            x=limit,
            line={"color": INK, "width": 1.5, "dash": "dot" if place else "solid"},
            opacity=0.7,
        )
        figure.add_annotation(
            x=math.log10(limit),
            y=1.0 - 0.09 * place,
            yref="paper",
            text=as_text(words),
            showarrow=False,
            xanchor="left",
            xshift=4,
            yanchor="bottom",
        )
    return figure
