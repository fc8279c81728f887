"""A bit that the disk has changed inside a record is noticed; nothing is trained on from it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from softmax_core.data import Dataset
from softmax_core.errors import RunDamaged, StoreError
from softmax_core.runs import Limits, Run, Store, ThreadRunner
from softmax_core.training.records import RateChange

from .conftest import race
from .reference import stored
from .test_blocks import records
from .test_store import checkpoint, epoch

FLIPS = 120
SEED = 20
PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


@pytest.fixture
def run(path: Path) -> Run:
    """A run with everything that a store can hold of one, stopped; its store is closed."""
    with Store(path) as store:
        made = store.create(race(), 60)
        state = checkpoint(8)
        store.append(made.id, records(8), [epoch(1), epoch(2)], state, seconds=(0.0, 2.0))
        store.append(
            made.id,
            records(4, first=9),
            epoch_weights=(2, state.weights, state.bias),
            rate_changes=[RateChange(3, 1, 0.25), RateChange(5, 0, 0.5)],
            seconds=(2.0, 3.0),
        )
        store.set_status(made.id, "stopped")
        return store.run(made.id)


def flip(path: Path, table: str, column: str) -> None:
    """Change one bit of a value, as a disk would: behind the back of everything but SQLite."""
    with closing(sqlite3.connect(path)) as connection:
        rowid, value = connection.execute(f"SELECT rowid, {column} FROM {table}").fetchone()
        changed: Any
        if isinstance(value, bytes):
            changed = value[:-1] + bytes([value[-1] ^ 1])
        elif isinstance(value, str):
            changed = value[:-1] + chr(ord(value[-1]) ^ 1)
        else:
            changed = value + 1
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (changed, rowid))
        connection.commit()


READ: dict[str, Callable[[Store, str], object]] = {
    "blocks": lambda store, run: store.steps(run),
    "epochs": lambda store, run: store.epochs(run),
    "weights": lambda store, run: store.weights(run, 2),
    "checkpoints": lambda store, run: store.checkpoint(run),
    "rate_changes": lambda store, run: store.rate_changes(run),
    "settings": lambda store, run: store.run(run),
}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("blocks", "figures"),
        ("blocks", "epochs"),
        ("blocks", "first_step"),
        ("blocks", "seconds_after"),
        ("blocks", "run"),
        ("epochs", "record"),
        ("weights", "parameters"),
        ("checkpoints", "state"),
        ("checkpoints", "step"),
        ("rate_changes", "learning_rate"),
        ("rate_changes", "variant"),
        ("runs", "experiment"),
        ("runs", "created"),
        ("runs", "status"),
    ],
)
def test_a_changed_value_is_not_handed_out(path: Path, run: Run, table: str, column: str) -> None:
    with Store(path) as store:
        for read in READ.values():
            read(store, run.id)
    flip(path, table, column)
    part = "settings" if table == "runs" else table
    with Store(path) as store:
        with pytest.raises(RunDamaged) as noticed:
            READ[part](store, run.id)
        assert (noticed.value.run_id, noticed.value.part) == (run.id, part)
        for other, read in READ.items():
            if part not in (other, "settings"):
                read(store, run.id)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", b"\xff"),
        ("created", b"2026"),
        ("data", b"{}"),
        ("step", "x"),
        ("step", 1e300),
        ("total_steps", "y"),
        ("total_steps", -5),
        ("name", b"\xff"),
        ("note", b"x"),
        ("error", b"\xaa"),
        ("ended", b"\xff"),
        ("status", b"\x00"),
    ],
)
def test_a_value_of_a_wrong_type_takes_one_run_from_the_list_and_names_it(
    path: Path, run: Run, column: str, value: object
) -> None:
    with Store(path) as store:
        sound = store.create(race(), 60)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE runs SET {column} = ? WHERE id = ?", (value, run.id))
        connection.commit()
    with Store(path) as store:
        assert [kept.id for kept in store.runs()] == [sound.id]
        assert len(store.damaged()) == 1
        assert [head.id for head in store.heads()] == [sound.id]
        if column != "id":
            with pytest.raises(RunDamaged, match="settings"):
                store.run(run.id)
            assert store.damaged() == [run.id]


def test_a_rate_that_a_bit_made_infinite_hides_no_other_run(path: Path, run: Run) -> None:
    with Store(path) as store:
        sound = store.create(race(), 60)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE rate_changes SET learning_rate = 9e999")
        connection.commit()
    with Store(path) as store:
        assert [kept.id for kept in store.runs()] == [sound.id]
        with pytest.raises(RunDamaged, match="rate_changes"):
            store.run(run.id)


@pytest.mark.parametrize("table", ["blocks", "checkpoints", "epochs", "rate_changes"])
def test_a_damaged_run_does_not_go_on_and_stays_what_it_was(
    path: Path, run: Run, table: str, dataset: Dataset
) -> None:
    flip(path, table, {"blocks": "figures", "checkpoints": "state"}.get(table, "checksum"))
    with Store(path) as store:
        runner = ThreadRunner(store, lambda _data: dataset)
        with pytest.raises(RunDamaged, match="not what was written"):
            runner.resume(run.id)
        assert store.run(run.id).status == "stopped"
        runner.close()


@pytest.mark.file("its bytes are changed")
def test_a_run_that_is_damaged_while_it_waits_fails_and_says_why(
    store: Store, dataset: Dataset
) -> None:
    runner = ThreadRunner(store, lambda _data: dataset, Limits(active=1))
    first, second = runner.start(race(epochs=1000)), runner.start(race(epochs=1000))
    runner.stop(first.id)
    runner.stop(second.id)
    runner.resume(first.id)
    runner.resume(second.id)
    flip(store.path, "checkpoints", "state")  # the first row is the first run's
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("UPDATE checkpoints SET state = zeroblob(9) WHERE run = ?", (second.id,))
        connection.commit()
    runner.stop(first.id)
    failed = runner.wait(second.id)
    assert failed.status == "failed"
    assert failed.error is not None
    assert "checkpoints are not what was written" in failed.error
    runner.close()


def test_damage_is_not_written_anew_when_a_block_is_cut(path: Path, run: Run) -> None:
    flip(path, "blocks", "figures")  # of steps 1 to 8
    with Store(path) as store:
        with pytest.raises(RunDamaged):
            store.append(run.id, records(4, first=6))
        with pytest.raises(RunDamaged):
            store.steps(run.id)


@pytest.mark.parametrize("condition", ["first_step = 1", "first_step = 9", "1"])
def test_a_missing_row_of_steps_is_noticed(path: Path, run: Run, condition: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"DELETE FROM blocks WHERE {condition}")
        connection.commit()
    with Store(path) as store, pytest.raises(RunDamaged):
        store.steps(run.id)


def test_a_missing_epoch_is_noticed(path: Path, run: Run) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM epochs WHERE epoch = 1")
        connection.commit()
    with Store(path) as store, pytest.raises(RunDamaged) as noticed:
        store.epochs(run.id)
    assert noticed.value.part == "epochs"


def test_one_damaged_run_does_not_hide_the_others(path: Path, run: Run) -> None:
    with Store(path) as store:
        sound = store.create(race(seed=1), 60)
    flip(path, "runs", "experiment")
    with Store(path) as store:
        assert store.runs() == [sound]
        assert store.damaged() == [run.id]


def test_no_flipped_bit_of_the_file_is_taken_for_a_record(path: Path, run: Run) -> None:
    content = path.read_bytes()
    with Store(path) as store:
        whole = everything(store, run.id)
    path.unlink()
    noticed, pages = 0, used(content)
    chance = random.Random(SEED)
    for number in range(FLIPS):
        damaged = bytearray(content)
        at = chance.randrange(len(damaged))
        if number % 2:  # the tables' and indexes' own pages are few beside those of the weights
            at = chance.choice(chance.choice(pages))
        damaged[at] ^= 1 << chance.randrange(8)
        flipped = path.with_name(f"{number}.sqlite")
        flipped.write_bytes(damaged)
        try:
            with Store(flipped) as store:
                assert everything(store, run.id) == whole, f"byte {at} of {len(damaged)}"
        except (StoreError, RunDamaged):
            noticed += 1
        flipped.unlink()
    assert noticed > FLIPS // 3  # the others lie where nothing does


def used(content: bytes) -> list[list[int]]:
    """Where bytes are that count: of each page with rows or keys, its header and its cells.

    What is just the rest of a long value is not among them, nor what is free between the two.
    """
    kinds = (2, 5, 10, 13)  # the first byte of an SQLite b-tree page: of a table, of an index
    pages = []
    for start in range(0, len(content), PAGE):
        header = start or 100  # the file's own header is before that of the first page
        cells, first = (int.from_bytes(content[header + at :][:2], "big") for at in (3, 5))
        if content[header] in kinds and cells:
            head = header + (12 if content[header] < 8 else 8) + 2 * cells
            pages.append([*range(start, head), *range(start + first, start + PAGE)])
    return pages


def everything(store: Store, run_id: str) -> dict[str, object]:
    """What must never change unnoticed: settings, records, weights, checkpoint, changes."""
    found = store.run(run_id)
    return {
        **stored(store, run_id),
        "epochs": str([asdict(record) for record in store.epochs(run_id)]),
        "settings": (found.experiment, found.created),
        "seconds": store.steps(run_id).seconds.tolist(),
        "changes": store.rate_changes(run_id),
    }
