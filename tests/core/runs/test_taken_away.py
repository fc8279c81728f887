"""The store's file is deleted or replaced under a running server; descriptors run out."""

from __future__ import annotations

import os
import resource
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from softmax_core.data import Dataset
from softmax_core.errors import StoreLocked, StoreNotWritable
from softmax_core.runs import Store, ThreadRunner, sqlite
from softmax_core.runs.holder import Holder

from .conftest import LONG, race
from .reference import stored, uninterrupted
from .test_blocks import records

BESIDE = ("", "-wal", "-shm", ".lock", ".holder")


def taken_away(path: Path, endings: tuple[str, ...] = BESIDE) -> None:
    for ending in endings:
        path.with_name(path.name + ending).unlink(missing_ok=True)


@pytest.mark.parametrize("endings", [("",), ("-wal",), ("-wal", "-shm"), BESIDE])
def test_a_deleted_file_is_written_anew_and_the_run_loses_no_bit(
    tmp_path: Path, dataset: Dataset, endings: tuple[str, ...]
) -> None:
    path = tmp_path / "runs" / "runs.sqlite"
    with Store(path) as store:
        before = store.create(race(), 60)
        store.append(before.id, records(8))
        runner = ThreadRunner(store, lambda _data: dataset)
        run = runner.start(race(epochs=4))
        taken_away(path, endings)
        assert runner.wait(run.id).status == "finished"
        assert store.loss is not None
        assert (store.loss.kind, store.loss.path) == ("deleted", path)
        assert sqlite.losses() == [store.loss]
        with pytest.raises(StoreLocked):  # the lock was deleted, too
            Holder(path)
        runner.close()
    assert sqlite.losses() == []
    with Store(path) as again:
        assert stored(again, run.id) == uninterrupted(race(epochs=4), dataset)
        assert len(again.steps(before.id)) == 8


