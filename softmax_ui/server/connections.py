"""Bounds below HTTP: how many connections there are, and how long one may keep the server waiting.

uvicorn, which serves Streamlit, bounds neither. A hundred clients that send half a request take all
the descriptors that a process has, and then neither a person nor the store gets one.
"""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from time import monotonic
from typing import Any, Final

import uvicorn

try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]

_LOG: Final = logging.getLogger(__name__)

PATIENCE: Final = 20.0
"""Seconds for a request's head, a websocket's first message, and a frame that was begun."""
SLOWEST: Final = 16 * 1024
"""Bytes a second that a longer body must bring after that."""
STALLED: Final = 40.0
"""Seconds after which an answer of which nobody takes a byte is given up."""
MOST_UNFINISHED: Final = 64 * 2**20
"""Bytes of unfinished requests and frames of all clients together."""
MOST_FRAME: Final = 2**18
"""Bytes of one websocket message: all that a page's widgets hold; ours send a tenth of it."""

_WANTED: Final = 16_384  # 4,000 people; each unfinished request takes some 10 kB
_OTHERS: Final = 200  # descriptors for the store, the log, sessions that may come back, and threads
_PER_WEBSOCKET: Final = 4  # Streamlit gives each session an event loop of its own
_ENOUGH: Final = 4096
_SWEEP_SECONDS: Final = 1.0


@lru_cache(maxsize=4096)
def client_key(address: str) -> str:
    """Return whom an address belongs to, as far as one can tell: IPv6 is given out by networks.

    >>> client_key("203.0.113.7"), client_key("2001:db8::1:2"), client_key("::ffff:203.0.113.7")
    ('203.0.113.7', '2001:db8::/64', '203.0.113.7')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


@cache
def descriptor_limit() -> int:
    """Let this process keep as many files and connections open as it may; return how many.

    Systems begin with 256 or 1,024 for the sake of very old programs.
    """
    if resource is None:
        return _WANTED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (_WANTED, 10_240, _ENOUGH):  # macOS names no limit and allows some
        if hard != resource.RLIM_INFINITY:
            wanted = min(hard, wanted)
        if soft == resource.RLIM_INFINITY or soft >= wanted:
            break
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            break
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft == resource.RLIM_INFINITY or soft > _WANTED:
        return _WANTED
    if soft < _ENOUGH:
        _LOG.warning(
            "only %d files and connections may be open, enough for about %d people at a time; "
            "`ulimit -n %d` before the start lets in more",
            soft,
            (soft - _OTHERS) // (_PER_WEBSOCKET + 2),
            _ENOUGH,
        )
    return soft


def websockets_at_most(descriptors: int, per_address: int) -> int:
    """Return how many websockets one address may hold: never all that there can be."""
    room = max(descriptors - _OTHERS, _PER_WEBSOCKET) // _PER_WEBSOCKET
    return min(per_address or room, max(room // 2, 1))


@dataclass(slots=True)
class _Connection:
    protocol: Any
    key: str
    since: float  # from when on the server has been waiting for something of the client's
    is_websocket: bool = False
    has_spoken: bool = False
    received: int = 0  # since then
    unsent: int = 0
    unsent_since: float = 0.0

    @property
    def weight(self) -> int:
        return _PER_WEBSOCKET if self.is_websocket else 1

    def is_answering(self) -> bool:
        """Tell whether it is the server's turn: a whole request is there, and no answer yet."""
        if self.is_websocket:
            return self.has_spoken and not self.unfinished()
        cycle = self.protocol.cycle
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    def unfinished(self) -> int:
        """Return how many bytes of a frame or a request's head are kept for what is to come."""
        if self.is_websocket:
            begun = sum(len(frame) for frame in self.protocol.frames)
            return begun + len(self.protocol.conn.reader.buffer)
        cycle = self.protocol.cycle
        return self.received if cycle is None or cycle.response_complete else 0


