"""Files for downloads: one at a time, once for all who want the same, and never half of one."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from softmax_core.errors import ExportsBusy, RunNotFound
from softmax_core.runs import Store, ThreadRunner, exports
from softmax_core.runs.exporting import epochs_csv, steps_csv
from softmax_core.runs.exports import Export, Exports, pieces
from softmax_core.training import StepRecord

from .conftest import race


@pytest.fixture
def run_id(make_runner: Callable[..., ThreadRunner]) -> str:
    runner = make_runner()
    return runner.wait(runner.start(race(epochs=2)).id).id


@pytest.fixture
def files(store: Store, tmp_path: Path) -> Iterator[Exports]:
    made = Exports(store, waiting=3, per_person=1, folder=tmp_path / "exports")
    yield made
    made.close()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Files that get no further than their first line, until this is set."""
    go_on = Event()

    def slowly(_store: Store, _run: object) -> Iterator[str]:
        yield "first\n"
        assert go_on.wait(60)
        yield "last\n"

    monkeypatch.setitem(exports._MAKE, "steps", slowly)
    yield go_on
    go_on.set()


def text(export: Export) -> str:
    """Follow a file to its end."""
    return gzip.decompress(b"".join(pieces(export))).decode()


def test_a_file_has_what_the_table_has(store: Store, files: Exports, run_id: str) -> None:
    for table, whole in (("steps", steps_csv), ("epochs", epochs_csv)):
        opened = files.open(run_id, table, "me")  # type: ignore[arg-type]
        assert text(opened) == whole(store, run_id)
        files.leave(opened)


def test_many_steps_come_in_pieces_and_are_the_same(
    store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = steps_csv(store, run_id)
    monkeypatch.setattr("softmax_core.runs.exporting._STEPS_AT_ONCE", 7)
    assert steps_csv(store, run_id) == whole
    assert len(whole.splitlines()) == 1 + 2 * 40


def test_a_reader_has_the_beginning_before_the_end_is_made(
    files: Exports, run_id: str, held: Event
) -> None:
    follow = pieces(files.open(run_id, "steps", "me"))
    assert next(follow) == b"" or not held.is_set()
    held.set()
    assert gzip.decompress(b"".join(follow)) == b"first\nlast\n"


def test_who_asks_for_the_same_gets_the_same_file_then_and_later(
    files: Exports, run_id: str, held: Event
) -> None:
    one, other = files.open(run_id, "steps", "me"), files.open(run_id, "steps", "you")
    assert one is other
    held.set()
    text(one)
    assert files.open(run_id, "steps", "me") is one


def test_a_person_has_one_under_way_and_all_together_a_few(
    files: Exports, store: Store, run_id: str, held: Event
) -> None:
    runs = [run_id, *(store.create(race(), 1).id for _ in range(4))]
    opened = [files.open(run, "steps", f"person {run}") for run in runs[:3]]
    with pytest.raises(ExportsBusy) as refused:
        files.open(run_id, "epochs", f"person {run_id}")
    assert (refused.value.waiting, refused.value.yours) == (1, True)
    with pytest.raises(ExportsBusy) as refused:
        files.open(runs[3], "steps", "somebody new")
    assert (refused.value.waiting, refused.value.yours) == (3, False)
    held.set()
    for each in opened:
        text(each)
    text(files.open(runs[3], "steps", "somebody new"))


def test_what_nobody_reads_any_more_is_not_made(files: Exports, run_id: str, held: Event) -> None:
    opened = files.open(run_id, "steps", "me")
    files.leave(opened)
    held.set()
    assert opened.ended.wait(60)
    assert not opened.path.exists()
    assert text(files.open(run_id, "steps", "me")) == "first\nlast\n"


def test_a_run_that_went_on_is_written_anew(files: Exports, store: Store) -> None:
    run = store.create(race(), 2).id
    before = files.open(run, "steps", "me")
    assert len(text(before).splitlines()) == 1
    zeros = [0.0, 0.0]
    store.append(run, [StepRecord(1, 1, zeros, zeros, zeros, zeros)])
    assert len(text(files.open(run, "steps", "me")).splitlines()) == 1 + 2


def test_a_table_that_breaks_off_ends_in_an_error_and_leaves_nothing(
    files: Exports, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_store: Store, _run: object) -> Iterator[str]:
        yield "first\n"
        raise RunNotFound(run_id)

    monkeypatch.setitem(exports._MAKE, "steps", broken)
    opened = files.open(run_id, "steps", "me")
    with pytest.raises((RunNotFound, FileNotFoundError)):
        text(opened)
    assert opened.ended.wait(60)
    assert not opened.path.exists()


def test_files_that_were_asked_for_long_ago_make_room(
    files: Exports, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = files.open(run_id, "steps", "me")
    text(first)
    files.leave(first)
    monkeypatch.setattr(exports, "KEPT_BYTES", first.path.stat().st_size - 1)
    second = files.open(run_id, "epochs", "me")
    text(second)
    assert not first.path.exists()
    assert second.path.exists()


def test_files_go_with_the_server_and_those_of_a_killed_one_at_the_next_start(
    store: Store, run_id: str
) -> None:
    left = Exports(store)
    text(left.open(run_id, "steps", ""))
    folder = store.path.parent / "exports"
    assert len(list(folder.iterdir())) == 1
    assert folder.stat().st_mode & 0o077 == 0
    Exports(store)
    assert not folder.exists()
    again = Exports(store)
    text(again.open(run_id, "steps", ""))
    again.close()
    assert not folder.exists()


def test_there_is_no_file_of_a_run_that_is_not_there(files: Exports) -> None:
    with pytest.raises(RunNotFound):
        files.open("nobody", "steps", "me")
