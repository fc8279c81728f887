"""The script run that is going on: which page, with which query, and what its browser has said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.common import user_key_from_element_id


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """A page that is being drawn.

    Attributes:
        page: a text that is another for each page.
        query: the query of its URL.
        main: the path of the app's main script.
    """

    page: str
    query: str
    main: str

    @property
    def folder(self) -> Path:
        """Where the main script lies."""
        return Path(self.main).parent


def script_run() -> ScriptRun | None:
    """Return the script run of this thread; None where no page is being drawn."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    return ScriptRun(context.page_script_hash, context.query_string, context.main_script_path)


def came_along(*prefixes: str) -> bool:
    """Tell whether the browser has widgets with such keys that this session has not drawn.

    Then its page was drawn by a session that is no more: of a server that has ended.

    Args:
        prefixes: what the keys begin with.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return False
    state = context.session_state._state
    keys = (user_key_from_element_id(widget) or "" for widget in list(state._new_widget_state))
    return any(
        key.startswith(prefixes) and state._key_id_mapper.get_id_from_key(key, None) is None
        for key in keys
    )


def is_unsaid(key: str) -> bool:
    """Tell whether a widget that was drawn before may still be without its value in the browser.

    Streamlit sends a value that the session gave a widget once. When the next run begins before the
    browser has built the widget, it is built from what that run sends: the widget's own default,
    which then comes back as if a person had chosen it. A browser that has built it names it with
    every run.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return False
    state = context.session_state._state
    widget = state._key_id_mapper.get_id_from_key(key)
    drawn = widget is None or widget in context.shared.widget_ids_this_run
    return not drawn and widget not in state._new_widget_state
