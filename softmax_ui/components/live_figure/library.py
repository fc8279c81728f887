"""plotly.js for the browser, served by the app itself: no request leaves for another host."""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Final

import plotly
from streamlit.runtime.scriptrunner import get_script_run_ctx

NAME: Final = "plotly.min.js"
_PLOTLY: Final = Path(plotly.__file__).parent / "package_data" / NAME
_RENDERER: Final = Path(__file__).parent / "live_figure.js"
_MOST_SENT_ALONG: Final = 200_000  # bytes


def plotly_js() -> str:
    """Return the library's address relative to the page, after seeing to it that it is there.

    Streamlit serves `static/` beside the main script and refuses links that lead out of it, so the
    file is copied from the installed plotly package when it is missing or of another version.
    """
    return _place(_static() / NAME, (_PLOTLY,), plotly.__version__)


def renderer_js() -> str:
    """Return the address of the code that draws a figure, placed as the library is."""
    return module_js(_RENDERER)


def module_js(*sources: Path) -> str:
    """Return the address of a JavaScript module of ours, placed as the library is.

    A component's own script is sent again with every change of it, a module once.

    Args:
        sources: the module, in one file or in several that are put one after the other; the last
            one's name is the one it is served under.
    """
    return _place(_static() / sources[-1].name, sources, _digest(sources))


def _static() -> Path:
    """Return the folder that Streamlit serves."""
    context = get_script_run_ctx(suppress_warning=True)
    folder = Path(context.main_script_path).parent if context else Path.cwd()
    return folder / "static"


@lru_cache(maxsize=16)
def _digest(sources: tuple[Path, ...]) -> str:
    """Return what names a module's content; its files are read once a process."""
    return hashlib.sha256(_content(sources)).hexdigest()[:12]


def _content(sources: tuple[Path, ...]) -> bytes:
    """Return the files one after the other."""
    return b"\n".join(source.read_bytes() for source in sources)


@lru_cache(maxsize=16)
def _place(target: Path, sources: tuple[Path, ...], version: str) -> str:
    """Copy files into one in the served folder, once a process, and return its address."""
    content = _content(sources)
    if not (target.is_file() and target.read_bytes() == content):
        try:
            write_to(target, content)
        except OSError as error:
            logging.getLogger(__name__).warning(
                "%s cannot be written (%s); the pages send it along with every change, or do "
                "without it where it is large.",
                target,
                error.strerror,
            )
            if len(content) <= _MOST_SENT_ALONG:
                return f"data:text/javascript;base64,{base64.b64encode(content).decode()}"
    # The version in the address keeps a browser from using an older copy out of its cache.
    return f"app/static/{target.name}?v={version}"


def write_to(target: Path, content: bytes) -> None:
    """Write a file at one stroke, so that no reader ever sees half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
