"""Streamlit's own files for browsers, under the hashed names that they were built with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

PAGE: Final = Path(st.__file__).parent / "static" / "index.html"
"""The one document that every page of the app is drawn in."""

_STATIC: Final = PAGE.parent
BUILT: Final = _STATIC / "static" / "js"

WIDGETS: Final = (
    "ButtonGroup",
    "Checkbox",
    "DataFrame",
    "DownloadButton",
    "FileUploader",
    "Multiselect",
    "Progress",
    "Radio",
    "Selectbox",
    "Slider",
    "TextArea",
    "TextInput",
)
"""Streamlit's names for the code of the widgets on our pages."""

HIGHLIGHTER: Final = "StreamlitSyntaxHighlighter"
"""Its name for the code that colours listings."""


_NAMED: Final = ('<html lang="en">', "<title>Streamlit</title>")

_ROUTES: Final = ("_stcore", "component", "media")


def answered_by_streamlit(path: str) -> bool:
    """Tell whether Streamlit has something of its own at a path without a leading slash."""
    if path.split("/")[0] in _ROUTES:
        return True
    root = BUILT.parents[1]
    return ".." not in path and "\0" not in path and (root / path.lstrip("/")).is_file()


def document(head: str, language: str) -> str:
    """Return the document with a language, and HTML of ours in the place of its title."""
    html, title = _NAMED
    text = PAGE.read_text(encoding="utf-8")
    return text.replace(html, f'<html lang="{language}">', 1).replace(title, head, 1)


def scripts(*names: str) -> list[str]:
    """Return the file names of some of this code in the Streamlit that is installed."""
    return [path.name for name in names for path in BUILT.glob(f"{name}.*.js")]


def built_files() -> dict[str, Path]:
    """Return address relative to the app -> file, of all that has a digest in its name."""
    return {
        path.relative_to(_STATIC).as_posix(): path
        for path in sorted((_STATIC / "static").rglob("*.*"))
        if path.is_file()
    }
