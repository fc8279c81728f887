"""Uploads: only to a page that asks for one, and in a budget: Streamlit keeps each in memory.

Nobody is refused because of what others hold: the oldest files of whoever holds most make room.
"""

from __future__ import annotations

import asyncio
from typing import Final

import streamlit as st
from starlette.datastructures import Headers

from softmax_ui.sharing import setting
from softmax_ui.streamlit_inside.uploads import (
    draws_uploader,
    forget,
    is_being_drawn,
    takes_several,
    uploaded,
)

MOST_FILES: Final = 3
"""Files of a session: one uploader, a camera, and what either is about to replace."""
MOST_OF_ONE: Final = 20
"""MB of one picture, experiment or lesson: what softmax_core reads of a picture."""
MOST_AT_ONCE: Final = 300
"""Files of a session whose page takes several at a time: pictures of a class, chosen together."""
MOST_BYTES: Final = 512 * 2**20
"""All that is kept for all sessions: the page of the pictures takes a file and forgets it here."""
MOST_ARRIVING: Final = 512 * 2**20
"""All that is on its way at a time."""
_PATIENCE: Final = 30.0  # seconds that an upload waits for its page to be drawn
_AROUND_A_FILE: Final = 2**16  # of a request: the form's lines around the file
_AROUND_THE_FILES: Final = 2**20


def most_megabytes(session_id: str) -> int:
    """Return how large a file may be that a session sends: more where its page takes data sets."""
    if takes_several(session_id):
        return setting("SOFTMAX_UPLOAD_MB")
    return min(MOST_OF_ONE, int(st.get_option("server.maxUploadSize")))


class Uploads:
    """What is on its way. Belongs to one event loop."""

    def __init__(self) -> None:
        self._arriving: dict[str, list[int]] = {}

    async def until_drawn(self, session_id: str) -> None:
        """Wait while a session's page is drawn: the browser still shows it as it was before.

        After a reconnection to another server a person may choose a file before its first run ends.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + _PATIENCE
        while not draws_uploader(session_id) and is_being_drawn(session_id) and loop.time() < end:
            await asyncio.sleep(0.1)

    def refusal(self, session_id: str, headers: Headers) -> tuple[int, str] | None:
        """Return a status and a reason to refuse an upload before it is read; None for none."""
        size = headers.get("content-length", "")
        if not (size.isascii() and size.isdecimal()):
            return 411, "An upload says how long it is."
        if int(size) > most_megabytes(session_id) * 2**20 + _AROUND_A_FILE:
            return 413, "The file is too large."
        if not draws_uploader(session_id):
            return 403, "This page takes no file."
        own = self._arriving.get(session_id, [])
        if takes_several(session_id):
            kept = sum(uploaded().get(session_id, {}).values())
            most = setting("SOFTMAX_UPLOAD_MB") * 2**20 + _AROUND_THE_FILES
            if kept + sum(own) + int(size) > most:
                return 413, "The files are too large together."
        if own and (not takes_several(session_id) or len(own) >= MOST_AT_ONCE):
            return 429, "One file at a time."
        if sum(map(sum, self._arriving.values())) + int(size) > MOST_ARRIVING:
            return 503, "Too many files are on their way. Try again in a moment."
        return None

    def begin(self, session_id: str, size: int) -> None:
        """Count an upload that is on its way."""
        self._arriving.setdefault(session_id, []).append(size)

    def end(self, session_id: str, size: int) -> None:
        """Count it no longer, and keep what is there within the bounds."""
        own = self._arriving.get(session_id, [])
        if size in own:
            own.remove(size)
        if not own:
            self._arriving.pop(session_id, None)
        held = {session: dict(files) for session, files in uploaded().items()}
        most = MOST_AT_ONCE if takes_several(session_id) else MOST_FILES
        for name in list(held.get(session_id, {}))[:-most]:
            forget(session_id, name)
            del held[session_id][name]
        sizes = {session: sum(files.values()) for session, files in held.items()}
        while sum(sizes.values()) > MOST_BYTES:
            largest = max(sizes, key=lambda session: sizes[session])
            name = next(iter(held[largest]))
            sizes[largest] -= held[largest].pop(name)
            forget(largest, name)
