"""What nobody needs any more is forgotten, and its memory given back, again and again."""

from __future__ import annotations

import asyncio

import pytest

from softmax_ui.server import memory


def test_lost_sessions_are_forgotten_before_memory_is_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[object] = []
    monkeypatch.setattr(memory, "SECONDS", 0)
    monkeypatch.setattr(memory, "forget_expired", lambda: done.append("forgotten"))
    monkeypatch.setattr(memory, "_trimming", lambda: done.append)

    async def a_while() -> None:
        task = asyncio.create_task(memory.give_back())
        while len(done) < 4:
            await asyncio.sleep(0.001)
        task.cancel()

    asyncio.run(a_while())
    assert done[:4] == ["forgotten", 0, "forgotten", 0]


def test_the_function_that_gives_back_is_one_that_can_be_called() -> None:
    trim = memory._trimming()
    assert trim is None or trim(0) in (0, 1)
