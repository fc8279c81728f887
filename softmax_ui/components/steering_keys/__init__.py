"""What a browser keeps for steering: a key of its own, and the secrets of links it was given."""

from __future__ import annotations

from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import keep

_component = browser_side("steering_keys", isolate_styles=False)


def steering_keys(*, key: str) -> object:
    """Ask the browser for its key and its secrets; it answers in the run after the first.

    Args:
        key: the component's key.

    Returns:
        `{"key": str, "secrets": {run: secret}}` as the browser says, or None before it has.
    """
    state = _component(key=key, on_held_change=keep)
    return state.get("held")
