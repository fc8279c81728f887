"""A client that says exactly what it is told to, as no browser would: frames made by hand."""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

STREAM = "/_stcore/stream"


@dataclass(frozen=True)
class Answer:
    """What came back: the status (0: closed without a word), headers and what followed them."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """One connection to a server, from an address of this machine's loopback network."""

    def __init__(self, base: str, source: str = "127.0.0.1", timeout: float = 10.0) -> None:
        self.port = urlsplit(base).port or 80
        self.host = f"localhost:{self.port}"
        self.socket = socket.create_connection(
            ("127.0.0.1", self.port), timeout, source_address=(source, 0)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        with suppress(OSError):
            self.socket.close()

    def begin(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> None:
        """Send a request, and read nothing."""
        lines = {"Host": self.host, **(headers or {})}
        if body:
            lines.setdefault("Content-Length", str(len(body)))
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)

    def answer(self) -> Answer:
        """Read an answer whole."""
        got = b""
        while b"\r\n\r\n" not in got:
            part = self._more()
            if not part:
                return Answer(0, {}, got)
            got += part
        head, _, body = got.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
        }
        status = int(first.split()[1])
        if status in (101, 204, 304):
            return Answer(status, headers, body)
        wanted = int(headers.get("content-length", -1))
        chunked = headers.get("transfer-encoding") == "chunked"
        while not (len(body) >= wanted >= 0 or (chunked and body.endswith(b"0\r\n\r\n"))):
            part = self._more()
            if not part:
                break
            body += part
        return Answer(status, headers, body)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        self.begin(path, headers=headers)
        return self.answer()

    def open_websocket(self, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for Streamlit's websocket; 101 when it is open."""
        self.begin(
            STREAM,
            headers={
                "Connection": "Upgrade",
                "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
                "Sec-WebSocket-Protocol": "streamlit",
                **(headers or {}),
            },
        )
        opened = self.answer()
        self._read = opened.body
        return opened

    def send_frame(self, content: bytes, claimed: int | None = None) -> None:
        """Send a binary frame; one that claims to be longer than it is stays unfinished."""
        self.socket.sendall(struct.pack("!BBQ", 0x82, 0x80 | 127, claimed or len(content)))
        self.socket.sendall(b"\0\0\0\0" + content)  # a mask of zeros

    def send(self, message: BackMsg) -> None:
        self.send_frame(message.SerializeToString())

    def receive(self) -> ForwardMsg | None:
        """Return the next message, or None when the server has closed."""
        while True:
            head = self._exactly(2)
            if head is None:
                return None
            size = head[1] & 127
            if size > 125:
                longer = self._exactly(2 if size == 126 else 8)
                if longer is None:
                    return None
                size = int.from_bytes(longer, "big")
            content = self._exactly(size)
            if content is None or head[0] & 15 == 8:
                return None
            if head[0] & 15 == 2:
                return ForwardMsg.FromString(content)

    def session(self, page: str = "", query: str = "") -> str:
        """Ask for a page, as a browser does, and return the session's id when it has been drawn."""
        self.ask(page, query)
        return self.drawn()

    def begun(self, page: str) -> str:
        """Ask for a page, and return the session's id as soon as it begins to be drawn."""
        self.ask(page)
        while (got := self.receive()) is not None:
            if got.WhichOneof("type") == "new_session":
                return got.new_session.initialize.session_id
        raise ConnectionError("closed before the page was drawn")

    def ask(self, page: str = "", query: str = "") -> None:
        """Ask for a page, as a browser does."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        self.send(message)

    def drawn(self) -> str:
        """Wait until a page has been drawn; keep the ids of its components in `components`."""
        session, self.components = "", []
        while (got := self.receive()) is not None:
            kind = got.WhichOneof("type")
            if kind == "new_session":
                session = got.new_session.initialize.session_id
            if kind == "delta" and (id := got.delta.new_element.bidi_component.id):
                self.components.append(id)
            if kind == "script_finished":
                return session
        raise ConnectionError("closed before the page was drawn")

    def closed(self) -> bool:
        """Wait until the server has closed; False when it has not within the timeout."""
        try:
            while self.receive() is not None:
                pass
        except TimeoutError:
            return False
        return True

    def _more(self) -> bytes:
        try:
            return self.socket.recv(1 << 16)
        except ConnectionError:
            return b""

    def _exactly(self, size: int) -> bytes | None:
        while len(self._read) < size:
            part = self._more()
            if not part:
                return None
            self._read += part
        got, self._read = self._read[:size], self._read[size:]
        return got
