"""How long it takes to see a step of a stored run again, and what that costs on the disk.

`python -m tests.benchmarks.film`: the course's run and one of sixteen variants, ten epochs each;
some steps by chance, each by a film of its own, as for somebody who opens a link. Then frames of
the film as a page asks for them, and the size of a run of sixteen variants and 1,000 epochs.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import thread_time

import torch

from softmax_core.data import Dataset, load_fashion_mnist
from softmax_core.runs import Film, Store, ThreadRunner
from softmax_core.training import EpochRecord, Experiment, StepRecord, Variant, course_experiment

LOOKS = 20
STRIDE = 20  # of 120 frames of the course's run
VARIANTS, EPOCHS, STEPS = 16, 1000, 235


def trained(runner: ThreadRunner, experiment: Experiment) -> str:
    run = runner.start(experiment)
    ended = runner.wait(run.id)
    assert ended.status == "finished", ended.error
    return run.id


def looks(store: Store, run_id: str, dataset: Dataset) -> list[float]:
    """Seconds of the processor from nothing to the weights, for steps by chance."""
    last = store.run(run_id).step
    chance = random.Random(0)
    seconds = []
    for _ in range(LOOKS):
        step = chance.randint(0, last)
        began = thread_time()
        Film(store, run_id, dataset).at(step)
        seconds.append(thread_time() - began)
    return seconds


def frames(store: Store, run_id: str, dataset: Dataset) -> list[float]:
    """Seconds of the processor a frame, one after the other."""
    film = Film(store, run_id, dataset)
    seconds = []
    for step in range(0, store.run(run_id).step, STRIDE):
        began = thread_time()
        film.at(step)
        seconds.append(thread_time() - began)
    return seconds


def disk(folder: Path, *, momentum: bool) -> float:
    """Megabytes of a long run, stored as the runner would, with figures by chance."""
    generator = torch.Generator().manual_seed(0)
    shape = (VARIANTS, 10, 784)
    with Store(folder / f"{momentum}.sqlite") as store:
        experiment = Experiment([Variant(f"v{k}") for k in range(VARIANTS)], epochs=EPOCHS)
        run = store.create(experiment, EPOCHS * STEPS)
        for epoch in range(1, EPOCHS + 1):
            figures = torch.rand(STEPS, VARIANTS, generator=generator).tolist()
            first = (epoch - 1) * STEPS
            steps = [
                StepRecord(first + k + 1, epoch, row, row, row, row)
                for k, row in enumerate(figures)
            ]
            accuracy = figures[0]
            ended = EpochRecord(
                epoch,
                epoch * STEPS,
                accuracy,
                accuracy,
                None,
                None,
                accuracy,
                accuracy,
                [[[100] * 10] * 10] * VARIANTS,
            )
            weights = torch.rand(shape, generator=generator)
            store.append(
                run.id,
                steps,
                [ended],
                epoch_weights=(epoch, weights, weights[..., 0]),
                velocities=(-weights, -weights[..., 0]) if momentum else None,
                durable=False,
            )
        return store.used_bytes() / 1e6


def said(name: str, seconds: Sequence[float]) -> None:
    median, worst = statistics.median(seconds), max(seconds)
    print(f"{name:<44}{1000 * median:>8.0f} ms{1000 * worst:>8.0f} ms")


def main() -> None:
    dataset = load_fashion_mnist()
    sixteen = Experiment([Variant(f"v{k}", momentum=0.9) for k in range(VARIANTS)])
    with TemporaryDirectory() as made:
        folder = Path(made)
        print(f"{'':<44}{'median':>11}{'worst':>11}")
        with Store(folder / "runs.sqlite") as store:
            runner = ThreadRunner(store, lambda _data: dataset)
            for name, experiment in (
                ("the course's run", course_experiment()),
                ("16 variants with momentum, 10 epochs", sixteen),
            ):
                run_id = trained(runner, experiment)
                said(f"a step of {name}", looks(store, run_id, dataset))
                said(f"a frame of {name}", frames(store, run_id, dataset))
            runner.close()
        for momentum in (False, True):
            size = disk(folder, momentum=momentum)
            print(f"16 variants, 1,000 epochs, momentum {momentum}: {size:.0f} MB")


if __name__ == "__main__":
    main()
