"""What all figures share: their layout, and how names and numbers are written in them.

On a page `live_figure` adds the reader's theme in the browser, so a figure does not set
fonts, paper or grid. A figure that leaves the app (a file, a notebook) takes `template(dark)`.
"""

from __future__ import annotations

import base64
from html import escape
from typing import Any
from unicodedata import east_asian_width

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

FONT = "'Source Sans', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


def quiet_layout(**changes: Any) -> go.Layout:
    """Return the common layout of the figures: no frame, room for the labels, legend on top.

    Args:
        changes: any field of a plotly layout; it replaces ours.

    >>> quiet_layout(xaxis_title_text="step").xaxis.title.text
    'step'
    """
    layout = go.Layout(
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        hovermode="closest",
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        xaxis={"automargin": True, "zeroline": False},
        yaxis={"automargin": True, "zeroline": False},
    )
    layout.update(**changes)
    return layout


def template(dark: bool) -> go.layout.Template:
    """Return the plotly template of the light or the dark page, for figures that leave the app.

    >>> template(dark=True).layout.paper_bgcolor
    '#101418'
    """
    ink, paper, grid = (
        ("#e8eaed", "#101418", "#2b323a") if dark else ("#1c2430", "#ffffff", "#e4e8ee")
    )
    axis = {"gridcolor": grid, "linecolor": grid, "zerolinecolor": grid}
    return go.layout.Template(
        layout=go.Layout(
            font={"family": FONT, "color": ink, "size": 13},
            paper_bgcolor=paper,
            plot_bgcolor=paper,
            xaxis=axis,
            yaxis=axis,
        )
    )


def as_text(name: str) -> str:
    """Return a name that plotly, which reads some HTML in its labels, shows as it was written.

    >>> as_text("<b>η</b>")
    '&lt;b&gt;η&lt;/b&gt;'
    """
    return escape(name, quote=False)


def tick_text(name: str, most: int = 20) -> str:
    """Return a name for an axis, `shortened` and as plotly shows it.

    >>> tick_text("<b>" + 60 * "w", 6)
    '&lt;b&gt;ww…'
    """
    return as_text(shortened(name, most))


def shortened(name: str, most: int) -> str:
    """Return a name that is at most so wide; a longer one ends in an ellipsis.

    Args:
        name: any text of one line.
        most: how wide it may be, in letters; those of East Asia are two wide.

    >>> shortened("Ankle boot", 20), shortened("裙子裙子", 5)
    ('Ankle boot', '裙子…')
    """
    if wide(name) <= most:
        return name
    kept = ""
    for character in name:
        if wide(kept + character) >= most:
            break
        kept += character
    return f"{kept.rstrip()}…"


def wide(name: str) -> int:
    """Return how wide a text is, in letters.

    >>> wide("ab"), wide("裙子")
    (2, 4)
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in name)


def packed(values: npt.NDArray[np.float64]) -> dict[str, str]:
    """Return numbers as plotly.js reads them from base64: 5 bytes each, nan as a gap."""
    single = np.ascontiguousarray(values, dtype="<f4")
    return {"dtype": "f4", "bdata": base64.b64encode(single.tobytes()).decode("ascii")}
