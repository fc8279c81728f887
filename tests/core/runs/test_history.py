"""A history says what the store says, however often and in whatever pieces it is read."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from softmax_core.errors import RunNotFound
from softmax_core.runs import Glance, History, Store, history
from softmax_core.runs.blocks import StepColumns
from softmax_core.runs.history import Axis, Measure
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


@pytest.fixture(autouse=True)
def read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_UPDATE_SECONDS", 0.0)


@pytest.fixture
def run_id(store: Store) -> str:
    experiment = Experiment([Variant("a"), Variant("b", learning_rate=1.0)])
    return store.create(experiment, total_steps=100).id


def test_steps_arrive_once_and_in_order(store: Store, run_id: str) -> None:
    read = History(store, run_id)
    for first in (1, 4, 8):
        store.append(run_id, [step_record(step) for step in range(first, first + 4)])
        read.update()
        read.update()
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
        early.update()
    late = History(store, run_id)
    late.update()
    for figure in ("loss", "accuracy", "saturation", "gradient_norm"):
        np.testing.assert_array_equal(early.curves(figure, 9).values, late.curves(figure, 9).values)


def test_many_steps_are_read_in_pieces(
    store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_STEPS_AT_ONCE", 4)
    store.append(run_id, [step_record(step) for step in range(1, 12)])
    read = History(store, run_id)
    read.update()
    assert read.last_step == 11
    assert read.curves("loss", 100).values[:, 0].tolist() == list(range(1, 12))


def test_epochs_come_as_columns(store: Store, run_id: str) -> None:
    read = History(store, run_id)
    assert len(read.epochs) == 0
    store.append(run_id, epochs=[epoch_record(1)])
    read.update()
    store.append(run_id, epochs=[epoch_record(2)])
    read.update()
    assert read.epochs.step.tolist() == [3, 6]
    assert read.epochs.test_accuracy.tolist() == [[0.71, 0.8], [0.72, 0.8]]
    assert read.epochs.confusion[1, 1, 3, 4] == 2
    assert np.isnan(read.epochs.validation_loss).all()


def test_validation_figures_are_there_when_pictures_are_held_out(store: Store, run_id: str) -> None:
    store.append(run_id, epochs=[epoch_record(1, validation=0.9)])
    read = History(store, run_id)
    read.update()
    assert read.epochs.validation_accuracy.tolist() == [[0.9, 0.9]]


def test_the_step_at_which_a_variant_became_nan_is_kept(store: Store, run_id: str) -> None:
    read = History(store, run_id)
    for step in range(1, 9):
        second = math.nan if step >= 5 else 1.0
        store.append(run_id, [step_record(step, [1.0, second])])
        read.update()
    assert read.first_nan.tolist() == [0, 5]
    assert read.first_inf.tolist() == [0, 0]


def test_the_step_at_which_a_loss_became_infinite_is_kept(store: Store, run_id: str) -> None:
    store.append(run_id, [step_record(1, [1.0, math.inf]), step_record(2, [1.0, math.nan])])
    read = History(store, run_id)
    read.update()
    assert (read.first_inf.tolist(), read.first_nan.tolist()) == ([0, 1], [0, 2])
    assert np.isnan(read.smoothed("loss", 0.9, 10).values[:, 1]).all()


def test_a_run_that_went_on_differently_from_a_checkpoint_is_read_anew(
    store: Store, run_id: str
) -> None:
    store.append(run_id, [step_record(step) for step in range(1, 9)], [epoch_record(1)])
    read = History(store, run_id)
    read.update()
    store.append(run_id, rate_changes=[RateChange(4, 0, 0.5)])
    store.append(run_id, [step_record(step, [0.5, 0.25]) for step in range(5, 9)])
    read.update()
    assert read.curves("loss", 100).values[:, 0].tolist() == [1, 2, 3, 4, 0.5, 0.5, 0.5, 0.5]
    assert len(read.epochs) == 1
    assert read.rate_changes == [RateChange(4, 0, 0.5)]


def test_readers_share_what_was_read_a_moment_ago(
    store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_UPDATE_SECONDS", 3600.0)
    read = History(store, run_id)
    store.append(run_id, [step_record(1)])
    read.update()
    store.append(run_id, [step_record(2)])
    read.update()
    assert read.last_step == 1
    read.update(at_once=True)
    assert read.last_step == 2


def test_a_change_of_rate_at_the_newest_step_reads_nothing_anew(
    store: Store, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append(run_id, [step_record(step) for step in range(1, 9)])
    read = History(store, run_id)
    read.update()
    asked = []
    steps = store.steps

    def counted(run: str, *, after: int, up_to: int) -> StepColumns:
        asked.append(after)
        return steps(run, after=after, up_to=up_to)

    monkeypatch.setattr(store, "steps", counted)
    store.append(run_id, rate_changes=[RateChange(8, 0, 0.5)])
    read.update()
    assert asked == [8]


def test_a_run_that_is_not_there_is_said_so(store: Store) -> None:
    with pytest.raises(RunNotFound, match="nowhere"):
        History(store, "nowhere")


@pytest.fixture
def halfway(store: Store) -> History:
    """Two variants, 4 steps an epoch, the third of three epochs half done."""
    run = store.create(Experiment([Variant("a"), Variant("b")], epochs=3), total_steps=12)
    store.append(run.id, [step_record(step) for step in range(1, 5)], seconds=(0.0, 2.0))
    store.append(run.id, [step_record(step) for step in range(5, 11)], seconds=(2.0, 3.0))
    store.append(run.id, epochs=[replace(epoch_record(n), step=4 * n) for n in (1, 2)])
    read = History(store, run.id)
    read.update()
    return read


@pytest.mark.parametrize(
    ("axis", "x"),
    [
        ("step", [float(step) for step in range(1, 11)]),
        ("epoch", [step / 4 for step in range(1, 11)]),
        ("time", [0.5, 1.0, 1.5, 2.0, *(2 + step / 6 for step in range(1, 7))]),
    ],
)
def test_a_line_of_the_steps_on_each_axis(halfway: History, axis: Axis, x: list[float]) -> None:
    found = halfway.line(1, "loss", axis)
    assert found.x.tolist() == pytest.approx(x)
    assert found.y.tolist() == [-step for step in range(1, 11)]


@pytest.mark.parametrize(
    ("axis", "x"), [("step", [4, 8]), ("epoch", [1, 2]), ("time", [2, 2 + 4 / 6])]
)
def test_epochs_lie_where_they_ended(halfway: History, axis: Axis, x: list[float]) -> None:
    found = halfway.line(0, "test_accuracy", axis)
    assert found.x.tolist() == pytest.approx(x)
    assert found.y.tolist() == [0.71, 0.72]


def test_long_lines_are_averaged_and_no_point_stands_for_a_few_steps(halfway: History) -> None:
    found = halfway.line(1, "gradient_norm", points=4)
    assert found.x.tolist() == [2.0, 5.0, 8.5]
    assert found.y.tolist() == pytest.approx([x + 0.25 for x in found.x])


@pytest.mark.parametrize("measure", ["loss", "test_loss"])
@pytest.mark.parametrize("axis", ["step", "epoch", "time"])
def test_a_run_without_records_is_an_empty_line(
    store: Store, run_id: str, measure: Measure, axis: Axis
) -> None:
    read = History(store, run_id)
    read.update()
    found = read.line(0, measure, axis)
    assert found.x.tolist() == found.y.tolist() == []


def test_before_the_first_epoch_has_ended_the_axis_follows_a_corrected_length(
    store: Store, run_id: str
) -> None:
    read = History(store, run_id)  # 10 epochs, 100 steps so far as is known
    store.append(run_id, [step_record(step) for step in (1, 2)])
    read.update()
    assert read.line(0, "loss", "epoch").x.tolist() == [0.1, 0.2]
    store.set_total_steps(run_id, 40)
    assert read.line(0, "loss", "epoch").x.tolist() == [0.25, 0.5]


def test_a_line_grows_with_the_run(store: Store, run_id: str) -> None:
    read = History(store, run_id)
    for number in (1, 2):
        store.append(run_id, [step_record(number)])
        read.update(at_once=True)
        assert len(read.line(0, "loss").y) == number
    for number in (1, 2):
        store.append(run_id, epochs=[epoch_record(number)])
        read.update(at_once=True)
        assert len(read.line(0, "test_loss").y) == number


def test_lines_of_what_was_read_ask_the_store_nothing(
    halfway: History, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(store, "_database", None)
        for variant in (0, 1):
            assert len(halfway.line(variant, "saturation", "time").x) == 10


def test_a_glance_shows_the_variant_with_the_best_accuracy(store: Store) -> None:
    run = store.create(Experiment([Variant("lost"), Variant("good")]), 3)
    read = History(store, run.id)
    read.update()
    assert read.glance() == Glance(0, (), None, None, 0.0)
    steps = [step_record(n, [math.nan if n > 1 else 2.0, 1.0 / n]) for n in (1, 2)]
    store.append(run.id, steps, [epoch_record(1)], seconds=(0.0, 1.5))
    read.update()
    assert read.glance() == Glance(1, (1.0, 0.5), 0.8, 4.0, 1.5)
    later = [epoch_record(number) for number in range(2, 21)]
    store.append(run.id, epochs=later)  # the first one's accuracy is 0.9 there
    read.update()
    best: Any = pytest.approx(0.9)
    assert read.glance() == Glance(0, (2.0, None), best, 3.0, 1.5)


def test_a_glance_has_at_most_forty_points(store: Store, run_id: str) -> None:
    store.append(run_id, [step_record(step) for step in range(1, 61)])
    read = History(store, run_id)
    read.update()
    assert read.glance().curve == tuple(step + 0.5 for step in range(1, 60, 2))
