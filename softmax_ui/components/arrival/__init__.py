"""What a click brings comes into view and gets the focus, wherever on the page it is drawn.

A click may bring something far below what is on the screen, or above it; whoever clicked, or
pressed Enter and hears the page, would think that nothing happened.
"""

from __future__ import annotations

import streamlit as st

from softmax_ui.components.modules import browser_side

_COUNTED = "arrivals"

_component = browser_side("arrival", html='<div class="arrival"></div>')


def arrival(name: str, title: str) -> None:
    """Draw a heading that comes into view when `reveal` has asked for it.

    Args:
        name: what arrives, one a page.
        title: the heading, plain text.
    """
    _draw(name, title=title)


def arrival_at(name: str, key: str, *, takes_focus: bool = True, to_top: bool = False) -> None:
    """Have the first heading in a container come into view when `reveal` has asked for it.

    A container without a heading comes into view itself.

    Args:
        name: what arrives, one a page.
        key: the container's key.
        takes_focus: whether the focus goes there too; not where one goes on clicking, and then the
            page moves no further than it must.
        to_top: whether it comes to the top, as what it stands for is below it.
    """
    _draw(name, key=key, takes_focus=takes_focus, to_top=to_top or takes_focus)


def arrival_at_field(name: str, key: str) -> None:
    """Have a field come into view with the focus when `reveal` has asked for it.

    Args:
        name: what arrives, one a page.
        key: the field's key.
    """
    _draw(name, key=key, selector="input", to_top=False)


def reveal(name: str) -> None:
    """Have what is called so come into view with the next drawing, from a click's callback."""
    counted = st.session_state.setdefault(_COUNTED, {})
    counted[name] = counted.get(name, 0) + 1


def _draw(
    name: str,
    *,
    title: str = "",
    key: str = "",
    selector: str = ":is(h1, h2, h3)",
    takes_focus: bool = True,
    to_top: bool = True,
) -> None:
    count = st.session_state.get(_COUNTED, {}).get(name, 0)
    asked = {"name": name, "title": title, "key": key, "selector": selector, "count": count}
    data = {**asked, "takes_focus": takes_focus, "to_top": to_top}
    # page.css takes those without a heading of their own out of the page, with the gap beside them.
    # Two lines in a row, as an id may have them, mean something else in a component's key.
    part = name.replace("__", "_·")
    _component(key=f"arrival_{part}" if title else f"arrival_at_{part}", data=data)
