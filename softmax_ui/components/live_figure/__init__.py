"""A plotly figure that stays alive: new data flow into the same node, the zoom is kept.

`st.plotly_chart` throws its node away at every change of the data. This component hands the figure
to `Plotly.react` in the browser, which compares and moves only what changed; it takes its colours
from Streamlit's theme there, so a change of the theme needs no run of the script.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from plotly.io.json import to_json_plotly

from softmax_ui.components.modules import PLOTLY, browser_side
from softmax_ui.components.reported import keep, reported

_component = browser_side(
    "live_figure",
    html='<div class="live-figure"></div>',
    isolate_styles=False,  # plotly puts its style sheet into the document's head
)


@dataclass(frozen=True, slots=True)
class Selection:
    """The point of a figure that a person clicked.

    Attributes:
        curve: the trace's position in the figure.
        point: the point's position in the trace; for a heatmap its (row, column).
    """

    curve: int
    point: int | tuple[int, ...]


def live_figure(
    figure: go.Figure | dict[str, Any],
    *,
    key: str,
    alt: str,
    height: int = 360,
    narrowest: int = 0,
    on_select: bool = False,
) -> None:
    """Draw a figure that keeps its node, its zoom and its transitions while its data change.

    Args:
        figure: what to draw, as a figure or in plotly's own JSON form, in which traces may share
            fields ({"data": [{"of": 0, …}], "shared": [{…}]}). Colours may name Streamlit's CSS
            variables, as in `var(--st-text-color)`; fonts, paper and grid come from the reader's
            theme.
        key: the component's key, one a figure of the page.
        alt: what the figure shows, in a sentence, for those who do not see it.
        height: in CSS pixels; the width is the column's.
        narrowest: in CSS pixels; in a narrower column one scrolls sideways.
        on_select: whether a click on a point runs the script again, with `selected_in(key)`.
    """
    _component(
        key=key,
        data={
            # As an object, a figure's quotes need no second escape, a third of a small one's bytes.
            "figure": figure if isinstance(figure, dict) else figure_json(figure),
            "library": PLOTLY,
            "alt": alt,
            "height": height,
            "narrowest": narrowest,
            "selects": on_select,
        },
        height=height,
        on_selected_change=keep if on_select else None,
    )


def selected_in(key: str) -> Selection | None:
    """Return the point clicked last; None after a second click on it, or a double click."""
    return selection_from(reported(key, "selected"))


def figure_json(figure: go.Figure) -> str:
    """Return what the browser needs of a figure, as JSON: traces and layout, no template.

    Numbers travel as typed arrays in base64; the template is left out because the page's theme
    takes its place, and it would be most of the bytes of a small figure.
    """
    body = figure.to_dict()
    layout = {name: field for name, field in body["layout"].items() if name != "template"}
    return str(to_json_plotly({**body, "layout": layout}))


def selection_from(value: object) -> Selection | None:
    """Return the selection that the browser reported, or None for anything that is not one.

    >>> selection_from({"curve": 0, "point": [2, 1]}).point
    (2, 1)
    >>> selection_from({"curve": "<b>"}) is None
    True
    """
    if not isinstance(value, dict):
        return None
    curve, point = value.get("curve"), value.get("point")
    if isinstance(point, list) and all(isinstance(entry, int) for entry in point):
        point = tuple(point)
    if not isinstance(curve, int) or not isinstance(point, int | tuple):
        return None
    return Selection(curve, point)
