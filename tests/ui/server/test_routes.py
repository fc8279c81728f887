"""What the server does besides Streamlit's pages."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import streamlit as st
from starlette.applications import Starlette

from softmax_core.errors import StoreLocked
from softmax_core.runs import Store
from softmax_core.runs.holder import Holder
from softmax_core.training.experiment import Experiment, Variant
from softmax_ui import cache
from softmax_ui.live.answers import Answers
from softmax_ui.live.message import MOVING_MS, message
from softmax_ui.live.pace import CROWD_MS, HEADER, Watchers
from softmax_ui.server import routes as server

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        plain = gzip.decompress(self.body) if "content-encoding" in self.headers else self.body
        return json.loads(plain)


def get(*addresses: str, accept: str = "gzip", make: Any = message) -> list[Got]:
    """Ask the routes for addresses, one after the other, as the server does."""
    monkeypatch = pytest.MonkeyPatch()

    async def all_of_them() -> list[Got]:
        answers = Answers(make)
        monkeypatch.setattr(server, "_answers", answers)
        try:
            app = Starlette(routes=server.routes())
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
    monkeypatch.setattr(server, "_watchers", Watchers())
    alone, seen = get(f"/live/{run_id}"), f"seen={get(f'/live/{run_id}')[0].json()['marker']}"
    for _watcher in range(5_000):
        server._watchers.again(MOVING_MS)
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
    monkeypatch.setattr(server, "_answers", Answers(message))

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
    monkeypatch.setattr(server, "_answers", Answers(message))

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
