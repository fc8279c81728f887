"""On a shared server, what a page still offers is refused where one may only watch.

A page is older than the press of its buttons. Here a run is handed to somebody else in between:
what was drawn for one who may steer it must then do nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from softmax_core.data import FASHION_MNIST, Description
from softmax_core.runs import Run, Status, Store, ThreadRunner
from softmax_core.training import Experiment, RateChange, Variant
from softmax_ui import cache, steering, teacher
from softmax_ui.screens.run import controls
from softmax_ui.screens.runs.table import CHOSEN

ROOT = Path(__file__).parents[2]
SECRET, ANOTHER = "5" * 64, "6" * 64
REFUSED = "You are watching. Whoever started this run steers it."

Act = Callable[[AppTest, Run], Any]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The app's own store on a shared server, before a browser that holds no key of a run."""
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path))
    monkeypatch.setenv("SOFTMAX_SHARED", "1")
    cache.close_runs()
    st.cache_resource.clear()
    holds(monkeypatch, {})
    cache.runner()  # it interrupts what is alive, so it comes before the runs of the test
    yield cache.store()
    cache.close_runs()
    st.cache_resource.clear()


def holds(monkeypatch: pytest.MonkeyPatch, secrets: dict[str, str], **more: str) -> None:
    held = {"key": "a" * 64, "secrets": secrets, **more}
    monkeypatch.setattr(steering, "steering_keys", lambda **_asked: held)


