"""A lecture hall: 1,000 watch, 200 open the page in ten seconds, 200 start a run in a minute.

    python -m tests.benchmarks.load --hall --sessions 1000 --watchers 1000 --openings 200

It starts PostgreSQL, two replicas of the real app, two workers and the real haproxy on this
machine, and comes to them from twenty addresses of its loopback net. A session is what a tab holds:
its websocket, opened as the page opens it. What a thousand tabs ask for then is asked by a program
in C (watchers.c), for Python's clients would be the limit at some 600 answers a second; sixteen of
the sessions ask in Python, unpack the answers and tell how late each record came. The clients draw
nothing. Bounded: at most 1,000 sessions and ten minutes.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright
from websockets.exceptions import ConnectionClosed

from softmax_core.data import load_fashion_mnist
from softmax_core.runs import Store, make_runner
from tests.benchmarks.crowd import Asked, Client, asked_by
from tests.benchmarks.load import PAGE, Cost, Delays, Watched, quantile, start_run
from tests.benchmarks.session import Session
from tests.browser.server import FLAGS, browser_executable
from tests.hall import Hall

HOST: Final = "127.0.0.1"
SOURCE: Final = Path(__file__).with_name("watchers.c")
LISTENERS: Final = 16
WITHIN_SECONDS: Final = 10.0
STARTS_SECONDS: Final = 60.0
WATCH_SECONDS: Final = 30.0
OPENED_PER_SECOND: Final = 10.0
SLOW: Final = 100.0  # steps a second
PATIENCE_SECONDS: Final = 180.0
PROCESSES: Final = 2
NICE: Final = 5  # as deploy/softmax-worker.service has it
SETTINGS: Final = {"SOFTMAX_SHARED": "0", "SOFTMAX_WAITING": "1000"}


@dataclass(frozen=True, slots=True)
class Size:
    """How many there are.

    Attributes:
        sessions: pages that stay open.
        watchers: how many ask how a run goes.
        openings: how many open the page within ten seconds, and then start a run within a minute.
    """

    sessions: int
    watchers: int
    openings: int


def address_of(number: int) -> str:
    """Return where a client comes from, so that it is bounded as one of many and not as one."""
    return f"127.0.1.{1 + number % 20}"


@dataclass
class Seats:
    """Sessions that sit there, in processes of their own."""

    sessions: int
    leave: Event
    told: Any  # a queue: (drawn, errors) of each process
    processes: list[Any] = field(default_factory=list)


def seat(base: str, runs: list[str], sessions: int) -> Seats:
    """Open sessions, a few each second, and keep them."""
    context = multiprocessing.get_context("spawn")
    seats = Seats(sessions, context.Event(), context.Queue())
    for number in range(PROCESSES):
        mine = list(range(number, sessions, PROCESSES))
        process = context.Process(
            target=_sit, args=(base, runs, mine, seats.leave, seats.told), daemon=True
        )
        process.start()
        seats.processes.append(process)
    return seats


def _sit(base: str, runs: list[str], numbers: list[int], leave: Event, told: Any) -> None:
    asyncio.run(_sit_there(base, runs, numbers, leave, told))


async def _sit_there(
    base: str, runs: list[str], numbers: list[int], leave: Event, told: Any
) -> None:
    sessions, tabs = [], []
    for number in numbers:
        session = Session(
            base, PAGE, f"run={runs[number % len(runs)]}", local=address_of(number), polls=False
        )
        sessions.append(session)
        tabs.append(asyncio.create_task(session.stay(monotonic() + 900)))
        await asyncio.sleep(PROCESSES / OPENED_PER_SECOND)
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline and not all(
        each.drawn.is_set() or each.errors for each in sessions
    ):
        await asyncio.sleep(0.2)
    drawn = sum(each.drawn.is_set() for each in sessions)
    told.put((drawn, [error for each in sessions for error in each.errors]))
    while not leave.is_set():
        await asyncio.sleep(0.2)
    told.put((0, [error for each in sessions for error in each.errors]))
    for tab in tabs:
        tab.cancel()


def watchers_program(folder: Path) -> Path:
    """Compile the crowd's program."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise SystemExit("This needs a C compiler: apt-get install gcc libc6-dev")
    program = folder / "watchers"
    command = [compiler, "-O2", "-D_GNU_SOURCE", "-o", str(program), str(SOURCE)]
    subprocess.run(command, check=True)
    return program


@dataclass
class Costs:
    """Processor seconds and bytes of each part of a hall."""

    parts: dict[str, Cost]

    @classmethod
    def of(cls, hall: Hall) -> Costs:
        """Read them."""
        assert hall.balancer.popen
        parts = {
            "replicas": [each.pid for each in hall.replicas],
            "workers": [each.pid for each in hall.workers],
            "haproxy": [hall.balancer.pid],
            "PostgreSQL": hall.database.pids(),
        }
        return cls({name: _sum(pids) for name, pids in parts.items()})

    def since(self, before: Costs, seconds: float) -> str:
        """Say how many cores each part took."""
        return ", ".join(
            f"{name} {(cost.processor - before.parts[name].processor) / seconds:.2f}"
            for name, cost in self.parts.items()
        )


