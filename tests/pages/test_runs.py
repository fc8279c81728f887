"""The page of all runs, without a browser: the list, the card of one run, the comparison."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from softmax_core.runs import Head, Run, Status, Store
from softmax_core.runs.salvage import Salvage
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.records import EpochRecord, StepRecord
from softmax_ui import cache
from softmax_ui.screens.runs.table import CHOSEN

ROOT = Path(__file__).parents[2]


def finished(store: Store, name: str, accuracy: float, **settings: float | str) -> Run:
    """A run of one variant, 4 steps an epoch, 2 epochs."""
    experiment = Experiment([Variant(name, **settings)], epochs=2)  # type: ignore[arg-type]
    run = store.create(experiment, 8)
    steps = [StepRecord(n, 1 + (n - 1) // 4, [1 / n], [0.5], [0.5], [1.0]) for n in range(1, 9)]
    ends = [
        EpochRecord(n, 4 * n, [0.5], [0.5], None, None, [0.5], [measured], [[[1] * 10] * 10])
        for n, measured in ((1, accuracy / 2), (2, accuracy))
    ]
    store.append(run.id, steps, ends, seconds=(0.0, 2.0))
    store.set_status(run.id, "finished")
    return store.run(run.id)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The app's own store, in a folder of its own."""
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path))
    cache.close_runs()
    cache.glance_of.clear()
    yield cache.store()
    cache.close_runs()
    cache.glance_of.clear()


def opened(*ticked: str, **query: str) -> AppTest:
    """The page, with runs ticked as a person would tick them."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    page.session_state[CHOSEN] = list(ticked)
    page.switch_page("pages/runs.py")
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def names(page: AppTest) -> list[str]:
    return page.dataframe[0].value["name"].tolist()


def test_a_page_reads_the_list_of_all_runs_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of ten thousand runs that is the most of what a redraw costs."""
    run = finished(store, "a", 0.8)
    page = opened()
    asked: list[int] = []
    read = Store.heads

    def noted(own: Store) -> list[Head]:
        asked.append(1)
        return read(own)

    monkeypatch.setattr(Store, "heads", noted)
    page.run()
    assert not page.exception
    assert len(asked) == 1
    store.rename(run.id, "another name")  # and what has changed since is seen
    page.run()
    assert "another name" in page.dataframe[0].value["name"].iloc[0]


def test_a_fresh_store_says_where_to_begin(store: Store) -> None:  # noqa: ARG001
    page = opened()
    assert "no runs yet" in page.info[0].value
    assert not page.dataframe


def test_the_list_tells_what_each_run_came_to(store: Store) -> None:
    finished(store, "plain", 0.81)
    run = finished(store, "other", 0.83, learning_rate=0.5)
    store.pin(run.id)
    row = opened().dataframe[0].value.iloc[0]
    assert (row["name"], row["status"], row["accuracy"], row["loss"]) == (
        "★ other",
        "finished",
        0.83,
        0.5,
    )
    assert list(row["curve"]) == [1 / n for n in range(1, 9)]
    assert "η 0.5" in row["settings"]
    assert row["progress"] == 100.0


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, ["second", "First!"]),
        ({"sort": "oldest"}, ["First!", "second"]),
        ({"sort": "best"}, ["First!", "second"]),
        ({"sort": "name"}, ["First!", "second"]),
        ({"search": "first"}, ["First!"]),
        ({"search": "0.25 EPOCHS"}, ["second"]),
        ({"search": "why"}, ["First!"]),
        ({"search": "first 0.25"}, []),
        ({"shown": "pinned"}, ["★ second"]),
        ({"shown": "alive"}, []),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(
    store: Store, query: dict[str, str], shown: list[str]
) -> None:
    first, second = finished(store, "a", 0.9), finished(store, "second", 0.8, learning_rate=0.25)
    store.rename(first.id, "First!")
    store.annotate(first.id, "to see WHY")
    if query.get("shown") == "pinned":
        store.pin(second.id)
    page = opened(**query)
    if shown:
        assert names(page) == shown
    else:
        assert "No run fits" in page.info[0].value


