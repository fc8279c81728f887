"""Who keeps the server waiting is let go, in time; who uses it is not."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace
from typing import Any

import pytest

from softmax_ui.server import connections as module
from softmax_ui.server.connections import (
    MOST_UNFINISHED,
    PATIENCE,
    SLOWEST,
    STALLED,
    Connections,
    websockets_at_most,
)


class Transport:
    """Stands in for a socket: an address, what is not sent yet, and whether it was cut off."""

    def __init__(self, address: str) -> None:
        self.address, self.unsent, self.aborted = address, 0, False

    def get_extra_info(self, _name: str) -> tuple[str, int]:
        return self.address, 1

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def abort(self) -> None:
        self.aborted = True


def cycle(*, response_complete: bool = False, more_body: bool = False) -> Any:
    return SimpleNamespace(response_complete=response_complete, more_body=more_body)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(module, "monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def all_of_them(clock: SimpleNamespace) -> Connections:
    del clock
    return Connections(descriptors=220)  # 20 of them for connections


def http(connections: Connections, address: str = "203.0.113.1") -> Any:
    protocol = SimpleNamespace(transport=Transport(address), cycle=None)
    connections.opened(protocol, is_websocket=False)
    return protocol


def websocket(connections: Connections, address: str = "203.0.113.1") -> Any:
    reader = SimpleNamespace(buffer=b"")
    protocol = SimpleNamespace(
        transport=Transport(address),
        frames=[],
        conn=SimpleNamespace(reader=reader),
        handshake_complete=True,
    )
    connections.opened(protocol, is_websocket=True)
    return protocol


def test_a_request_that_does_not_come_to_its_end_is_given_up(all_of_them: Connections) -> None:
    half = http(all_of_them)
    all_of_them.heard(half.transport, 100)
    all_of_them.sweep(PATIENCE - 1)
    assert not half.transport.aborted
    all_of_them.sweep(PATIENCE + 1)
    assert half.transport.aborted


def test_a_body_has_the_time_that_a_slow_line_needs(
    all_of_them: Connections, clock: SimpleNamespace
) -> None:
    slow, dribbling = http(all_of_them), http(all_of_them)
    slow.cycle = dribbling.cycle = cycle(more_body=True)
    for second in range(120):
        clock.now = float(second)
        all_of_them.heard(slow.transport, 2 * SLOWEST)
        all_of_them.heard(dribbling.transport, 1)
        all_of_them.sweep(clock.now)
    assert (slow.transport.aborted, dribbling.transport.aborted) == (False, True)


def test_an_answer_takes_as_long_as_it_takes(all_of_them: Connections) -> None:
    asked = http(all_of_them)
    asked.cycle = cycle()
    for second in range(600):
        all_of_them.sweep(float(second))
    assert not asked.transport.aborted


def test_an_answer_that_nobody_reads_is_given_up(all_of_them: Connections) -> None:
    reading, stuck = http(all_of_them), http(all_of_them)
    reading.cycle = stuck.cycle = cycle()
    for second in range(1, int(STALLED) + 5):
        reading.transport.unsent, stuck.transport.unsent = 10_000 - second, 10_000
        all_of_them.sweep(float(second))
    assert (reading.transport.aborted, stuck.transport.aborted) == (False, True)


def test_a_websocket_says_something_soon_and_may_then_be_silent(all_of_them: Connections) -> None:
    silent, used = websocket(all_of_them), websocket(all_of_them)
    all_of_them.heard(used.transport, 10)
    for second in range(600):
        all_of_them.sweep(float(second))
    assert (silent.transport.aborted, used.transport.aborted) == (True, False)


def test_a_frame_that_was_begun_is_finished_in_time(all_of_them: Connections) -> None:
    half = websocket(all_of_them)
    all_of_them.heard(half.transport, 10)
    half.conn.reader.buffer = b"x" * 1000
    all_of_them.sweep(PATIENCE + 1)
    assert half.transport.aborted


def test_unfinished_frames_of_all_are_bounded_and_who_has_most_loses(
    all_of_them: Connections,
) -> None:
    small, *large = (
        websocket(all_of_them, address) for address in ("203.0.113.9", *["203.0.113.1"] * 2)
    )
    small.conn.reader.buffer = bytes(1000)
    for one in large:
        one.frames = [bytes(MOST_UNFINISHED // 2)]
    all_of_them.sweep(0.0)
    assert [one.transport.aborted for one in (small, *large)] == [False, True, True]


def test_room_is_made_by_who_holds_most_and_asks_nothing(all_of_them: Connections) -> None:
    used = websocket(all_of_them, "198.51.100.1")
    all_of_them.heard(used.transport, 10)
    other = http(all_of_them, "198.51.100.2")
    many = [http(all_of_them, "203.0.113.1") for _ in range(50)]
    assert not used.transport.aborted
    assert not other.transport.aborted
    assert not many[-1].transport.aborted
    assert sum(one.transport.aborted for one in many) >= 50 - 20


def test_when_all_are_used_the_newest_is_refused(all_of_them: Connections) -> None:
    used = [websocket(all_of_them) for _ in range(5)]
    for one in used:
        all_of_them.heard(one.transport, 10)
    more = websocket(all_of_them)
    assert more.transport.aborted
    assert not any(one.transport.aborted for one in used)
    all_of_them.closed(more.transport)
    all_of_them.closed(used[0].transport)
    assert not websocket(all_of_them).transport.aborted


@pytest.mark.parametrize(("descriptors", "most"), [(16_384, 500), (1024, 103), (256, 7)])
def test_no_address_may_hold_all_websockets(descriptors: int, most: int) -> None:
    assert websockets_at_most(descriptors, per_address=500) == most
    assert websockets_at_most(descriptors, per_address=0) * 8 <= descriptors


def test_what_cannot_be_accepted_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        loop = asyncio.get_running_loop()
        async with module.bounded_connections(1000):
            for _ in range(100):
                loop.call_exception_handler(
                    {
                        "message": "socket.accept() out of system resource",
                        "exception": OSError(24, "Too many open files"),
                    }
                )
            loop.call_exception_handler({"message": "something else"})

    with caplog.at_level(logging.ERROR):
        asyncio.run(fail())
    assert [record.getMessage() for record in caplog.records] == [
        "no connection can be accepted: [Errno 24] Too many open files",
        "something else",
    ]