@pytest.fixture
def run(store: Store, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run that the one who is here steers, for they hold its steering link."""
    made = store.create(Experiment([Variant("one")]), 2350)
    store.annotate(made.id, "as it was")
    holds(monkeypatch, {made.id: SECRET})
    steered_with(store, made, SECRET)
    return made


def steered_with(store: Store, run: Run, secret: str) -> None:
    store.set_steering(run.id, hashlib.sha256(secret.encode()).hexdigest())


def opened(store: Store, run: Run, page: str, status: Status, *beside: Run) -> AppTest:
    """The page of a run in that status, which is ticked in the list with others beside it."""
    store.set_status(run.id, status)
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    test.session_state[CHOSEN] = [run.id, *(other.id for other in beside)]
    test.query_params["run"] = run.id
    test.switch_page(f"pages/{page}.py").run()
    assert not test.exception
    return test


def pressed(key: str) -> Act:
    return lambda test, _run: test.button(key=key).click()


PRESSED: list[str] = []
"""Buttons that count their clicks, and that were pressed since the page was drawn."""


@pytest.fixture(autouse=True)
def browser_tells_what_was_pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(done: int) -> list[tuple[int, str]]:
        orders = [(done + place, kind) for place, kind in enumerate(PRESSED, start=1)]
        PRESSED.clear()
        return orders

    monkeypatch.setattr(controls, "orders_after", told)


def ordered(kind: str) -> Act:
    return lambda _test, _run: PRESSED.append(kind)


ON_THE_CARD: dict[str, Act] = {
    "delete": pressed("delete"),
    "pin": pressed("pin"),
    "rename": lambda test, run: test.text_input(key=f"name_{run.id}").input("mine now"),
    "annotate": lambda test, run: test.text_area(key=f"note_{run.id}").input("mine now"),
}


@pytest.mark.parametrize("act", ON_THE_CARD.values(), ids=ON_THE_CARD)
def test_the_list_changes_no_run_of_others(store: Store, run: Run, act: Act) -> None:
    test = opened(store, run, "runs", "finished")
    act(test, run)
    steered_with(store, run, ANOTHER)
    before = store.run(run.id)
    test.run()
    assert [error.value for error in test.error] == [REFUSED]
    assert store.runs() == [before]
    steered_with(store, run, SECRET)
    act(test.run(), run)
    test.run()
    assert not test.error
    assert store.runs() != [before], "whoever holds the secret may"


def test_several_ticked_runs_are_deleted_but_for_those_of_others(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, foreign = (store.create(Experiment([Variant(name)]), 2350) for name in "bc")
    holds(monkeypatch, {run.id: SECRET, other.id: SECRET})
    for made, secret in ((other, SECRET), (foreign, ANOTHER)):
        store.set_status(made.id, "finished")
        steered_with(store, made, secret)
    test = opened(store, run, "runs", "finished", other, foreign)
    button = test.button(key="delete_many")
    assert button.label == "Delete 2 runs"
    button.click()
    steered_with(store, other, ANOTHER)
    test.run()
    assert {kept.id for kept in store.runs()} == {other.id, foreign.id}


def test_a_deleted_run_comes_back_to_those_alone_who_may_steer_it(store: Store, run: Run) -> None:
    test = opened(store, run, "runs", "finished")
    test.button(key="delete").click().run()
    test.button(key=f"undo_{run.id}").click()
    steered_with(store, run, ANOTHER)
    test.run()
    assert [error.value for error in test.error] == [REFUSED]
    assert store.runs() == []
    steered_with(store, run, SECRET)
    test.button(key=f"undo_{run.id}").click().run()
    assert [kept.id for kept in store.runs()] == [run.id]


def new_rate(test: AppTest, run: Run) -> None:
    test.text_input(key=f"new_rate_{run.id}_0_0.1_typed").set_value("0.5")


@pytest.mark.parametrize(
    ("status", "act", "command", "given"),
    [
        ("running", ordered("pause"), "pause", ()),
        ("paused", ordered("resume"), "resume", ()),
        ("paused", ordered("step"), "step", ()),
        ("paused", ordered("step_epoch"), "step_epoch", (1,)),
        ("paused", ordered("stop"), "stop", ()),
        ("paused", new_rate, "change_learning_rate", (0, 0.5)),
        ("paused", lambda test, _run: test.select_slider(key="speed").set_value("10"),
         "set_speed", (10.0,)),
    ],
)  # fmt: skip
def test_the_dashboard_commands_no_run_of_others(
    store: Store,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    status: Status,
    act: Act,
    command: str,
    given: tuple[object, ...],
) -> None:
    commanded: list[tuple[object, ...]] = []

    def obey(_runner: ThreadRunner, run_id: str, *given: object) -> None:
        commanded.append((run_id, *given))
        store.set_status(run_id, "stopped")

    monkeypatch.setattr(ThreadRunner, command, obey)
    test = opened(store, run, "training_dashboard", status)
    act(test, run)
    steered_with(store, run, ANOTHER)
    test.run()
    assert [error.value for error in test.error] == [REFUSED]
    assert commanded == []
    steered_with(store, run, SECRET)
    again = opened(store, run, "training_dashboard", status)
    act(again, run)
    again.run()
    assert commanded == [(run.id, *given)], "whoever holds the secret may"


def starts(monkeypatch: pytest.MonkeyPatch, store: Store) -> list[tuple[Any, ...]]:
    """What is started, and at which pace: the store keeps it, and nothing trains."""
    told: list[tuple[Any, ...]] = []

    def start(
        _runner: ThreadRunner,
        experiment: Experiment,
        owner: str = "",
        steering: Any = None,
        rate_changes: Any = (),
        data: Description = FASHION_MNIST,
    ) -> Run:
        told.append((experiment, tuple(rate_changes), owner))
        return store.create(experiment, 2350, owner=owner, steering=steering, data=data)

    monkeypatch.setattr(ThreadRunner, "start", start)
    monkeypatch.setattr(
        ThreadRunner, "set_speed", lambda _runner, _run_id, speed: told.append((speed,))
    )
    return told


def test_whoever_starts_a_run_steers_it_and_has_one_more_under_way(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = starts(monkeypatch, store)
    test = opened(store, run, "training_dashboard", "finished")
    del test.query_params["run"]
    test.run().select_slider(key="speed").set_value("30").run()
    test.button(key="start_0").click().run()
    (begun,) = (made for made in store.runs() if made.id != run.id)
    assert told == [(run.experiment, (), begun.owner), (30.0,)]
    assert test.query_params["run"] in (begun.id, [begun.id])
    assert begun.owner
    assert store.alive(begun.owner) == 1
    steers = [part for part in test.get("bidi_component") if "resume" in part.proto.json]
    assert steers, "it is theirs to steer"
    assert [code.value.split("#")[0][-len(begun.id) :] for code in test.code] == [begun.id] * 2


def test_a_run_is_done_again_with_its_changes_by_anybody_who_watches_it(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = starts(monkeypatch, store)
    change = RateChange(100, 0, 0.5)
    store.add_rate_change(run.id, change)
    steered_with(store, run, ANOTHER)
    test = opened(store, run, "training_dashboard", "finished")
    test.button(key="repeat_0").click().run()
    assert not test.error
    assert told[0][:2] == (run.experiment, (change,))


@pytest.mark.parametrize("page", ["runs", "training_dashboard"])
def test_one_who_may_only_watch_is_offered_nothing_that_steers(
    store: Store, run: Run, page: str
) -> None:
    steered_with(store, run, ANOTHER)
    test = opened(store, run, page, "paused")
    widgets = (*test.button, *test.text_input, *test.text_area, *test.select_slider)
    steers = {"pin", "delete", "speed", f"new_rate_{run.id}_0_0.1_typed"}
    assert not [part for part in test.get("bidi_component") if "resume" in part.proto.json]
    assert not {widget.key for widget in widgets} & {*steers, f"name_{run.id}", f"note_{run.id}"}
    assert REFUSED in {caption.value for caption in test.caption}
    assert [f"run={run.id}" in code.value for code in test.code] == [True], "the link to watch"
    assert "#steer" not in test.code[0].value


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("training_dashboard", "start"),
        ("numerical_precision", "train_forms"),
        ("vanishing_gradient", "train_losses"),
    ],
)
def test_nothing_is_started_before_the_browser_has_said_who_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch, page: str, key: str
) -> None:
    told = starts(monkeypatch, store)
    monkeypatch.setattr(steering, "steering_keys", lambda **_asked: None)
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    test.switch_page(f"pages/{page}.py").run()
    assert test.button(key=f"{key}_0").disabled
    assert told == []
    holds(monkeypatch, {})
    assert not test.run().button(key=f"{key}_0").disabled


def names_in_list(test: AppTest) -> list[str]:
    return list(test.dataframe[0].value["name"]) if test.dataframe else []


def of_others(store: Store, name: str) -> Run:
    made = store.create(
        Experiment([Variant("v")]), 2350, owner="somebody", steering=lambda _run: "digest"
    )
    store.rename(made.id, name)
    store.set_status(made.id, "finished")
    return store.run(made.id)


def test_a_list_has_ones_own_runs_those_of_ones_links_and_what_was_shown(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.rename(run.id, "by its link")
    _secret, shown = of_others(store, "secret"), of_others(store, "shown to all")
    mine = store.create(Experiment([Variant("v")]), 2350, owner=owner_of("a" * 64))
    store.rename(mine.id, "my own")
    store.show(shown.id)
    test = opened(store, run, "runs", "finished")
    assert names_in_list(test) == ["my own", "shown to all", "by its link"]
    store.show(shown.id, False)
    holds(monkeypatch, {})
    assert names_in_list(test.run()) == ["my own"]
    for key in ("pin", "delete", "show_to_class"):
        assert key not in {button.key for button in test.button}


def owner_of(key: str) -> str:
    return hashlib.sha256(f"owner {key}".encode()).hexdigest()[:16]


def test_one_who_was_shown_a_run_may_do_nothing_to_it(store: Store, run: Run) -> None:
    shown = of_others(store, "shown to all")
    store.show(shown.id)
    test = opened(store, shown, "runs", "finished")
    drawn = {widget.key for widget in (*test.button, *test.text_input, *test.text_area)}
    assert not drawn & {"pin", "delete", "show_to_class", f"name_{shown.id}", f"note_{shown.id}"}
    assert run.id


def test_what_was_cleared_or_damaged_is_told_to_the_teacher_alone(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "damaged", lambda _store: ["the id of another"])
    test = opened(store, run, "runs", "finished")
    assert not test.warning
    holds(monkeypatch, {}, teacher=teachers_secret())
    test = opened(store, run, "runs", "finished")
    assert "the id of another" in test.warning[0].value


def test_only_runs_of_ones_list_are_offered_for_a_comparison(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign, shown = of_others(store, "secret"), of_others(store, "shown to all")
    store.show(shown.id)
    monkeypatch.setattr(st, "session_state", {})
    steering.identify()
    found = {head.id for head in steering.listed(store.heads())}
    assert found == {run.id, shown.id}
    assert foreign.id not in found


def teachers_secret() -> str:
    return teacher.new_link("http://localhost:8501").rpartition("=")[2]


def test_the_teacher_finds_steers_pins_and_removes_every_run(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = of_others(store, "secret")
    holds(monkeypatch, {}, teacher=teachers_secret())
    test = opened(store, foreign, "runs", "finished")
    assert set(names_in_list(test)) == {"secret", "one"}
    test.button(key="pin").click().run()
    test.text_input(key=f"name_{foreign.id}").input("renamed").run()
    test.text_area(key=f"note_{foreign.id}").input("noted").run()
    changed = store.run(foreign.id)
    assert (changed.pinned, changed.name, changed.note) == (True, "renamed", "noted")
    test.button(key="delete").click().run()
    assert [kept.id for kept in store.runs()] == [run.id]


def test_showing_a_run_to_the_class_is_the_teachers_alone(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds(monkeypatch, {}, teacher=teachers_secret())
    test = opened(store, run, "runs", "finished")
    test.button(key="show_to_class").click()
    teachers_secret()  # another link was made: the one who is here is the teacher no more
    test.run()
    assert [error.value for error in test.error] == ["Only the teacher may do this."]
    assert store.shown() == set()
    holds(monkeypatch, {}, teacher=teachers_secret())
    test = opened(store, run, "runs", "finished")
    test.button(key="show_to_class").click().run()
    assert store.shown() == {run.id}
    test.button(key="show_to_class").click().run()
    assert store.shown() == set()


def test_on_ones_own_machine_all_is_listed_and_nothing_is_to_be_shown(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_others(store, "secret")
    monkeypatch.setenv("SOFTMAX_SHARED", "0")
    monkeypatch.setattr("softmax_ui.sharing.OWN_MACHINE", ("", "localhost"))
    test = opened(store, run, "runs", "finished")
    assert set(names_in_list(test)) == {"secret", "one"}
    assert "show_to_class" not in {button.key for button in test.button}
    assert "pin" in {button.key for button in test.button}
