from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from softmax_core.data import Dataset, Description
from softmax_core.data.dataset import Split
from softmax_core.runs import Limits, Runner, Store
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
    run = runner.start(experiment)
    runner.stop(run.id)
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


@pytest.fixture
def make_runner(store: Store, dataset: Dataset) -> Iterator[Callable[..., Runner]]:
    made: list[Runner] = []

    def make(
        load: Callable[[Description], Dataset] = lambda _data: dataset, **limits: Any
    ) -> Runner:
        made.append(Runner(store, load, Limits(**limits)))
        return made[-1]

    yield make
    for runner in made:
        runner.close()
