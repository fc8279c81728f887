"""A chart with a handle: curves, tables and the simplex move with it, in the browser.

Python sends arrays that softmax_core has computed for every place of the handle; while a person
drags, the browser looks values up and asks nobody. Python hears where the handle was let go.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import position_from, reported
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
        found = position_from(reported(key, "position"), len(chart.x))
        if found is not None:
            on_release(found)

    _component(
        key=key,
        data={**described, "alt": alt, "revision": revision, "position": position},
        on_position_change=released,
    )
