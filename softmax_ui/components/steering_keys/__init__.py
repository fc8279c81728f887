"""What a browser keeps for steering: a key of its own, and the secrets of links it was given."""

from __future__ import annotations

from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import keep

_component = browser_side("steering_keys", isolate_styles=False)


def steering_keys(*, known: bool, key: str, renewed: str = "") -> object:
    """Ask the browser for its key and its secrets; it answers in the run after the first.

    Args:
        known: whether this session has heard of them; a browser answers until it has.
        key: the component's key.
        renewed: the teacher's secret that was made anew in this session, to be kept; "" for none.

    Returns:
        `{"key": str, "secrets": {run: secret}, "teacher": secret}`, the last only where the
        teacher's link was opened; None before the browser has said it on this page.
    """
    state = _component(key=key, data={"known": known, "renewed": renewed}, on_held_change=keep)
    return state.get("held")
