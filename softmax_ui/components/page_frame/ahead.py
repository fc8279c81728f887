"""What the browser fetches while a person still reads the first page: the next then opens whole.

Streamlit brings the code of each widget when it is first drawn, and puts a grey bar of another
height in its place until then; a figure waits for four megabytes of plotly.js. Code in colours is
on no page before it is asked for, and what colours it takes a quarter of a second to run.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import streamlit as st

from softmax_ui.components.modules import PLOTLY, addresses

WIDGETS: Final = (
    "ButtonGroup",
    "Checkbox",
    "DataFrame",
    "DownloadButton",
    "FileUploader",
    "Multiselect",
    "NumberInput",
    "Progress",
    "Radio",
    "Selectbox",
    "Slider",
    "TextArea",
    "TextInput",
)
"""Streamlit's names for the code of the widgets on our pages."""

HIGHLIGHTER: Final = "StreamlitSyntaxHighlighter"


@lru_cache(maxsize=1)
def widget_scripts() -> tuple[str, ...]:
    """Return the file names of the widgets' code in the Streamlit that is installed, as built."""
    return tuple(sorted(file for name in WIDGETS for file in _built(name)))


@lru_cache(maxsize=1)
def highlighter_scripts() -> tuple[str, ...]:
    """Return the file name of what colours code, in the Streamlit that is installed, as built."""
    return tuple(_built(HIGHLIGHTER))


def _built(name: str) -> list[str]:
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return [path.name for path in folder.glob(f"{name}.*.js")]


@lru_cache(maxsize=1)
def our_scripts() -> tuple[str, ...]:
    """Return the addresses of the code that draws what is on the other pages."""
    return PLOTLY, *addresses("live_figure", "live_run", "handle_chart", "picture_grid")
