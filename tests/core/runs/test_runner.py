from collections.abc import Callable, Iterator

import pytest
import torch

from softmax_core.data import Dataset, Description
from softmax_core.errors import (
    DataNotFound,
    InvalidExperiment,
    RunNotFound,
    RunNotSteerable,
)
from softmax_core.runs import Runner, Store

from .conftest import LONG, paused_at_once, race, until
from .reference import stored, uninterrupted

pytestmark = pytest.mark.runners

Make = Callable[..., Runner]


def test_a_run_to_its_end_is_stored_bit_for_bit(
    make_runner: Make, store: Store, dataset: Dataset
) -> None:
    runner = make_runner()
    run = runner.start(race())
    ended = runner.wait(run.id)
    assert (ended.status, ended.step, ended.total_steps) == ("finished", 60, 60)
    assert ended.started is not None
    assert ended.ended is not None
    assert stored(store, run.id) == uninterrupted(race(), dataset)


def test_single_steps_are_the_same_run(make_runner: Make, store: Store, dataset: Dataset) -> None:
    runner = make_runner()
    run = paused_at_once(runner, race(epochs=2))
    for _ in range(3):
        before = store.run(run).step
        runner.step(run)
        assert store.run(run).step == before + 1
        assert store.run(run).status == "paused"
        assert store.latest_weights(run)[0] == before + 1  # type: ignore[index]
    runner.step(run, 4)
    assert store.run(run).step == before + 5
    runner.step_epoch(run)
    assert store.run(run).step == 20
    assert [epoch.epoch for epoch in store.epochs(run)] == [1]
    runner.step_epoch(run)
    assert runner.wait(run).status == "finished"
    assert stored(store, run) == uninterrupted(race(epochs=2), dataset)


def test_pause_stop_and_resume_change_no_bit(
    make_runner: Make, store: Store, dataset: Dataset
) -> None:
    runner = make_runner()
    run = paused_at_once(runner, race(epochs=3))
    for number in range(3):
        runner.step(run, 7 + number)
        assert store.run(run).status == "paused"
        runner.stop(run)
        assert store.run(run).status == "stopped"
    runner.resume(run)
    assert runner.wait(run).status == "finished"
    assert stored(store, run) == uninterrupted(race(epochs=3), dataset)


def test_changed_learning_rates_are_kept_and_replayed(
    make_runner: Make, store: Store, dataset: Dataset
) -> None:
    runner = make_runner()
    run = paused_at_once(runner, race(epochs=3))
    at = store.run(run).step
    runner.change_learning_rate(run, 1, 0.5)
    runner.step(run, 25)
    runner.stop(run)
    runner.step(run, 3)
    runner.change_learning_rate(run, 0, 0.01)
    runner.change_learning_rate(run, 0, 0.02)
    runner.resume(run)
    runner.wait(run)
    changes = store.rate_changes(run)
    assert [(c.step, c.variant, c.learning_rate) for c in changes] == [
        (at, 1, 0.5),
        (at + 28, 0, 0.01),
        (at + 28, 0, 0.02),
    ]
    assert stored(store, run) == uninterrupted(race(epochs=3), dataset, changes)
    assert stored(store, run)["weights"] != uninterrupted(race(epochs=3), dataset)["weights"]


def test_orders_are_refused_where_they_mean_nothing(make_runner: Make) -> None:
    runner = make_runner()
    ended = runner.start(race(epochs=1)).id
    runner.wait(ended)
    for order in (runner.pause, runner.resume, runner.step, runner.step_epoch, runner.stop):
        with pytest.raises(RunNotSteerable, match="is finished, so it cannot"):
            order(ended)
        with pytest.raises(RunNotFound, match="'nobody'"):
            order("nobody")
    with pytest.raises(RunNotSteerable):
        runner.set_speed(ended, 5)
    with pytest.raises(RunNotSteerable):
        runner.change_learning_rate(ended, 0, 0.1)
    going = runner.start(race(epochs=LONG)).id
    runner.set_speed(going, 20)
    until(lambda: runner.wait(going, timeout=0.0).status == "running")
    for order in (runner.resume, runner.step, runner.step_epoch):
        with pytest.raises(RunNotSteerable, match="is running"):
            order(going)
    runner.pause(going)
    with pytest.raises(RunNotSteerable, match="is paused, so it cannot be paused"):
        runner.pause(going)


