"""The script run that is going on: which page, with which query, beside which main script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from streamlit.runtime.scriptrunner import get_script_run_ctx


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """A page that is being drawn.

    Attributes:
        page: a text that is another for each page.
        query: the query of its URL.
        folder: where the main script lies.
    """

    page: str
    query: str
    folder: Path


def script_run() -> ScriptRun | None:
    """Return the script run of this thread; None where no page is being drawn."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    folder = Path(context.main_script_path).parent
    return ScriptRun(context.page_script_hash, context.query_string, folder)
