import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from softmax_core.data import Dataset
from softmax_core.errors import QueueFull
from softmax_core.runs import Runner, Store
from softmax_core.runs.job import Leave
from softmax_core.runs.runner import expected_waits

from .conftest import LONG, paused_at_once, race
from .reference import stored, uninterrupted

Make = Callable[..., Runner]


def test_runs_wait_in_the_order_they_came(make_runner: Make, store: Store) -> None:
    runner = make_runner(active=1, waiting=2)
    first = runner.start(race(epochs=LONG))
    second, third = runner.start(race(epochs=LONG)), runner.start(race(epochs=1))
    assert [runner.place(run.id) for run in (first, second, third)] == [None, 1, 2]
    assert store.run(third.id).status == "queued"
    with pytest.raises(QueueFull) as full:
        runner.start(race())
    assert (full.value.waiting, full.value.limit) == (2, 2)
    assert len(store.runs()) == 3
    runner.stop(first.id)
    assert runner.place(third.id) == 1
    runner.stop(second.id)
    assert runner.wait(third.id).status == "finished"


def test_a_waiting_run_can_be_paused_and_stopped(make_runner: Make, store: Store) -> None:
    runner = make_runner(active=1)
    runner.start(race(epochs=LONG))
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


@pytest.mark.parametrize(("waiting", "asked"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2)])
def test_no_more_paused_runs_are_asked_to_leave_than_wait(
    make_runner: Make, monkeypatch: pytest.MonkeyPatch, waiting: int, asked: int
) -> None:
    runner = make_runner(active=3)
    leaving, *staying = (SimpleNamespace(idle=True, orders=[]) for _ in range(3))
    leaving.orders.append(Leave("paused"))  # asked before, and still there
    with monkeypatch.context() as patched, runner._changed:
        active = {str(k): (job, None) for k, job in enumerate((leaving, *staying))}
        patched.setattr(runner, "_active", active)
        patched.setattr(runner, "_waiting", [SimpleNamespace()] * waiting)
        runner._dispatch()
    assert leaving.orders == [Leave("paused")]
    assert sum(job.orders == [Leave("paused")] for job in staying) == asked


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


def test_no_thread_is_left_behind(make_runner: Make) -> None:
    before = set(threading.enumerate())
    runner = make_runner()
    for _ in range(3):
        runner.start(race(epochs=LONG))
    runner.close()
    assert set(threading.enumerate()) <= before


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