def test_a_long_list_comes_in_pages(store: Store) -> None:
    made = [finished(store, f"run {number}", 0.8) for number in range(52)]
    page = opened()
    assert names(page) == [f"run {number}" for number in range(51, 1, -1)]
    page = opened(page="2", curves=f"{made[51].id}.0")  # of the other page
    assert names(page) == ["run 1", "run 0"]
    assert page.multiselect(key="curves_chosen").value == [f"{made[51].id}.0"]
    store.rename(made[30].id, "the only zebra")
    page.text_input(key="search").input("ZEBRA").run()  # leaves but one page
    assert names(page) == ["the only zebra"]
    assert "page" not in page.query_params


def test_what_is_queued_running_or_paused_is_under_way(store: Store) -> None:
    cache.runner()  # it interrupts what is alive, so it comes before the runs of the test
    made = {}
    for status in get_args(Status):
        made[status] = store.create(Experiment([Variant(status)]), 8)
        store.set_status(made[status].id, status)
    assert set(names(opened(shown="alive"))) == {"queued", "running", "paused"}
    assert names(opened(shown="finished")) == ["finished"]


def test_a_run_is_renamed_annotated_and_pinned(store: Store) -> None:
    run = finished(store, "plain", 0.8)
    page = opened(run.id)
    page.text_input(key=f"name_{run.id}").input("  the baseline ").run()
    page.text_area(key=f"note_{run.id}").input("for the second lesson").run()
    page.button(key="pin").click().run()
    kept = store.run(run.id)
    assert (kept.name, kept.note, kept.pinned) == ("the baseline", "for the second lesson", True)
    assert names(page) == ["★ the baseline"]


