"""The parts of the document around a page that no Streamlit call reaches: <html>, the menu.

Streamlit's own words are put into the reader's language here too, where they stand, and what the
other pages need is fetched ahead.
"""

from __future__ import annotations

from softmax_ui.components.modules import browser_side
from softmax_ui.components.page_frame.ahead import (
    highlighter_scripts,
    our_scripts,
    widget_scripts,
)
from softmax_ui.components.page_frame.words import streamlit_words

_component = browser_side("page_frame", isolate_styles=False)


def page_frame(*, language: str) -> None:
    """Tell the document its language, lend page.css the theme's colours and mark the open page.

    Args:
        language: the tag for `<html lang>`, as in `zh-CN`; it also decides which glyphs a browser
            takes for Chinese characters.
    """
    _component(
        key="page_frame",
        data={
            "language": language,
            "words": streamlit_words(),
            "widgets": widget_scripts(),
            "highlighter": highlighter_scripts(),
            "ours": our_scripts(),
        },
    )
