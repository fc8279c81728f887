"""The board at the front of a class: its code as a QR picture, who answered, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import keep

_component = browser_side("class_board", html="<div class='board'></div>")


def class_board(
    address: str,
    ticket: str,
    standing: str,
    words: Mapping[str, str],
    code: Mapping[str, Any],
) -> None:
    """Draw the board; it asks by itself for what is new.

    Where another window has changed the class, the page around the board is drawn anew.

    Args:
        address: where, relative to the app.
        ticket: what the server wants to be shown for it.
        standing: how the class stood when the page was drawn, as the server says it.
        words: what it says: "votes", "round", "learners", "right", "own", "progress", "done".
        code: the "code", the "link" to join, and its "picture", an SVG as a data URL.
    """
    _component(
        key="class_board",
        data={
            "address": address,
            "ticket": ticket,
            "standing": standing,
            "words": dict(words),
            "code": dict(code),
        },
        on_changed_change=keep,  # the run is what is asked for
    )
