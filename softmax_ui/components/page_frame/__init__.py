"""The parts of the document around a page that no Streamlit call reaches: <html>, the menu.

Streamlit's own words are put into the reader's language here too, where they stand.

What the other pages need is fetched while a person still reads the first one: Streamlit brings the
code of each widget when it is first drawn, and puts a grey bar of another height in its place until
then; a figure waits for plotly.js. What colours listings takes a quarter of a second to run and is
on no page before it is asked for, so it is fetched and not run.
"""

from __future__ import annotations

from typing import Final

from softmax_ui.components.modules import PLOTLY, addresses, browser_side
from softmax_ui.components.reported import keep
from softmax_ui.streamlit_inside.built import HIGHLIGHTER, WIDGETS, scripts
from softmax_ui.streamlit_inside.words import streamlit_words
from softmax_ui.text import _

_component = browser_side("page_frame", isolate_styles=False)

# What the other pages need, by its address or by Streamlit's name for it.
_AHEAD: Final = {
    "widgets": scripts(*WIDGETS),
    "highlighter": scripts(HIGHLIGHTER),
    "ours": [
        PLOTLY,
        *addresses("live_figure", "live_run", "handle_chart", "picture_grid", "class_bars"),
    ],
}


def page_frame(*, language: str) -> None:
    """Tell the document its language, lend page.css the theme's colours and mark the open page.

    Args:
        language: the tag for `<html lang>`, as in `zh-CN`; it also decides which glyphs a browser
            takes for Chinese characters.
    """
    _component(
        key="page_frame",
        data={"language": language, "words": streamlit_words(_), **_AHEAD},
        on_returned_change=keep,  # the run is what is asked for
    )
