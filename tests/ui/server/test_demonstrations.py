"""The route to home's short trainings: bounded, made once, and honest when there is no data."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from softmax_core.errors import DataNotFound
from softmax_ui.live.demonstration import SEEDS, Demonstration
from softmax_ui.server import demonstrations as server
from softmax_ui.server import routes
from tests.ui.server.asking import asked


@dataclass
class Training:
    """Counts what is trained; `error` is raised instead."""

    made: list[int]
    begun: list[tuple[int, int]] = field(default_factory=list)
    """Each beginning that was made, and how many trainings had been made before it."""
    error: Exception | None = None
    at_once: int = 0
    most: int = 0

    def __call__(self, seed: int) -> Demonstration:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        threading.Event().wait(0.02)
        self.at_once -= 1
        self.made.append(seed)
        if self.error:
            raise self.error
        return Demonstration(b"plain", b"gzip")

    def begin(self, seed: int) -> Demonstration:
        self.begun.append((seed, len(self.made)))
        if self.error:
            raise self.error
        return Demonstration(b"begun", b"zipped")


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> Training:
    counted = Training([])
    monkeypatch.setattr(server, "demonstration", counted)
    monkeypatch.setattr(server, "first_look", counted.begin)
    monkeypatch.setattr(server, "_demonstrations", server.Demonstrations())
    return counted


def test_all_who_ask_share_one_training_and_one_is_made_at_a_time(training: Training) -> None:
    async def crowd() -> list[Demonstration]:
        shared = server.Demonstrations()
        return await asyncio.gather(*(shared.get(seed) for seed in (0, 1, 2) for _ in range(30)))

    assert len(asyncio.run(crowd())) == 90
    assert sorted(training.made) == [0, 1, 2]
    assert training.most == 1


def test_one_who_leaves_takes_it_from_nobody_and_a_failure_is_tried_again(
    training: Training,
) -> None:
    async def leaving() -> Demonstration:
        shared = server.Demonstrations()
        first = asyncio.create_task(shared.get(0))
        await asyncio.sleep(0)
        first.cancel()
        return await shared.get(0)

    assert asyncio.run(leaving()).plain == b"plain"
    assert training.made == [0]

    async def twice() -> Demonstration:
        shared = server.Demonstrations()
        training.error = DataNotFound((Path("data"),), "Fashion-MNIST is not here")
        with pytest.raises(DataNotFound):
            await shared.get(5)
        training.error = None
        return await shared.get(5)

    assert asyncio.run(twice()).plain == b"plain"


def test_what_a_training_begins_with_is_made_before_it_and_once(training: Training) -> None:
    async def both() -> list[bytes]:
        shared = server.Demonstrations()
        asked = [shared.get(seed, first=first) for seed in (0, 1) for first in (False, True, True)]
        return [each.plain for each in await asyncio.gather(*asked)]

    assert asyncio.run(both()) == [b"plain", b"begun", b"begun"] * 2
    assert training.begun == [(0, 0), (1, 1)]
    assert get("2/first")[2] == b"begun"
    assert get("16/first")[0] == 404


def get(seed: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    got = asked(routes.routes(), f"/demonstration/{seed}", headers)
    return got.status, got.headers, got.body


def test_the_route_answers_in_the_coding_that_is_taken(training: Training) -> None:
    status, headers, body = get("3", **{"accept-encoding": "br, gzip"})
    assert (status, headers["content-encoding"], body) == (200, "gzip", b"gzip")
    assert headers["cache-control"] == "no-store"
    status, headers, body = get("4")
    assert (status, "content-encoding" in headers, body) == (200, False, b"plain")
    assert training.made == [3, 4]


@pytest.mark.parametrize("seed", ["-1", str(SEEDS), "9" * 400, "x", "1.0", "%20", "²"])
def test_other_seeds_are_not_trained(training: Training, seed: str) -> None:
    assert get(seed)[0] == 404
    assert training.made == []


def test_without_the_pictures_it_says_so_in_the_readers_language(training: Training) -> None:
    training.error = DataNotFound((Path("data"),), "Fashion-MNIST is not here")
    said: list[Any] = []
    for language in ("en", "zh"):
        status, _, body = get("0", **{"accept-language": language})
        assert status == 503
        said.append(json.loads(body)["message"])
    assert "Fashion-MNIST" in said[0]
    assert said[0] != said[1]
