"""Runs of a shared store: claims, turns, people, and what every process sees of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from softmax_core.data import Dataset, Description
from softmax_core.errors import DatasetMissing, QueueFull, RunTaken, TooManyRuns
from softmax_core.runs import Limits, Run, Store
from softmax_core.runs.cluster import claims, queue, worker
from softmax_core.runs.cluster.claims import ClaimedRun
from softmax_core.runs.cluster.runner import ClusterRunner
from softmax_core.runs.cluster.worker import Worker
from softmax_core.runs.postgres import PostgresDatabase
from softmax_core.training.records import StepRecord
from tests.core.runs.conftest import LONG, race, until
from tests.core.runs.reference import stored, uninterrupted

Load = Callable[[Description], Dataset]


@pytest.fixture
def load(dataset: Dataset) -> Load:
    return lambda _data: dataset


@pytest.fixture
def replica(emptied: str, load: Load) -> Iterator[Callable[..., ClusterRunner]]:
    """Makes runners of processes that show runs, each with a store of its own."""
    made: list[ClusterRunner] = []

    def make(**limits: Any) -> ClusterRunner:
        made.append(ClusterRunner(Store(emptied), load, Limits(**limits)))
        return made[-1]

    yield make
    for runner in made:
        runner.close()
        runner.store.close()


@contextmanager
def training(url: str, load: Load, slots: int = 1) -> Iterator[Worker]:
    """Have a worker in this process, until the end of the block."""
    with Store(url) as store:
        made = Worker(store, load, slots)
        thread = threading.Thread(target=made.run)
        thread.start()
        try:
            yield made
        finally:
            made.stop()
            thread.join()


def order(runner: ClusterRunner) -> list[str]:
    with runner.store.database.reading() as connection:
        return queue.waiting(connection)


def owned(runner: ClusterRunner, owner: str, **given: Any) -> Run:
    return runner.start(race(**given), owner=owner, steering=lambda run_id: f"{run_id} {owner}")


def test_what_one_process_orders_another_one_sees(
    replica: Callable[..., ClusterRunner], emptied: str, load: Load, dataset: Dataset
) -> None:
    one, other = replica(), replica()
    run = one.start(race(epochs=LONG)).id
    assert not one.is_served()
    assert one.place(run) == other.place(run) == 1
    assert one.expected_wait(run) is None, "nobody trains"
    with training(emptied, load):
        until(lambda: other.store.run(run).status == "running")
        assert other.is_served()
        other.pause(run)
        assert one.store.run(run).status == "paused"
        one.step(run, 3)
        assert not other.is_under_way(run)
        other.stop(run)
        short = one.start(race(epochs=2)).id
        assert other.wait(short, 30).status == "finished"
        assert stored(other.store, short) == uninterrupted(race(epochs=2), dataset)


def test_with_an_older_claim_nothing_is_written(replica: Callable[..., ClusterRunner]) -> None:
    runner = replica()
    run = runner.start(race()).id
    first = claims.claim(runner.store, run, "first")
    assert first is not None
    assert claims.claim(runner.store, run, "second") is None, "the first gave a sign just now"
    record = StepRecord(1, 1, [1.0, 1.0], *[[0.5, 0.5]] * 3)
    first.append(run, [record])
    silent(runner, run)
    second = claims.claim(runner.store, run, "second")
    assert second is not None
    again = StepRecord(2, 1, [1.0, 1.0], *[[0.5, 0.5]] * 3)
    attempts: list[Callable[[ClaimedRun], object]] = [
        lambda claim: claim.append(run, [again]),
        lambda claim: claim.set_status(run, "finished"),
        lambda claim: claim.set_total_steps(run, 7),
        lambda claim: claim.new_orders(),
    ]
    for attempt in attempts:
        with pytest.raises(RunTaken):
            attempt(first)
    first.heard(9)
    state = runner._desired(run)
    assert (runner.store.run(run).step, state.status, state.obeyed) == (1, "queued", 0)
    second.append(run, [again])
    assert runner.store.run(run).step == 2


def test_steps_that_do_not_follow_those_in_the_database_are_not_written(
    replica: Callable[..., ClusterRunner],
) -> None:
    """After a crash it may be back, without its last records, before the next ones come."""
    runner = replica()
    run = runner.start(race()).id
    claim = claims.claim(runner.store, run, "worker")
    assert claim is not None
    records = [StepRecord(k, 1, [1.0, 1.0], *[[0.5, 0.5]] * 3) for k in range(1, 5)]
    claim.append(run, records[:2])
    claim.append(run, records[2:3])
    with runner.store.database.writing() as connection:
        connection.execute("DELETE FROM blocks WHERE run = ? AND last_step = 3", (run,))
        connection.execute("UPDATE runs SET step = 2 WHERE id = ?", (run,))
    with pytest.raises(RunTaken):
        claim.append(run, records[3:])
    assert runner.store.steps(run).step.tolist() == [1, 2]
    claim.append(run, records[2:])
    assert runner.store.steps(run).step.tolist() == [1, 2, 3, 4]


def silent(runner: ClusterRunner, run_id: str) -> None:
    """Let the worker of a run have given no sign for a minute."""
    with runner.store.database.writing() as connection:
        connection.execute(
            "UPDATE runs SET seen = now() - interval '1 minute' WHERE id = ?", (run_id,)
        )


def test_a_run_is_its_workers_until_that_is_silent_and_then_goes_before_all_others(
    replica: Callable[..., ClusterRunner],
) -> None:
    runner = replica()
    run, other = runner.start(race()).id, runner.start(race()).id
    with runner.store.database.writing() as connection:
        queue.withdraw(connection, run)  # whose turn it is
    first = claims.claim(runner.store, run, "first")
    assert first is not None
    first.set_status(run, "running")
    assert claims.resubmit(runner.store) == 0
    silent(runner, run)
    assert claims.resubmit(runner.store) == 1
    assert claims.resubmit(runner.store) == 0
    assert order(runner) == [run, other]
    assert runner.store.run(run).status == "queued"
    with pytest.raises(RunTaken):  # before anybody else has begun
        first.append(run, [])


def test_a_run_that_was_made_and_never_queued_is_said_to_be_interrupted(
    replica: Callable[..., ClusterRunner],
) -> None:
    runner = replica()
    left, new = runner.store.create(race(), 60).id, runner.store.create(race(), 60).id
    with runner.store.database.writing() as connection:
        connection.execute(
            "UPDATE runs SET created = '2020-01-01T00:00:00.000+00:00' WHERE id = ?", (left,)
        )
        connection.execute("SELECT 1")
    claims.resubmit(runner.store)
    with runner.store.database.reading() as connection:
        found = dict(connection.execute("SELECT id, status FROM runs").fetchall())
    assert found == {left: "interrupted", new: "queued"}


def test_one_person_with_twenty_runs_does_not_stand_before_nineteen_with_one(
    replica: Callable[..., ClusterRunner],
) -> None:
    runner = replica(waiting=100)
    many = [owned(runner, "many").id for _ in range(20)]
    single = [owned(runner, f"single {number}").id for number in range(19)]
    assert order(runner) == [many[0], *single, *many[1:]]
    assert runner.place(single[-1]) == 20
    nobody = runner.start(race()).id
    assert runner.place(nobody) == 21
    # The first one of each has ended, and everybody brings another one.
    with runner.store.database.writing() as connection:
        for run in (many[0], *single):
            queue.withdraw(connection, run)
    for run in (many[0], *single):
        runner.store.set_status(run, "finished")
    newer = [owned(runner, f"single {number}").id for number in range(19)]
    assert isinstance(runner.store.database, PostgresDatabase)
    with runner.store.database.connect() as connection:
        queue.rank(connection)
    assert order(runner) == [many[1], nobody, *newer, *many[2:]]


def test_a_burst_of_starts_from_everywhere_is_trained_and_nobody_gets_more_than_allowed(
    replica: Callable[..., ClusterRunner], emptied: str, load: Load
) -> None:
    runners = [replica(waiting=20, per_person=3) for _ in range(2)]

    def start(number: int) -> str | type[Exception]:
        try:
            return owned(runners[number % 2], f"person {number % 5}", epochs=1, seed=number).id
        except (TooManyRuns, QueueFull) as error:
            return type(error)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(start, range(40)))
    runs = [each for each in made if isinstance(each, str)]
    assert len(runs) == 15
    assert made.count(TooManyRuns) == 25
    with training(emptied, load), training(emptied, load, 2):
        for run in runs:
            assert runners[0].wait(run, 60).status == "finished"


def test_a_paused_run_leaves_its_worker_after_a_while_and_at_once_when_others_wait(
    replica: Callable[..., ClusterRunner],
    emptied: str,
    load: Load,
    dataset: Dataset,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runner = replica()
    with training(emptied, load):
        run = runner.start(race(epochs=30)).id
        until(lambda: runner.store.run(run).step)
        runner.pause(run)
        assert runner._desired(run).held
        other = runner.start(race(epochs=1)).id
        assert runner.wait(other, 30).status == "finished", "the slot was given back"
        assert runner._desired(run).held, "in its thread it still answers at once"
        monkeypatch.setattr(worker, "_PAUSED_SECONDS", 0.0)
        until(lambda: not runner._desired(run).held)
        assert runner.store.run(run).status == "paused"
        monkeypatch.undo()
        runner.resume(run)
        assert runner.wait(run, 60).status == "finished"
    assert stored(runner.store, run) == uninterrupted(race(epochs=30), dataset)


def test_a_worker_without_the_pictures_says_so_and_with_them_it_goes_on(
    replica: Callable[..., ClusterRunner], emptied: str, dataset: Dataset
) -> None:
    here: list[Dataset] = []

    def load(data: Description) -> Dataset:
        if not here:
            raise DatasetMissing(data.name, data.digest)
        return here[0]

    runner = replica()
    with training(emptied, load):
        run = runner.start(race(epochs=1)).id
        left = runner.wait(run, 30)
        assert left.status == "interrupted"
        assert left.error is not None
        assert left.error.startswith("DatasetMissing: The data set")
        here.append(dataset)
        runner.resume(run)
        assert runner.wait(run, 30).status == "finished"


def test_a_worker_says_once_that_its_database_only_reads_and_goes_on_when_it_takes_changes(
    replica: Callable[..., ClusterRunner],
    emptied: str,
    load: Load,
    caplog: pytest.LogCaptureFixture,
) -> None:
    name = emptied.rpartition("/")[2]

    def restarted(change: str) -> None:
        writes = "-c default_transaction_read_only=off"
        with psycopg.connect(emptied, autocommit=True, options=writes) as connection:
            connection.execute(f"ALTER DATABASE {name} {change}")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    runner = replica()
    with training(emptied, load):
        until(runner.is_served)
        try:
            restarted("SET default_transaction_read_only = on")
            until(lambda: not runner.is_served())
        finally:
            restarted("RESET default_transaction_read_only")
        said = [each.getMessage() for each in caplog.records if "listening" in each.name]
        assert sum("only reads" in each for each in said) == 1, said
        assert not any(each.exc_info for each in caplog.records)
        until(runner.is_served)


def test_the_type_of_processor_is_kept_for_each_stretch(
    replica: Callable[..., ClusterRunner],
    emptied: str,
    load: Load,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runner = replica()
    run = ""
    for name in ("one", "one", "another"):
        monkeypatch.setattr(claims, "processor_type", lambda name=name: name)
        with training(emptied, load):
            if run:
                runner.resume(run)
            else:
                run = runner.start(race(epochs=LONG)).id
            trains_on(runner, run)
            runner.stop(run)
    (first, second) = runner.store.processors(run)
    assert first == (1, "one")
    assert second[1] == "another"
    assert 1 < second[0] <= runner.store.run(run).step


def trains_on(runner: ClusterRunner, run_id: str) -> None:
    at = runner.store.run(run_id).step
    until(lambda: runner.store.run(run_id).step > at)


def test_what_is_lost_of_the_newest_steps_is_made_again(
    replica: Callable[..., ClusterRunner], emptied: str, load: Load, dataset: Dataset
) -> None:
    """A database that crashes may lose its last moments: the step then goes back."""
    runner = replica()
    with training(emptied, load):
        run = runner.start(race(epochs=20)).id
        until(lambda: runner.store.run(run).step > 40)
        runner.stop(run)
    step = runner.store.run(run).step
    with runner.store.database.writing() as connection:
        connection.execute("DELETE FROM blocks WHERE run = ? AND first_step > 1", (run,))
        connection.execute(
            "UPDATE runs SET step = coalesce((SELECT max(last_step) FROM blocks WHERE run = ?), 0)"
            " WHERE id = ?",
            (run, run),
        )
        connection.execute("DELETE FROM checkpoints WHERE run = ?", (run,))
        connection.execute("DELETE FROM epochs WHERE run = ?", (run,))
    assert runner.store.run(run).step < step
    with training(emptied, load):
        runner.resume(run)
        assert runner.wait(run, 60).status == "finished"
    assert stored(runner.store, run) == uninterrupted(race(epochs=20), dataset)
