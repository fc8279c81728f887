"""`python -m tests.benchmarks.records` (`make bench` runs it too): what reading a run costs.

A store is filled with one run of 16 variants and 100 epochs: 23,500 steps, records as they would
have been trained. Then everything that looks at its curves is timed, cold (nothing was read before)
and warm (a page that is drawn again), in milliseconds of processor time.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from softmax_core.runs import History, Run, Store
from softmax_core.training import EpochRecord, Experiment, StepRecord, Variant

STEPS_A_FLUSH: Final = 60  # a quarter of a second of training
PAGE_MS: Final = 50
REPORT_MS: Final = 1000


def stored_run(store: Store, variants: int, epochs: int) -> Run:
    """Fill a store with the records of a run that looks like a real one."""
    rates = [0.005 * (position + 1) for position in range(variants)]
    experiment = Experiment([Variant(f"η {rate:g}", rate) for rate in rates], epochs=epochs)
    per_epoch = math.ceil(60_000 / experiment.batch_size)
    run = store.create(experiment, per_epoch * epochs)
    noise = np.random.default_rng(0)
    for epoch in range(1, epochs + 1):
        first = (epoch - 1) * per_epoch + 1
        for start in range(first, first + per_epoch, STEPS_A_FLUSH):
            steps = range(start, min(start + STEPS_A_FLUSH, first + per_epoch))
            figures = noise.random((len(steps), 4, variants)) / epoch
            rows = zip(steps, figures.tolist(), strict=True)
            store.append(
                run.id,
                [StepRecord(step, epoch, *row) for step, row in rows],
                seconds=(steps.start / 240, steps.stop / 240),
                durable=False,
            )
        loss, accuracy, test_loss, test_accuracy = (
            (noise.random(variants) / epoch).tolist() for _ in range(4)
        )
        confusion = noise.integers(0, 1000, (variants, 10, 10)).tolist()
        step = epoch * per_epoch
        record = EpochRecord(
            epoch, step, loss, accuracy, None, None, test_loss, test_accuracy, confusion
        )
        store.append(run.id, epochs=[record], durable=False)
    store.set_status(run.id, "finished")
    return store.run(run.id)


def curves(history: History, variants: int) -> None:
    """Do what a page does that compares all the variants of a run."""
    history.update(at_once=True)
    for variant in range(variants):
        history.line(variant, "loss", "epoch")


def line_of(history: History) -> None:
    """Do what the list of runs does for one of its lines."""
    history.update()
    history.glance()


def milliseconds(work: Callable[[], object], times: int) -> float:
    """Return the median of the processor time that some work takes."""
    costs = []
    for _ in range(times):
        began = time.process_time()
        work()
        costs.append(1000 * (time.process_time() - began))
    return statistics.median(costs)


def rows(store: Store, run: Run, times: int) -> dict[str, tuple[float, float | None]]:
    """Measure everything that reads the run's records: name -> (milliseconds, goal)."""
    variants = len(run.experiment.variants)
    history = History(store, run.id)
    return {
        f"{variants} curves, cold": (
            milliseconds(lambda: curves(History(store, run.id), variants), times),
            REPORT_MS,
        ),
        f"{variants} curves, warm": (
            milliseconds(lambda: curves(history, variants), 5 * times),
            PAGE_MS,
        ),
        "the line in the list, cold": (
            milliseconds(lambda: line_of(History(store, run.id)), times),
            None,
        ),
    }


def main() -> None:
    """Read the options, fill a store, read it, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.records", description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="measurements of each row")
    parser.add_argument("--variants", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "runs.sqlite") as store:
        run = stored_run(store, given.variants, given.epochs)
        print(f"{given.variants} variants, {given.epochs} epochs, {run.step:,} steps\n")
        print(f"{'':<28}{'ms':>9}{'goal':>9}")
        for name, (cost, goal) in rows(store, run, given.times).items():
            missed = goal is not None and cost > goal
            print(f"{name:<28}{cost:>9.1f}{goal or '':>9}{'  above the goal' if missed else ''}")


if __name__ == "__main__":
    main()
