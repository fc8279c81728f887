"""Stores of older versions become new ones with all that is in them, or stay what they were."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from safetensors.torch import save

from softmax_core.data import Dataset
from softmax_core.errors import StoreError, StoreLocked
from softmax_core.runs import Store, ThreadRunner, schema
from softmax_core.runs.blocks import Block
from softmax_core.runs.holder import Holder
from softmax_core.training.engine import train
from softmax_core.training.records import EpochRecord, RateChange, StepRecord

from .conftest import race
from .reference import stored, uninterrupted

HALF = "CREATE TABLE half (x); INSERT INTO no_such_table VALUES (1);"
STEPS, CHANGE = 25, RateChange(10, 1, 0.3)


@pytest.fixture
def path(tmp_path: Path, dataset: Dataset) -> Path:
    """A store as version 1 wrote it, with a run that was stopped in its second epoch."""
    where = tmp_path / "runs.sqlite"
    training = train(race(), dataset, rate_changes=[CHANGE])
    initial = training.checkpoint()
    steps, rows = [], []
    for record in training:
        state = training.checkpoint()
        if isinstance(record, StepRecord):
            steps.append(record)
        elif isinstance(record, EpochRecord):
            parameters = save({"weights": state.weights, "bias": state.bias})
            rows = [("run", record.epoch, json.dumps(asdict(record)), parameters)]
        if training.step == STEPS:
            break
    block = Block.from_records(steps, 0.0, 2.0)
    with closing(sqlite3.connect(where)) as old:
        old.executescript(schema.MIGRATIONS[0] + "PRAGMA user_version = 1;")
        old.execute(
            "INSERT INTO runs (id, experiment, status, created, step, total_steps, owner)"
            " VALUES ('run', ?, 'stopped', '2025-01-01T00:00:00.000+00:00', ?, 60, 'somebody')",
            (json.dumps(race().to_dict()), STEPS),
        )
        old.execute(
            "INSERT INTO blocks VALUES ('run', ?, ?, ?, ?, ?, ?)",
            (
                block.last_step,
                block.first_step,
                block.seconds_before,
                block.seconds_after,
                block.epochs,
                block.figures,
            ),
        )
        first = save({"weights": initial.weights, "bias": initial.bias})
        old.execute("INSERT INTO weights VALUES ('run', 0, ?)", (first,))
        for run, epoch, text, parameters in rows:
            old.execute("INSERT INTO epochs VALUES (?, ?, ?)", (run, epoch, text))
            old.execute("INSERT INTO weights VALUES (?, ?, ?)", (run, epoch, parameters))
        old.execute(
            "INSERT INTO checkpoints VALUES ('run', ?, ?)",
            (STEPS, training.checkpoint().to_bytes()),
        )
        old.execute(
            "INSERT INTO rate_changes (run, step, variant, learning_rate) VALUES ('run', ?, ?, ?)",
            (CHANGE.step, CHANGE.variant, CHANGE.learning_rate),
        )
        old.commit()
    return where


def test_a_run_of_version_1_goes_on_to_the_same_bits(path: Path, dataset: Dataset) -> None:
    with Store(path) as store:
        assert [run.owner for run in store.runs()] == ["somebody"]
        assert store.seconds("run") == 2.0
        runner = ThreadRunner(store, lambda _data: dataset)
        runner.resume("run")
        assert runner.wait("run").status == "finished"
        assert store.rate_changes("run") == [CHANGE]
        assert stored(store, "run") == uninterrupted(race(), dataset, [CHANGE])
        runner.close()
    with closing(sqlite3.connect(path)) as connection:
        assert schema.version(connection) == schema.NEWEST


def test_a_store_that_an_older_program_works_in_is_left_at_its_version(path: Path) -> None:
    older = Holder(path)
    with pytest.raises(StoreLocked):
        Store(path)
    older.release()
    with closing(sqlite3.connect(path)) as connection:
        assert schema.version(connection) == 1


def test_a_migration_that_fails_half_way_leaves_the_older_store_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, HALF))
        patched.setattr(schema, "NEWEST", schema.NEWEST + 1)
        with pytest.raises(StoreError):
            Store(path)
    with Store(path) as store:
        assert len(store.runs()) == 1
        assert len(store.steps("run")) == STEPS
        with store._database.reading() as connection:
            tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert ("half",) not in tables


def test_runs_of_before_are_numbered_and_the_list_is_read_from_an_index_alone(path: Path) -> None:
    with Store(path) as store:
        store.create(race(), 60)
        with store.database.reading() as connection:
            numbered = connection.execute("SELECT number, rowid FROM runs").fetchall()
            plan = connection.execute(
                "EXPLAIN QUERY PLAN SELECT id, name, note, status, pinned, best FROM runs"
                " WHERE deleted IS NULL ORDER BY created DESC, number DESC"
            ).fetchall()
    assert numbered == [(1, 1), (2, 2)]
    assert [row[3] for row in plan] == ["SEARCH runs USING COVERING INDEX runs_listed (deleted=?)"]
