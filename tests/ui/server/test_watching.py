"""What the route that people watch by notes besides: who opens a page."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from softmax_ui import cache
from softmax_ui.live.pace import Watchers, Way
from softmax_ui.server import watching


async def _page(_scope: Scope, _receive: Receive, _send: Send) -> None:
    pass


async def _receive() -> Message:
    raise AssertionError("nobody reads")


async def _send(_message: Message) -> None:
    raise AssertionError("nobody writes")


def test_trainings_give_way_to_a_class_that_opens_the_page_and_not_to_one_or_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[float] = []
    moment = [0.0]
    monkeypatch.setattr(watching, "_watchers", Watchers(lambda: moment[0]))
    monkeypatch.setattr(watching, "_way", Way(lambda: moment[0]))
    monkeypatch.setattr(cache, "give_way", asked.append)
    opened = watching.HandedOut(_page)

    async def open_pages(count: int) -> None:
        for _ in range(count):
            await opened({"type": "websocket"}, _receive, _send)

    asyncio.run(open_pages(3))
    assert not asked
    asyncio.run(open_pages(27))
    assert asked == [10.0] * 27
    # Who does so again and again holds up no training for more than half a minute of two.
    for moment[0], rest in ((25.0, [5.0]), (31.0, []), (119.0, []), (120.0, [10.0])):
        asked.clear()
        asyncio.run(open_pages(10))
        assert asked[-1:] == rest


def test_giving_way_makes_no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_OWN", cache._Process())
    cache.give_way(1.0)
    assert cache._OWN.runner is None
