"""The confusion matrix of one variant, as counts or as shares of the row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from softmax_ui.colours import SEQUENTIAL
from softmax_ui.figures.theme import quiet_layout


def confusion_figure(
    counts: npt.NDArray[np.int64],
    class_names: Sequence[str],
    *,
    true_title: str,
    predicted_title: str,
    shares: bool = False,
    chosen: tuple[int, int] | None = None,
) -> go.Figure:
    """Draw a confusion matrix, the true class down, the predicted one across.

    The colour is the share of the row, whichever number is written: the classes are equally large
    in Fashion-MNIST, but a colour should not depend on that.

    Args:
        counts: (classes, classes), [true][predicted].
        class_names: the classes in the reader's language.
        true_title: what to call the rows.
        predicted_title: what to call the columns.
        shares: write each row's shares in percent instead of counts.
        chosen: the cell to frame, (true, predicted).

    Returns:
        A figure with one heatmap; its customdata are the counts.
    """
    totals = counts.sum(axis=1, keepdims=True)
    share = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    written = [
        [_percent(share[i, j]) if shares else str(int(counts[i, j])) for j in range(len(counts))]
        for i in range(len(counts))
    ]
    positions = list(range(len(counts)))
    axis = {"tickmode": "array", "tickvals": positions, "ticktext": list(class_names)}
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
            xaxis={
                **axis,
                "title": {"text": predicted_title, "standoff": 14},
                "fixedrange": True,
                "side": "top",
            },
            yaxis={
                **axis,
                "title": {"text": true_title, "standoff": 14},
                "fixedrange": True,
                "autorange": "reversed",
            },
        ),
    )
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


def _percent(share: float) -> str:
    """Return a share as a person writes it: no digits that mean nothing.

    >>> _percent(0.4), _percent(0.004), _percent(0.0)
    ('40', '0.4', '0')
    """
    percent = 100 * share
    return f"{percent:.1f}" if 0 < percent < 1 else f"{percent:.0f}"