def test_the_whole_folder_may_go(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "runs.sqlite"
    with Store(path) as store:
        run = store.create(race(), 60)
        shutil.rmtree(path.parent)
        store.append(run.id, records(8))
    with Store(path) as again:
        assert len(again.steps(run.id)) == 8


def test_what_is_looked_at_alone_is_written_anew_too(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    with Store(path) as store:
        run = store.create(race(), 60)
        taken_away(path)
        assert store.runs() == [run]
        assert path.exists()
        taken_away(path)  # once more, and nobody looks
    with Store(path) as again:
        assert again.runs() == [run]


def test_a_file_in_its_place_is_left_alone(tmp_path: Path, dataset: Dataset) -> None:
    path, other = tmp_path / "runs.sqlite", tmp_path / "other.sqlite"
    with Store(other) as store:
        foreign = store.create(race(), 60)
    with Store(path) as store:
        runner = ThreadRunner(store, lambda _data: dataset)
        run = store.create(race(), 60)
        other.replace(path)
        store.append(run.id, records(8))
        assert store.loss is not None
        assert (store.loss.kind, store.loss.path) == ("replaced", store.path)
        assert store.path.name.startswith("runs.rescued-")
        assert [kept.id for kept in store.runs()] == [run.id]
        with pytest.raises(StoreLocked):
            Holder(store.path)
        Holder(path).release()
        runner.close()
    with Store(path) as again:
        assert [kept.id for kept in again.runs()] == [foreign.id]
    (rescued,) = tmp_path.glob("runs.rescued-*.sqlite")
    with Store(rescued) as again:
        assert len(again.steps(run.id)) == 8


def test_who_only_looks_follows_the_server_that_writes_it_anew(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    with Store(path) as server, Store(path) as looking:
        held = server.hold()
        run = server.create(race(), 60)
        taken_away(path, ("",))
        assert looking.runs() == [run]  # from what it has open
        server.append(run.id, records(8))
        assert len(looking.steps(run.id)) == 8
        assert (server.loss is not None, looking.loss) == (True, None)
        assert not list(tmp_path.glob("*rescued*"))
        held.release()


def test_what_cannot_be_written_anew_is_said_and_can_still_be_read(
    tmp_path: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_AGAIN_SECONDS", 0.0)
    path = tmp_path / "runs" / "runs.sqlite"
    with Store(path) as store:
        runner = ThreadRunner(store, lambda _data: dataset)
        run = runner.start(race(epochs=LONG))
        while store.run(run.id).step < 5:
            pass
        shutil.rmtree(path.parent)
        path.parent.write_text("a file where the folder was")
        ended = runner.wait(run.id)
        assert ended.status == "interrupted"
        assert ended.error is not None
        assert ended.error.startswith("StoreNotWritable: runs.sqlite was deleted")
        with pytest.raises(StoreNotWritable, match="was deleted while it was in use"):
            store.rename(run.id, "x")
        assert store.loss is not None
        assert store.loss.kind == "lost"
        assert len(store.steps(run.id)) >= 5
        path.parent.unlink()
        store.rename(run.id, "back again")
        assert [loss.kind for loss in sqlite.losses()] == ["deleted"]
        runner.close()
    with Store(path) as again:
        assert again.run(run.id).name == "back again"


def test_what_nobody_reads_or_writes_is_written_anew_when_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "runs.sqlite"
    with Store(path) as store:
        run = store.create(race(), 60)
        shutil.rmtree(path.parent)
        assert [(loss.kind, loss.path) for loss in sqlite.losses()] == [("deleted", path)]
        with Store(path) as again:
            assert again.runs() == [run]


def test_a_file_that_stays_lost_was_lost_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_AGAIN_SECONDS", 0.0)
    path = tmp_path / "runs" / "runs.sqlite"
    with Store(path):
        shutil.rmtree(path.parent)
        path.parent.write_text("a file where the folder was")
        (first,) = sqlite.losses()
        assert first.kind == "lost"
        assert sqlite.losses() == [first]  # else each look would have the pages drawn anew
        path.parent.unlink()
        assert [loss.kind for loss in sqlite.losses()] == ["deleted"]


@pytest.fixture
def no_descriptors() -> Iterator[Callable[[], None]]:
    """Let the process open no more files until the end of the test."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken: list[int] = []

    def take() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, before[1]))
        with suppress(OSError):
            while True:
                taken.append(os.open("/dev/null", os.O_RDONLY))

    yield take
    resource.setrlimit(resource.RLIMIT_NOFILE, before)
    for descriptor in taken:
        os.close(descriptor)


def test_a_run_goes_on_where_no_file_can_be_opened(
    tmp_path: Path, dataset: Dataset, no_descriptors: Callable[[], None]
) -> None:
    with Store(tmp_path / "runs.sqlite") as store:
        runner = ThreadRunner(store, lambda _data: dataset)
        no_descriptors()
        run = runner.start(race())
        assert runner.wait(run.id).status == "finished"
        assert stored(store, run.id) == uninterrupted(race(), dataset)
        runner.close()


def test_files_are_their_owners_alone(tmp_path: Path, dataset: Dataset) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "new" / "runs.sqlite"
        with Store(path) as store:
            runner = ThreadRunner(store, lambda _data: dataset)
            runner.wait(runner.start(race()).id)
            found = {part.name: stat.S_IMODE(part.stat().st_mode) for part in path.parent.iterdir()}
            runner.close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {*found.values()} == {0o600}
    assert {path.name, f"{path.name}-wal", f"{path.name}.lock", f"{path.name}.holder"} <= {*found}


def test_a_file_that_everybody_could_read_is_so_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    Store(path).close()
    path.chmod(0o644)
    Store(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["runs.sqlite.lock", "runs.sqlite.holder"])
def test_nothing_is_written_through_a_link(tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    with Store(tmp_path / "runs.sqlite") as store:
        (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / name).symlink_to(victim)
        with pytest.raises(StoreNotWritable):
            store.hold()
    assert victim.read_text() == "precious"


def test_the_second_server_names_the_first(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite") as store:
        held = store.hold()
        with pytest.raises(StoreLocked, match=rf"process {os.getpid()} on .+, since 20") as named:
            Holder(store.path)
        assert named.value.pid == os.getpid()
        assert named.value.host
        held.release()
        Holder(store.path).release()
