"""Streamlit's own scripts, under the hashed names that they were built with."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import streamlit as st

BUILT: Final = Path(st.__file__).parent / "static" / "static" / "js"

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
    """Return the file names of the widgets' code in the Streamlit that is installed."""
    return tuple(sorted(file for name in WIDGETS for file in _built(name)))


@lru_cache(maxsize=1)
def highlighter_scripts() -> tuple[str, ...]:
    """Return the file name of the code that colours listings in the installed Streamlit."""
    return tuple(_built(HIGHLIGHTER))


def _built(name: str) -> list[str]:
    return [path.name for path in BUILT.glob(f"{name}.*.js")]
