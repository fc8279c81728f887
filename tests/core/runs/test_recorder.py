"""When what a training has done is stored, by a clock that the test moves."""

from __future__ import annotations

from typing import Any

import pytest

from softmax_core.data import Dataset
from softmax_core.runs import Store, recorder
from softmax_core.runs.recorder import Recorder
from softmax_core.training import StepRecord, train

from .conftest import race


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(recorder, "monotonic", moved)
    return moved


@pytest.fixture
def written(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[tuple[bool, bool]]:
    """For each flush: whether it waited for the disk, and whether it had a checkpoint."""
    kept: list[tuple[bool, bool]] = []
    append = store.append

    def keep(
        run_id: str, steps: Any, epochs: Any, checkpoint: Any, *rest: Any, **named: Any
    ) -> None:
        kept.append((named["durable"], checkpoint is not None))
        append(run_id, steps, epochs, checkpoint, *rest, **named)

    monkeypatch.setattr(store, "append", keep)
    return kept


def test_flushes_wait_for_the_disk_once_a_second_and_save_every_two_and_a_half(
    store: Store, dataset: Dataset, clock: Clock, written: list[tuple[bool, bool]]
) -> None:
    training = train(race(), dataset)
    recorded = Recorder(store, store.create(race(), 60).id, 60)
    recorded.begin()
    for passed in (0.0, 0.5, 1.0, 1.5, 2.5, 2.75):
        clock.now = 100.0 + passed
        record = next(training)
        assert isinstance(record, StepRecord)
        recorded.pending.append(record)
        recorded.flush(training)
        assert recorded.due == clock.now + 0.25
    assert written == [
        (True, True),
        (False, False),
        (True, False),
        (False, False),
        (True, True),
        (False, False),
    ]
    recorded.flush(training, save=True)
    assert written[-1] == (True, True)
    assert recorded.steps_left == 54


def test_training_time_leaves_out_pauses_and_waiting(
    store: Store, dataset: Dataset, clock: Clock
) -> None:
    training = train(race(), dataset)
    run = store.create(race(), 60).id
    recorded = Recorder(store, run, 60)

    def step(seconds: float) -> None:
        clock.now += seconds
        record = next(training)
        assert isinstance(record, StepRecord)
        recorded.pending.append(record)
        recorded.flush(training)

    recorded.begin()
    step(2.0)
    recorded.hold()
    clock.now += 1000.0
    recorded.go_on()
    step(1.0)
    clock.now += 50.0
    recorded.exclude(50.0)
    step(0.5)
    assert store.steps(run).seconds.tolist() == [2.0, 3.0, 3.5]
    again = Recorder(store, run, 57)
    clock.now += 1000.0
    again.begin()
    again.pending.append(StepRecord(4, 1, *[[0.0, 0.0]] * 4))
    clock.now += 1.0
    again.flush(training)
    assert store.seconds(run) == 4.5
