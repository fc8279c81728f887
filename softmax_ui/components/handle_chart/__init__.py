"""A chart with a handle: curves, tables and the simplex move with it, in the browser.

Python sends arrays that softmax_core has computed for every place of the handle; while a person
drags, the browser looks values up and asks nobody. Python hears where the handle was let go.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping

import streamlit as st

from softmax_ui.components.modules import browser_side
from softmax_ui.figures.handle import HandleChart
from softmax_ui.figures.handle_data import as_data

_component = browser_side("handle_chart", html='<section class="handle-chart"></section>')


def handle_chart(
    chart: HandleChart, *, position: int, key: str, alt: str, on_release: Callable[[int], None]
) -> None:
    """Draw a chart with a handle.

    Args:
        chart: the arrays and words.
        position: where the handle stands, an index into `chart.x`.
        key: the component's key.
        alt: what the chart shows, in a sentence, for those who do not see it.
        on_release: called before the next run with the position where the handle was let go.
    """
    described = as_data(chart)
    revision = hashlib.sha256(json.dumps(described).encode()).hexdigest()[:16]

    def released() -> None:
        state = st.session_state.get(key)
        found = state.get("position") if isinstance(state, Mapping) else None
        checked = position_from(found, len(chart.x))
        if checked is not None:
            on_release(checked)

    _component(
        key=key,
        data={**described, "alt": alt, "revision": revision, "position": position},
        default={"position": position},
        on_position_change=released,
    )


def position_from(value: object, places: int) -> int | None:
    """Return the position that the browser reported, or None for anything that is not one.

    >>> position_from(3, 5), position_from(9, 5), position_from("3", 5), position_from(True, 5)
    (3, None, None, None)
    """
    whole = isinstance(value, float) and value.is_integer()
    if isinstance(value, bool) or not (isinstance(value, int) or whole):
        return None
    number = int(value)  # type: ignore[call-overload]
    return number if 0 <= number < places else None
