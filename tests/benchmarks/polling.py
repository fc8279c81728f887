"""A client that asks how a run goes as a page does: at the same pace, over one kept connection."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

# An answer says these near its beginning: no need to read the curves, which cost the client more.
MARKER: Final = re.compile(rb'"marker":"(\w+)"')
AGAIN: Final = re.compile(rb'"again":(\d+|null)')
CROWDED: Final = re.compile(rb"softmax-again: (\d+)", re.IGNORECASE)
STEP: Final = re.compile(rb"step ([\d,]+) of")
_BEGINNING: Final = 1000
_LENGTH: Final = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_AT_LEAST: Final = 0.1


class Poller:
    """Asks again and again, as live_run_polling.js does.

    Args:
        base: the server's address.
        address: where to ask, relative to it.
        on_step: told (step, moment) for each answer that shows a new step.
        errors: where to say what went wrong.
        pace: how many times as often as a page it asks.
    """

    def __init__(
        self,
        base: str,
        address: str,
        on_step: Callable[[int, float], None],
        errors: list[str],
        pace: float = 1.0,
    ) -> None:
        self.address = address
        self.answers = self.unchanged = self.received = 0
        self._host = urlsplit(base).netloc
        self._on_step = on_step
        self._errors = errors
        self._pace = pace
        self._seen = b""
        self._again = 0.4
        self._crowded = 0.0
        self._step = -1
        self._asked_at = 0.0

    async def stay(self) -> None:
        """Ask until nothing more will come, or this is cancelled."""
        host, port = self._host.split(":")
        try:
            reader, writer = await asyncio.open_connection(host, int(port))
            try:
                while self._again:
                    began = monotonic()
                    await self._ask(reader, writer)
                    wait = max(self._again, self._crowded) - (monotonic() - began)
                    await asyncio.sleep(max(wait, _AT_LEAST) / self._pace)
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
        except Exception as error:  # whatever it was is what the load script counts
            self._errors.append(f"polling: {type(error).__name__}: {error}")

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen = b"&seen=" + self._seen if self._seen else b""
        now = monotonic()
        if self._asked_at:
            seen += b"&after=%d" % (1000 * (now - self._asked_at))
        self._asked_at = now
        writer.write(
            b"GET /%b%b HTTP/1.1\r\nHost: %b\r\nAccept-Encoding: gzip\r\n\r\n"
            % (self.address.encode(), seen, self._host.encode())
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await reader.readexactly(int(length[1])) if length else b""
        self.answers += 1
        self.received += len(head) + len(body)
        asked = CROWDED.search(head)
        self._crowded = int(asked[1]) / 1000 if asked else 0.0
        status = head.split(b" ", 2)[1]
        if status == b"200":
            self._read(body)
        elif status == b"204":
            self.unchanged += 1
        else:
            raise RuntimeError(f"{status.decode()} {body[:200]!r}")

    def _read(self, body: bytes) -> None:
        start = zlib.decompressobj(wbits=31).decompress(body, _BEGINNING)
        self._seen = _found(MARKER, start)
        again = _found(AGAIN, start)
        self._again = 0.0 if again == b"null" else int(again) / 1000
        if found := STEP.search(start):
            step = int(found[1].replace(b",", b""))
            if step > self._step:
                self._step = step
                self._on_step(step, monotonic())


def _found(pattern: re.Pattern[bytes], text: bytes) -> bytes:
    found = pattern.search(text)
    if found is None:
        raise RuntimeError(f"an answer without {pattern.pattern!r}: {text[:200]!r}")
    return found[1]
