"""plotly.js for the browser, served by the app itself: no request leaves for another host."""

from __future__ import annotations

import logging
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Final

import plotly
from streamlit.runtime.scriptrunner import get_script_run_ctx

NAME: Final = "plotly.min.js"
_SOURCE: Final = Path(plotly.__file__).parent / "package_data" / NAME


def plotly_js() -> str:
    """Return the library's address relative to the page, after seeing to it that it is there.

    Streamlit serves `static/` beside the main script and refuses links that lead out of it, so the
    file is copied from the installed plotly package when it is missing or of another version.
    """
    context = get_script_run_ctx(suppress_warning=True)
    folder = Path(context.main_script_path).parent if context else Path.cwd()
    return _place(folder / "static")


@lru_cache(maxsize=8)
def _place(static: Path) -> str:
    """Copy the library into a folder once a process, and return its address."""
    target = static / NAME
    if not _same(target):
        try:
            copy_to(target)
        except OSError as error:
            logging.getLogger(__name__).warning(
                "%s cannot be written (%s); figures will show their descriptions only.",
                target,
                error.strerror,
            )
    # The version in the address keeps a browser from using an older copy out of its cache.
    return f"app/static/{NAME}?v={plotly.__version__}"


def _same(target: Path) -> bool:
    """Tell whether a file is already the installed library."""
    return target.is_file() and target.read_bytes() == _SOURCE.read_bytes()


def copy_to(target: Path) -> None:
    """Put the library at `target` at one stroke, so that no reader ever sees half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=NAME)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(_SOURCE.read_bytes())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
