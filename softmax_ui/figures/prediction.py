"""One prediction: its logits and probabilities, and their history by epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from softmax_ui.colours import INK, class_colours
from softmax_ui.figures.extent import Extent
from softmax_ui.figures.labels import Spot, end_labels
from softmax_ui.figures.theme import as_text, quiet_layout, shortened, tick_text

Floats = npt.NDArray[np.floating]

_GAP = 0.08
_NAME_ROOM = 76  # CSS pixels, for a class's name at the end of its line
_ROOM = 0.4  # of an axis, for the numbers beyond the bars on a phone


def prediction_height(classes: int) -> int:
    """Return how high the figure of a prediction is, in CSS pixels: each class has its line.

    >>> prediction_height(10), prediction_height(26)
    (330, 548)
    """
    return max(330, 80 + 18 * classes)


def prediction_figure(
    logits: Floats,
    probabilities: Floats,
    class_words: Sequence[str],
    *,
    logits_title: str,
    probabilities_title: str,
) -> go.Figure:
    """Draw the logits and the probabilities of one picture side by side, a row a class."""
    colours = class_colours(len(class_words))
    rows = list(range(len(class_words)))
    common = {
        "y": rows,
        "orientation": "h",
        "marker": {"color": colours},
        "hoverinfo": "skip",
        # Outside, in the page's text colour, which has too little contrast on some bars.
        "textposition": "outside",
        "cliponaxis": False,
    }
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
                "ticktext": [tick_text(name) for name in class_words],
                "autorange": "reversed",
            },
            xaxis={
                **fixed,
                "domain": [0, half],
                "range": _roomy(logits),
                "title": {"text": logits_title},
            },
            xaxis2={
                **fixed,
                "domain": [half + _GAP, 1],
                "range": [0, 1 + _ROOM],
                "tickvals": [0, 0.5, 1],
                "title": {"text": probabilities_title},
            },
            bargap=0.25,
        ),
    )


def _roomy(values: Floats) -> list[float]:
    """Return a range that holds 0 and the values, with room for a number beyond the bars."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    room = _ROOM * ((high - low) or 1.0)
    return [low - room * (low < 0), high + room]


def becoming_figure(
    epochs: Sequence[int],
    values: Floats,
    class_words: Sequence[str],
    shown: Sequence[int],
    *,
    x_title: str,
    now: float,
    legend: bool = False,
) -> go.Figure:
    """Draw how a number of each class changed epoch by epoch, for one picture.

    Args:
        epochs: the epochs' numbers; 0 is before the first step.
        values: (epochs, classes); what is not finite is left out.
        class_words: the classes in the reader's language.
        shown: the classes that are drawn strong; the others are faint.
        x_title: the x axis' title.
        now: the moment that the page shows, in epochs; a line marks it.
        legend: whether the strong classes are named.
    """
    figure, colours = _by_epoch(x_title, now), class_colours(len(class_words))
    for index, name in enumerate(class_words):
        strong = index in shown
        figure.add_scatter(
            x=list(epochs),
            y=values[:, index],
            name=as_text(name),
            mode="lines+markers" if strong else "lines",
            line={"color": colours[index], "width": 2.5 if strong else 1},
            opacity=1.0 if strong else 0.5,
            showlegend=strong and legend,
        )
    _name_ends(figure, epochs, values, class_words, shown)
    return figure


def _name_ends(
    figure: go.Figure,
    epochs: Sequence[int],
    values: Floats,
    class_words: Sequence[str],
    shown: Sequence[int],
) -> None:
    """Write the class at the end of each strong line; the faint ones are a background to them."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return
    low, high = float(finite.min()), float(finite.max())
    axis = Extent(low, high if high > low else low + 1.0, logarithmic=False)
    ends, colours = [], class_colours(len(class_words))
    for index in dict.fromkeys(shown):
        known = np.flatnonzero(np.isfinite(values[:, index]))
        if len(known):
            last = float(epochs[known[-1]]), float(values[known[-1], index])
            ends.append(Spot(*last, colours[index], shortened(class_words[index], 12)))
    figure.update_layout(annotations=end_labels(ends, axis), margin_r=_NAME_ROOM)


def loss_figure(epochs: Sequence[int], losses: Floats, *, x_title: str, now: float) -> go.Figure:
    """Draw how the loss of one picture changed epoch by epoch; a line marks `now`, in epochs."""
    figure = _by_epoch(x_title, now)
    figure.add_scatter(
        x=list(epochs),
        y=losses,
        mode="lines+markers",
        line={"color": INK, "width": 2},
        marker={"color": INK},
        showlegend=False,
    )
    figure.update_yaxes(rangemode="tozero")
    return figure


def _by_epoch(x_title: str, now: float) -> go.Figure:
    figure = go.Figure(
        layout=quiet_layout(xaxis={"title": {"text": x_title}, "zeroline": False}, hovermode="x")
    )
    figure.add_vline(x=now, line={"color": INK, "width": 1, "dash": "dot"}, opacity=0.6)
    return figure


def _share(value: float) -> str:
    """Format a probability with enough digits to distinguish it from 0 and 1.

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
