"""Many people watch live runs: how late is what they see, and what does it cost the server?

    python -m tests.benchmarks.load --sessions 100 --seconds 30
    python -m tests.benchmarks.load --hall              two replicas, two workers: lecture_hall.py

It starts the real app on localhost with a store of its own, lets two runs train at full speed,
opens sessions that watch them as a browser does (the page over its websocket, and beside it what
the page's JavaScript asks for, over a connection that is kept), and ends all of it. Bounded: at
most 200 sessions and 120 seconds. The figures are of this machine, with the clients on it: they
draw nothing and read only the beginning of an answer, and what they cost is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from softmax_core.runs import Store
from tests.benchmarks.session import RUN, Session
from tests.browser.server import end_server, start_server

MOST_SESSIONS: Final = 200
MOST_SECONDS: Final = 120
RUNS: Final = 2
OPENED_PER_SECOND: Final = 10
SAMPLES_PER_UPDATE: Final = 20
PAGE: Final = "training_dashboard"


@dataclass
class Watched:
    """A run that trains, and when each of its steps was done."""

    run_id: str
    began: float = float("inf")
    step: list[int] = field(default_factory=lambda: [0])
    seconds: list[float] = field(default_factory=lambda: [0.0])

    def look(self, store: Store) -> None:
        """Note the newest records; the training clock tells when each was made."""
        columns = store.steps(self.run_id, after=self.step[-1])
        if len(columns):
            # A record cannot be seen before it is made, so the smallest difference is the start.
            self.began = min(self.began, monotonic() - float(columns.seconds[-1]))
            self.step += columns.step.tolist()
            self.seconds += columns.seconds.tolist()

    def made(self, step: int) -> float:
        """Return the moment at which a step was done."""
        return self.began + self.seconds[min(step, len(self.seconds) - 1)]


@dataclass
class Delays:
    """When each update of one session came."""

    updates: list[tuple[int, float]] = field(default_factory=list)

    def seen(self, step: int, moment: float) -> None:
        """Note an update."""
        self.updates.append((step, moment))

    def of(self, watched: Watched, since: float) -> Iterator[float]:
        """Return how late records of a run came, evenly sampled from each update after a moment."""
        for (before, _), (step, moment) in zip(self.updates, self.updates[1:], strict=False):
            if moment < since:
                continue
            for part in range(1, SAMPLES_PER_UPDATE + 1):
                yield moment - watched.made(before + (step - before) * part // SAMPLES_PER_UPDATE)


@dataclass(frozen=True, slots=True)
class Cost:
    """What the server has used: processor seconds, resident bytes."""

    processor: float
    memory: int

    @classmethod
    def of(cls, pid: int) -> Cost:
        """Read it from Linux's /proc."""
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
        ticks = int(fields[11]) + int(fields[12])
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return cls(ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE"))


@contextmanager
def serving() -> Iterator[tuple[str, Path, int]]:
    """Start the app with a store of its own; its address, the store's file and its process."""
    with tempfile.TemporaryDirectory() as folder:
        server, base = start_server(Path(folder))
        try:
            yield base, Path(folder, "runs", "runs.sqlite"), server.pid
        finally:
            end_server(server)


async def start_run(base: str, number: int) -> str:
    """Press Start on the dashboard, as a person does, and return the run's id."""
    session = Session(base, PAGE, f"epochs=1000&seed={number}")
    tab = asyncio.create_task(session.stay(monotonic() + 60))
    while "start" not in session.buttons:
        await asyncio.sleep(0.05)
    await asyncio.sleep(1.0)  # until the page has been drawn whole
    await session.press("start")
    while not (found := RUN.search(session.query)):
        await asyncio.sleep(0.05)
    tab.cancel()
    return found[1]


async def measure(base: str, path: Path, pid: int, sessions: int, seconds: float) -> None:
    """Let the runs train, open the sessions, watch, and print what was seen."""
    runs = [Watched(await asyncio.wait_for(start_run(base, number), 60)) for number in range(RUNS)]
    with Store(path) as store:
        watcher = asyncio.create_task(_look(store, runs))
        first = Session(base, PAGE, f"run={runs[0].run_id}")
        opened_for = sessions / OPENED_PER_SECOND
        end = monotonic() + 8 + opened_for + 4 + seconds
        tabs = [asyncio.create_task(first.stay(end))]
        await asyncio.sleep(4)
        alone = [store.run(watched.run_id).step for watched in runs]
        await asyncio.sleep(4)  # everything that is loaded once has been loaded
        alone = [store.run(w.run_id).step - s for w, s in zip(runs, alone, strict=True)]
        before = Cost.of(pid)
        every = []
        for number in range(1, sessions):
            delays = Delays()
            session = Session(base, PAGE, f"run={runs[number % RUNS].run_id}", delays.seen)
            every.append((session, delays, runs[number % RUNS]))
            tabs.append(asyncio.create_task(session.stay(end)))
            await asyncio.sleep(1 / OPENED_PER_SECOND)
        await asyncio.sleep(4)
        since, begun, own = monotonic(), Cost.of(pid), time.process_time()
        steps = [store.run(watched.run_id).step for watched in runs]
        await asyncio.sleep(max(end - monotonic() - 1, 0))
        lasted, after = monotonic() - since, Cost.of(pid)
        trained = [store.run(w.run_id).step - s for w, s in zip(runs, steps, strict=True)]
        await asyncio.gather(*tabs)
        watcher.cancel()
    late = sorted(
        delay for _session, delays, watched in every for delay in delays.of(watched, since)
    )
    silent = sum(not delays.updates for _session, delays, _watched in every)
    errors = [error for session, *_ in every for error in session.errors]
    updates = len(late) / SAMPLES_PER_UPDATE / max(len(every), 1) / lasted
    per_session = (after.memory - before.memory) / max(len(every), 1)
    received = statistics.fmean(session.received for session, *_ in every)
    pollers = [session.poller for session, *_ in every if session.poller]
    answers = sum(poller.answers for poller in pollers) / max(len(pollers), 1)
    told = sum(poller.answers - poller.unchanged for poller in pollers)
    size = sum(poller.received for poller in pollers) / max(told, 1)
    cores = (after.processor - begun.processor) / lasted
    clients = (time.process_time() - own) / lasted
    table = {
        "sessions": f"{sessions}, watching {RUNS} runs for {lasted:.0f} s",
        "delay from record to page": f"p50 {quantile(late, 0.5):.2f} s, "
        f"p95 {quantile(late, 0.95):.2f} s",
        "updates": f"{updates:.2f} a second and session",
        "processor": f"{cores:.2f} of {os.cpu_count()} cores for the server, {clients:.2f} for "
        "all the clients",
        "training": ", ".join(f"{n / lasted:.0f}" for n in trained)
        + " steps a second; "
        + ", ".join(f"{n / 4:.0f}" for n in alone)
        + " with one session",
        "memory": f"{after.memory / 1e6:.0f} MB, {per_session / 1e6:.2f} MB a session",
        "page": f"{received / 1e3:.0f} kB a session over the websocket in all",
        "answers": f"{answers:.0f} a session, {size / 1e3:.1f} kB each that told something new",
        "errors": f"{len(errors)}; {silent} sessions saw nothing",
    }
    for name, value in table.items():
        print(f"{name:28}{value}")
    for error in sorted(set(errors))[:10]:
        print("  ", error)


async def _look(store: Store, runs: list[Watched]) -> None:
    while True:
        for watched in runs:
            watched.look(store)
        await asyncio.sleep(0.05)


def quantile(ordered: list[float], share: float) -> float:
    """Return a quantile of sorted values; nan of none."""
    return ordered[int(share * (len(ordered) - 1))] if ordered else float("nan")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sessions", type=int, help=f"at most {MOST_SESSIONS} (100); of a hall 1000 (1000)"
    )
    parser.add_argument("--seconds", type=float, default=30.0, help=f"at most {MOST_SECONDS}")
    parser.add_argument("--hall", action="store_true", help="a lecture hall: 1,000 sessions")
    parser.add_argument("--watchers", type=int, default=1000, help="of a hall, at most 1000")
    parser.add_argument("--openings", type=int, default=200, help="of a hall, at most 200")
    given = parser.parse_args()
    if given.hall:
        from tests.benchmarks.lecture_hall import (
            Size,
            run_hall,
        )  # which starts PostgreSQL and haproxy

        run_hall(
            Size(
                sessions=min(max(given.sessions or 1000, 20), 1000),
                watchers=min(max(given.watchers, 20), 1000),
                openings=min(max(given.openings, 1), 200),
            )
        )
        return
    sessions = min(max(given.sessions or 100, 2), MOST_SESSIONS)
    seconds = min(max(given.seconds, 5.0), MOST_SECONDS)
    with serving() as (base, path, pid):
        asyncio.run(measure(base, path, pid, sessions, seconds))


if __name__ == "__main__":
    main()
