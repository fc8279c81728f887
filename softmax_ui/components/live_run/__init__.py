"""What moves of a run, in the browser: it asks the server by itself, and no script runs for that.

A page has several of these parts. They share one poller as long as they name the same address;
each draws its own part of the answer. One of them, the status, also tells the script when the rest
of the page has to be drawn anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import streamlit as st

from softmax_ui.components.live_figure.library import module_js, plotly_js, renderer_js
from softmax_ui.text import _

Part = Literal["status", "curves", "templates"]

_HERE: Final = Path(__file__).parent
_MODULES: Final = (_HERE / "live_run_view.js", _HERE / "live_run_polling.js")

_component = st.components.v2.component(
    "softmax_live_run",
    html='<div class="live-run"></div>',
    css=(_HERE / "component.css").read_text(encoding="utf-8"),
    js=(_HERE / "component.js").read_text(encoding="utf-8"),
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
            "modules": [*map(module_js, _MODULES), renderer_js()],
            "library": plotly_js(),
            "words": {
                "gone": _("The server does not answer. This goes on by itself when it is back."),
                "broken": _("The files that draw this could not be loaded. Reload the page."),
            },
        },
        on_redraw_change=_ignore,
    )


def _ignore() -> None:
    """Exist, because a component may only trigger a run where a callback is given."""
