"""The still figures of the vanishing-gradient page: the largest ½‖J‖₁, and its relatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go

from softmax_ui.colours import FIRST, INK
from softmax_ui.figures.landscape import JACOBIAN
from softmax_ui.figures.theme import quiet_layout

SERIES: Final = "#8f9bab"
_DASHES: Final = ("longdash", "dash", "dashdot")

Words = Mapping[str, str]


def maximum_figure(
    classes: Sequence[int], largest: Sequence[float], named: Sequence[int], words: Words
) -> go.Figure:
    """Draw the largest 1 - Σp² over the number of classes, with its value at the `named` ones.

    The words are classes and maximum.
    """
    figure = go.Figure(layout=quiet_layout(showlegend=False))
    figure.add_scatter(
        x=list(classes),
        y=list(largest),
        mode="lines+markers",
        line={"color": JACOBIAN, "width": 1.2, "simplify": False},
        marker={"size": 4},
        hovertemplate="n = %{x}: %{y:.4~f}",
        name="1 − 1/n",
    )
    values = dict(zip(classes, largest, strict=True))
    figure.add_scatter(
        x=list(named),
        y=[values[n] for n in named],
        text=[f"{values[n]:.4g}" for n in named],
        mode="markers+text",
        textposition="bottom center",
        marker={"color": JACOBIAN, "size": 10},
        hoverinfo="skip",
    )
    figure.update_xaxes(
        title_text=words["classes"], type="log", tickvals=list(named), range=[0.15, 3.15]
    )
    figure.update_yaxes(title_text=words["maximum"], range=[0.0, 1.08])
    return figure


def relatives_figure(
    probability: Sequence[float],
    entropy: Sequence[float],
    series: Mapping[int, Sequence[float]],
    half_l1: Sequence[float],
    words: Words,
) -> go.Figure:
    """Draw entropy, its series' first sums and ½‖J‖₁ over p, for two classes.

    Args:
        probability: p of the first class.
        entropy: H in nats.
        series: number of terms -> the series cut off there: for one term, and for three more.
        half_l1: ½‖J‖₁, on top of the first sum.
        words: probability, nats, entropy, gini, terms (with {n}), jacobian.
    """
    figure = go.Figure(layout=quiet_layout())
    looks: list[tuple[str, Sequence[float], dict[str, Any]]] = [
        (words["entropy"], entropy, {"color": FIRST, "width": 2.4, "dash": "longdashdot"}),
        (words["gini"], series[1], {"color": JACOBIAN, "width": 5, "dash": "solid"}),
    ]
    longer = [terms for terms in series if terms > 1]
    for terms, dash in zip(longer, _DASHES, strict=True):
        name = words["terms"].format(n=terms)
        looks.append((name, series[terms], {"color": SERIES, "width": 1.6, "dash": dash}))
    looks.append((words["jacobian"], half_l1, {"color": INK, "width": 2, "dash": "dot"}))
    for name, values, line in looks:
        figure.add_scatter(
            x=list(probability),
            y=list(values),
            name=name,
            mode="lines",
            line=line,
            hovertemplate="%{y:.4~f}",
        )
    figure.update_xaxes(title_text=words["probability"], range=[0, 1])
    figure.update_yaxes(title_text=words["nats"], rangemode="tozero")
    return figure
