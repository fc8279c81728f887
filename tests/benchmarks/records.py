"""`python -m tests.benchmarks.records` (`make bench` runs it too): what reading a run costs.

A store is filled with one run of 16 variants and 100 epochs: 23,500 steps, records as they would
have been trained. Then everything that looks at its curves is timed, cold (nothing was read before)
and warm (a page that is drawn again), in milliseconds of processor time. The pages are drawn by
Streamlit's AppTest, whose own share, some 6 ms, is in the figures. At last the list of runs is
made long, with runs of one step.
"""

from __future__ import annotations

import argparse
import logging
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from streamlit.testing.v1 import AppTest

from softmax_core.folders import RUNS_VARIABLE
from softmax_core.runs import History, Run, Store
from softmax_core.training import EpochRecord, Experiment, StepRecord, Variant
from softmax_ui import cache
from softmax_ui.screens.runs.report import report_html

APP: Final = Path(__file__).parents[2] / "app.py"

STEPS_A_FLUSH: Final = 60  # a quarter of a second of training
PAGE_MS: Final = 50
LONG_LIST_MS: Final = 100
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


def lengthen(store: Store, runs: int) -> None:
    """Add runs of one step each, as somebody makes them who clicks, or who means harm."""
    figures = [[0.5], [0.5], [0.5], [0.5]]
    for number in range(runs):
        experiment = Experiment([Variant(f"η {number}", 0.1)], epochs=1, seed=number)
        run = store.create(experiment, 235)
        store.append(run.id, [StepRecord(1, 1, *figures)], seconds=(0.0, 0.1), durable=False)
        store.set_status(run.id, "stopped")


def long_list(store: Store, run: Run, runs: int, times: int) -> dict[str, tuple[float, float]]:
    """Measure a redraw of the page of many runs: name -> (milliseconds, goal)."""
    lengthen(store, runs)
    page = runs_page(run, 0)
    costs: dict[str, tuple[float, float]] = {
        f"runs page, {runs:,} runs": (milliseconds(page.run, 5 * times), LONG_LIST_MS)
    }
    page.query_params["page"] = "3"
    for name, key, value in (
        ("searched", "search", "seed 77"),
        ("by name", "sort", "name"),
        ("best first", "sort", "best"),
    ):
        page.session_state["search"] = ""
        page.session_state[key] = value
        page.run()
        costs[f"{runs:,} runs, {name}"] = milliseconds(page.run, 5 * times), LONG_LIST_MS
    return costs


def curves(history: History, variants: int) -> None:
    """Do what a page does that compares all the variants of a run."""
    history.update(at_once=True)
    for variant in range(variants):
        history.line(variant, "loss", "epoch")


def line_of(history: History) -> None:
    """Do what the list of runs does for one of its lines."""
    history.update()
    history.glance()


def milliseconds(
    work: Callable[[], object], times: int, before: Callable[[], object] = lambda: None
) -> float:
    """Return the median of the processor time that some work takes."""
    costs = []
    for _ in range(times):
        before()
        began = time.process_time()
        work()
        costs.append(1000 * (time.process_time() - began))
    return statistics.median(costs)


def forget() -> None:
    """Let the server know nothing of any run's records, as when it has just been started."""
    cache.history.clear()
    cache.glance_of.clear()


def runs_page(run: Run, compared: int) -> AppTest:
    """Return the runs page, opened once, with some curves of a run compared."""
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.switch_page("pages/runs.py")
    page.query_params["curves"] = " ".join(f"{run.id}.{variant}" for variant in range(compared))
    page.run()
    if page.exception:
        raise RuntimeError(page.exception[0].message)
    return page


def rows(store: Store, run: Run, times: int) -> dict[str, tuple[float, float | None]]:
    """Measure everything that reads the run's records: name -> (milliseconds, goal)."""
    variants = len(run.experiment.variants)
    history = History(store, run.id)
    empty, full = runs_page(run, 0), runs_page(run, variants)

    def cold(work: Callable[[], object]) -> float:
        return milliseconds(work, times, forget)

    def warm(work: Callable[[], object]) -> float:
        work()
        return milliseconds(work, 5 * times)

    def report() -> str:
        return report_html(cache.history(run.id), run)

    return {
        f"{variants} curves, cold": (
            cold(lambda: curves(History(store, run.id), variants)),
            REPORT_MS,
        ),
        f"{variants} curves, warm": (warm(lambda: curves(history, variants)), PAGE_MS),
        "the line in the list, cold": (
            cold(lambda: line_of(History(store, run.id))),
            None,
        ),
        "runs page, cold": (cold(empty.run), None),
        "runs page, warm": (warm(empty.run), PAGE_MS),
        f"runs page, {variants} curves, cold": (cold(full.run), REPORT_MS),
        f"runs page, {variants} curves, warm": (warm(full.run), PAGE_MS),
        "report, cold": (cold(report), REPORT_MS),
        "report, warm": (warm(report), REPORT_MS),
    }


def main() -> None:
    """Read the options, fill a store, read it, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.records", description=__doc__)
    parser.add_argument("--times", type=int, default=3, help="measurements of each row")
    parser.add_argument("--variants", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--runs", type=int, default=10_000, help="length of the list at the end")
    given = parser.parse_args()
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # a page's part outside of a page
    with tempfile.TemporaryDirectory() as folder:
        os.environ[RUNS_VARIABLE] = folder
        store = cache.store()
        run = stored_run(store, given.variants, given.epochs)
        print(f"{given.variants} variants, {given.epochs} epochs, {run.step:,} steps\n")
        print(f"{'':<32}{'ms':>9}{'goal':>9}")
        for measured in (
            rows(store, run, given.times),
            long_list(store, run, given.runs, given.times),
        ):
            for name, (cost, goal) in measured.items():
                missed = goal is not None and cost > goal
                print(
                    f"{name:<32}{cost:>9.1f}{goal or '':>9}{'  above the goal' if missed else ''}"
                )
        cache.close_runs()


if __name__ == "__main__":
    main()
