"""One prediction: its ten logits and probabilities, and how it came about epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from softmax_ui.colours import CLASS_COLOURS
from softmax_ui.figures.theme import quiet_layout

Floats = npt.NDArray[np.floating]

_GAP = 0.08


def prediction_figure(
    logits: Floats,
    probabilities: Floats,
    class_names: Sequence[str],
    *,
    logits_title: str,
    probabilities_title: str,
) -> go.Figure:
    """Draw the logits and the probabilities of one picture side by side, a row a class.

    Args:
        logits: (classes,).
        probabilities: (classes,).
        class_names: the classes in the reader's language.
        logits_title: what to call the left half.
        probabilities_title: what to call the right half.

    Returns:
        A figure with two bar traces; the first class is the uppermost.
    """
    colours = list(CLASS_COLOURS[: len(class_names)])
    rows = list(range(len(class_names)))
    common = {"y": rows, "orientation": "h", "marker": {"color": colours}, "hoverinfo": "skip"}
    left = go.Bar(x=logits, text=[f"{value:.2f}" for value in logits], **common)
    right = go.Bar(
        x=probabilities,
        text=[_share(value) for value in probabilities],
        xaxis="x2",
        **common,
    )
    fixed = {"fixedrange": True, "automargin": True}
    half = (1 - _GAP) / 2
    return go.Figure(
        [left, right],
        quiet_layout(
            showlegend=False,
            yaxis={
                **fixed,
                "tickmode": "array",
                "tickvals": rows,
                "ticktext": list(class_names),
                "autorange": "reversed",
            },
            xaxis={**fixed, "domain": [0, half], "title": {"text": logits_title}},
            xaxis2={
                **fixed,
                "domain": [half + _GAP, 1],
                "range": [0, 1.15],
                "title": {"text": probabilities_title},
            },
            bargap=0.25,
        ),
    )


def becoming_figure(
    epochs: Sequence[int],
    probabilities: Floats,
    class_names: Sequence[str],
    shown: Sequence[int],
    *,
    x_title: str,
    y_title: str,
) -> go.Figure:
    """Draw how the probabilities of some classes changed epoch by epoch, for one picture.

    Args:
        epochs: the epochs' numbers; 0 is before the first step.
        probabilities: (epochs, classes).
        class_names: the classes in the reader's language.
        shown: the classes that are drawn strong; the others are faint.
        x_title: what to call the epochs.
        y_title: what to call the probabilities.
    """
    figure = go.Figure(
        layout=quiet_layout(
            xaxis={"title": {"text": x_title}},
            yaxis={"title": {"text": y_title}, "range": [0, 1]},
        )
    )
    for index, name in enumerate(class_names):
        strong = index in shown
        figure.add_scatter(
            x=list(epochs),
            y=probabilities[:, index],
            name=name,
            mode="lines+markers" if strong and len(epochs) <= 30 else "lines",
            line={"color": CLASS_COLOURS[index], "width": 2.5 if strong else 1},
            opacity=1.0 if strong else 0.35,
            showlegend=strong,
        )
    return figure


def _share(value: float) -> str:
    """Return a probability with the digits that tell it from 0 and from 1.

    >>> _share(0.25), _share(0.00004), _share(0.99999), _share(0.0)
    ('0.25', '4e-05', '0.99999', '0')
    """
    if value == 0 or value == 1:
        return f"{value:.0f}"
    if value < 0.0005:
        return f"{value:.0e}"
    if value > 0.9995:
        return f"{value:.5f}"
    return f"{value:.3f}".rstrip("0")
