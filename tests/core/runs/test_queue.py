import time
from collections.abc import Callable

import pytest

from softmax_core.data import Dataset
from softmax_core.errors import InvalidExperiment, QueueFull
from softmax_core.runs import Runner, Store
from softmax_core.runs.waits import expected_waits

from .conftest import LONG, begun, paused_at_once, race, slow, until
from .reference import stored, uninterrupted

pytestmark = pytest.mark.runners

Make = Callable[..., Runner]


def test_runs_wait_in_the_order_they_came(make_runner: Make, store: Store) -> None:
    runner = make_runner(active=1, waiting=2)
    first = begun(runner, race(epochs=LONG))
    second, third = runner.start(race(epochs=LONG)), runner.start(race(epochs=1))
    assert [runner.place(run) for run in (first, second.id, third.id)] == [None, 1, 2]
    assert store.run(third.id).status == "queued"
    with pytest.raises(QueueFull) as full:
        runner.start(race())
    assert (full.value.waiting, full.value.limit) == (2, 2)
    assert len(store.runs()) == 3
    runner.stop(first)
    until(lambda: runner.place(third.id) == 1)
    runner.stop(second.id)
    assert runner.wait(third.id).status == "finished"


def test_a_waiting_run_can_be_paused_and_stopped(make_runner: Make, store: Store) -> None:
    runner = make_runner(active=1)
    begun(runner, race(epochs=LONG))
    second, third = runner.start(race(epochs=1)), runner.start(race(epochs=1))
    runner.pause(second.id)
    assert store.run(second.id).status == "paused"
    assert runner.place(third.id) == 1
    runner.stop(third.id)
    runner.stop(second.id)
    assert store.run(second.id).status == store.run(third.id).status == "stopped"


def test_a_paused_run_makes_room_and_comes_back(
    make_runner: Make, store: Store, dataset: Dataset
) -> None:
    runner = make_runner(active=1)
    first = paused_at_once(runner, race(epochs=2))
    second = runner.start(race(epochs=1, seed=9))
    assert runner.wait(second.id).status == "finished"
    assert store.run(first).status == "paused"
    runner.change_learning_rate(first, 1, 0.3)
    runner.resume(first)
    assert runner.wait(first).status == "finished"
    assert stored(store, first) == uninterrupted(race(epochs=2), dataset, store.rate_changes(first))


def test_a_slow_run_gives_its_place_to_the_next(make_runner: Make, store: Store) -> None:
    runner = make_runner(active=1)
    first = slow(runner, store)
    second = runner.start(race(epochs=1))
    assert runner.wait(second.id).status == "finished"
    assert store.run(first).status == "running"


def test_a_run_that_waits_need_not_once_it_is_slow(make_runner: Make, store: Store) -> None:
    runner = make_runner(active=1)
    begun(runner, race(epochs=LONG))
    second, third = runner.start(race(epochs=LONG)), runner.start(race(epochs=LONG))
    assert runner.place(third.id) == 2
    runner.set_speed(third.id, 5)
    until(lambda: runner.place(third.id) is None)
    while store.run(third.id).status != "running":
        time.sleep(0.01)
    assert runner.speed(third.id) == 5
    assert runner.place(second.id) == 1


def test_whoever_wants_full_speed_again_waits_for_it(
    make_runner: Make, store: Store, dataset: Dataset
) -> None:
    runner = make_runner(active=1)
    first = paused_at_once(runner, race(epochs=2))
    runner.set_speed(first, 5)
    runner.resume(first)
    second = runner.start(race(epochs=LONG))
    until(lambda: store.run(second.id).status == "running")
    runner.set_speed(first, None)
    assert store.run(first).status == "queued"
    assert runner.place(first) == 1
    runner.stop(second.id)
    assert runner.wait(first).status == "finished"
    assert stored(store, first) == uninterrupted(race(epochs=2), dataset)


def test_a_paused_run_waits_where_all_places_are_taken(make_runner: Make, store: Store) -> None:
    runner = make_runner(active=1)
    first = paused_at_once(runner, race(epochs=1))
    second = runner.start(race(epochs=LONG))
    runner.step(first)
    assert runner.wait(first).status == "paused", "a single step takes no place"
    runner.resume(first)
    assert store.run(first).status == "queued"
    assert runner.place(first) == 1
    runner.stop(second.id)
    assert runner.wait(first).status == "finished"


def test_steps_that_are_ordered_while_others_are_made_add_up(
    make_runner: Make, store: Store
) -> None:
    runner = make_runner(active=1)
    run = paused_at_once(runner, race(epochs=LONG))
    runner.set_speed(run, 20)
    before = store.run(run).step
    for _click in range(5):
        runner.step(run)
    assert runner.wait(run).step == before + 5
    runner.set_speed(run, None)
    for epochs in (1, 1, 2):
        runner.step_epoch(run, epochs)
    assert runner.wait(run).step == ((before + 5) // 20 + 4) * 20
    with pytest.raises(InvalidExperiment):
        runner.step_epoch(run, 0)


def test_a_paused_run_does_not_count_against_a_full_queue(make_runner: Make) -> None:
    runner = make_runner(active=1, waiting=0)
    first = runner.start(race(epochs=LONG))
    with pytest.raises(QueueFull):
        runner.start(race(epochs=1))
    runner.pause(first.id)
    assert runner.wait(runner.start(race(epochs=1)).id).status == "finished"


def test_pausing_beside_a_queue_lets_the_next_one_in(make_runner: Make, store: Store) -> None:
    runner = make_runner(active=1)
    first = runner.start(race(epochs=LONG))
    second = runner.start(race(epochs=1))
    runner.pause(first.id)
    assert runner.wait(second.id).status == "finished"
    assert store.run(first.id).status == "paused"


def test_the_queue_tells_the_expected_wait(make_runner: Make, store: Store) -> None:
    runner = make_runner(active=1)
    first = runner.start(race(epochs=LONG))
    runner.set_speed(first.id, 1000)
    second, third = runner.start(race(epochs=LONG)), runner.start(race(epochs=1))
    while store.run(first.id).step < 300:
        time.sleep(0.01)
    soon, later = runner.expected_wait(second.id), runner.expected_wait(third.id)
    assert soon is not None
    assert later is not None
    assert later > soon > 1.0
    assert runner.expected_wait(first.id) is None


@pytest.mark.parametrize(
    ("active", "waiting", "threads", "waits"),
    [
        ([(100, 10.0)], [50, 20], 1, [10.0, 15.0]),
        ([(100, 10.0), (20, 10.0)], [30, 10, 1], 2, [2.0, 5.0, 6.0]),
        ([(100, 10.0)], [50], 2, [0.0]),
        ([(100, 0.0)], [50, 20], 1, [None, None]),
        ([(100, 10.0), (9, 0.0)], [50], 2, [None]),
        ([], [], 2, []),
    ],
)
def test_waits_add_up(
    active: list[tuple[int, float]], waiting: list[int], threads: int, waits: list[float | None]
) -> None:
    assert expected_waits(active, waiting, threads) == waits
