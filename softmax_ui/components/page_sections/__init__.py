"""A page read in sections: each is a step in the browser's history, and opens at its title."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import reported

_component = browser_side("page_sections", isolate_styles=False)


def page_sections(
    parameter: str,
    section: str,
    *,
    first: str,
    contents: str,
    key: str,
    on_return: Callable[[], None],
) -> None:
    """Tell the browser which section is open.

    A section that was not open before gets an entry in the browser's history, and the page is
    scrolled to the section's `h1`, which gets the focus. The section has to be drawn in a container
    whose key is `section_<section>`. The list of contents is scrolled to the section's line.

    Args:
        parameter: the name under which the page's URL has the section.
        section: the one that is open.
        first: the one that a URL without the parameter opens.
        contents: the key of the list of contents, in which a section's line has the key
            `go_<section>`.
        key: the component's key.
        on_return: called when Back or Forward leads to another section, which is
            `returned_to(key)` then.
    """
    heard = f"{key}_turn"

    def returned() -> None:
        st.session_state[heard] = _returned(key).get("turn")
        on_return()

    _component(
        key=key,
        data={
            "parameter": parameter,
            "section": section,
            "first": first,
            "contents": contents,
            "turn": st.session_state.get(heard),
        },
        on_returned_change=returned,
    )


def returned_to(key: str) -> str:
    """Return the section to which Back or Forward led, as the URL names it, for the callback."""
    return str(_returned(key).get("section", ""))


def _returned(key: str) -> Mapping[str, Any]:
    """Return what was reported of the last Back or Forward; nothing unless it is a mapping."""
    given = reported(key, "returned")
    return given if isinstance(given, Mapping) else {}
