"""Tables of a run's records over HTTP: whole, while they grow, or a sentence that says why not."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette

from softmax_core.errors import ExportsBusy
from softmax_core.runs import Store
from softmax_core.runs.exporting import epochs_csv, steps_csv
from softmax_core.runs.run import mark_of
from softmax_core.training import EpochRecord, Experiment, StepRecord, Variant
from softmax_ui.server import exports as server
from softmax_ui.server.routes import routes


@pytest.fixture
def run_id(own_store: Store) -> str:
    run = own_store.create(Experiment([Variant("one")]), total_steps=3).id
    own_store.append(
        run,
        [StepRecord(step, 1, [0.1], [0.2], [0.3], [0.4]) for step in (1, 2, 3)],
        [EpochRecord(1, 3, [0.1], [0.2], None, None, [0.3], [0.4], [])],
    )
    return run


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    server.close_exports()


def get(address: str, accept: str = "gzip") -> tuple[int, dict[str, str], bytes]:
    """Ask the routes, as the server does."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"accept-encoding", accept.encode())],
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(part: Any) -> None:
        sent.append(part)

    asyncio.run(Starlette(routes=routes())(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:])


@pytest.mark.parametrize(("table", "whole"), [("steps", steps_csv), ("epochs", epochs_csv)])
def test_a_table_is_a_file_to_keep(own_store: Store, run_id: str, table: str, whole: Any) -> None:
    status, headers, body = get(f"/export/{run_id}/{table}.csv?by=me")
    assert status == 200
    assert headers["content-type"] == "text/csv; charset=utf-8"
    assert headers["content-disposition"] == f'attachment; filename="{table}-{mark_of(run_id)}.csv"'
    assert headers["cache-control"] == "no-store"
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body).decode() == whole(own_store, run_id)
    _, plain, same = get(f"/export/{run_id}/{table}.csv", accept="gzip;q=0")
    assert plain["content-encoding"] == "identity"
    assert same.decode() == whole(own_store, run_id)


@pytest.mark.usefixtures("own_store")
def test_a_run_that_is_not_there_is_said_in_the_readers_language() -> None:
    status, headers, body = get("/export/nobody/steps.csv?lang=zh")
    assert (status, headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert "nobody" in body.decode()
    assert "There is" not in body.decode()
    assert get("/export/nobody/secrets.csv")[0] == 404


def test_who_has_to_wait_is_told_so(run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_given: object) -> None:
        raise ExportsBusy(6, yours=False)

    monkeypatch.setattr("softmax_core.runs.exports.Exports.open", busy)
    status, headers, body = get(f"/export/{run_id}/steps.csv")
    assert (status, headers["retry-after"]) == (503, "60")
    assert body.decode().startswith("6 files are being made for others.")
