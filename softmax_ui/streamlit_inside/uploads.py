"""The files that people have uploaded, which Streamlit keeps in memory without a bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.app_session import AppSessionState
from streamlit.runtime.uploaded_file_manager import DeletedFile

ROUTE: Final = "_stcore/upload_file/"
"""The address of an upload begins so; the session's id and a name for the file follow."""

_UPLOADER: Final = "file_uploader_state_value"  # a camera's, too


def draws_uploader(session_id: str) -> bool:
    """Tell whether a session is there to which a page with an uploader has been drawn."""
    found = _runtime()._session_mgr.get_active_session_info(session_id)
    if found is None:
        return False
    widgets = found.session.session_state._new_widget_state.widget_metadata
    return any(widget.value_type == _UPLOADER for widget in list(widgets.values()))


def is_being_drawn(session_id: str) -> bool:
    """Tell whether a session is there whose page is being drawn, as after a reconnection."""
    found = _runtime()._session_mgr.get_active_session_info(session_id)
    if found is None:
        return False
    widgets = found.session.session_state._new_widget_state.widget_metadata
    return not widgets or found.session._state is AppSessionState.APP_IS_RUNNING


def takes_several(session_id: str) -> bool:
    """Tell whether a session's page has an uploader that takes several files at a time."""
    found = _runtime()._session_mgr.get_active_session_info(session_id)
    if found is None:
        return False
    widgets = found.session.session_state._new_widget_state.widget_metadata
    readers = [getattr(widget.deserializer, "__self__", None) for widget in list(widgets.values())]
    return any(getattr(reader, "accept_multiple_files", False) is True for reader in readers)


def uploaded() -> Mapping[str, Mapping[str, int]]:
    """Return the size of each file by its name, the oldest first, by the session's id."""
    manager = _runtime().uploaded_file_mgr
    with manager._lock:
        return {
            session: {name: len(file.data) for name, file in files.items()}
            for session, files in manager.file_storage.items()
            if files
        }


def forget(session_id: str, name: str) -> None:
    """Drop a file, as the person who uploaded it may."""
    _runtime().uploaded_file_mgr.remove_file(session_id, name)


def is_lost(key: str) -> bool:
    """Tell whether a browser shows a file in an uploader, or a camera, that this server has not.

    It came to a server that has ended; the browser has found another one, or the same one anew.
    """
    given = st.session_state.get(key)
    return any(
        isinstance(file, DeletedFile) for file in (given if isinstance(given, list) else [given])
    )


def _runtime() -> Any:
    return get_instance()
