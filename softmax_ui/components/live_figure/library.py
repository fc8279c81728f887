"""plotly.js for the browser, served by the app itself: no request leaves for another host."""

from __future__ import annotations

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


def plotly_js() -> str:
    """Return the library's address relative to the page, after seeing to it that it is there.

    Streamlit serves `static/` beside the main script and refuses links that lead out of it, so the
    file is copied from the installed plotly package when it is missing or of another version.
    """
    return _place(_static() / NAME, _PLOTLY, plotly.__version__)


def renderer_js() -> str:
    """Return the address of the code that draws a figure, placed as the library is."""
    return module_js(_RENDERER)


def module_js(source: Path) -> str:
    """Return the address of a JavaScript module of ours, placed as the library is.

    A component's own script is sent again with every change of it, a module once.

    Args:
        source: the module; its name is the one it is served under.
    """
    return _place(_static() / source.name, source, _digest(source))


def _static() -> Path:
    """Return the folder that Streamlit serves."""
    context = get_script_run_ctx(suppress_warning=True)
    folder = Path(context.main_script_path).parent if context else Path.cwd()
    return folder / "static"


@lru_cache(maxsize=16)
def _digest(source: Path) -> str:
    """Return what names a module's content; the file is read once a process."""
    return hashlib.sha256(source.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=16)
def _place(target: Path, source: Path, version: str) -> str:
    """Copy a file into the served folder once a process, and return its address."""
    if not (target.is_file() and target.read_bytes() == source.read_bytes()):
        try:
            copy_to(target, source)
        except OSError as error:
            logging.getLogger(__name__).warning(
                "%s cannot be written (%s); figures will show their descriptions only.",
                target,
                error.strerror,
            )
    # The version in the address keeps a browser from using an older copy out of its cache.
    return f"app/static/{target.name}?v={version}"


def copy_to(target: Path, source: Path) -> None:
    """Put a file at `target` at one stroke, so that no reader ever sees half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(source.read_bytes())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
