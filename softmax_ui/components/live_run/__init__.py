"""What moves of a run, in the browser: it asks the server by itself, and no script runs for that.

A page has several of these parts. They share one poller as long as they name the same address;
each draws its own part of the answer. One of them, the status, also tells the script when the rest
of the page has to be drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from softmax_ui.components.modules import PLOTLY, browser_side
from softmax_ui.components.reported import keep, position_from, reported
from softmax_ui.text import _

Part = Literal["status", "curves", "gradient", "wall", "templates"]

_component = browser_side(
    "live_run",
    html='<div class="live-run"></div>',
    styled_as=("live_figure", "picture_grid"),
    isolate_styles=False,  # plotly puts its style sheet into the document's head
)


def live_run(
    part: Part,
    address: str,
    version: str,
    *,
    wall: Mapping[str, Any] | None = None,
    on_choose: Callable[[], None] = keep,
) -> None:
    """Draw a part of a run that moves by itself.

    Args:
        part: which; one of each a page.
        address: where the browser asks, relative to the app (`Watched.address`).
        version: what the rest of the page is drawn for (`live.message.version`); when the answers
            name another one, the status has the fragment run again.
        wall: of the wall its "pictures" and "words" (`live.wall`).
        on_choose: of the wall, called when a picture is chosen, which is `chosen_on_wall` then.
    """
    _component(
        key=f"live_{part}",
        data={
            "part": part,
            "address": address,
            "version": version,
            "library": PLOTLY,
            "gone": _("The server does not answer. This goes on by itself when it is back."),
            "wall": wall,
        },
        on_redraw_change=keep,
        on_chosen_change=on_choose,
    )


def chosen_on_wall(count: int) -> int | None:
    """Return the place of the picture that was just chosen on a wall of so many, or None."""
    return position_from(reported("live_wall", "chosen"), count)
