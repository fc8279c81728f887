"""Workers over a real PostgreSQL: how soon a lost run goes on, and what orders and a queue cost.

`python -m tests.benchmarks.cluster` starts the server and workers of one slot, real processes with
Fashion-MNIST, and prints a table. Everything ends with it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any, Final

import torch

from softmax_core.data import load_fashion_mnist
from softmax_core.runs import Limits, Store
from softmax_core.runs.cluster import claims
from softmax_core.runs.cluster.runner import ClusterRunner
from softmax_core.runs.job import Go, Job
from softmax_core.training.engine import train
from softmax_core.training.experiment import Experiment, Variant
from tests.browser.server import ROOT
from tests.core.runs.cluster.processes import Wire
from tests.postgres import PostgresServer

LONG: Final = Experiment([Variant("course")], epochs=1000)
ONE_EPOCH: Final = Experiment([Variant("course")], epochs=1)
Row = tuple[str, str, str]


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=5, help="how often each is made")
    parser.add_argument("--orders", type=int, default=20, help="how often each is given")
    parser.add_argument("--runs", type=int, default=100, help="how many of an epoch are trained")
    asked = parser.parse_args()
    cores, (load, *_) = os.cpu_count(), os.getloadavg()
    print(f"{cores} cores, load {load:.0f} before it began; seconds\n")
    print("| what | median | worst |\n|---|---|---|")
    for row in measured(asked):
        print(f"| {' | '.join(row)} |", flush=True)


def measured(asked: argparse.Namespace) -> Iterator[Row]:
    """Make one measurement after the other."""
    with PostgresServer(["fsync=on"]) as server:
        url = server.new_database()
        with Store(url) as store, served(store) as runner:
            with working(runner, url, 2):
                yield row("submit to first stored record", first_records(runner, asked.orders))
                yield from orders(runner, asked.orders)
            yield from queued(runner, url, asked.runs)
            yield row("killed (-9): until another worker's record", killed(runner, url, asked))
            yield row("hung (SIGSTOP): the same", hung(runner, url, asked))
            yield row("cut off: the same", cut_off(runner, url, asked))
            yield row("database crashed: until a record after it", crashed(runner, server, url))


def row(what: str, seconds: list[float]) -> Row:
    return what, f"{statistics.median(seconds):.3f}", f"{max(seconds):.3f}"


# -- processes -------------------------------------------------------------------------------------


@contextmanager
def served(store: Store) -> Iterator[ClusterRunner]:
    """A runner as a replica has it."""
    runner = ClusterRunner(store, lambda _data: load_fashion_mnist(), Limits(waiting=1000))
    try:
        yield runner
    finally:
        runner.close()


@contextmanager
def working(runner: ClusterRunner, *urls: str | int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Have workers by the command that people call, one slot each, until the end of the block.

    Args:
        runner: tells when they are there.
        urls: of the database for each, or for the last of them so many.
    """
    ways = [url for url in urls if isinstance(url, str)]
    ways *= next((count for count in urls if isinstance(count, int)), 1)
    with runner.store.database.writing() as connection:
        connection.execute("DELETE FROM workers")
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "softmax_ui.command", "work", "--slots", "1"],
            env={**os.environ, "SOFTMAX_STORE": way},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for way in ways
    ]
    try:
        until(lambda: workers(runner) == len(started), 120)
        yield started
    finally:
        for process in started:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


def workers(runner: ClusterRunner) -> int:
    with runner.store.database.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM workers").fetchone()[0])


def until(reached: Callable[[], object], seconds: float = 60.0) -> float:
    """Wait until something is true, and return for how long."""
    began = monotonic()
    while not reached():
        if monotonic() > began + seconds:
            raise TimeoutError
        time.sleep(0.002)
    return monotonic() - began


# -- orders ----------------------------------------------------------------------------------------


def first_records(runner: ClusterRunner, times: int) -> list[float]:
    """Measure from a start until the first steps are stored, with a free slot."""
    found = []
    for _ in range(times):
        began = monotonic()
        run = runner.start(ONE_EPOCH).id
        until(lambda run=run: runner.store.run(run).step)  # type: ignore[misc]
        found.append(monotonic() - began)
        runner.wait(run, 60)
    return found


def orders(runner: ClusterRunner, times: int) -> Iterator[Row]:
    """Measure how long a command takes, which returns when it is obeyed."""
    run = runner.start(LONG).id
    until(lambda: runner.store.run(run).step)
    commands: dict[str, Callable[[], None]] = {
        "Pause": lambda: runner.pause(run),
        "one step": lambda: runner.step(run),
        "Resume": lambda: runner.resume(run),
        "another learning rate": lambda: runner.change_learning_rate(run, 0, 0.1),
        "another pace": lambda: runner.set_speed(run, None),
    }
    found: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            began = monotonic()
            command()
            found[name].append(monotonic() - began)
            time.sleep(0.05)
    runner.stop(run)
    yield row("any order until it is obeyed", [each for all_ in found.values() for each in all_])
    for name, seconds in found.items():
        yield row(f"… {name}", seconds)


# -- faults ----------------------------------------------------------------------------------------


