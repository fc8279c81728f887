"""A history says what the store says, however often and in whatever pieces it is read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from softmax_core.errors import RunNotFound
from softmax_core.runs import Store, history
from softmax_core.runs.history import History
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.records import EpochRecord, RateChange, StepRecord


def step_record(step: int, loss: list[float] | None = None) -> StepRecord:
    loss = loss or [float(step), -float(step)]
    return StepRecord(step, 1, loss, [0.1, 0.2], [0.3, 0.4], [step + 0.5, step + 0.25])


def epoch_record(epoch: int, validation: float | None = None) -> EpochRecord:
    held_out = None if validation is None else [validation, validation]
    confusion = np.zeros((2, 10, 10), dtype=int)
    confusion[1, 3, 4] = epoch
    return EpochRecord(
        epoch=epoch,
        step=epoch * 3,
        train_loss=[1.0, 2.0],
        train_accuracy=[0.5, 0.6],
        validation_loss=held_out,
        validation_accuracy=held_out,
        test_loss=[3.0, 4.0],
        test_accuracy=[0.7 + epoch / 100, 0.8],
        confusion=confusion.tolist(),
    )


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(history, "_READ_SECONDS", 0.0)
    with Store(tmp_path / "runs.sqlite") as opened:
        yield opened


@pytest.fixture
def run_id(store: Store) -> str:
    experiment = Experiment([Variant("a"), Variant("b", learning_rate=1.0)])
    return store.create(experiment, total_steps=100).id


def test_steps_arrive_once_and_in_order(store: Store, run_id: str) -> None:
    read = History(store, run_id)
    for first in (1, 4, 8):
        store.append(run_id, [step_record(step) for step in range(first, first + 4)])
        read.read()
        read.read()
    curves = read.curves("loss", 100)
    assert curves.steps.tolist() == list(range(1, 12))
    assert curves.values[:, 0].tolist() == list(range(1, 12))
    assert curves.values[:, 1].tolist() == [-step for step in range(1, 12)]
    assert read.last_step == 11
    assert read.latest["gradient_norm"].tolist() == [11.5, 11.25]


def test_a_history_opened_late_says_the_same(store: Store, run_id: str) -> None:
    early = History(store, run_id)
    for first in range(1, 31, 3):
        store.append(run_id, [step_record(step) for step in range(first, first + 3)])
        early.read()
    late = History(store, run_id)
    late.read()
    for figure in ("loss", "accuracy", "saturation", "gradient_norm"):
        np.testing.assert_array_equal(early.curves(figure, 9).values, late.curves(figure, 9).values)


def test_many_steps_are_read_in_pieces(
    store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_STEPS_AT_ONCE", 4)
    store.append(run_id, [step_record(step) for step in range(1, 12)])
    read = History(store, run_id)
    read.read()
    assert read.last_step == 11
    assert read.curves("loss", 100).values[:, 0].tolist() == list(range(1, 12))


def test_epochs_come_as_columns(store: Store, run_id: str) -> None:
    read = History(store, run_id)
    assert len(read.epochs) == 0
    store.append(run_id, epochs=[epoch_record(1)])
    read.read()
    store.append(run_id, epochs=[epoch_record(2)])
    read.read()
    assert read.epochs.step.tolist() == [3, 6]
    assert read.epochs.test_accuracy.tolist() == [[0.71, 0.8], [0.72, 0.8]]
    assert read.epochs.confusion[1, 1, 3, 4] == 2
    assert np.isnan(read.epochs.validation_loss).all()


def test_validation_figures_are_there_when_pictures_are_held_out(store: Store, run_id: str) -> None:
    store.append(run_id, epochs=[epoch_record(1, validation=0.9)])
    read = History(store, run_id)
    read.read()
    assert read.epochs.validation_accuracy.tolist() == [[0.9, 0.9]]


def test_the_step_at_which_a_variant_became_nan_is_kept(store: Store, run_id: str) -> None:
    read = History(store, run_id)
    for step in range(1, 9):
        second = math.nan if step >= 5 else 1.0
        store.append(run_id, [step_record(step, [1.0, second])])
        read.read()
    assert read.first_nan.tolist() == [0, 5]


def test_a_run_that_went_on_differently_from_a_checkpoint_is_read_anew(
    store: Store, run_id: str
) -> None:
    store.append(run_id, [step_record(step) for step in range(1, 9)], [epoch_record(1)])
    read = History(store, run_id)
    read.read()
    store.append(run_id, rate_changes=[RateChange(4, 0, 0.5)])
    store.append(run_id, [step_record(step, [0.5, 0.25]) for step in range(5, 9)])
    read.read()
    assert read.curves("loss", 100).values[:, 0].tolist() == [1, 2, 3, 4, 0.5, 0.5, 0.5, 0.5]
    assert len(read.epochs) == 1
    assert read.rate_changes == [RateChange(4, 0, 0.5)]


def test_readers_share_what_was_read_a_moment_ago(
    store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_READ_SECONDS", 3600.0)
    read = History(store, run_id)
    store.append(run_id, [step_record(1)])
    read.read()
    store.append(run_id, [step_record(2)])
    read.read()
    assert read.last_step == 1


def test_a_run_that_is_not_there_is_said_so(store: Store) -> None:
    with pytest.raises(RunNotFound, match="nowhere"):
        History(store, "nowhere")