def test_anybody_can_ask_how_slow_a_run_is_made(make_runner: Make) -> None:
    runner = make_runner()
    run = runner.start(race(epochs=LONG)).id
    assert runner.speed(run) is None
    runner.set_speed(run, 20)
    assert runner.speed(run) == 20
    runner.stop(run)
    assert runner.speed(run) is None


def test_a_change_of_rate_is_stored_although_the_next_step_is_far_away(
    make_runner: Make, store: Store
) -> None:
    runner = make_runner()
    run = runner.start(race(epochs=LONG)).id
    runner.set_speed(run, 0.001)
    until(lambda: store.run(run).status == "running")
    runner.change_learning_rate(run, 1, 0.5)
    assert [change.learning_rate for change in store.rate_changes(run)] == [0.5]


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf"), 1001.0])
def test_nonsense_is_refused_before_the_thread_sees_it(make_runner: Make, rate: float) -> None:
    runner = make_runner()
    run = paused_at_once(runner, race(epochs=1))
    with pytest.raises(InvalidExperiment, match="learning_rate"):
        runner.change_learning_rate(run, 0, rate)
    with pytest.raises(InvalidExperiment, match="variant"):
        runner.change_learning_rate(run, 2, 0.1)
    with pytest.raises(InvalidExperiment, match="speed"):
        runner.set_speed(run, min(rate, 0.0))
    with pytest.raises(InvalidExperiment, match="steps"):
        runner.step(run, 0)


def test_a_run_that_raises_has_failed_and_says_why(make_runner: Make) -> None:
    def load(_data: Description) -> Dataset:
        raise DataNotFound((), "There are no pictures here.")

    runner = make_runner(load)
    failed = runner.wait(runner.start(race()).id)
    assert (failed.status, failed.error) == (
        "failed",
        "DataNotFound: There are no pictures here.",
    )


def test_an_unforeseen_error_fails_one_run_only(make_runner: Make, dataset: Dataset) -> None:
    answers: Iterator[Exception | Dataset] = iter([ZeroDivisionError("once"), dataset])

    def load(_data: Description) -> Dataset:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    runner = make_runner(load, active=1)
    first, second = runner.start(race(epochs=1)), runner.start(race(epochs=1))
    assert runner.wait(first.id).error == "ZeroDivisionError: once"
    assert runner.wait(second.id).status == "finished"


def test_a_diverging_variant_is_stored_as_it_is(
    make_runner: Make, store: Store, dataset: Dataset
) -> None:
    experiment = race(epochs=1)
    runner = make_runner()
    run = paused_at_once(runner, experiment)
    runner.change_learning_rate(run, 0, 1000.0)
    runner.resume(run)
    runner.wait(run)
    assert stored(store, run) == uninterrupted(experiment, dataset, store.rate_changes(run))


def test_speed_holds_a_run_back_and_full_speed_lets_it_go(make_runner: Make, store: Store) -> None:
    runner = make_runner()
    run = paused_at_once(runner, race(epochs=3))
    runner.set_speed(run, 0.001)
    runner.resume(run)
    runner.pause(run)  # answered although the next step is a quarter of an hour away
    assert store.run(run).step <= 3
    runner.set_speed(run, None)
    runner.resume(run)
    assert runner.wait(run).status == "finished"


def test_nothing_here_depends_on_the_global_generator(make_runner: Make, store: Store) -> None:
    runner = make_runner()
    torch.manual_seed(1)
    first = runner.wait(runner.start(race(epochs=1)).id)
    torch.manual_seed(2)
    second = runner.wait(runner.start(race(epochs=1)).id)
    assert stored(store, first.id) == stored(store, second.id)


def test_a_run_is_repeated_with_its_changes_of_learning_rates(
    make_runner: Make, store: Store
) -> None:
    runner = make_runner()
    first = paused_at_once(runner, race(epochs=2))
    runner.change_learning_rate(first, 0, 0.2)
    runner.step(first, 7)
    runner.change_learning_rate(first, 1, 0.3)
    runner.resume(first)
    assert runner.wait(first).status == "finished"
    changes = store.rate_changes(first)
    again = runner.start(race(epochs=2), rate_changes=changes)
    assert runner.wait(again.id).status == "finished"
    assert store.rate_changes(again.id) == changes
    assert stored(store, again.id) == stored(store, first)
