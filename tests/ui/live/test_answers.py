"""One message serves all who ask at a time; a failure is told to all, and tried again."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from softmax_ui.live import answers
from softmax_ui.live.answers import MOST_OF_ONE, MOST_PENDING, Answer, Answers, Busy, Closed
from softmax_ui.live.watched import Watched

LONG = 3600.0


def watched(run_id: str = "run") -> Watched:
    return Watched(run_id, "en", ())


class Making:
    """Makes messages that count themselves, in whatever way a test wants."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.hold = threading.Event()
        self.hold.set()
        self.error: Exception | None = None
        self.threads: set[str] = set()

    def __call__(self, asked: Watched) -> Mapping[str, Any]:
        self.hold.wait(30)
        self.threads.add(threading.current_thread().name)
        self.made.append(asked.run_id)
        if self.error:
            raise self.error
        return {"number": len(self.made)}


def with_answers(
    fresh_seconds: float, test: Callable[[Answers, Making], Any]
) -> tuple[Making, list[str]]:
    """Run a test's coroutine with answers of its own; return their maker and what it made."""

    async def run() -> Making:
        making = Making()
        kept = Answers(making, fresh_seconds)
        try:
            await test(kept, making)
        finally:
            kept.close()
        return making

    making = asyncio.run(run())
    return making, making.made


def test_all_who_ask_in_a_moment_are_told_the_same() -> None:
    async def ask(kept: Answers, making: Making) -> None:
        making.hold.clear()
        waiting = [asyncio.create_task(kept.get(watched())) for _ in range(100)]
        await asyncio.sleep(0)
        making.hold.set()
        told = await asyncio.gather(*waiting)
        assert all(answer is told[0] for answer in told)
        assert await kept.get(watched()) is told[0]

    making, made = with_answers(LONG, ask)
    assert made == ["run"]
    assert threading.current_thread().name not in making.threads


def test_after_the_moment_it_is_made_anew() -> None:
    async def ask(kept: Answers, _making: Making) -> None:
        first, second = await kept.get(watched()), await kept.get(watched())
        assert first.marker != second.marker

    assert with_answers(-1.0, ask)[1] == ["run", "run"]


def test_each_thing_watched_has_its_own() -> None:
    async def ask(kept: Answers, _making: Making) -> None:
        await kept.get(watched("one"))
        await kept.get(watched("two"))
        await kept.get(watched("one"))

    assert with_answers(LONG, ask)[1] == ["one", "two"]


def test_a_failure_reaches_all_and_is_tried_again() -> None:
    async def ask(kept: Answers, making: Making) -> None:
        making.error = ValueError("no")
        told = await asyncio.gather(
            *(kept.get(watched()) for _ in range(3)), return_exceptions=True
        )
        assert [str(error) for error in told] == ["no"] * 3
        making.error = None
        assert json.loads((await kept.get(watched())).plain)["number"] == 2

    assert with_answers(LONG, ask)[1] == ["run", "run"]


