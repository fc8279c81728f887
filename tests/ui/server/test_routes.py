"""What the server does besides Streamlit's pages."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware

from softmax_core.errors import StoreLocked
from softmax_core.runs import Store
from softmax_core.runs.holder import Holder
from softmax_core.training.experiment import Experiment, Variant
from softmax_ui import cache
from softmax_ui.live.answers import Answers
from softmax_ui.live.message import MOVING_MS, STILL, message
from softmax_ui.live.pace import CROWD_MS, HEADER, Watchers
from softmax_ui.live.watched import Question
from softmax_ui.server import routes as server
from softmax_ui.server import watching

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        plain = gzip.decompress(self.body) if "content-encoding" in self.headers else self.body
        return json.loads(plain)


def get(
    *addresses: str, accept: str = "gzip", make: Any = message, at_hand: bool = False
) -> list[Got]:
    """Ask the routes for addresses, one after the other, as the server does."""
    monkeypatch = pytest.MonkeyPatch()

    async def all_of_them() -> list[Got]:
        answers = Answers(make, still=STILL)
        monkeypatch.setattr(watching, "_answers", answers)
        try:
            handing_out = [Middleware(watching.HandedOut)] if at_hand else []
            app = Starlette(routes=server.routes(), middleware=handing_out)
            return [await _got(app, address, accept) for address in addresses]
        finally:
            answers.close()
            monkeypatch.undo()

    return asyncio.run(all_of_them())


async def _got(app: Starlette, address: str, accept: str) -> Got:
    parts = urlsplit(address)
    scope = {
        "type": "http",
        "method": "GET",
        "path": parts.path,
        "query_string": parts.query.encode(),
        "headers": [(b"accept-encoding", accept.encode())],
    }
    sent: list[Any] = []
    received = iter([{"type": "http.request", "body": b""}])

    async def receive() -> dict[str, Any]:
        if waiting := next(received, None):
            return waiting
        await asyncio.Event().wait()  # the client stays
        return {}

    async def send(part: Any) -> None:
        sent.append(part)

    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Got(sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:]))


@pytest.fixture
def run_id(own_store: Store) -> str:
    return own_store.create(Experiment([Variant("one")]), total_steps=10).id


def test_a_run_is_told_once_and_then_nothing_is_newer(run_id: str) -> None:
    (first,) = get(f"/live/{run_id}")
    assert first.status == 200
    assert first.headers["content-type"] == "application/json"
    assert first.headers["cache-control"] == "no-store"
    marker = first.json()["marker"]
    again, other = get(f"/live/{run_id}?seen={marker}", f"/live/{run_id}?seen=old")
    assert (again.status, again.body) == (204, b"")
    assert other.status == 200


def test_a_client_that_cannot_unpack_gets_it_plain(run_id: str) -> None:
    (packed,), (plain,) = get(f"/live/{run_id}"), get(f"/live/{run_id}", accept="identity")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == json.loads(plain.body)


@pytest.mark.parametrize("accept", ["gzip", "identity"])
def test_what_has_not_changed_is_left_out(run_id: str, accept: str) -> None:
    (first,) = get(f"/live/{run_id}", accept=accept)
    marker = first.json()["marker"]
    (then,) = get(f"/live/{run_id}?seen={'0' * 16}{marker[16:]}", accept=accept)
    assert (then.status, then.json()["marker"]) == (200, marker)
    assert first.json().keys() - then.json().keys() == set(STILL)


@pytest.mark.parametrize("accept", ["gzip", "identity"])
def test_what_is_handed_out_is_what_the_route_answers(run_id: str, accept: str) -> None:
    address = f"/live/{run_id}?view=curves"
    made, handed = get(address, address, accept=accept, at_hand=True)
    (route,) = get(address, accept=accept)
    assert (handed.status, handed.headers, handed.body) == (200, made.headers, made.body)
    assert handed.headers == route.headers
    seen = f"{address}&seen={made.json()['marker']}"
    (_first, unchanged), (_again, from_route) = (
        get(address, seen, accept=accept, at_hand=at_hand) for at_hand in (True, False)
    )
    assert unchanged == from_route
    assert (unchanged.status, unchanged.body) == (204, b"")


def test_what_is_at_hand_does_not_pass_the_stack_behind(
    run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[str] = []

    async def behind(scope: Any, _receive: Any, send: Any) -> None:
        passed.append(scope["path"])
        await send({"type": "http.response.start", "status": 418, "headers": []})

    async def all_of_them() -> list[int]:
        watched = Question.of(run_id, b"").watched
        answers = Answers(message, fresh_seconds=60)
        monkeypatch.setattr(watching, "_answers", answers)
        await answers.get(watched)
        front: Any = watching.HandedOut(behind)
        addresses = (f"/live/{run_id}", "/live/other", f"/live/{run_id}/x", "/runs")
        found = [(await _got(front, address, "gzip")).status for address in addresses]
        answers.close()
        return found

    assert asyncio.run(all_of_them()) == [200, 418, 418, 418]
    assert passed == ["/live/other", f"/live/{run_id}/x", "/runs"]


@pytest.mark.usefixtures("own_store")
def test_who_asks_for_what_is_being_made_waits_before_the_stack_and_trouble_goes_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fails = threading.Event()
    making = threading.Event()

    def make(_watched: object) -> dict[str, Any]:
        making.wait(10)
        if fails.is_set():
            raise ZeroDivisionError
        return {"again": None}

    passed: list[str] = []

    async def behind(scope: Any, _receive: Any, send: Any) -> None:
        passed.append(scope["path"])
        await send({"type": "http.response.start", "status": 418, "headers": []})

    async def both() -> list[int]:
        found = []
        for _time in range(2):
            making.clear()
            answers = Answers(make)
            monkeypatch.setattr(watching, "_answers", answers)
            first = asyncio.create_task(answers.get(Question.of("r", b"").watched))
            await asyncio.sleep(0)
            front: Any = watching.HandedOut(behind)
            second = asyncio.create_task(_got(front, "/live/r", "gzip"))
            await asyncio.sleep(0.05)
            assert not second.done()
            making.set()
            await asyncio.gather(first, return_exceptions=True)
            found.append((await second).status)
            answers.close()
            fails.set()
        return found

    assert asyncio.run(both()) == [200, 418]
    assert passed == ["/live/r"]


def test_who_opens_a_page_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    watchers = Watchers()
    monkeypatch.setattr(watching, "_watchers", watchers)

    async def behind(_scope: Any, _receive: Any, _send: Any) -> None:
        pass

    async def open_one() -> None:
        front: Any = watching.HandedOut(behind)
        await front({"type": "websocket", "path": "/_stcore/stream"}, None, None)

    asyncio.run(open_one())
    assert watchers.opened == pytest.approx(1, abs=0.2)


def test_those_who_wait_for_a_slow_server_are_counted_whole(
    own_store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_store.set_status(run_id, "running")
    counted = []
    for after in ("", "?after=1400", "?after=-1", "?after=99999999999", "?after=x"):
        watchers = Watchers()
        monkeypatch.setattr(watching, "_watchers", watchers)
        get(f"/live/{run_id}{after}")
        counted.append(watchers.count)
    silent, slow, *nonsense = counted
    assert slow / silent == pytest.approx(1400 / MOVING_MS, rel=0.1)
    assert nonsense == pytest.approx([silent] * 3, rel=0.1)


@pytest.mark.usefixtures("own_store")
def test_a_run_that_is_not_there_is_said_so_in_the_readers_language() -> None:
    english, chinese = get("/live/nobody", "/live/nobody?lang=zh")
    assert english.status == chinese.status == 404
    assert "There is no run nobody here" in english.json()["message"]
    assert "nobody" in chinese.json()["message"]
    assert "There is" not in chinese.json()["message"]


def test_a_deleted_run_and_one_that_never_was_are_the_same_answer(
    own_store: Store, run_id: str
) -> None:
    own_store.set_status(run_id, "finished")
    own_store.set_steering(run_id, "steering digest")
    own_store.delete(run_id)
    never = run_id[::-1]
    deleted, unknown = get(f"/live/{run_id}", f"/live/{never}")
    assert deleted.status == unknown.status == 404
    assert deleted.headers.keys() == unknown.headers.keys()
    assert deleted.json()["message"].replace(run_id, never) == unknown.json()["message"]


def test_an_id_is_found_whole_or_not_at_all(run_id: str) -> None:
    guesses = (run_id[:-1], run_id + "x", run_id.swapcase(), "%25", "_" * len(run_id), "*")
    assert {got.status for got in get(*(f"/live/{guess}" for guess in guesses))} == {404}


def test_all_who_watch_are_told_the_same_whoever_steers(own_store: Store, run_id: str) -> None:
    (before,) = get(f"/live/{run_id}")
    own_store.set_steering(run_id, "steering digest")
    (after,) = get(f"/live/{run_id}")
    assert before.body == after.body
    assert after.json().keys() == {
        "marker", "status", "text", "done", "last", "again", "version", "step", "curves", "wall",
        "templates",
    }  # fmt: skip


def test_in_a_crowd_each_is_asked_for_patience_and_gets_the_same_bytes(
    own_store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_store.set_status(run_id, "running")
    monkeypatch.setattr(watching, "_watchers", Watchers())
    alone, seen = get(f"/live/{run_id}"), f"seen={get(f'/live/{run_id}')[0].json()['marker']}"
    for _watcher in range(5_000):
        watching._watchers.again(MOVING_MS)
    told, unchanged = get(f"/live/{run_id}", f"/live/{run_id}?{seen}")
    assert HEADER.lower() not in alone[0].headers
    assert alone[0].body == told.body
    assert (told.status, unchanged.status) == (200, 204)
    assert int(told.headers[HEADER.lower()]) >= CROWD_MS
    assert int(unchanged.headers[HEADER.lower()]) >= CROWD_MS
    own_store.set_status(run_id, "paused")
    assert HEADER.lower() not in get(f"/live/{run_id}")[0].headers


def test_one_who_comes_when_there_is_too_much_to_do_is_told_to_come_again(
    run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("softmax_ui.live.answers.MOST_PENDING", 0)
    (busy,) = get(f"/live/{run_id}")
    assert busy.status == 503
    assert busy.headers["retry-after"] == "1"
    assert "The server is busy" in busy.json()["message"]


def test_trouble_with_the_store_is_a_sentence() -> None:
    def make(_watched: object) -> dict[str, Any]:
        raise StoreLocked(Path("runs.sqlite"), "in use")

    (got,) = get("/live/x", make=make)
    assert got.status == 503
    assert "in use by another program" in got.json()["message"]


def test_a_mistake_of_ours_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    def make(_watched: object) -> dict[str, Any]:
        raise ZeroDivisionError("secret detail")

    (got,) = get("/live/x", make=make)
    assert got.status == 500
    assert "secret detail" not in got.body.decode()
    assert "secret detail" in caplog.text


def test_the_route_lies_below_the_base_path(run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "/softmax/"}.get)
    below, beside = get(f"/softmax/live/{run_id}", f"/live/{run_id}")
    assert (below.status, beside.status) == (200, 404)


def test_the_end_of_the_server_is_the_end_of_the_runner(
    own_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_answers", Answers(message))

    async def serve_and_end() -> None:
        async with server.lifespan(None):
            cache.runner()

    asyncio.run(serve_and_end())
    Holder(own_store.path).release()  # StoreLocked while the runner lives


def test_the_teachers_link_is_printed_once_and_on_a_shared_server_alone(
    own_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {
        "server.port": 8501,
        "server.baseUrlPath": "/softmax/",
        "server.address": "localhost",
    }
    monkeypatch.setattr(st, "get_option", options.get)
    monkeypatch.setattr(watching, "_answers", Answers(message))

    def started() -> str:
        async def serve_and_end() -> None:
            async with server.lifespan(None):
                pass

        asyncio.run(serve_and_end())
        return capsys.readouterr().out

    monkeypatch.setenv("SOFTMAX_SHARED", "0")
    assert started() == ""
    monkeypatch.setenv("SOFTMAX_SHARED", "1")
    assert "http://localhost:8501/softmax/classroom#teacher=" in started()
    assert started() == ""
    monkeypatch.setenv("SOFTMAX_RUNS", str(own_store.path / "in the way"))
    assert started() == "", "what is wrong with the folder is for the pages to say"
