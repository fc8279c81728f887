"""Memory goes back to the system when there is something to give, and only then."""

from __future__ import annotations

import asyncio
from itertools import chain, repeat

import pytest

from softmax_ui.server import memory

MB = 2**20


def test_memory_is_given_back_whenever_it_has_grown(monkeypatch: pytest.MonkeyPatch) -> None:
    # Looked at twice a time: before, and after it has been given back.
    sizes = chain([100 * MB, 90 * MB, 91 * MB, 130 * MB, 95 * MB], repeat(95 * MB))
    given: list[int] = []
    looks: list[str] = []
    monkeypatch.setattr(memory, "SECONDS", 0)
    monkeypatch.setattr(memory, "_resident", lambda: next(sizes))
    monkeypatch.setattr(memory, "_trimming", lambda: given.append)
    monkeypatch.setattr(memory, "forget_expired", lambda: looks.append("at the sessions"))

    async def a_while() -> None:
        task = asyncio.create_task(memory.give_back())
        while len(looks) < 6:
            await asyncio.sleep(0)
        task.cancel()

    asyncio.run(a_while())
    assert given == [0, 0]


def test_the_size_of_this_process_is_known_where_it_is_asked_for() -> None:
    if memory._trimming() is not None:
        assert memory._resident() > 10 * MB