def killed(runner: ClusterRunner, url: str, asked: argparse.Namespace) -> list[float]:
    return faults(runner, [url, url], asked.faults, lambda process: process.kill())


def hung(runner: ClusterRunner, url: str, asked: argparse.Namespace) -> list[float]:
    return faults(
        runner, [url, url], asked.faults, lambda process: process.send_signal(signal.SIGSTOP)
    )


def cut_off(runner: ClusterRunner, url: str, asked: argparse.Namespace) -> list[float]:
    found = []
    for _ in range(asked.faults):
        with Wire(url) as one, Wire(url) as other:
            wires = [one, other]

            def cut(process: subprocess.Popen[bytes], started: list[int]) -> None:
                wires[started.index(process.pid)].cut()  # noqa: B023 - called in this turn alone

            found += faults(runner, [one.url, other.url], 1, cut)
    return found


def faults(
    runner: ClusterRunner, urls: list[str], times: int, fault: Callable[..., None]
) -> list[float]:
    """Make a fault at the worker that trains; measure until another one has stored a record."""
    found = []
    for _ in range(times):
        with working(runner, *urls) as started:
            run = runner.start(LONG).id
            until(lambda: runner.store.run(run).step > 100)  # noqa: B023 - called in this turn
            pids, first = [process.pid for process in started], holder(runner, run)
            process = started[pids.index(first)]
            began = monotonic()
            fault(process, pids) if fault.__name__ == "cut" else fault(process)
            until(lambda: holder(runner, run) not in (0, first))  # noqa: B023
            at = runner.store.run(run).step
            until(lambda: runner.store.run(run).step > at)  # noqa: B023
            found.append(monotonic() - began)
            runner.stop(run)
    return found


def holder(runner: ClusterRunner, run_id: str) -> int:
    """Return the process number of the worker that has a run, or 0."""
    with runner.store.database.reading() as connection:
        (name,) = connection.execute("SELECT worker FROM runs WHERE id = ?", (run_id,)).fetchone()
    return int(name.split(":")[1]) if name else 0


def crashed(runner: ClusterRunner, server: PostgresServer, url: str) -> list[float]:
    """End the database at once and start it again; measure from when it answers."""
    with working(runner, url):
        run = runner.start(LONG).id
        until(lambda: runner.store.run(run).step > 100)
        server.restart(signal.SIGQUIT)
        at = runner.store.run(run).step
        seconds = until(lambda: runner.store.run(run).step > at)
        runner.stop(run)
    return [seconds]


# -- the queue -------------------------------------------------------------------------------------


def queued(runner: ClusterRunner, url: str, count: int) -> Iterator[Row]:
    """Train many runs by two workers, and the same runs by two processes without a queue.

    Where others use the processors too, the processor's time says what a clock cannot.
    """
    with working(runner, url, 2) as started:
        before = sum(processor_seconds(process.pid) for process in started)
        began = monotonic()
        runs = [runner.start(ONE_EPOCH).id for _ in range(count)]
        starts = monotonic() - began
        for run in runs:
            assert runner.wait(run, 600).status == "finished"
        seconds = monotonic() - began
        used = sum(processor_seconds(process.pid) for process in started) - before
    seconds_alone, used_alone = without_queue(runner, url, count)
    yield f"{count} starts", f"{starts:.1f}", ""
    yield f"{count} runs on two workers", f"{seconds:.1f}", f"{used:.1f} of processor"
    yield "the same without the queue", f"{seconds_alone:.1f}", f"{used_alone:.1f} of processor"
    yield "ratio", f"{seconds / seconds_alone:.2f}", f"{used / used_alone:.2f}"


def processor_seconds(pid: int) -> float:
    """Return how long a process has used processors, on Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def without_queue(runner: ClusterRunner, url: str, count: int) -> tuple[float, float]:
    """Let two processes train their share of runs one after the other.

    Returns:
        How long they take, and the processor's time of both.
    """
    runs = [runner.store.create(ONE_EPOCH, 235).id for _ in range(count)]
    context = multiprocessing.get_context("spawn")
    ready, go, used = context.Barrier(3), context.Event(), context.Array("d", 2)
    processes = [
        context.Process(target=train_all, args=(url, runs[half::2], half, ready, go, used))
        for half in range(2)
    ]
    for process in processes:
        process.start()
    ready.wait()
    began = monotonic()
    go.set()
    for process in processes:
        process.join()
    assert {runner.store.run(run).status for run in runs} == {"finished"}
    return monotonic() - began, sum(used[:])


def train_all(url: str, runs: list[str], half: int, ready: Any, go: Any, used: Any) -> None:
    """Train runs of a store one after the other, as a worker does, but without a queue."""
    torch.set_num_threads(1)
    dataset = load_fashion_mnist()
    with Store(url) as store:
        ready.wait()
        go.wait()
        before = time.process_time()
        for run_id in runs:
            claimed = claims.claim(store, run_id, "alone")
            assert claimed is not None
            Job(
                claimed.run(run_id),
                claimed,
                lambda run, start, changes: train(
                    run.experiment, dataset, start=start, rate_changes=changes
                ),
                threading.Condition(),
                [Go(None)],
                lambda: None,
            ).train()
        used[half] = time.process_time() - before


if __name__ == "__main__":
    main()
