"""Who may steer: the one who started the run, whoever holds its secret, nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from softmax_core.runs import Store
from softmax_core.training.experiment import Experiment, Variant
from softmax_ui import steering

MINE, YOURS = "a" * 64, "b" * 64


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store behind a server that others can reach."""
    with Store(tmp_path / "runs.sqlite") as opened:
        monkeypatch.setattr(steering, "store", lambda: opened)
        monkeypatch.setattr(steering, "is_shared", lambda: True)
        yield opened


def here_is(monkeypatch: pytest.MonkeyPatch, key: str, **secrets: str) -> None:
    """Let somebody else sit in front of the screen."""
    held = steering._checked({"key": key, "secrets": secrets})
    monkeypatch.setattr(steering, "_held", lambda: held)


def started(store: Store) -> str:
    run = store.create(Experiment([Variant("v")]), 2350, owner=steering.owner())
    steering.claim(run.id)
    return run.id


def test_the_starter_steers_and_another_only_watches(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here_is(monkeypatch, MINE)
    run = started(store)
    assert steering.may_steer(run)
    mine = steering.owner()
    here_is(monkeypatch, YOURS)
    assert not steering.may_steer(run)
    assert steering.steering_link(run) is None
    assert steering.owner() != mine
    here_is(monkeypatch, "")
    assert not steering.may_steer(run)
    assert steering.owner() == ""


def test_a_link_hands_the_steering_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    here_is(monkeypatch, MINE)
    run, other = started(store), started(store)
    link = steering.steering_link(run)
    assert link is not None
    assert link.startswith(steering.watching_link(run) + "#steer=")
    secret = link.split("=")[-1]
    here_is(monkeypatch, YOURS, **{run: secret, other: secret})
    assert steering.may_steer(run)
    assert steering.steering_link(run) == link, "handed on once more, it is the same link"
    assert not steering.may_steer(other)
    here_is(monkeypatch, YOURS, **{run: secret[:-1] + ("0" if secret[-1] != "0" else "1")})
    assert not steering.may_steer(run)


def test_the_secret_is_nowhere_on_the_server(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    here_is(monkeypatch, MINE)
    link = steering.steering_link(started(store))
    assert link is not None
    store.close()
    kept = store.path.read_bytes()
    assert link.split("=")[-1].encode() not in kept
    assert MINE.encode() not in kept


def test_nothing_but_the_secret_of_this_run_steers_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here_is(monkeypatch, MINE)
    run, other = started(store), started(store)
    own, others = (str(steering.steering_link(made)).split("=")[-1] for made in (run, other))
    assert own != others
    for guess in (others, store.steering(run), MINE, own.upper(), own[:-1], ""):
        here_is(monkeypatch, YOURS, **{run: guess})
        assert not steering.may_steer(run), guess
    here_is(monkeypatch, YOURS, **{other: own})
    assert not steering.may_steer(run)


def test_a_run_nobody_claimed_is_steered_by_nobody(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here_is(monkeypatch, MINE)
    run = store.create(Experiment([Variant("v")]), 2350).id
    assert not steering.may_steer(run)
    assert not steering.may_steer("nobody")


def test_a_run_started_before_the_browser_answered_is_claimed_when_it_does(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    session: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", session)
    monkeypatch.setattr(steering, "steering_keys", lambda key: None)  # noqa: ARG005
    steering.identify()
    run = started(store)
    assert not steering.may_steer(run)
    held = {"key": MINE, "secrets": {}}
    monkeypatch.setattr(steering, "steering_keys", lambda key: held)  # noqa: ARG005
    steering.identify()
    assert steering.may_steer(run)
    assert store.alive(steering.owner()) == 1  # it counts against the number one may have
    assert session == {"steering_held": held}


def test_on_ones_own_machine_everybody_steers(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here_is(monkeypatch, MINE)
    monkeypatch.setattr(steering, "is_shared", lambda: False)
    run = started(store)
    assert store.steering(run) == "", "nobody's, also once the server is shared"
    here_is(monkeypatch, YOURS)
    assert steering.may_steer(run)


@pytest.mark.parametrize(
    "given",
    [
        None,
        "text",
        {"key": MINE},
        {"key": ["a"] * 64, "secrets": {}},
        {"key": "A" * 64, "secrets": {}},
        {"key": MINE + "\n", "secrets": {}},
    ],
)
def test_a_browser_that_tells_nonsense_holds_nothing(given: object) -> None:
    assert steering._checked(given) == {"key": "", "secrets": {}}


def test_secrets_of_the_wrong_form_are_dropped() -> None:
    held = steering._checked({"key": MINE, "secrets": {"run": YOURS, "other": 7, "third": "x"}})
    assert held == {"key": MINE, "secrets": {"run": YOURS}}
