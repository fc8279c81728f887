"""Files for browsers: our modules, previews, plotly.js and Streamlit's own, each compressed once.

All of them have a digest in their address, so a browser keeps them for good. Streamlit would send
its own uncompressed, and each would pass the whole of its stack: a first opening of a page asks for
a hundred and fifty files, and a class opens it together. So this stands before everything else, as
a table from addresses to finished answers. No path of a request ever reaches the disk.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from asyncio import to_thread
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final

import brotli
import streamlit as st
from starlette.types import ASGIApp, Receive, Scope, Send

from softmax_ui.components.modules import MODULES, PATH
from softmax_ui.server.codings import IDENTITY, coding_for
from softmax_ui.server.previews import PREVIEWS
from softmax_ui.streamlit_inside.built import built_files

# Quality 11 would take a fiftieth off plotly.js's 1.2 MB for twenty times the work.
_CODINGS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "br": partial(brotli.compress, quality=9),
    "gzip": gzip.compress,
}
_OFFERED: Final = tuple(_CODINGS)
# Not from Python's mimetypes: what that knows depends on the machine.
KINDS: Final = {
    ".css": "text/css",
    ".gif": "image/gif",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_SHOWN: Final = {"Cross-Origin-Resource-Policy": "cross-origin"}  # by whoever previews a link
_COMPRESSIBLE: Final = ("text/", "image/svg+xml")
_PIECE: Final = 2**18  # of a file that is sent: so much may wait for a slow browser, not all of it

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class _Answer:
    headers: Headers
    content: bytes


class File:
    """A file that never changes under its address.

    Args:
        name: its name, which tells its media type.
        read: returns its bytes.
        headers: what its answers carry besides.
    """

    def __init__(
        self,
        name: str,
        read: Callable[[], bytes],
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._headers = headers
        self._kind = KINDS.get(PurePosixPath(name).suffix, "application/octet-stream")
        self._read = read
        self._made: dict[str, _Answer] = {}
        self._making = threading.Lock()
        self.offered = _OFFERED if self._kind.startswith(_COMPRESSIBLE) else ()

    def made(self, coding: str) -> _Answer | None:
        """Return the answer in a coding, if it has been made."""
        return self._made.get(coding)

    def make(self, coding: str) -> _Answer:
        """Return the answer in a coding; it is made once, whoever asks at the same time."""
        with self._making:
            if coding not in self._made:
                self._made[coding] = self._make(coding)
            return self._made[coding]

    def _make(self, coding: str) -> _Answer:
        content = self._read()
        # One weak tag for all codings: to whoever has the file in one, it is there.
        tag = f'W/"{hashlib.sha256(content).hexdigest()[:16]}"'
        charset = "; charset=utf-8" if self._kind.startswith("text/") else ""
        headers = {
            "Content-Type": self._kind + charset,
            "Cache-Control": "public, max-age=31536000, immutable",
            "ETag": tag,
            "X-Content-Type-Options": "nosniff",
            **self._headers,
        }
        if self.offered:
            headers["Vary"] = "Accept-Encoding"
        if coding != IDENTITY:
            content = _CODINGS[coding](content)
            headers["Content-Encoding"] = coding
        headers["Content-Length"] = str(len(content))
        return _Answer([(k.lower().encode(), v.encode()) for k, v in headers.items()], content)


def files() -> dict[str, File]:
    """Return address relative to the app -> file: all that there is."""
    ours = {name: File(name, partial(bytes, content)) for name, content in MODULES.items()}
    shown = {name: File(name, partial(bytes, png), _SHOWN) for name, png in PREVIEWS.items()}
    built = {name: File(name, path.read_bytes) for name, path in built_files().items()}
    return ours | shown | built


class Static:
    """ASGI middleware that answers for files and lets everything else through.

    200, 304 for whoever has the file, 405 for a method that would change it, and, below the folder
    of our modules, 404; what Streamlit has not built is left to Streamlit.
    """

    def __init__(self, app: ASGIApp) -> None:
        base = (st.get_option("server.baseUrlPath") or "").strip("/")
        prefix = f"/{base}/" if base else "/"
        self._app = app
        self._ours = f"{prefix}{PATH}/"
        self._files = {prefix + name: file for name, file in files().items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        file = self._files.get(path)
        if file is not None:
            await _answer(file, scope, send)
        elif path.startswith(self._ours):
            await _send(send, 404, [(b"cache-control", b"no-store"), (b"content-length", b"0")])
        else:
            await self._app(scope, receive, send)


async def _answer(file: File, scope: Scope, send: Send) -> None:
    if scope["method"] not in ("GET", "HEAD"):
        await _send(send, 405, [(b"allow", b"GET, HEAD"), (b"content-length", b"0")])
        return
    accepted = known = ""
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            accepted = f"{accepted},{value.decode('latin-1')}"
        elif name == b"if-none-match":
            known = f"{known},{value.decode('latin-1')}"
    coding = coding_for(accepted, file.offered) if file.offered else IDENTITY
    # The event loop never waits for the compression.
    answer = file.made(coding)
    if answer is None:
        answer = await to_thread(file.make, coding)
    if known and _has(known, answer):
        await _send(send, 304, [h for h in answer.headers if not h[0].startswith(b"content-")])
    else:
        await _send(send, 200, answer.headers, b"" if scope["method"] == "HEAD" else answer.content)


def _has(known: str, answer: _Answer) -> bool:
    """Compare tags as RFC 9110, section 13.1.2, wants it: weakly."""
    tag = dict(answer.headers)[b"etag"].decode().removeprefix("W/")
    return any(each.strip().removeprefix("W/") in (tag, "*") for each in known.split(","))


async def _send(send: Send, status: int, headers: Headers, content: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    whole, last = divmod(len(content), _PIECE)
    for start in range(0, whole * _PIECE, _PIECE):
        piece = content[start : start + _PIECE]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": content[len(content) - last :]})
