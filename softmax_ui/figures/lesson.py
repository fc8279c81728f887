"""The lesson's figures: the network as a drawing, the loss as a curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from softmax_ui.colours import CLASS_COLOURS, FIRST, INK, NEGATIVE, POSITIVE, SECOND
from softmax_ui.figures.theme import quiet_layout

THICKEST = 9.0
THINNEST = 0.6


def network(
    features: Sequence[float],
    weights: Sequence[Sequence[float]],
    logits: Sequence[float],
    feature_names: Sequence[str],
    class_words: Sequence[str],
) -> go.Figure:
    """Draw o = x W + b as features on the left, logits on the right and a line a weight.

    A line is as thick as its product, |x_i w_ij|; it is of the colour of the positive sign where it
    raises the class's logit, and dashed in the other's where it lowers it. W has a row for each
    feature.
    """
    left = np.linspace(1, 0, len(features))
    right = np.linspace(0.9, 0.1, len(logits))
    flow = np.array(features)[:, None] * np.array(weights)
    largest = max(np.abs(flow).max(), 1e-12)
    figure = go.Figure(layout=_bare())
    for i, y in enumerate(left):
        for k, end in enumerate(right):
            figure.add_scatter(
                x=[0, 1],
                y=[y, end],
                mode="lines",
                line={
                    "width": THINNEST + (THICKEST - THINNEST) * abs(flow[i, k]) / largest,
                    "color": POSITIVE if flow[i, k] >= 0 else NEGATIVE,
                    "dash": "solid" if flow[i, k] >= 0 else "dash",
                },
                opacity=0.25 + 0.5 * abs(flow[i, k]) / largest,
                hovertemplate=f"{feature_names[i]} → {class_words[k]}: "
                f"{features[i]:g} · {weights[i][k]:g} = {flow[i, k]:.4g}<extra></extra>",
            )
    figure.add_trace(_nodes(0, left, features, feature_names, [INK] * len(left), "left"))
    colours = list(CLASS_COLOURS[: len(logits)])
    figure.add_trace(_nodes(1, right, logits, class_words, colours, "right"))
    return figure


def loss_curve(
    probabilities: Sequence[float],
    losses: Sequence[float],
    point: tuple[float, float],
    x_label: str,
    y_label: str,
) -> go.Figure:
    """Draw the loss over the true class's probability p_t, with one point (p_t, loss) marked."""
    layout = quiet_layout(
        showlegend=False,
        xaxis_title_text=x_label,
        yaxis_title_text=y_label,
        yaxis_rangemode="tozero",
        xaxis_range=[0, 1.02],
    )
    figure = go.Figure(layout=layout)
    figure.add_scatter(
        x=list(probabilities), y=list(losses), mode="lines", line={"color": FIRST, "width": 2.5}
    )
    figure.add_scatter(
        x=[point[0]],
        y=[point[1]],
        mode="markers+text",
        marker={"color": SECOND, "size": 13},
        text=[f"{point[1]:.4g}"],
        textposition="middle right" if point[0] < 0.6 else "top left",
        cliponaxis=False,
    )
    return figure


def stack(
    parts: Sequence[float], labels: Sequence[str], colours: Sequence[str], *, longest: float
) -> go.Figure:
    """Draw numbers as the parts of one bar that lies, at least `longest` wide, with their sum."""
    total = sum(parts)
    layout = quiet_layout(
        barmode="stack",
        xaxis_range=[0, 1.15 * max(total, longest)],
        xaxis_fixedrange=True,
        yaxis={"visible": False, "fixedrange": True},
        legend_traceorder="normal",
    )
    figure = go.Figure(layout=layout)
    for value, label, colour in zip(parts, labels, colours, strict=True):
        figure.add_bar(
            x=[value],
            y=[""],
            name=label,
            orientation="h",
            marker_color=colour,
            hovertemplate=f"{label}: {value:.5g}<extra></extra>",
        )
    figure.add_annotation(x=total, y=0, text=f"{total:.4g}", showarrow=False, xanchor="left")
    return figure


