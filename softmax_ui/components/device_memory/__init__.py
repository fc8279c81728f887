"""What a person finds again on the same device, without an account: it stays in their browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import keep

_component = browser_side("device_memory", isolate_styles=False)


def device_memory(
    name: str,
    *,
    key: str,
    entries: Mapping[str, Any] | None = None,
    forget: Sequence[str] = (),
) -> object:
    """Return what the browser has kept under a name, and let it keep more.

    Args:
        name: one thing that is kept.
        key: the component's key.
        entries: what to keep from now on; other entries that it has stay, such as those that the
            same page in another tab has added.
        forget: the names of entries to delete.

    Returns:
        The entries that were kept when the page was opened: anything at all until it is checked,
        for a person can write there; None while the browser has not answered or has none.
    """
    state = _component(
        key=key,
        data={"name": name, "entries": dict(entries or {}), "forget": list(forget)},
        on_found_change=keep,
    )
    return state.get("found")
