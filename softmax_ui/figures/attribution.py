"""What the training pictures of each class add to a logit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from softmax_ui.colours import NEGATIVE, POSITIVE
from softmax_ui.figures.theme import as_text, quiet_layout

_NUMBER: Final = 0.18
"""Of the width of the bars, on a phone: what a number needs that stands beside its bar."""


def shares_figure(
    shares: npt.NDArray[np.float64], class_words: Sequence[str], *, x_title: str
) -> go.Figure:
    """Draw a bar a class, to the right in the colour of what is above 0, else to the left.

    Args:
        shares: what the pictures of each class add, (C,).
        class_words: the classes in the reader's language.
        x_title: the x axis' title.
    """
    low, high = min(0.0, float(shares.min())), max(0.0, float(shares.max()))
    room = _NUMBER * (high - low)
    ends = [low - room * (low < 0), high + room * (high > 0)]
    return go.Figure(
        go.Bar(
            x=shares,
            y=list(range(len(shares))),
            orientation="h",
            marker={"color": [POSITIVE if value >= 0 else NEGATIVE for value in shares]},
            text=[f"{value:+.2f}".replace("-", "−") for value in shares],
            textposition="auto",
            hoverinfo="skip",
        ),
        quiet_layout(
            xaxis={
                "title": {"text": x_title},
                "zeroline": True,
                "fixedrange": True,
                "range": ends if room else None,
            },
            yaxis={
                "automargin": True,
                "autorange": "reversed",
                "fixedrange": True,
                "tickmode": "array",
                "tickvals": list(range(len(class_words))),
                "ticktext": [as_text(word) for word in class_words],
            },
            bargap=0.25,
        ),
    )