def curves(
    x: Sequence[float],
    rows: Sequence[Sequence[float]],
    labels: Sequence[str],
    points: Sequence[tuple[float, float]],
    x_label: str,
    y_label: str,
) -> go.Figure:
    """Draw functions of the same x as lines, the first the stronger, with points marked."""
    figure = go.Figure(
        layout=quiet_layout(
            xaxis_title_text=x_label, yaxis_title_text=y_label, showlegend=len(rows) > 1
        )
    )
    for position, (row, label) in enumerate(zip(rows, labels, strict=True)):
        line = {"color": FIRST, "width": 2.5} if position == 0 else {"color": INK, "dash": "dot"}
        figure.add_scatter(x=list(x), y=list(row), name=label, mode="lines", line=line)
    for across, up in points:
        figure.add_scatter(
            x=[across],
            y=[up],
            mode="markers+text",
            marker={"color": SECOND, "size": 13},
            text=[f"{up:.4g}"],
            textposition=_clear_of(x, rows[0], across),
            showlegend=False,
            cliponaxis=False,
        )
    return figure


def _clear_of(x: Sequence[float], row: Sequence[float], across: float) -> str:
    """Return on which side of a point of a curve its label does not lie on the curve.

    >>> [_clear_of([0, 1, 2], row, 1) for row in ([0, 1, 2], [2, 1, 0], [1, 1, 1])]
    ['top left', 'top right', 'top center']
    """
    here = min(range(len(x)), key=lambda k: abs(x[k] - across))
    near = max(1, len(x) // 30)
    rise = row[min(here + near, len(row) - 1)] - row[max(here - near, 0)]
    if abs(rise) <= 0.02 * (max(row) - min(row)):
        return "top center"
    return "top left" if rise > 0 else "top right"


def walk(
    values: Sequence[Sequence[float]], labels: Sequence[str], x_label: str, *, first: int = 0
) -> go.Figure:
    """Draw the values of one parameter from a first step on, a line for each run of descent."""
    y_label = "" if len(values) > 1 else labels[0]
    layout = quiet_layout(
        xaxis_title_text=x_label, yaxis_title_text=y_label, showlegend=len(values) > 1
    )
    figure = go.Figure(layout=layout)
    for row, label, colour in zip(values, labels, (FIRST, SECOND), strict=False):
        figure.add_scatter(
            x=list(range(first, first + len(row))),
            y=list(row),
            name=label,
            mode="lines+markers",
            line={"color": colour, "width": 2},
        )
    return figure


def parting(
    counts: Sequence[int],
    losses: Sequence[Sequence[float]],
    labels: Sequence[str],
    x_label: str,
    y_label: str,
) -> go.Figure:
    """Draw training and test loss over the number of pictures, on a logarithmic axis."""
    layout = quiet_layout(
        xaxis_title_text=x_label, yaxis_title_text=y_label, yaxis_rangemode="tozero"
    )
    figure = go.Figure(layout=layout)
    for row, label, colour in zip(losses, labels, (FIRST, SECOND), strict=True):
        figure.add_scatter(
            x=list(counts), y=list(row), name=label, mode="lines+markers",
            line={"color": colour, "width": 2},
        )  # fmt: skip
    figure.update_xaxes(type="log", tickvals=[20, 50, 100, 200, 500, 1000, 2000, 5000])
    return figure


def _nodes(
    x: float,
    heights: np.ndarray,
    values: Sequence[float],
    names: Sequence[str],
    colours: Sequence[str],
    side: str,
) -> go.Scatter:
    """Draw a layer's nodes with their names and values beside them."""
    return go.Scatter(
        x=[x] * len(values),
        y=list(heights),
        mode="markers+text",
        marker={"size": 22, "color": list(colours)},
        text=[f"{name}<br><b>{value:.4g}</b>" for name, value in zip(names, values, strict=True)],
        textposition=f"middle {side}",
        hoverinfo="skip",
        cliponaxis=False,
    )


def _bare() -> go.Layout:
    """Return a layout without axes, for a drawing."""
    hidden = {"visible": False, "fixedrange": True}
    return quiet_layout(
        showlegend=False,
        hovermode="closest",
        xaxis={**hidden, "range": [-0.5, 1.4]},
        yaxis={**hidden, "range": [-0.15, 1.15]},
    )
