"""Small pictures in a row that wraps, each with a caption; they can be chosen, or only looked at.

The pictures are ordinary <img>s with an alternative text, those that can be chosen are ordinary
buttons, so keyboard and screen reader know what to do. New data change the pictures in place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import position_from, reported

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
    chosen: int | Collection[int] | None = None,
    on_choose: Callable[[], None] | None = None,
) -> None:
    """Draw a grid of small pictures.

    Args:
        pictures: what to draw, in order.
        key: the component's key, one a grid of the page.
        label: what the pictures have in common, for a screen reader.
        size: how large each is drawn at least, in CSS pixels.
        chosen: the position of the picture that is framed, or of several, or None.
        on_choose: called when a picture is chosen, which is `chosen_in(key)` then; None for
            pictures to look at.
    """
    framed = [] if chosen is None else [chosen] if isinstance(chosen, int) else sorted(chosen)
    handlers: dict[str, Any] = {"on_chosen_change": on_choose} if on_choose else {}
    _component(
        key=key,
        data={
            "pictures": [asdict(picture) for picture in pictures],
            "label": label,
            "size": size,
            "chosen": framed,
            "choosable": on_choose is not None,
        },
        **handlers,
    )


def chosen_in(key: str, count: int) -> int | None:
    """Return the position that was just chosen in a grid, for its callback.

    Args:
        key: the grid's key.
        count: how many pictures it has.
    """
    return position_from(reported(key, "chosen"), count)