def test_one_who_leaves_takes_nothing_away_from_the_others() -> None:
    async def ask(kept: Answers, making: Making) -> None:
        making.hold.clear()
        leaving, staying = (asyncio.create_task(kept.get(watched())) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        making.hold.set()
        assert json.loads((await staying).plain)["number"] == 1

    with_answers(LONG, ask)


def test_what_nobody_asks_for_any_more_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_KEPT", 2)

    async def ask(kept: Answers, _making: Making) -> None:
        for run_id in ("one", "two", "one", "three", "one", "two"):
            await kept.get(watched(run_id))

    assert with_answers(LONG, ask)[1] == ["one", "two", "three", "two"]


def test_more_than_can_be_made_soon_is_refused() -> None:
    async def ask(kept: Answers, making: Making) -> None:
        making.hold.clear()
        one = [asyncio.create_task(kept.get(watched(f"{n}"), "one")) for n in range(500)]
        await asyncio.sleep(0)
        assert sum(not task.done() for task in one) == MOST_OF_ONE
        more = [asyncio.create_task(kept.get(watched(f"m{n}"), f"a{n}")) for n in range(500)]
        await asyncio.sleep(0)
        assert sum(not task.done() for task in more) == MOST_PENDING - MOST_OF_ONE
        making.hold.set()
        told = await asyncio.gather(*one, *more, return_exceptions=True)
        assert sum(isinstance(answer, Answer) for answer in told) == MOST_PENDING
        assert {type(answer) for answer in told} == {Answer, Busy}
        assert await kept.get(watched("later"), "one")

    with_answers(LONG, ask)


def test_what_nobody_waits_for_any_more_is_not_made() -> None:
    async def ask(kept: Answers, making: Making) -> None:
        making.hold.clear()
        wanted = asyncio.create_task(kept.get(watched("wanted")))
        leaving = [asyncio.create_task(kept.get(watched(f"{n}"))) for n in range(20)]
        await asyncio.sleep(0)
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        making.hold.set()
        await wanted
        await kept.get(watched("another"))

    assert with_answers(LONG, ask)[1] == ["wanted", "another"]


def test_those_who_watch_already_go_on_with_what_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def ask(kept: Answers, _making: Making) -> None:
        first = await kept.get(watched())
        monkeypatch.setattr(answers, "MOST_PENDING", 0)
        assert await kept.get(watched()) is first

    assert with_answers(-1.0, ask)[1] == ["run"]


def test_what_somebody_waits_for_is_never_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_KEPT", 2)

    async def ask(kept: Answers, making: Making) -> None:
        making.hold.clear()
        tasks = [asyncio.create_task(kept.get(watched(f"{n % 10}"))) for n in range(20)]
        await asyncio.sleep(0)
        making.hold.set()
        await asyncio.gather(*tasks)

    assert with_answers(LONG, ask)[1] == [str(n) for n in range(10)]


def test_an_ending_server_makes_none() -> None:
    async def ask(kept: Answers, _making: Making) -> None:
        kept.close()
        with pytest.raises(Closed):
            await kept.get(watched())

    assert with_answers(LONG, ask)[1] == []


def test_both_forms_say_the_same_and_the_marker_names_the_content() -> None:
    one, same, other = Answer.of({"n": "训练"}), Answer.of({"n": "训练"}), Answer.of({"n": 2})
    assert json.loads(gzip.decompress(one.compressed)) == json.loads(one.plain)
    assert json.loads(one.plain) == {"marker": one.marker, "n": "训练"}
    assert one == same
    assert one.marker != other.marker


def test_a_number_that_is_none_cannot_slip_into_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        Answer.of({"loss": float("nan")})


def test_who_has_the_still_parts_gets_only_what_moved() -> None:
    still = ("templates", "wall")
    first = Answer.of({"again": 400, "n": 1, "wall": None, "templates": ["t"]}, still)
    moved = Answer.of({"again": 400, "n": 2, "wall": None, "templates": ["t"]}, still)
    other = Answer.of({"again": 400, "n": 3, "wall": None, "templates": ["u"]}, still)
    assert len({first.marker, moved.marker, other.marker}) == 3
    had, got = json.loads(first.plain), moved.after(first.marker)
    assert json.loads(got.plain).keys() == {"marker", "again", "n"}
    assert had | json.loads(got.plain) == json.loads(moved.plain)
    assert json.loads(gzip.decompress(got.compressed)) == json.loads(got.plain)
    assert (got.marker, got.again) == (moved.marker, 400)
    for seen in ("", "x" * 16, moved.marker[:16], first.marker[:16] + "0" * 16):
        assert moved.after(seen) is moved
    assert other.after(moved.marker) is other
    plain = Answer.of({"n": 1})
    assert plain.after(plain.marker) is plain


def test_still_parts_rest_for_as_long_as_they_may() -> None:
    number, seconds = 0, 60.0

    def make(_asked: Watched) -> Mapping[str, Any]:
        nonlocal number
        number += 1
        return {"n": number, "wall": number, "templates": None if number < 2 else number}

    async def ask() -> list[tuple[int, int, int | None]]:
        nonlocal seconds
        kept = Answers(make, 0.0, ("wall", "templates"), rest=lambda told: seconds * told["n"])
        found, before = [], ""
        for seconds in (60.0, 60.0, 60.0, 0.0, 60.0):
            answer = await kept.get(watched())
            told = json.loads(answer.plain)
            found.append((told["n"], told["wall"], told["templates"]))
            if seconds and before:
                moved = {"marker", "n"}
                assert json.loads(answer.after(before).plain).keys() == moved
            before = answer.marker
        kept.close()
        return found

    assert asyncio.run(ask()) == [(1, 1, None), (2, 1, None), (3, 1, None), (4, 4, 4), (5, 4, 4)]
