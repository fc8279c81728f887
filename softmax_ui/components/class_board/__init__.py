"""The board at the front of a class: its code as a QR picture, who answered, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from softmax_ui.components.modules import browser_side

_component = browser_side("class_board", html="<div class='board'></div>")


def class_board(
    address: str, ticket: str, words: Mapping[str, str], code: Mapping[str, Any]
) -> None:
    """Draw the board; it asks by itself for what is new.

    Args:
        address: where, relative to the app.
        ticket: what the server wants to be shown for it.
        words: what it says: "votes", "round", "learners", "right", "own", "progress", "done".
        code: the "code", the "link" to join, and its "picture", an SVG as a data URL.
    """
    _component(
        key="class_board",
        data={"address": address, "ticket": ticket, "words": dict(words), "code": dict(code)},
    )
