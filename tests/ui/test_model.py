"""Which weights the questions are put to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from softmax_core.runs import Run, Status, Store
from softmax_core.runs.history import History
from softmax_core.training import Experiment, Variant
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.records import EpochRecord
from softmax_ui import cache
from softmax_ui.addresses.training import NEWEST
from softmax_ui.model import model_at, settled_epoch


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path))
    cache.close_runs()
    cache._stored_weights.clear()
    cache.weights.clear()
    yield cache.store()
    cache.close_runs()


def begun(store: Store) -> Run:
    run = store.create(Experiment((Variant("a"), Variant("b")), epochs=2), total_steps=4)
    save(store, run, step=0)
    return run


def save(store: Store, run: Run, step: int) -> None:
    """Store weights that are the step's number all over, and those of an epoch's end."""
    weights, bias = torch.full((2, 10, 784), float(step)), torch.zeros(2, 10)
    nothing = [0.0, 0.0]
    checkpoint = Checkpoint(
        step, weights, bias, weights * 0, bias.clone(), [0.1, 0.1], nothing, nothing, seen=0
    )
    store.append(run.id, checkpoint=checkpoint, epoch_weights=(step // 2, weights, bias))


def seen(store: Store, run: Run, status: Status, epoch: int = NEWEST) -> int:
    """The step of the weights that a page would show."""
    store.set_status(run.id, status)
    model = model_at(store.run(run.id), History(store, run.id), 1, epoch)
    assert model is not None
    assert (model.weights == model.step).all()
    return model.step


@pytest.mark.parametrize("status", ["paused", "stopped", "finished"])
def test_a_run_at_rest_shows_its_last_weights_at_once(store: Store, status: Status) -> None:
    run = begun(store)
    assert seen(store, run, "running") == 0
    save(store, run, step=4)
    assert seen(store, run, status) == 4


def test_an_epoch_that_is_not_over_is_the_last_one_that_is(store: Store) -> None:
    run = begun(store)
    save(store, run, step=2)
    assert seen(store, run, "paused", epoch=2) == 0, "the store has no record of an epoch yet"


def test_whole_splits_are_judged_by_epochs_while_a_run_moves(store: Store) -> None:
    run = begun(store)
    history = History(store, run.id)
    settled: list[tuple[Status, int]] = [("running", 0), ("paused", NEWEST), ("finished", NEWEST)]
    for status, epoch in settled:
        store.set_status(run.id, status)
        assert settled_epoch(store.run(run.id), history, NEWEST) == epoch
    assert settled_epoch(store.run(run.id), history, 1) == 1


def test_weights_that_a_long_run_did_not_keep_are_those_of_the_epoch_before(store: Store) -> None:
    run = begun(store)
    values = [0.5, 0.5]
    table = [[[0] * 10] * 10] * 2
    for ended in range(1, 37):
        record = EpochRecord(ended, 2 * ended, values, values, None, None, values, values, table)
        store.append(run.id, epochs=[record])
        save(store, run, step=2 * ended)
    history = History(store, run.id)
    history.update()
    models = [model_at(store.run(run.id), history, 1, epoch) for epoch in (31, 34, 35, 36)]
    assert [model and model.step for model in models] == [62, 68, 68, 72]
    assert all(model and (model.weights == model.step).all() for model in models)