def _sum(pids: Iterable[int]) -> Cost:
    found = []
    for pid in pids:
        with suppress(OSError):  # a connection of PostgreSQL's that has just ended
            found.append(Cost.of(pid))
    return Cost(sum(each.processor for each in found), sum(each.memory for each in found))


async def _watching(
    program: Path, hall: Hall, runs: list[str], watchers: int, seconds: float
) -> dict[str, float]:
    """Let the crowd watch for a while, and return what it counted."""
    port = str(urlsplit(hall.base).port)
    paths = [f"/live/{run}?lang=en" for run in runs]
    crowd = await asyncio.create_subprocess_exec(
        str(program),
        port,
        f"{HOST}:{port}",
        str(watchers),
        str(seconds),
        *paths,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await crowd.communicate()
    counted: dict[str, float] = json.loads(out)
    return counted


async def measure(hall: Hall, asked: Asked, program: Path, size: Size) -> None:
    """Go through it all, and print what was seen."""
    runs = [await asyncio.wait_for(start_run(hall.base, number), 120) for number in range(2)]
    with Store(hall.url) as store:
        # A fast machine would have made all their steps before everyone has a seat.
        await asyncio.to_thread(_set_speed, store, runs, SLOW)
        before = Costs.of(hall)
        began = monotonic()
        seats = seat(hall.base, runs, size.sessions - LISTENERS)
        drawn, errors = await _told(seats)
        say(
            "sessions",
            f"{drawn + LISTENERS} of {size.sessions} opened in {monotonic() - began:.0f} s",
        )
        await asyncio.to_thread(_set_speed, store, runs, None)
        await asyncio.sleep(2)  # a run's clock does not count its pauses, so looking begins here
        watched = [Watched(run) for run in runs]
        looking = asyncio.create_task(_look(store, watched))
        listeners, tabs = _listen(hall, watched)
        await asyncio.sleep(5)
        opened = Costs.of(hall)
        memory = opened.parts["replicas"].memory - before.parts["replicas"].memory
        say(
            "memory",
            f"{memory / 1e6 / size.sessions:.2f} MB a session, both replicas "
            f"{opened.parts['replicas'].memory / 1e6:.0f} MB",
        )
        errors += await _watch(hall, program, runs, size.watchers, listeners, watched)
        # A slow run takes no slot from those to come.
        await asyncio.to_thread(_set_speed, store, runs, SLOW)
        errors += await _open_and_start(hall, asked, program, runs, size)
        downs = hall.balancer.log.read_text(errors="replace").count("[WARNING]")
        say("balancer", f"{downs} times a replica was out, or back")
        for tab in tabs:
            tab.cancel()
        looking.cancel()
        seats.leave.set()
        _, late = await _told(seats)
        errors += late + [error for session, *_ in listeners for error in session.errors]
        say("errors", str(len(errors)))
        for error in sorted(set(errors))[:10]:
            print("  ", error)


def _set_speed(store: Store, runs: list[str], speed: float | None) -> None:
    """Let the runs that are watched make so many steps a second; None: as fast as they can."""
    runner = make_runner(store, lambda _data: load_fashion_mnist(download=False))
    for run in runs:
        runner.set_speed(run, speed)
    runner.close()


async def _watch(
    hall: Hall,
    program: Path,
    runs: list[str],
    watchers: int,
    listeners: list[tuple[Session, Delays, Watched]],
    watched: list[Watched],
) -> list[str]:
    """All watch; print what it costs, and how late the records are that the listeners see."""
    first, since, steps = Costs.of(hall), monotonic(), [each.step[-1] for each in watched]
    counted = await _watching(program, hall, runs, watchers - LISTENERS, WATCH_SECONDS)
    lasted, last = monotonic() - since, Costs.of(hall)
    late = sorted(delay for _s, delays, run in listeners for delay in delays.of(run, since + 5))
    pace = [(each.step[-1] - step) / lasted for each, step in zip(watched, steps, strict=True)]
    told = counted["answers"]
    say(
        "record to page",
        f"p50 {quantile(late, 0.5):.2f} s, p95 {quantile(late, 0.95):.2f} s "
        f"({LISTENERS} listeners, runs at {pace[0]:.0f} and {pace[1]:.0f} steps a second)",
    )
    say(
        "answers",
        f"{told / lasted:.0f} a second, {counted['bytes'] / lasted / 1e6:.1f} MB a second, "
        f"asked again after {counted['again_ms']:.0f} ms; answered after "
        f"p50 {counted['p50_ms']:.0f}, p95 {counted['p95_ms']:.0f} ms; "
        f"{counted['failed']:.0f} failed",
    )
    say(
        "cores",
        f"{last.since(first, lasted)}, the crowd's program {counted['processor'] / lasted:.2f}",
    )
    load = (last.parts["replicas"].processor - first.parts["replicas"].processor) / max(told, 1)
    say("an answer", f"{1000 * load:.2f} ms of a replica's processor, all that it does included")
    return [f"{counted['failed']:.0f} answers failed"] if counted["failed"] else []


async def _open_and_start(
    hall: Hall, asked: Asked, program: Path, runs: list[str], size: Size
) -> list[str]:
    """While all watch, more open the page and then start a run each."""
    watching = asyncio.create_task(
        _watching(
            program, hall, runs, size.watchers - LISTENERS, WITHIN_SECONDS + 20 + STARTS_SECONDS
        )
    )
    leave = asyncio.Event()
    clients = [
        Client(hall.base, asked, query=f"epochs=1&seed={number}", local=address_of(number))
        for number in range(size.openings)
    ]
    tasks, begun = [], monotonic()
    for number, client in enumerate(clients):
        await asyncio.sleep(max(begun + number * WITHIN_SECONDS / len(clients) - monotonic(), 0))
        tasks.append(asyncio.create_task(client.open_and_stay(leave)))
    await _until(lambda: all(each.drawn is not None or each.errors for each in clients))
    drawn = sorted(each.drawn for each in clients if each.drawn is not None)
    say(
        "openings",
        f"{len(drawn)} of {len(clients)} drawn, p50 {quantile(drawn, 0.5):.1f}, p95 "
        f"{quantile(drawn, 0.95):.1f}, the last {monotonic() - begun:.1f} s after the first click",
    )
    errors = [error for each in clients for error in each.errors]
    for error in sorted(set(errors))[:5]:
        print("  ", error, flush=True)
    waits = await _start_all([each for each in clients if each.drawn is not None])
    say(
        "starts",
        f"{len(waits)} of {len(clients)} in {STARTS_SECONDS:.0f} s, from the press to the run's "
        f"address p50 {quantile(waits, 0.5):.2f}, p95 {quantile(waits, 0.95):.2f} s",
    )
    counted = await watching
    with Store(hall.url) as store:
        await _until(lambda: _ended(store, len(clients)), PATIENCE_SECONDS)
        ended = sum(head.status == "finished" for head in store.heads())
    say("their runs", f"{ended} finished {monotonic() - begun:.0f} s after the first click")
    leave.set()
    await asyncio.wait(tasks, timeout=10)
    if counted["failed"]:
        errors.append(f"{counted['failed']:.0f} answers failed while pages were opened")
    return errors


async def _start_all(clients: list[Client]) -> list[float]:
    """Press Start on each page within a minute; how long each waited for its run's address."""

    async def start(client: Client) -> float | None:
        session = client.session
        if session is None or "start" not in session.buttons:
            client.errors.append("there is no button to start with")
            return None
        pressed = monotonic()
        try:
            await session.press("start")
        except ConnectionClosed as error:
            client.errors.append(f"{type(error).__name__}: {error}")
            return None
        while "run=" not in session.query:
            if monotonic() - pressed > PATIENCE_SECONDS or session.errors:
                client.errors.append("it did not start")
                return None
            await asyncio.sleep(0.02)
        return monotonic() - pressed

    tasks, begun = [], monotonic()
    for number, client in enumerate(clients):
        await asyncio.sleep(max(begun + number * STARTS_SECONDS / len(clients) - monotonic(), 0))
        tasks.append(asyncio.create_task(start(client)))
    return sorted(each for each in await asyncio.gather(*tasks) if each is not None)


def _ended(store: Store, count: int) -> bool:
    return sum(head.status == "finished" for head in store.heads()) >= count


async def _until(met: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    deadline = monotonic() + seconds
    while monotonic() < deadline and not met():
        await asyncio.sleep(0.2)


def _listen(
    hall: Hall, watched: list[Watched]
) -> tuple[list[tuple[Session, Delays, Watched]], list[asyncio.Task[None]]]:
    listeners, tabs = [], []
    for number in range(LISTENERS):
        delays, run = Delays(), watched[number % len(watched)]
        session = Session(
            hall.base, PAGE, f"run={run.run_id}", delays.seen, local=address_of(number)
        )
        listeners.append((session, delays, run))
        tabs.append(asyncio.create_task(session.stay(monotonic() + 900)))
    return listeners, tabs


async def _told(seats: Seats) -> tuple[int, list[str]]:
    found = [await asyncio.to_thread(seats.told.get, True, 600) for _process in seats.processes]
    return sum(drawn for drawn, _ in found), [error for _, some in found for error in some]


async def _look(store: Store, watched: list[Watched]) -> None:
    while True:
        for each in watched:
            await asyncio.to_thread(each.look, store)
        await asyncio.sleep(0.05)


def say(what: str, seen: str) -> None:
    """Print a line of the table."""
    print(f"{what:16}{seen}", flush=True)


def run_hall(size: Size) -> None:
    """Start all, measure, end all; also when this is ended itself."""
    signal.signal(signal.SIGTERM, lambda *_given: sys.exit(1))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = watchers_program(folder)
        with Hall(folder, 2, 2, SETTINGS, host=HOST, nice=NICE) as hall:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=browser_executable(), args=FLAGS
                )
                asked = asked_by(browser, hall.base)
                browser.close()
            say(
                "machine",
                f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} processes waiting before",
            )
            asyncio.run(measure(hall, asked, program, size))
