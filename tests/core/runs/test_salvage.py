"""What can be read of a damaged store is saved, and only that; the damaged file stays."""

from __future__ import annotations

import random
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path

import pytest

from softmax_core.data import Dataset
from softmax_core.errors import RunDamaged, StoreNotWritable
from softmax_core.runs import Store, ThreadRunner, open_store
from softmax_core.runs.salvage import Salvage
from softmax_core.runs.schema import NEWEST
from softmax_core.training.engine import train
from softmax_core.training.records import RateChange, StepRecord

from .conftest import race
from .test_blocks import records
from .test_damage import everything
from .test_store import checkpoint, epoch

Held = dict[str, dict[str, object]]

RUNS = 9
PAGE = 4096


def fill(path: Path) -> Held:
    """A store of 9 runs; id -> what each of them holds."""
    with Store(path) as store:
        for number in range(RUNS):
            made = store.create(race(seed=number), 60)
            state = checkpoint(40)
            for first in range(1, 41, 4):
                at = (first / 8, first / 8 + 0.5)
                store.append(made.id, records(4, first=first, shift=number), seconds=at)
            for ended in range(3):
                ends = [epoch(ended)] if ended else []
                weights = (ended, state.weights + ended, state.bias)
                store.append(made.id, [], ends, state, epoch_weights=weights)
            store.append(made.id, rate_changes=[RateChange(3, 1, 0.25)])
            store.set_status(made.id, "stopped")
            store.rename(made.id, f"run {number}")
        return {run.id: whole(store, run.id) for run in store.runs()}


def whole(store: Store, run_id: str) -> dict[str, object]:
    return {**everything(store, run_id), "name": store.run(run_id).name}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


@pytest.fixture
def before(path: Path) -> Held:
    return fill(path)


