"""Uploads: only to a page that asks for one, and in a budget: Streamlit keeps each in memory.

Nobody is refused because of what others hold: the oldest files of whoever holds most make room.
"""

from __future__ import annotations

from typing import Final

import streamlit as st
from starlette.datastructures import Headers

from softmax_ui.streamlit_inside.uploads import draws_uploader, forget, uploaded

MOST_FILES: Final = 3
"""Files of a session: one uploader, a camera, and what either is about to replace."""
MOST_BYTES: Final = 256 * 2**20
"""All that is kept for all sessions."""
MOST_ARRIVING: Final = 256 * 2**20
"""All that is on its way at a time."""
_AROUND_A_FILE: Final = 2**16  # of a request: the form's lines around the file


class Uploads:
    """What is on its way. Belongs to one event loop."""

    def __init__(self) -> None:
        self._arriving: dict[str, int] = {}

    def refusal(self, session_id: str, headers: Headers) -> tuple[int, str] | None:
        """Return a status and a reason to refuse an upload before it is read; None for none."""
        size = headers.get("content-length", "")
        if not (size.isascii() and size.isdecimal()):
            return 411, "An upload says how long it is."
        if int(size) > st.get_option("server.maxUploadSize") * 2**20 + _AROUND_A_FILE:
            return 413, "The file is too large."
        if not draws_uploader(session_id):
            return 403, "This page takes no file."
        if session_id in self._arriving:
            return 429, "One file at a time."
        if sum(self._arriving.values()) + int(size) > MOST_ARRIVING:
            return 503, "Too many files are on their way. Try again in a moment."
        return None

    def begin(self, session_id: str, size: int) -> None:
        """Count an upload that is on its way."""
        self._arriving[session_id] = size

    def end(self, session_id: str) -> None:
        """Count it no longer, and keep what is there within the bounds."""
        self._arriving.pop(session_id, None)
        held = {session: dict(files) for session, files in uploaded().items()}
        for name in list(held.get(session_id, {}))[:-MOST_FILES]:
            forget(session_id, name)
            del held[session_id][name]
        sizes = {session: sum(files.values()) for session, files in held.items()}
        while sum(sizes.values()) > MOST_BYTES:
            most = max(sizes, key=lambda session: sizes[session])
            name = next(iter(held[most]))
            sizes[most] -= held[most].pop(name)
            forget(most, name)