class Connections:
    """All connections of a server: lets in, closes who keeps it waiting, makes room.

    Args:
        descriptors: how many files and connections this process may keep open.
    """

    def __init__(self, descriptors: int) -> None:
        self._room = max(descriptors - _OTHERS, 20)
        self._open: dict[asyncio.Transport, _Connection] = {}
        self._taken = 0

    def opened(self, protocol: Any, *, is_websocket: bool) -> None:
        """Take in a connection, or one that has become a websocket; make room if there is none."""
        transport = protocol.transport
        self.closed(transport)
        peer = transport.get_extra_info("peername")
        key = client_key(peer[0]) if isinstance(peer, tuple) else ""
        connection = _Connection(protocol, key, monotonic(), is_websocket)
        if self._taken + connection.weight > self._room:
            self._make_room()
        self._open[transport] = connection
        self._taken += connection.weight
        if self._taken > self._room:
            transport.abort()

    def closed(self, transport: asyncio.Transport) -> None:
        """Forget a connection."""
        connection = self._open.pop(transport, None)
        if connection is not None:
            self._taken -= connection.weight

    def heard(self, transport: asyncio.Transport, size: int) -> None:
        """Note that bytes have come, after they were read."""
        connection = self._open.get(transport)
        if connection is None:
            return
        connection.received += size
        if connection.is_websocket and connection.protocol.handshake_complete:
            connection.has_spoken = True
        if connection.is_answering():
            connection.since, connection.received = monotonic(), 0

    def sweep(self, now: float) -> None:
        """Close what has kept the server waiting for too long, or holds too much."""
        unfinished: Counter[str] = Counter()
        for transport, connection in list(self._open.items()):
            if connection.is_answering():
                connection.since, connection.received = now, 0
            allowed = PATIENCE + connection.received / SLOWEST
            if now - connection.since > allowed or self._is_stalled(transport, connection, now):
                transport.abort()
            elif size := connection.unfinished():
                unfinished[connection.key] += size
        if unfinished.total() > MOST_UNFINISHED:
            key, _size = unfinished.most_common(1)[0]
            _LOG.warning("unfinished requests of %s were given up: they were too large", key)
            for transport, connection in list(self._open.items()):
                if connection.key == key and connection.unfinished():
                    transport.abort()

    @staticmethod
    def _is_stalled(transport: asyncio.Transport, connection: _Connection, now: float) -> bool:
        unsent = transport.get_write_buffer_size()
        if not unsent or unsent != connection.unsent:
            connection.unsent, connection.unsent_since = unsent, now
        return bool(unsent) and now - connection.unsent_since > STALLED

    def _make_room(self) -> None:
        """Close a sixteenth of all: first who owes something, of whoever holds most, oldest first.

        A websocket that somebody uses is not closed.
        """
        held = Counter(connection.key for connection in self._open.values())
        idle = [
            (
                connection.is_answering(),
                -held[connection.key],
                connection.since,
                position,
                transport,
            )
            for position, (transport, connection) in enumerate(self._open.items())
            if not (connection.is_websocket and connection.has_spoken)
        ]
        _LOG.warning("%d connections are open, as many as there can be", len(self._open))
        for *_order, transport in sorted(idle)[: max(len(self._open) // 16, 4)]:
            transport.abort()
            self.closed(transport)


def _bounded(kind: type[Any], connections: Connections, *, is_websocket: bool) -> type[Any]:
    """Return a protocol of uvicorn's that tells `connections` what happens."""

    class Bounded(kind):  # type: ignore[misc]
        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            connections.opened(self, is_websocket=is_websocket)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            connections.heard(self.transport, len(data))

        def connection_lost(self, exc: Exception | None) -> None:
            connections.closed(self.transport)
            super().connection_lost(exc)

    return Bounded


def _this_server() -> uvicorn.Server | None:
    """Return the server that runs in this process; nothing hands it to the app that it serves."""
    servers = (found for found in gc.get_objects() if issubclass(type(found), uvicorn.Server))
    return next((server for server in servers if server.config.loaded), None)


@asynccontextmanager
async def bounded_connections(descriptors: int) -> AsyncIterator[None]:
    """Bound the connections of the server that is about to listen, while the block lasts."""
    asyncio.get_running_loop().set_exception_handler(_say_once())
    server = _this_server()
    if server is None:  # another ASGI server than uvicorn
        _LOG.warning("connections are not bounded: this is no server that is known here")
        yield
        return
    connections, config = Connections(descriptors), server.config
    config.http_protocol_class = _bounded(
        config.http_protocol_class, connections, is_websocket=False
    )
    if config.ws_protocol_class is not None:
        config.ws_protocol_class = _bounded(
            config.ws_protocol_class, connections, is_websocket=True
        )
    config.ws_max_size = min(config.ws_max_size, MOST_FRAME)

    async def keep_sweeping() -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            connections.sweep(monotonic())

    sweeping = asyncio.create_task(keep_sweeping(), name="connections")
    try:
        yield
    finally:
        sweeping.cancel()


def _say_once() -> Any:
    """Return a handler of the event loop's errors that says once a minute what accept() could not.

    When descriptors run out, asyncio says so with a traceback two thousand times a second.
    """
    said = -60.0

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal said
        if "socket.accept()" not in str(context.get("message")):
            loop.default_exception_handler(context)
        elif monotonic() - said > 60:
            said = monotonic()
            _LOG.error("no connection can be accepted: %s", context.get("exception"))

    return handle