def root_page(path: Path, name: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return int(connection.execute(query, (name,)).fetchone()[0])


def overwrite(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_a_damaged_number_of_the_version_costs_nothing(
    path: Path, before: Held, version: int
) -> None:
    """No migration fits the tables, and SQLite finds nothing wrong with the file."""
    overwrite(path, 60, version.to_bytes(4, "big"))
    with open_store(path) as store:
        assert store.salvage == Salvage("rows", RUNS, (), ())
        assert {run.id: whole(store, run.id) for run in store.runs()} == before
        assert store.set_aside is not None


def test_a_table_that_is_gone_takes_no_others_with_it(path: Path, before: Held) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE votes")
    with open_store(path) as store:
        assert store.salvage == Salvage("rows", RUNS, (), ())
        assert {run.id: whole(store, run.id) for run in store.runs()} == before


@pytest.mark.parametrize(
    "index", ["sqlite_autoindex_runs_1", "sqlite_autoindex_blocks_1", "rate_changes_of_run"]
)
@pytest.mark.parametrize(("at", "count", "kind"), [(PAGE - 9, 1, "indexes"), (3, 40, "rows")])
def test_a_damaged_index_costs_nothing(
    path: Path, before: Held, index: str, at: int, count: int, kind: str
) -> None:
    overwrite(path, (root_page(path, index) - 1) * PAGE + at, b"\xff" * count)
    content = path.read_bytes()
    with open_store(path) as store:
        assert store.salvage == Salvage(kind, RUNS, (), ())  # type: ignore[arg-type]
        assert {run.id: whole(store, run.id) for run in store.runs()} == before
        assert store.set_aside is not None
        assert store.set_aside.read_bytes() == content
    assert not list(path.parent.glob("*.new*"))


@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_flipped_bytes_hide_no_sound_run(path: Path, before: Held, seed: int) -> None:
    content = bytearray(path.read_bytes())
    chance = random.Random(seed)
    for _ in range(100):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    with open_store(path) as store:
        saved = store.salvage
        listed = {run.id: run for run in store.runs()}
        assert len(listed) >= RUNS - 2
        if saved is None:  # no page of a tree was hit: each damaged row says so when it is read
            return
        # A run whose id was hit, in a table that still hangs together, is told as damaged.
        hidden = {*before} - {*listed, *saved.lost}
        assert len(hidden) == len(store.damaged())
        assert saved.whole == len(listed) - len(saved.partly)
        for run in listed.values():
            if (run.name or run.id) not in saved.partly:
                assert whole(store, run.id) == before[run.id]
            with suppress(RunDamaged):
                assert store.steps(run.id).step.tolist() == list(range(1, run.step + 1))


def zeroed_header(content: bytes) -> bytes:
    return b"\0" * 100 + content[100:]


def zeroed_page(content: bytes) -> bytes:
    return content[:PAGE] + b"\0" * PAGE + content[2 * PAGE :]


def cut_short(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


@pytest.mark.parametrize("damage", [zeroed_header, zeroed_page, cut_short])
def test_much_is_saved_of_a_file_that_sqlite_does_not_read(
    path: Path, before: Held, damage: Callable[[bytes], bytes]
) -> None:
    path.write_bytes(damage(path.read_bytes()))
    with open_store(path) as store:
        saved = store.salvage
        assert saved is not None
        assert saved.kind == "rows"
        assert {*saved.lost, *(run.id for run in store.runs())} == {*before}
        assert len(store.runs()) >= 5 or damage is cut_short  # which takes the settings away
        for run in store.runs():
            if run.name not in saved.partly:
                assert whole(store, run.id) == before[run.id]


def test_what_is_in_the_wal_alone_is_saved(path: Path, before: Held) -> None:
    beside = path.with_name(path.name + "-wal")
    with Store(path) as store:
        run = store.create(race(), 60)
        store.append(run.id, records(8), checkpoint=checkpoint(8))
        content, newest = path.read_bytes(), beside.read_bytes()
    path.write_bytes(zeroed_page(content))
    beside.write_bytes(newest)
    with open_store(path) as store:
        assert len(store.steps(run.id)) == 8
        assert len(store.runs()) == len(before) + 1
        assert store.set_aside is not None
        assert store.set_aside.with_name(store.set_aside.name + "-wal").read_bytes() == newest


@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_in_the_wal_beside_an_empty_file_is_saved(path: Path, is_there: bool) -> None:
    beside = path.with_name(path.name + "-wal")
    with Store(path) as store:
        run = store.create(race(), 60)
        store.append(run.id, records(8), checkpoint=checkpoint(8))
        newest = beside.read_bytes()
    path.write_bytes(b"")
    if not is_there:
        path.unlink()
    beside.write_bytes(newest)
    with open_store(path) as store:
        assert len(store.steps(run.id)) == 8
        assert store.salvage == Salvage("empty", 0, (run.id,), ())


def test_an_empty_file_is_not_taken_for_a_new_store(path: Path) -> None:
    path.write_bytes(b"")
    with open_store(path) as store:
        assert store.salvage == Salvage("empty", 0, (), ())
        assert store.set_aside is not None
        assert store.set_aside.read_bytes() == b""
        assert store.runs() == []
    with open_store(path) as again:
        assert again.set_aside is None


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize("size", [1, 99, 100, 511, 4096])
def test_a_file_cut_short_or_of_zeros_is_kept(path: Path, size: int) -> None:
    content = path.read_bytes()
    for left in (content[:size], b"\0" * size):
        path.write_bytes(left)
        with open_store(path) as store:
            assert store.set_aside is not None
            assert store.set_aside.read_bytes() == left
        path.unlink()


def test_a_store_of_the_version_before_is_saved_too(path: Path, before: Held) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP INDEX runs_listed; DROP INDEX runs_of_owner;"
            "ALTER TABLE runs DROP COLUMN bytes; ALTER TABLE runs DROP COLUMN best;"
            "PRAGMA user_version = 2"
        )
    overwrite(path, (root_page(path, "sqlite_autoindex_blocks_1") - 1) * PAGE + 3, b"\xff" * 40)
    with open_store(path) as store:
        assert store.salvage == Salvage("rows", RUNS, (), ())
        assert {run.id: whole(store, run.id) for run in store.runs()} == before


def test_a_full_disk_leaves_the_damaged_store_as_it_was(path: Path, before: Held) -> None:
    overwrite(path, (root_page(path, "sqlite_autoindex_blocks_1") - 1) * PAGE + 3, b"\xff" * 40)
    content, soft = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(content) // 2, soft[1]))
    try:
        with pytest.raises(StoreNotWritable, match="Make room"):
            open_store(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, soft)
    assert path.read_bytes() == content
    assert not list(path.parent.glob("*.new*"))
    assert not list(path.parent.glob("*.damaged-*"))
    with open_store(path) as store:
        assert len(store.runs()) == len(before)


def test_what_was_deleted_does_not_come_back(path: Path, before: Held) -> None:
    gone = next(iter(before))
    with Store(path) as store:
        store.append(next(iter({*before} - {gone})), records(4, first=2, shift=50.0))
        with store._database.writing() as connection:
            connection.execute("DELETE FROM runs WHERE id = ?", (gone,))
    with Store(path) as store:
        kept = {run.id: whole(store, run.id) for run in store.runs()}
    overwrite(path, (root_page(path, "sqlite_autoindex_blocks_1") - 1) * PAGE + 3, b"\xff" * 40)
    with open_store(path) as store:
        assert store.salvage == Salvage("rows", RUNS - 1, (), ())
        assert {run.id: whole(store, run.id) for run in store.runs()} == kept


def test_a_run_whose_last_steps_are_lost_goes_on_to_the_same_bits(
    path: Path, dataset: Dataset
) -> None:
    with Store(path) as store:
        runner = ThreadRunner(store, lambda _data: dataset)
        run = runner.start(race(epochs=1000))
        while store.run(run.id).step < 45:
            pass
        runner.stop(run.id)
        reached = store.run(run.id).step
        runner.close()
        store.append(run.id, records(6, first=reached + 1))  # after the checkpoint
    with closing(sqlite3.connect(path)) as connection:
        query = "UPDATE blocks SET checksum = 0 WHERE last_step = ?"
        connection.execute(query, (reached + 6,))
        connection.commit()
    overwrite(path, (root_page(path, "sqlite_autoindex_runs_1") - 1) * PAGE + 3, b"\xff" * 40)
    with open_store(path) as store:
        assert store.salvage == Salvage("rows", 1, (), ())
        assert store.run(run.id).step == reached
        runner = ThreadRunner(store, lambda _data: dataset)
        runner.step(run.id, 20)
        runner.wait(run.id)
        made = store.steps(run.id).loss.tolist()
        runner.close()
    steps = (step for step in train(race(epochs=1000), dataset) if isinstance(step, StepRecord))
    assert made == [step.loss for step in islice(steps, reached + 20)]
