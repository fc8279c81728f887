"""Small pictures in a row that wraps, each with a caption; they can be chosen, or only looked at.

The pictures are ordinary <img>s with an alternative text, those that can be chosen are ordinary
buttons, so keyboard and screen reader know what to do. New data change the pictures in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from softmax_ui.components.modules import browser_side

_component = browser_side("picture_grid", html='<div class="picture-grid"></div>')


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the grid.

    Attributes:
        source: a data URI.
        alt: what it shows, for those who do not see it.
        caption: what stands under it; line breaks are kept, markup is not.
    """

    source: str
    alt: str
    caption: str = ""


def picture_grid(
    pictures: Sequence[Picture],
    *,
    key: str,
    label: str,
    size: int = 84,
    chosen: int | None = None,
    on_choose: Callable[[], None] | None = None,
) -> int | None:
    """Draw a grid of small pictures.

    Args:
        pictures: what to draw, in order.
        key: the component's key, one a grid of the page.
        label: what the pictures have in common, for a screen reader.
        size: how large each is drawn at least, in CSS pixels.
        chosen: the position of the picture that is framed, or None.
        on_choose: called when a picture is chosen; None for pictures to look at.

    Returns:
        The position of the picture that was chosen just now, or None; in `on_choose` it is
        `chosen_in(key)`.
    """
    handlers: dict[str, Any] = {"on_chosen_change": on_choose} if on_choose else {}
    state = _component(
        key=key,
        data={
            "pictures": [asdict(picture) for picture in pictures],
            "label": label,
            "size": size,
            "chosen": chosen,
            "choosable": on_choose is not None,
        },
        **handlers,
    )
    return _position(state.get("chosen"), len(pictures)) if on_choose else None


def chosen_in(key: str, count: int) -> int | None:
    """Return the position that was just chosen in a grid, for its callback.

    Args:
        key: the grid's key.
        count: how many pictures it has.
    """
    state = st.session_state.get(key)
    return _position(state.get("chosen"), count) if state is not None else None


def _position(value: object, count: int) -> int | None:
    """Return a position that the browser reported, or None for anything that is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or int(value) != value:
        return None
    return int(value) if 0 <= value < count else None
