"""The confusion matrix of one variant, as counts or as shares of the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from softmax_ui.colours import DIVERGING, SEQUENTIAL
from softmax_ui.figures.theme import quiet_layout, tick_text, wide

_FEW: Final = 14
"""With more classes the cells are small, and what is 0 is left empty."""

_SMALL: Final = 10  # CSS pixels, of the text of small cells


def matrix_height(classes: int) -> int:
    """Return how high a matrix of so many classes is, in CSS pixels, its margins included.

    >>> matrix_height(10), matrix_height(2), matrix_height(26)
    (560, 360, 714)
    """
    if classes <= _FEW:
        return max(120 + 40 * (classes + 1), 360)
    return 120 + _cell(classes) * (classes + 1)


def matrix_width(classes: int) -> int:
    """Return how narrow a matrix may get before one scrolls sideways; 0 for as narrow as there is.

    >>> matrix_width(10), matrix_width(26), matrix_width(50)
    (0, 714, 1140)
    """
    return 0 if classes <= _FEW else 120 + _cell(classes) * (classes + 1)


def _cell(classes: int) -> int:
    return 22 if classes <= 30 else 20


def _text_size(classes: int) -> dict[str, Any]:
    return {} if classes <= _FEW else {"textfont": {"size": _SMALL}}


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
    share = _row_shares(counts)
    few, labels = len(counts) <= _FEW, [tick_text(name) for name in class_words]

    def said(i: int, j: int) -> str:
        if not few and not counts[i, j]:
            return ""
        return _percent(share[i, j]) if shares else str(int(counts[i, j]))

    places = range(len(counts))
    written = [[said(i, j) for j in places] for i in places]
    figure = go.Figure(
        go.Heatmap(
            z=share,
            customdata=counts,
            text=written,
            texttemplate="%{text}",
            hovertext=[[f"{true} → {taken}" for taken in labels] for true in labels],
            zmin=0,
            zmax=1,
            colorscale=[list(stop) for stop in SEQUENTIAL],
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="%{hovertext}: %{customdata}<extra></extra>",
            **_text_size(len(counts)),
        ),
        _layout(
            [*class_words, recall_title], [*class_words, precision_title],
            true_title, predicted_title,
        ),
    )  # fmt: skip
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


def difference_figure(
    counts: npt.NDArray[np.int64],
    others: npt.NDArray[np.int64],
    class_words: Sequence[str],
    *,
    true_title: str,
    predicted_title: str,
) -> go.Figure:
    """Draw how the rows of a confusion matrix differ from another's, in percent of the class.

    Each cell says with its sign how many percent of the true class are taken for the predicted one
    more often in the first than in the other; the colours are those of the signs.
    """
    points = 100 * (_row_shares(counts) - _row_shares(others))
    limit = max(float(np.abs(points).max()), 1.0)
    return go.Figure(
        go.Heatmap(
            z=points,
            text=[[_signed(float(value)) for value in row] for row in points],
            texttemplate="%{text}",
            zmin=-limit,
            zmax=limit,
            colorscale=[list(stop) for stop in DIVERGING],
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="%{z:+.1f} %<extra></extra>",
            **_text_size(len(points)),
        ),
        _layout(class_words, class_words, true_title, predicted_title),
    )


def largest_differences(
    counts: npt.NDArray[np.int64], others: npt.NDArray[np.int64], most: int
) -> list[tuple[int, int, float]]:
    """Return the cells that differ most: true class, predicted class, percent of the class.

    >>> largest_differences(np.array([[8, 2], [1, 9]]), np.array([[5, 5], [1, 9]]), 1)
    [(0, 0, 30.0)]
    """
    points = np.round(100 * (_row_shares(counts) - _row_shares(others)), 2)
    order = np.argsort(-np.abs(points), axis=None, kind="stable")[:most]
    cells = [divmod(int(place), len(points)) for place in order]
    return [(i, j, float(points[i, j])) for i, j in cells if points[i, j]]


def _signed(percent: float) -> str:
    """Write a difference with its sign; what rounds to nothing is left empty.

    >>> _signed(12.4), _signed(-3.0), _signed(0.4)
    ('+12', '−3', '')
    """
    rounded = round(percent)
    return f"{rounded:+d}".replace("-", "−") if rounded else ""


def _row_shares(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    totals = counts.sum(axis=1, keepdims=True)
    shares: npt.NDArray[np.float64] = np.zeros(counts.shape)
    np.divide(counts, totals, out=shares, where=totals > 0)
    return shares


def _layout(
    across: Sequence[str], down: Sequence[str], true_title: str, predicted_title: str
) -> go.Layout:
    """Return the axes of a matrix: the true classes down, the predicted ones across."""

    def axis(words: Sequence[str], title: str) -> dict[str, Any]:
        return {
            "tickmode": "array",
            "tickvals": list(range(len(words))),
            "ticktext": [tick_text(word) for word in words],
            **({} if len(words) <= _FEW + 1 else {"tickfont": {"size": _SMALL}}),
            "title": {"text": title, "standoff": 14},
            "fixedrange": True,
            "showgrid": False,
            "ticks": "",
            "ticklabelstandoff": 6,
        }

    return quiet_layout(
        margin={"l": 8, "r": 28, "t": 8, "b": 8},  # the slanting labels lean out to the right
        xaxis={
            **axis(across, predicted_title),
            "range": [-0.5, len(across) - 0.5],
            "side": "top",
            # A letter or two need not slant.
            "tickangle": 0 if all(wide(word) <= 2 for word in across[:-1]) else -60,
            "ticklabeloverflow": "allow",
        },
        yaxis={**axis(down, true_title), "range": [len(down) - 0.5, -0.5]},
    )


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
        **_text_size(end),
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
