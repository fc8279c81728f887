"""The parts of the document around a page that no Streamlit call reaches: <html>, the menu.

Streamlit's own words are put into the reader's language here too, where they stand, and what the
other pages need is fetched ahead.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from softmax_ui.components.page_frame.ahead import (
    figure_scripts,
    highlighter_scripts,
    widget_scripts,
)
from softmax_ui.components.page_frame.words import streamlit_words

_component = st.components.v2.component(
    "softmax_page_frame",
    js=(Path(__file__).parent / "component.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


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
            "figures": figure_scripts(),
        },
    )
