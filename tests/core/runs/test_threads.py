"""What only the runner with threads of its own promises: one a store, threads that end with it."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import pytest
import torch

from softmax_core.data import Dataset, Description
from softmax_core.errors import QueueFull, RunNotSteerable, StoreLocked
from softmax_core.runs import Store, ThreadRunner, job
from softmax_core.runs.job import Go, Leave
from softmax_core.runs.recorder import Recorder
from softmax_core.training.engine import train

from .conftest import LONG, paused, paused_at_once, race, slow
from .reference import stored, uninterrupted

Make = Callable[..., ThreadRunner]


def test_a_closed_runner_leaves_interrupted_runs_that_go_on(
    make_runner: Make, store: Store, dataset: Dataset
) -> None:
    runner = make_runner(active=1)
    slow = runner.start(race(epochs=4))
    runner.set_speed(slow.id, 50)
    queued = runner.start(race(epochs=1))
    runner.close()
    assert store.run(slow.id).status == store.run(queued.id).status == "interrupted"
    assert store.run(slow.id).step == store.checkpoint(slow.id).step  # type: ignore[union-attr]
    again = make_runner(active=1)
    again.resume(slow.id)
    again.resume(queued.id)
    assert again.wait(slow.id).status == again.wait(queued.id).status == "finished"
    assert stored(store, slow.id) == uninterrupted(race(epochs=4), dataset)
    assert stored(store, queued.id) == uninterrupted(race(epochs=1), dataset)


def test_a_rate_changed_again_before_a_replayed_step_wins(
    make_runner: Make, store: Store, dataset: Dataset
) -> None:
    runner = make_runner()
    run = paused_at_once(runner, race(epochs=1))
    runner.change_learning_rate(run, 0, 0.5)
    runner.close()
    again = make_runner()
    held = paused(again, run)
    again.change_learning_rate(held, 0, 0.02)
    again.resume(held)
    again.wait(held)
    assert stored(store, run) == uninterrupted(race(epochs=1), dataset, store.rate_changes(run))


def test_a_run_at_full_speed_gives_way_and_comes_to_the_same(
    make_runner: Make, store: Store, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    monkeypatch.setattr(Recorder, "exclude", lambda _recorder, seconds: rests.append(seconds))
    runner = make_runner()
    alone = runner.start(race(epochs=3))
    assert runner.wait(alone.id).status == "finished"
    assert not rests
    runner.give_way(60.0)
    run = runner.start(race(epochs=3))
    assert runner.wait(run.id).status == "finished"
    assert len(rests) >= 3
    assert min(rests) > 0
    assert stored(store, run.id) == uninterrupted(race(epochs=3), dataset)
    runner.give_way(0.0)
    rests.clear()
    assert runner.wait(runner.start(race(epochs=3)).id).status == "finished"
    assert not rests


def test_an_order_wakes_a_run_that_gives_way(
    make_runner: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "_REST", 1e9)
    monkeypatch.setattr(job, "FLUSH_SECONDS", 600.0)
    runner = make_runner()
    runner.give_way(600.0)
    run = runner.start(race(epochs=20))
    runner.stop(run.id)
    assert runner.wait(run.id, 300.0).status == "stopped"


def test_a_step_does_not_pause_a_run_that_another_one_let_go_on_meanwhile(
    make_runner: Make, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = make_runner()
    run = runner.start(race(epochs=LONG))
    while runner.wait(run.id, timeout=0.01).status != "running":
        pass
    # It was taking an order, so the command waits; meanwhile somebody else has resumed it.
    monkeypatch.setattr(runner._active[run.id][0], "status", "paused")
    monkeypatch.setattr(runner._changed, "wait_for", lambda *_given: True)
    with pytest.raises(RunNotSteerable):
        runner.step(run.id)
    monkeypatch.undo()
    assert store.run(run.id).status == "running"


def test_one_runner_a_store(make_runner: Make) -> None:
    first = make_runner()
    with pytest.raises(StoreLocked, match=f"in use by process {os.getpid()}"):
        make_runner()
    first.close()
    make_runner()


def test_a_runner_whose_threads_have_not_ended_keeps_the_store_to_itself(
    make_runner: Make, dataset: Dataset
) -> None:
    loading, go_on = threading.Event(), threading.Event()

    def load(_data: Description) -> Dataset:
        loading.set()
        go_on.wait()
        return dataset

    runner = make_runner(load)
    runner.start(race())
    loading.wait()
    runner.close(timeout=0.0)
    with pytest.raises(StoreLocked):
        make_runner()
    go_on.set()
    runner.close()
    make_runner()


def test_what_another_process_left_alive_is_interrupted(make_runner: Make, store: Store) -> None:
    left = [store.create(race(), 60).id for _ in range(5)]
    for run, status in zip(left, ("queued", "running", "paused", "stopped", "failed"), strict=True):
        store.set_status(run, status)  # type: ignore[arg-type]
    make_runner()
    assert [store.run(run).status for run in left] == ["interrupted"] * 3 + ["stopped", "failed"]


def test_who_watches_a_run_is_shown_its_weights_between_two_checkpoints(
    make_runner: Make, dataset: Dataset
) -> None:
    runner = make_runner()
    experiment = race(epochs=400)
    run = runner.start(experiment).id
    runner.set_speed(run, 50.0)
    assert runner.seen_weights(run) is None, "nobody has watched it so far"
    steps: set[int] = set()
    while len(steps) < 3:
        if (seen := runner.seen_weights(run)) is not None:
            steps.add(seen[0])
    assert seen is not None
    runner.pause(run)
    assert runner.seen_weights(run) is None, "at rest the store has the newest"
    step, weights, bias = seen
    training = train(experiment, dataset)
    made = 0
    while made < step:
        made += len([each for each in training.advance(step - made) if hasattr(each, "loss")])
    expected = training.checkpoint()
    assert expected.step == step
    assert torch.equal(weights, expected.weights)
    assert torch.equal(bias, expected.bias)
    runner.stop(run)
    assert runner.seen_weights(run) is None


def test_what_was_shown_long_ago_is_not_shown_again(
    make_runner: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = make_runner()
    run = runner.start(race(epochs=400)).id
    runner.set_speed(run, 50.0)
    runner.seen_weights(run)
    while runner.seen_weights(run) is None:
        pass
    later = monotonic() + 60
    monkeypatch.setattr(job, "monotonic", lambda: later)
    assert runner.seen_weights(run) is None
    monkeypatch.undo()
    runner.stop(run)


def test_few_paused_runs_keep_their_threads(make_runner: Make, store: Store) -> None:
    runner = make_runner(active=1)
    runs = [paused_at_once(runner, race(epochs=LONG, seed=seed)) for seed in range(4)]
    while len(runner._active) > 1:
        time.sleep(0.01)
    assert {store.run(run).status for run in runs} == {"paused"}
    for run in runs:
        before = store.run(run).step
        runner.step(run)
        assert runner.wait(run).step == before + 1


def test_no_more_than_may_wait_train_beside_the_others(make_runner: Make, store: Store) -> None:
    runner = make_runner(active=1, waiting=2)
    for seed in range(2):
        slow(runner, store, seed)
    third = slow(runner, store, 3)  # it holds the one place
    waiting = [runner.start(race(epochs=1)).id for _ in range(2)]
    assert [runner.place(run) for run in waiting] == [1, 2]
    with pytest.raises(QueueFull) as full:
        runner.start(race())
    assert (full.value.waiting, full.value.limit) == (2, 2)
    runner.pause(third)
    assert {runner.wait(run).status for run in waiting} == {"finished"}


def test_what_is_ordered_while_a_run_leaves_for_the_queue_is_obeyed(
    make_runner: Make, store: Store
) -> None:
    for command, status in (("stop", "stopped"), ("pause", "paused")):
        runner = make_runner(active=1)
        first = slow(runner, store)
        second = runner.start(race(epochs=LONG))
        with runner._changed:  # as set_speed does, but without waiting until it has left
            job = runner._active[first][0]
            job.again = [Go(None)]
            job.orders.append(Leave("queued"))
        getattr(runner, command)(first)
        assert store.run(first).status == status
        assert runner.place(first) is None
        runner.stop(second.id)
        runner.close()


def test_a_run_that_leaves_for_the_queue_as_the_runner_closes_can_go_on(
    make_runner: Make, store: Store
) -> None:
    runner = make_runner(active=1)
    first = slow(runner, store)
    runner.start(race(epochs=LONG))
    with runner._changed:
        job = runner._active[first][0]
        job.again = [Go(None)]
        job.orders.append(Leave("queued"))
    runner.close()
    assert store.run(first).status == "interrupted"


def test_no_thread_is_left_behind(make_runner: Make) -> None:
    before = set(threading.enumerate())
    runner = make_runner()
    for _ in range(3):
        runner.start(race(epochs=LONG))
    runner.close()
    assert set(threading.enumerate()) <= before


def test_more_places_while_it_runs_let_those_who_wait_begin(
    make_runner: Make, store: Store
) -> None:
    runner = make_runner(active=1, waiting=2)
    runner.start(race(epochs=LONG))
    second = runner.start(race(epochs=1))
    assert runner.place(second.id) == 1
    runner.allow(replace(runner.limits, active=2, waiting=0))
    assert runner.wait(second.id).status == "finished"
    runner.start(race(epochs=LONG))
    with pytest.raises(QueueFull):
        runner.start(race())
    assert len(store.runs()) == 3


def test_a_run_that_is_leaving_lets_no_more_in_than_may_wait(make_runner: Make) -> None:
    runner = make_runner(active=1, waiting=0)
    first = paused_at_once(runner, race(epochs=LONG))
    runner.start(race(epochs=LONG))
    with pytest.raises(QueueFull):
        runner.start(race(epochs=1))
    with pytest.raises(QueueFull):
        runner.resume(first)


def test_the_end_of_a_runner_between_two_steps_changes_no_bit(
    make_runner: Make, store: Store, dataset: Dataset
) -> None:
    runner = make_runner()
    run = paused_at_once(runner, race(epochs=3))
    for number, end in enumerate(("stopped", "interrupted", "stopped")):
        runner.step(run, 7 + number)
        assert store.run(run).status == "paused"
        if end == "stopped":
            runner.stop(run)
        else:
            runner.close()
            runner = make_runner()
        assert store.run(run).status == end
    runner.resume(run)
    assert runner.wait(run).status == "finished"
    assert stored(store, run) == uninterrupted(race(epochs=3), dataset)
