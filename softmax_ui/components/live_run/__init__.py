"""What moves of a run, in the browser: it asks the server by itself, and no script runs for that.

A page has several of these parts. They share one poller as long as they name the same address;
each draws its own part of the answer. One of them, the status, also tells the script when the rest
of the page has to be drawn anew.
"""

from __future__ import annotations

from typing import Literal

from softmax_ui.components.modules import PLOTLY, browser_side
from softmax_ui.components.reported import keep
from softmax_ui.text import _

Part = Literal["status", "curves", "templates"]

_component = browser_side(
    "live_run",
    html='<div class="live-run"></div>',
    styled_as=("live_figure", "picture_grid"),
    isolate_styles=False,  # plotly puts its style sheet into the document's head
)


def live_run(part: Part, address: str, version: str) -> None:
    """Draw a part of a run that moves by itself.

    Args:
        part: which; one of each a page.
        address: where the browser asks, relative to the app (`Watched.address`).
        version: what the rest of the page is drawn for (`live.message.version`); when the answers
            name another one, the status has the fragment run again.
    """
    _component(
        key=f"live_{part}",
        data={
            "part": part,
            "address": address,
            "version": version,
            "library": PLOTLY,
            "gone": _("The server does not answer. This goes on by itself when it is back."),
        },
        on_redraw_change=keep,
    )
