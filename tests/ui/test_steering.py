"""Who may steer: the one who started the run, whoever holds its secret, nobody else."""

from __future__ import annotations

import pytest
import streamlit as st

from softmax_core.errors import OwnerMissing
from softmax_core.runs import Store
from softmax_core.training.experiment import Experiment, Variant
from softmax_ui import cache, steering, teacher
from softmax_ui.command import main

MINE, YOURS = "a" * 64, "b" * 64


@pytest.fixture
def store(own_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The app's own store, on a server that others can reach."""
    monkeypatch.setenv("SOFTMAX_SHARED", "1")
    return own_store


def here_is(monkeypatch: pytest.MonkeyPatch, key: str, **secrets: str) -> None:
    """Let somebody else sit in front of the screen, with a session of their own."""
    monkeypatch.setattr(st, "session_state", {})
    here_tells(monkeypatch, {"key": key, "secrets": secrets})


def here_tells(monkeypatch: pytest.MonkeyPatch, held: object) -> None:
    """Let the browser tell what it holds."""
    monkeypatch.setattr(steering, "steering_keys", lambda **_asked: held)
    steering.identify()


def started(store: Store) -> str:
    experiment = Experiment([Variant("v")])
    return store.create(experiment, 2350, owner=steering.owner(), steering=steering.proof()).id


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


@pytest.mark.usefixtures("store")
def test_nobody_starts_a_run_before_the_browser_has_said_who_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cache.close_runs()  # the runner of a server that is shared from its start
    here_is(monkeypatch, "")
    assert not steering.may_start()
    with pytest.raises(OwnerMissing):
        cache.runner().start(
            Experiment([Variant("v")]), owner=steering.owner(), steering=steering.proof()
        )
    assert cache.store().runs() == []
    here_tells(monkeypatch, {"key": MINE, "secrets": {}})
    assert steering.may_start()


def test_another_page_that_has_not_asked_yet_knows_who_is_here(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    here_is(monkeypatch, MINE)
    run = started(store)
    monkeypatch.setattr(steering, "steering_keys", lambda known, **_asked: asked.append(known))
    steering.identify()
    assert steering.may_steer(run)
    assert steering.may_start()
    monkeypatch.setattr(st, "session_state", {})  # the server was restarted under an open page
    steering.identify()
    assert asked == [True, False], "so the browser knows when it has to tell once more"


def test_a_link_that_is_made_anew_ends_the_one_before(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here_is(monkeypatch, MINE)
    run = started(store)
    links = [str(steering.steering_link(run))]
    for _renewed in range(2):
        steering.renew_link(run)
        links.append(str(steering.steering_link(run)))
    assert len(set(links)) == 3
    assert store.alive(steering.owner()) == 1, "it is still theirs"
    *ended, newest = (link.split("=")[-1] for link in links)
    for secret in ended:
        here_is(monkeypatch, YOURS, **{run: secret})
        assert not steering.may_steer(run)
    here_is(monkeypatch, YOURS, **{run: newest})
    steering.renew_link(run)
    assert steering.show_steering_error(), "only the one who started it makes another link"
    assert steering.steering_link(run) == links[-1]


def test_the_teacher_steers_every_run_and_a_new_link_ends_the_old_one(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here_is(monkeypatch, MINE)
    run, nobodys = started(store), store.create(Experiment([Variant("v")]), 2350).id
    secret = teacher.new_link("http://localhost:8501").split("#teacher=")[1]
    kept = store.path.with_name("teacher.sha256")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert secret not in kept.read_text()

    def is_here(given: object) -> None:
        monkeypatch.setattr(st, "session_state", {})
        here_tells(monkeypatch, {"key": YOURS, "secrets": {}, "teacher": given})

    is_here(secret)
    assert steering.may_steer(run)
    assert steering.may_steer(nobodys)
    assert steering.steering_link(run) is None, "a run's own secret is its starter's to hand on"
    for guess in (secret[:-1] + ("0" if secret[-1] != "0" else "1"), kept.read_text(), "", None):
        is_here(guess)
        assert not steering.may_steer(run)
    is_here(secret)
    assert main(["teacher", "--url", "https://class.example/softmax/"]) == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith("https://class.example/softmax/classroom#teacher=")
    assert not steering.may_steer(run)
    is_here(link.split("=")[1])
    assert steering.may_steer(run)


def test_a_teacher_who_makes_another_link_stays_the_teacher(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.create(Experiment([Variant("v")]), 2350).id
    secret = teacher.new_link("http://localhost:8501").split("#teacher=")[1]
    told: list[str] = []
    monkeypatch.setattr(st, "session_state", {})
    here_tells(monkeypatch, {"key": YOURS, "secrets": {}, "teacher": secret})
    link = steering.renew_teacher("https://class.example")
    assert link.startswith("https://class.example/")
    assert steering.may_steer(run)
    assert not teacher.is_secret(secret)
    monkeypatch.setattr(steering, "steering_keys", lambda renewed, **_asked: told.append(renewed))
    steering.identify()
    assert told == [link.split("=")[-1]], "the browser keeps it from now on"


def test_on_ones_own_machine_everybody_steers(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here_is(monkeypatch, MINE)
    monkeypatch.setenv("SOFTMAX_SHARED", "0")
    monkeypatch.setattr(st, "get_option", lambda _name: "localhost")
    run = started(store)
    assert store.steering(run) == "", "nobody's, also once the server is shared"
    here_is(monkeypatch, YOURS)
    assert steering.may_steer(run)


@pytest.mark.parametrize(
    "given",
    [
        "text",
        {"key": MINE},
        {"key": ["a"] * 64, "secrets": {}},
        {"key": "A" * 64, "secrets": {}},
        {"key": MINE + "\n", "secrets": {}},
    ],
)
def test_a_browser_that_tells_nonsense_holds_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, given: object
) -> None:
    here_is(monkeypatch, MINE)
    run = started(store)
    here_tells(monkeypatch, given)
    assert steering.owner() == ""
    assert not steering.may_steer(run)


def test_secrets_of_the_wrong_form_are_dropped_and_the_others_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here_is(monkeypatch, MINE)
    run, other = started(store), started(store)
    secret = str(steering.steering_link(run)).split("=")[-1]
    here_is(monkeypatch, YOURS)
    here_tells(monkeypatch, {"key": YOURS, "secrets": {other: 7, "third": "x", run: secret}})
    assert steering.may_steer(run)
    assert not steering.may_steer(other)
