"""How far a reader is in the lesson, told to the class that this browser has joined, if any."""

from __future__ import annotations

from softmax_ui.components.modules import browser_side

_component = browser_side("class_progress", isolate_styles=False)


def class_progress(section: str, answered: int, right: int) -> None:
    """Tell it; a browser that has joined no class tells nothing.

    Args:
        section: where the reader is.
        answered: how many questions are done.
        right: how many of them rightly.
    """
    data = {"section": section, "answered": answered, "right": right}
    _component(key="class_progress", data=data)
