"""Workers that are killed, hung and cut off, and a database that is: every run goes on, whole."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from softmax_core.data import Dataset
from softmax_core.runs import Store
from softmax_core.runs.cluster.runner import ClusterRunner
from softmax_core.training.experiment import Experiment, Variant
from tests.core.runs.conftest import tiny_dataset, until
from tests.core.runs.reference import stored, uninterrupted
from tests.postgres import PostgresServer

from .processes import PICTURES, CannotMakeNetwork, Network, Wire, Workers

EXPERIMENT = Experiment(
    [Variant("plain"), Variant("momentum", momentum=0.9)], batch_size=30, epochs=80
)
TAKEN_SECONDS = 20.0
"""A bound for a machine with much else to do; `tests/benchmarks/cluster.py` measures."""


@pytest.fixture(scope="module")
def pictures() -> Dataset:
    return tiny_dataset(PICTURES)


@pytest.fixture(scope="module")
def expected(pictures: Dataset) -> dict[str, Any]:
    return uninterrupted(EXPERIMENT, pictures)


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers() as started:
        yield started


@pytest.fixture
def runner(database: str, pictures: Dataset) -> Iterator[ClusterRunner]:
    with Store(database) as store:
        runner = ClusterRunner(store, lambda _data: pictures)
        yield runner
        runner.close()


def holder(runner: ClusterRunner, run_id: str) -> int:
    """Return the process number of the worker that has a run; 0 while none has it."""
    with runner.store.database.reading() as connection:
        (name,) = connection.execute("SELECT worker FROM runs WHERE id = ?", (run_id,)).fetchone()
    return int(name.split(":")[1]) if name else 0


def under_way(runner: ClusterRunner, steps: int = 200) -> str:
    """Start a run, and wait until some of its steps are stored."""
    until(runner.is_served, 60)
    run = runner.start(EXPERIMENT).id
    until(lambda: runner.store.run(run).step >= steps, 60)
    return run


def goes_on(runner: ClusterRunner, run_id: str, after: int) -> float:
    """Wait until another worker than before trains a run, or has ended it; return the seconds."""
    began, at = time.monotonic(), runner.store.run(run_id).step

    def has_gone_on() -> bool:
        run = runner.store.run(run_id)
        if run.status == "finished":  # it had made its last step, or made the rest meanwhile
            return True
        return run.step > at and holder(runner, run_id) not in (0, after)

    until(has_gone_on, TAKEN_SECONDS)
    return time.monotonic() - began


def whole(runner: ClusterRunner, run_id: str, expected: dict[str, Any]) -> None:
    """Wait for the end of a run, which is as if nothing had happened."""
    ended = runner.wait(run_id, 120)
    assert (ended.status, ended.error) == ("finished", None)
    assert stored(runner.store, run_id) == expected
    runner.store.verify(run_id)


def test_a_worker_that_is_killed(
    runner: ClusterRunner, workers: Workers, database: str, expected: dict[str, Any]
) -> None:
    for _ in range(2):
        workers.start(database)
    run = under_way(runner)
    first = holder(runner, run)
    workers.end(first)
    print("taken over after", goes_on(runner, run, first))
    whole(runner, run, expected)


def test_a_worker_that_hangs_and_wakes_up_can_write_nothing_more(
    runner: ClusterRunner, workers: Workers, database: str, expected: dict[str, Any]
) -> None:
    for _ in range(2):
        workers.start(database)
    run = under_way(runner)
    first = holder(runner, run)
    os.kill(first, signal.SIGSTOP)
    print("taken over after", goes_on(runner, run, first))
    os.kill(first, signal.SIGCONT)
    whole(runner, run, expected)
    assert holder(runner, run) == 0
    # It is a worker like any other again.
    with runner.store.database.reading() as connection:
        (other,) = connection.execute(
            "SELECT name FROM workers WHERE name NOT LIKE ?", (f"%:{first}:%",)
        ).fetchone()
    workers.end(int(other.split(":")[1]))
    again = runner.start(EXPERIMENT).id
    until(lambda: holder(runner, again) == first, 60)


def test_a_worker_that_is_cut_off(
    runner: ClusterRunner, workers: Workers, database: str, expected: dict[str, Any]
) -> None:
    with Wire(database) as wire:
        first = workers.start(wire.url)
        run = under_way(runner)
        assert holder(runner, run) == first
        workers.start(database)
        until(lambda: slots(runner) == 2, 60)
        wire.cut()
        print("taken over after", goes_on(runner, run, first))
        wire.mend()  # what it had sent arrives now
        whole(runner, run, expected)


def test_a_worker_on_another_network_whose_cable_is_taken_out(
    runner: ClusterRunner, workers: Workers, database: str, expected: dict[str, Any]
) -> None:
    try:
        network = Network()
    except CannotMakeNetwork as error:
        pytest.skip(str(error))
    with network, Wire(database, network.listen()) as wire:
        first = workers.start(wire.url, namespace=network.namespace)
        run = under_way(runner)
        assert holder(runner, run) == first
        workers.start(database)
        until(lambda: slots(runner) == 2, 60)
        network.cut()
        print("taken over after", goes_on(runner, run, first))
        network.mend()
        whole(runner, run, expected)
        # It comes back by itself, and is a worker like any other.
        (other,) = (pid for pid in working(runner) if pid != first)
        workers.end(other)
        again = runner.start(EXPERIMENT).id
        until(lambda: holder(runner, again) == first, 60)


def test_a_worker_whose_connections_are_held_and_silent_ends(
    runner: ClusterRunner, workers: Workers, database: str
) -> None:
    with Wire(database) as wire:
        first = workers.start(wire.url, silent_seconds=2.0)
        under_way(runner)
        wire.cut()
        assert workers.ended(first) == 1


@pytest.mark.parametrize(("signals", "status"), [(1, 1), (2, 128 + signal.SIGTERM)])
def test_a_worker_ends_when_told_though_the_database_says_nothing(
    runner: ClusterRunner, database: str, signals: int, status: int
) -> None:
    with Wire(database) as wire:
        worker = subprocess.Popen(
            [sys.executable, "-m", "softmax_core", "work"],
            env={**os.environ, "SOFTMAX_STORE": wire.url},
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            under_way(runner)
            wire.cut()
            time.sleep(1.0)  # until a thread waits for an answer
            for _each in range(signals):
                worker.send_signal(signal.SIGTERM)
                time.sleep(0.5)
            _out, said = worker.communicate(timeout=30)
        finally:
            worker.kill()
    assert worker.returncode == status
    assert ("says nothing" in said) == (signals == 1)


def working(runner: ClusterRunner) -> list[int]:
    """Return the process numbers of the workers that are there."""
    with runner.store.database.reading() as connection:
        rows = connection.execute("SELECT name FROM workers").fetchall()
    return [int(name.split(":")[1]) for (name,) in rows]


def slots(runner: ClusterRunner) -> int:
    with runner.store.database.reading() as connection:
        (count,) = connection.execute("SELECT count(*) FROM workers").fetchone()
    return int(count)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_database_that_ends_or_crashes_and_is_back(
    workers: Workers, pictures: Dataset, expected: dict[str, Any], how: signal.Signals
) -> None:
    with PostgresServer(["fsync=on"]) as server:
        url = server.new_database()
        with Store(url) as store:
            runner = ClusterRunner(store, lambda _data: pictures)
            workers.start(url)
            run = under_way(runner)
            paused = runner.start(EXPERIMENT).id
            runner.pause(paused)
            server.restart(how)
            whole(runner, run, expected)
            assert store.run(paused).status == "paused"
            runner.resume(paused)
            whole(runner, paused, expected)
            runner.close()


def test_two_workers_never_both_write(
    runner: ClusterRunner, workers: Workers, database: str, expected: dict[str, Any]
) -> None:
    seed = secrets.randbits(32)
    print("the moments come from seed", seed)
    chance = Random(seed)
    alive = [workers.start(database) for _ in range(3)]
    run = under_way(runner, 1)
    for step in (500, 1500, 2500):
        until(lambda step=step: runner.store.run(run).step >= step, 60)  # type: ignore[misc]
        time.sleep(chance.uniform(0.0, 0.1))
        if (first := holder(runner, run)) not in alive:
            continue
        os.kill(first, signal.SIGSTOP)
        goes_on(runner, run, first)
        time.sleep(chance.uniform(0.0, 0.2))
        os.kill(first, signal.SIGCONT)
    whole(runner, run, expected)


def test_a_worker_that_is_ended_lets_its_runs_go_on_elsewhere_at_once(
    runner: ClusterRunner, workers: Workers, database: str, expected: dict[str, Any]
) -> None:
    first = workers.start(database)
    run = under_way(runner)
    workers.end(first, signal.SIGTERM)
    left = runner.store.run(run)
    assert left.status == "queued"
    checkpoint = runner.store.checkpoint(run)
    assert checkpoint is not None
    assert checkpoint.step == left.step
    assert runner.place(run) == 1
    second = workers.start(database)
    until(lambda: holder(runner, run) == second, 60)
    whole(runner, run, expected)


def test_a_change_of_a_rate_is_made_once_whoever_is_killed_meanwhile(
    runner: ClusterRunner, workers: Workers, database: str, pictures: Dataset
) -> None:
    for _ in range(2):
        workers.start(database)
    run = under_way(runner)
    first = holder(runner, run)
    os.kill(first, signal.SIGSTOP)
    runner.change_learning_rate(run, 0, 0.05)  # which nobody obeys for now
    runner.change_learning_rate(run, 1, 0.2)
    goes_on(runner, run, first)
    os.kill(first, signal.SIGCONT)
    assert runner.wait(run, 120).status == "finished"
    changes = runner.store.rate_changes(run)
    assert [(change.variant, change.learning_rate) for change in changes] == [(0, 0.05), (1, 0.2)]
    assert stored(runner.store, run) == uninterrupted(EXPERIMENT, pictures, changes)


ORDERS: dict[str, Callable[[ClusterRunner, str], None]] = {
    "paused": ClusterRunner.pause,
    "stopped": ClusterRunner.stop,
}


@pytest.mark.parametrize("status", ORDERS)
def test_an_order_to_a_run_whose_worker_is_dead_is_obeyed(
    runner: ClusterRunner, workers: Workers, database: str, expected: dict[str, Any], status: str
) -> None:
    first = workers.start(database)
    run = under_way(runner)
    workers.end(first)
    ORDERS[status](runner, run)
    workers.start(database)
    until(lambda: runner.store.run(run).status == status, TAKEN_SECONDS + 40)
    runner.resume(run)
    whole(runner, run, expected)