@pytest.mark.parametrize("run_id", ["an-ordinary-one_", "__two__lines__in"])
def test_a_deleted_run_comes_back(
    store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("secrets.token_urlsafe", lambda _bytes: run_id)
        run = finished(store, "plain", 0.8)
    other = finished(store, "other", 0.8)
    page = opened(run.id)
    page.button(key="delete").click().run()
    assert names(page) == ["other"]
    page.button(key=f"undo_{run.id}").click().run()
    assert names(page) == ["other", "plain"]
    assert {kept.id for kept in store.runs()} == {run.id, other.id}
    assert not [button for button in page.button if button.key == f"undo_{run.id}"]


def test_several_runs_are_deleted_at_once_but_none_under_way(store: Store) -> None:
    runs = [finished(store, name, 0.8) for name in "abc"]
    page = opened(*(run.id for run in runs))
    store.set_status(runs[0].id, "paused")
    page.run()
    page.button(key="delete_many").click().run()
    assert [run.id for run in store.runs()] == [runs[0].id]


def test_run_again_opens_the_dashboard_with_the_same_settings(store: Store) -> None:
    run = finished(store, "fast", 0.8, learning_rate=0.75)
    queries = [link.proto.query_string for link in opened(run.id).get("page_link")]
    assert f"run={run.id}" in queries
    assert any("rate1=0.75" in query and "name1=fast" in query for query in queries)


def test_curves_come_from_the_link_and_differences_are_told(store: Store) -> None:
    slow = finished(store, "slow", 0.7, learning_rate=0.01)
    fast = finished(store, "fast", 0.8, learning_rate=0.5)
    page = opened(curves=f"{slow.id}.0 {fast.id}.0 nobody.0 {fast.id}.7")
    assert page.multiselect(key="curves_chosen").value == [f"{slow.id}.0", f"{fast.id}.0"]
    table = page.dataframe[-1].value
    assert table.columns.tolist() == ["Curve", "Learning rate η", "Test accuracy"]
    assert table["Learning rate η"].tolist() == [0.01, 0.5]
    assert table["Test accuracy"].tolist() == [0.7, 0.8]
    page.multiselect(key="curves_chosen").unselect(f"{slow.id}.0").run()
    assert page.query_params["curves"] in (f"{fast.id}.0", [f"{fast.id}.0"])


def test_curves_of_one_name_are_told_apart_and_each_has_its_own_result(store: Store) -> None:
    alike = [finished(store, "same", accuracy) for accuracy in (0.7, 0.8)]
    for run in alike:
        store.rename(run.id, "same")
    pair = store.create(Experiment([Variant("a"), Variant("b")], epochs=1), 1)
    both = [0.5, 0.5]
    table = [[[1] * 10] * 10] * 2
    store.append(pair.id, [], [EpochRecord(1, 1, both, both, None, None, both, [0.1, 0.2], table)])
    store.rename(pair.id, "pair")
    shown = opened(curves=" ".join([*(f"{run.id}.0" for run in alike), f"{pair.id}.1"]))
    told = shown.dataframe[-1].value
    names = told["Curve"].tolist()
    assert len(set(names)) == 3
    assert all(name.startswith("same · ") for name in names[:2])
    assert names[2] == "pair · b"
    assert told["Test accuracy"].tolist() == [0.7, 0.8, 0.2]


def test_no_more_than_32_curves_are_drawn_however_they_are_asked_for(store: Store) -> None:
    many = [Variant(f"v{position}") for position in range(16)]
    runs = [store.create(Experiment(many), 8) for _run in range(3)]
    every = [f"{run.id}.{position}" for run in runs for position in range(16)]
    page = opened(curves=" ".join(every))
    assert page.multiselect(key="curves_chosen").value == every[:32]
    page = opened(*(run.id for run in runs))
    page.button(key="add_ticked").click().run()
    assert len(page.multiselect(key="curves_chosen").value) == 32


def test_ticked_runs_are_added_to_the_comparison(store: Store) -> None:
    runs = [finished(store, name, 0.8) for name in "abc"]
    page = opened(runs[0].id, runs[2].id, curves=f"{runs[2].id}.0")
    page.button(key="add_ticked").click().run()
    assert page.multiselect(key="curves_chosen").value == [f"{runs[2].id}.0", f"{runs[0].id}.0"]


def test_a_run_that_looks_like_another_is_the_one_that_is_compared(store: Store) -> None:
    for run in [finished(store, "plain", 0.8, learning_rate=rate) for rate in (0.1, 0.2, 0.3)]:
        page = opened(run.id)
        page.button(key="add_ticked").click().run()
        page.run()  # a browser says by its label what is chosen
        assert page.multiselect(key="curves_chosen").value == [f"{run.id}.0"]
        assert page.query_params["curves"] in (f"{run.id}.0", [f"{run.id}.0"])


def test_the_timer_ends_with_the_last_run_under_way(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished(store, "plain", 0.8)
    intervals = []

    def fragment(draw: Callable[..., None], run_every: float | None) -> Callable[..., None]:
        """Tick once, when the run has just ended."""
        intervals.append(run_every)
        store.set_status(run.id, "finished")
        return lambda again, _just_read: draw(again, [])  # what the page has read is used up

    cache.runner()  # it would take the run for one that an ended process left behind
    store.set_status(run.id, "running")
    monkeypatch.setattr(st, "fragment", fragment)
    page = opened()
    assert intervals == [2.0, None]
    assert page.dataframe[0].value["status"].tolist() == ["finished"]


def test_what_was_set_aside_or_cleared_is_said(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = finished(store, "old", 0.8)
    steps = [StepRecord(n, 3, [0.1], [0.1], [0.1], [0.1]) for n in range(9, 2009)]
    store.append(gone.id, steps)
    store.rename(gone.id, "the old one")
    store._database.fold()
    monkeypatch.setattr(store, "max_bytes", store.used_bytes() - 1)
    store.keep_bounded()
    monkeypatch.setattr(store, "set_aside", tmp_path / "runs.damaged-1.sqlite")
    monkeypatch.setattr(store, "salvage", Salvage("rows", 3, ("the new one",), ("abc",)))
    page = opened()
    said = page.warning[0].value
    assert "runs.damaged-1.sqlite" in said
    assert "3 runs were saved whole" in said
    assert "Of 1 run something is missing: `the new one`" in said
    assert "settings are lost: `abc`" in said
    assert any("the old one" in caption.value for caption in page.caption)


def test_an_empty_file_in_the_stores_place_is_said(store: Store) -> None:
    path = store.path
    cache.close_runs()
    path.write_bytes(b"")
    page = opened()
    assert "was empty when the server opened it" in page.warning[0].value
    assert "`runs.damaged-" in page.warning[0].value


def test_a_damaged_run_is_said_so_and_the_others_are_shown(store: Store) -> None:
    lost, broken, sound = (finished(store, name, 0.8) for name in ("lost", "broken", "sound"))
    with closing(sqlite3.connect(store.path)) as disk:
        disk.execute("UPDATE runs SET experiment = ? WHERE id = ?", ("{}", lost.id))
        disk.execute("UPDATE blocks SET figures = zeroblob(9) WHERE run = ?", (broken.id,))
        disk.commit()
    page = opened(broken.id, curves=f"{broken.id}.0 {sound.id}.0")
    assert lost.id in page.warning[0].value
    assert names(page) == ["sound", "broken"]
    assert page.dataframe[0].value["status"].tolist() == ["finished", "damaged"]
    card, curve = (error.value for error in page.error)
    assert "records of its steps are no longer what was written" in card
    assert curve == card
    assert page.dataframe[-1].value["Test accuracy"].tolist()[1] == 0.8


@pytest.mark.parametrize("page", ["logit_playground", "runs", "training_dashboard", "home"])
def test_every_page_says_that_the_store_was_deleted(store: Store, page: str) -> None:
    finished(store, "plain", 0.8)
    store.path.unlink()  # and nothing is read or written before the page is opened
    shown = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if page != "home":
        shown.switch_page(f"pages/{page}.py")
    shown.run()
    assert not shown.exception
    assert "was deleted or moved while this server" in shown.warning[0].value
    assert "`runs.sqlite`" in shown.warning[0].value


def test_why_a_run_ended_is_said_in_full_and_without_folders(store: Store) -> None:
    run = finished(store, "plain", 0.8)
    where = store.path
    for error, said in (
        (f"DiskFull: The disk of {where} takes no more (database or disk is full).", "Make room"),
        (f"The disk of {where} is full (database or disk is full). Make room, then", "room, then`"),
        ("ValueError: " + 20 * "this is a long story, " + "and its end", "and its end`"),
        ("OSError: [Errno 28] No space left: '/srv/secret place/runs/x.bin'", "x.bin"),
    ):
        store.set_status(run.id, "failed", error)
        shown = opened(run.id).error[0].value
        assert said in shown
        assert str(where.parent) not in shown
        assert "secret" not in shown
    store.set_status(run.id, "failed", "DiskFull: The disk")
    assert "请腾出空间" in opened(run.id, lang="zh").error[0].value


def test_a_store_in_use_elsewhere_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path / "file" / "runs"))
    (tmp_path / "file").write_text("in the way")
    cache.close_runs()
    page = opened()
    assert "cannot be written" in page.error[0].value


def test_settings_that_differ_are_said_in_the_readers_language(store: Store) -> None:
    one = finished(store, "one", 0.8, loss="cross_entropy")
    other = finished(store, "other", 0.8, loss="squared_error")
    page = opened(curves=f"{one.id}.0 {other.id}.0", lang="zh")
    assert page.dataframe[-1].value["损失函数"].tolist() == ["交叉熵", "平方误差"]


def test_a_report_that_is_asked_for_later_speaks_the_readers_language(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = {}
    monkeypatch.setattr(
        st, "download_button", lambda _label, make, mime, **_given: offered.update({mime: make})
    )
    opened(finished(store, "plain", 0.8).id, lang="zh")
    assert '<html lang="zh-CN">' in offered["text/html"]()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_column_of_the_list_has_a_heading_of_its_own_and_no_value_is_called_none(
    store: Store, lang: str
) -> None:
    store.create(Experiment([Variant("not begun")]), 8)
    finished(store, "plain", 0.8)
    page = opened(lang=lang)
    proto = page.dataframe[0].proto
    heads = [column["label"] for column in json.loads(proto.columns).values() if "label" in column]
    assert len(heads) == len(set(heads)) == len(page.dataframe[0].value.columns)
    assert proto.placeholder == "–"


def test_runs_of_one_minute_do_not_look_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for second in (7, 8):
        moment = f"2026-11-29T10:54:0{second}+00:00"
        monkeypatch.setattr("softmax_core.runs.catalogue.now", lambda moment=moment: moment)
        store.create(Experiment([Variant("plain")]), 8)
    created = opened().dataframe[0].value["created"].tolist()
    assert created == ["2026-11-29 10:54:08", "2026-11-29 10:54:07"]
