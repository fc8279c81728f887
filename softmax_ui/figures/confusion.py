"""The confusion matrix of one variant, as counts or as shares of the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from softmax_ui.colours import SEQUENTIAL
from softmax_ui.figures.theme import quiet_layout


def confusion_figure(
    counts: npt.NDArray[np.int64],
    class_words: Sequence[str],
    *,
    true_title: str,
    predicted_title: str,
    recall_title: str,
    precision_title: str,
    shares: bool = False,
    chosen: tuple[int, int] | None = None,
) -> go.Figure:
    """Draw a confusion matrix, the true class down, the predicted one across.

    Beside each row is its recall, the share of the class that was predicted as such; below each
    column its precision, the share of these predictions that are right; in the corner the accuracy.
    The colour is always the share of the row, so that it does not depend on the classes' sizes.
    With `shares` each cell says it in percent, instead of the count. The chosen cell, as (true,
    predicted), is framed.
    """
    totals = counts.sum(axis=1, keepdims=True)
    share = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    written = [
        [_percent(share[i, j]) if shares else str(int(counts[i, j])) for j in range(len(counts))]
        for i in range(len(counts))
    ]
    end = len(counts)

    def axis(last: str) -> dict[str, Any]:
        return {
            "tickmode": "array",
            "tickvals": list(range(end + 1)),
            "ticktext": [*class_words, last],
            "fixedrange": True,
            "showgrid": False,
            "ticks": "",
            "ticklabelstandoff": 6,
        }

    figure = go.Figure(
        go.Heatmap(
            z=share,
            customdata=counts,
            text=written,
            texttemplate="%{text}",
            zmin=0,
            zmax=1,
            colorscale=[list(stop) for stop in SEQUENTIAL],
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="%{customdata}<extra></extra>",
        ),
        quiet_layout(
            margin={"l": 8, "r": 28, "t": 8, "b": 8},  # the slanting labels lean out to the right
            xaxis={
                **axis(recall_title),
                "title": {"text": predicted_title, "standoff": 14},
                "range": [-0.5, end + 0.5],
                "side": "top",
                "tickangle": -60,
                "ticklabeloverflow": "allow",
            },
            yaxis={
                **axis(precision_title),
                "title": {"text": true_title, "standoff": 14},
                "range": [end + 0.5, -0.5],
            },
        ),
    )
    figure.add_trace(_margins(counts))
    if chosen is not None:
        row, column = chosen
        figure.add_shape(
            type="rect",
            x0=column - 0.5,
            x1=column + 0.5,
            y0=row - 0.5,
            y1=row + 0.5,
            line={"color": "var(--st-text-color)", "width": 2},
        )
    return figure


def _margins(counts: npt.NDArray[np.int64]) -> go.Scatter:
    """Return recall beside the rows, precision below the columns and accuracy in the corner."""
    places, end = list(range(len(counts))), len(counts)
    right = counts.diagonal()
    shares = [
        *_shares(right, counts.sum(axis=1)),
        *_shares(right, counts.sum(axis=0)),
        *_shares(right.sum(keepdims=True), counts.sum(keepdims=True).ravel()),
    ]
    return go.Scatter(
        x=[*[end] * end, *places, end],
        y=[*places, *[end] * end, end],
        mode="text",
        text=["–" if np.isnan(share) else f"{100 * share:.0f}" for share in shares],
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def _shares(part: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> list[float]:
    found = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return [float(share) for share in found]


def _percent(share: float) -> str:
    """Format a share in percent, with one decimal below 1 %.

    >>> _percent(0.4), _percent(0.004), _percent(0.0)
    ('40', '0.4', '0')
    """
    percent = 100 * share
    return f"{percent:.1f}" if 0 < percent < 1 else f"{percent:.0f}"
