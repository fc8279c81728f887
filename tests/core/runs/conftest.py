import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from softmax_core.data import Dataset, Description
from softmax_core.data.dataset import Split
from softmax_core.runs import Limits, Runner, Store, ThreadRunner, expected_steps
from softmax_core.runs.cluster.runner import ClusterRunner
from softmax_core.runs.cluster.worker import Worker
from softmax_core.runs.sqlite import SqliteDatabase
from softmax_core.training.experiment import Experiment, Variant

LONG = 1000  # epochs: these runs never reach their end in a test


def tiny_dataset(training: int = 600, test: int = 50) -> Dataset:
    """Pictures that are quick to learn from: class k is bright in the k-th stripe."""
    generator = torch.Generator().manual_seed(7)

    def split(count: int) -> Split:
        labels = torch.arange(count) % 10
        images = torch.randint(0, 120, (count, 28, 28), generator=generator, dtype=torch.uint8)
        stripe = torch.arange(28) // 2 == labels[:, None]
        images += 120 * stripe[:, :, None].to(torch.uint8)
        return Split(images, labels)

    return Dataset(split(training), split(test))


def race(epochs: int = 3, variants: int = 2, seed: int = 5) -> Experiment:
    """20 steps an epoch on the tiny data set, with every kind of state in play."""
    return Experiment(
        [
            Variant(f"v{position}", 0.05 * (position + 1), momentum=0.9 * (position % 2))
            for position in range(variants)
        ],
        batch_size=30,
        epochs=epochs,
        seed=seed,
    )


def paused_at_once(runner: Runner, experiment: Experiment) -> str:
    """Start a run that stands still a few steps in; its length does not matter."""
    run = runner.store.create(experiment, expected_steps(experiment))
    runner.store.set_status(run.id, "stopped")  # before its first step, however fast it is
    return paused(runner, run.id)


def paused(runner: Runner, run_id: str) -> str:
    """Let a run that is not in a thread make one step, and hold it there."""
    runner.step(run_id)
    runner.wait(run_id)
    return run_id


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Small products gain nothing from a second thread, and lose much on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return tiny_dataset()


class Trained(ClusterRunner):
    """A runner of a cluster with a worker of its own, in this process, that ends with it."""

    def __init__(self, store: Store, load: Callable[[Description], Dataset], limits: Limits):
        super().__init__(store, load, limits)
        self.worker = Worker(store, load, limits.active)
        self._training_thread = threading.Thread(target=self.worker.run)
        self._training_thread.start()
        until(self.is_served)

    def close(self, timeout: float = 3.0) -> None:
        self.worker.stop()
        self._training_thread.join()
        super().close(timeout)


@pytest.fixture
def make_runner(store: Store, dataset: Dataset) -> Iterator[Callable[..., Any]]:
    """Makes runners; in tests that are marked as of all `runners`, of either kind."""
    made: list[Runner] = []
    kind = ThreadRunner if isinstance(store.database, SqliteDatabase) else Trained

    def make(
        load: Callable[[Description], Dataset] = lambda _data: dataset, **limits: Any
    ) -> Runner:
        made.append(kind(store, load, Limits(**limits)))
        return made[-1]

    yield make
    for runner in made:
        runner.close()


def until(reached: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is true; fail where it does not become so."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.005)


def begun(runner: Runner, experiment: Experiment, **given: Any) -> str:
    """Start a run that has a place at once."""
    run = runner.start(experiment, **given)
    until(lambda: runner.place(run.id) is None)
    return run.id


def slow(runner: Runner, store: Store, seed: int = 5) -> str:
    """Start a run and let it go slowly."""
    run = runner.start(race(epochs=LONG, seed=seed)).id
    runner.set_speed(run, 5)
    until(lambda: store.run(run).status == "running")
    return run
