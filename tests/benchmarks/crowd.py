"""A class opens the training page together, each with a browser that has never been here.

`python -m tests.benchmarks.opening --crowd 200`. Two hundred browsers do not fit on one machine, so
Chromium opens the page once and what it asked for is written down: the files, in the order of what
waits for what. Then so many clients ask for the same, each over six connections at most as browsers
do, and over a websocket for the page itself; they unpack nothing and draw nothing. A page counts as
drawn when its script has run and all has come that Chromium needed for its first picture; what is
fetched ahead for other pages follows. They leave, and a second crowd tells whether what a crowd
leaves in memory grows. Bounded: at most 400 clients and seven minutes.
"""

from __future__ import annotations

import asyncio
import os
import statistics
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, process_time
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.load import PAGE, Cost, quantile, serving, start_run
from tests.benchmarks.session import Session
from tests.browser.server import FLAGS, browser_executable

MOST: Final = 400
WITHIN_SECONDS: Final = 10.0
PATIENCE_SECONDS: Final = 120.0
AWAY_SECONDS: Final = 60.0
CONNECTIONS: Final = 6
# Without TLS and beyond localhost browsers ask for no other coding.
HEADERS: Final = "Accept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n\r\n"
# In the frame in which the button that starts a run is there.
WATCH: Final = """requestAnimationFrame(function look() {
    if (document.querySelector(".st-key-start button")?.checkVisibility())
        window.drawn = performance.now()
    else requestAnimationFrame(look)
})"""
ASKED: Final = """() => [...performance.getEntriesByType("resource")]
    .map((entry) => [entry.name, entry.startTime])"""


@dataclass(frozen=True)
class Asked:
    """What a browser asks for, in groups that wait for each other.

    Attributes:
        shell: the files that the document names.
        server: questions before the websocket.
        needed: files that the page's own elements need.
        ahead: what follows when the page is drawn.
    """

    shell: list[str]
    server: list[str]
    needed: list[str]
    ahead: list[str]


def asked_by(browser: Browser, base: str) -> Asked:
    """Open the page in a fresh profile and note what is asked for, and when."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{base}/{PAGE}")
    drawn = page.wait_for_function("() => window.drawn").json_value()
    page.wait_for_timeout(5000)
    found = [(urlsplit(name).path, start) for name, start in page.evaluate(ASKED)]
    context.close()
    server = [path for path, _ in found if "/_stcore/" in path]
    connected = max(start for path, start in found if path in server)
    files = [(path, start) for path, start in found if path not in server]
    return Asked(
        shell=[path for path, start in files if start <= connected],
        server=server,
        needed=[path for path, start in files if connected < start <= drawn],
        ahead=[path for path, start in files if start > drawn],
    )


class Connection(asyncio.Protocol):
    """One connection that is kept, with one question under way at a time."""

    def __init__(self) -> None:
        self._head = b""
        self._left = 0
        self._answer: asyncio.Future[int] | None = None
        self._size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    async def ask(self, host: str, path: str) -> int:
        """Ask for a path; return the bytes of the body, once all of it has come."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{HEADERS}".encode())
        return await self._answer

    def data_received(self, data: bytes) -> None:
        """Count a piece of the answer; only its head is looked at."""
        if self._left == 0:
            self._head += data
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head = b""
            fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
            # What has no length is chunked: its end is the empty chunk, in its last piece.
            self._size = int(fields.get(b"content-length", -1))
            self._left, data = self._size, body
        if self._size < 0:
            if data.endswith(b"0\r\n\r\n"):
                self._done(0)
            return
        self._left -= len(data)
        if self._left == 0:
            self._done(self._size)

    def _done(self, size: int) -> None:
        self._left = 0
        if self._answer and not self._answer.done():
            self._answer.set_result(size)

    def connection_lost(self, error: Exception | None) -> None:
        """Let whoever waits know."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("closed by the server"))


@dataclass
class Client:
    """One person who opens the page."""

    base: str
    asked: Asked
    query: str = ""
    local: str = ""
    session: Session | None = None
    drawn: float | None = None
    has_all: bool = False
    received: int = 0
    errors: list[str] = field(default_factory=list)
    _free: list[Connection] = field(default_factory=list)

    async def open_and_stay(self, leave: asyncio.Event) -> None:
        """Open the page, note how long that took, and stay until it is time to leave."""
        started = monotonic()
        host = urlsplit(self.base).netloc
        try:
            self._seats = asyncio.Semaphore(CONNECTIONS)
            await self._fetch(host, [f"/{PAGE}"])
            await self._fetch(host, self.asked.shell)
            await self._fetch(host, self.asked.server)
            session = Session(self.base, PAGE, self.query, errors=self.errors, local=self.local)
            self.session = session
            tab = asyncio.create_task(session.stay(started + PATIENCE_SECONDS + AWAY_SECONDS))
            await asyncio.gather(session.drawn.wait(), self._fetch(host, self.asked.needed))
            self.drawn = monotonic() - started
            self.received += session.received
            # As in ahead.js: whoever had to wait leaves the line to the others.
            await asyncio.sleep(min(3 * self.drawn, 20) if self.drawn > 2 else 0)
            await self._fetch(host, self.asked.ahead)
            self.has_all = True
            await leave.wait()
            tab.cancel()
            with suppress(asyncio.CancelledError):
                await tab
        except Exception as error:  # whatever it was is what the script counts
            self.errors.append(f"{type(error).__name__}: {error}")
        finally:
            for connection in self._free:
                connection.transport.abort()

    async def _fetch(self, host: str, paths: Iterable[str]) -> None:
        await asyncio.gather(*(self._ask(host, path) for path in paths))

    async def _ask(self, host: str, path: str) -> None:
        async with self._seats:
            # The server ends a connection that has been idle for five seconds, perhaps just now:
            # then a browser asks once more, over a new one.
            while self._free:
                connection = self._free.pop()
                if not connection.transport.is_closing():
                    with suppress(ConnectionError):
                        await self._count(connection, host, path)
                        return
            name, _, port = host.partition(":")
            loop = asyncio.get_running_loop()
            from_where = (self.local, 0) if self.local else None
            _, connection = await loop.create_connection(
                Connection, name, int(port), local_addr=from_where
            )
            await self._count(connection, host, path)

    async def _count(self, connection: Connection, host: str, path: str) -> None:
        size = await connection.ask(host, path)
        self.received += size
        self._free.append(connection)


def busy_threads(pid: int, count: int, seconds: float = 1.0) -> list[Path]:
    """Return the threads that worked most in a while: those that train."""

    def used() -> dict[Path, float]:
        return {task: _seconds(task) for task in Path(f"/proc/{pid}/task").iterdir()}

    before = used()
    until = monotonic() + seconds
    while monotonic() < until:
        pass
    after = used()
    return sorted(after, key=lambda task: after[task] - before.get(task, 0.0))[-count:]


def _seconds(task: Path) -> float:
    fields = (task / "stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Crowd:
    """What was seen of one crowd, and what the server had used before, with and after it."""

    clients: list[Client]
    before: Cost
    last: float = 0.0
    with_all: Cost = field(init=False)
    left: Cost = field(init=False)


async def measure(base: str, pid: int, asked: Asked, count: int, trainings: int) -> None:
    """Let runs train, let everybody in, twice, and print what was seen."""
    for number in range(trainings):
        await asyncio.wait_for(start_run(base, number), 60)
    await asyncio.sleep(3)
    training = busy_threads(pid, trainings) if trainings else []
    own, trained = process_time(), sum(map(_seconds, training))
    first = await _let_in(base, pid, asked, count)
    trained = sum(map(_seconds, training)) - trained
    own = process_time() - own
    await _away(first, pid)
    second = await _let_in(base, pid, asked, count)
    await _away(second, pid)
    _say(first, second, asked, trained, own)


async def _let_in(base: str, pid: int, asked: Asked, count: int) -> Crowd:
    """Let so many open the page, and leave when all have all of it."""
    leave = asyncio.Event()
    crowd = Crowd([Client(base, asked) for _ in range(count)], Cost.of(pid))
    tasks = []
    begun = monotonic()
    for number, client in enumerate(crowd.clients):
        await asyncio.sleep(max(begun + number * WITHIN_SECONDS / count - monotonic(), 0))
        tasks.append(asyncio.create_task(client.open_and_stay(leave)))
    while monotonic() < begun + PATIENCE_SECONDS:
        if all(client.drawn is not None or client.errors for client in crowd.clients):
            break
        await asyncio.sleep(0.1)
    crowd.last = monotonic() - begun
    while monotonic() < begun + PATIENCE_SECONDS:
        if all(client.has_all or client.errors for client in crowd.clients):
            break
        await asyncio.sleep(0.1)
    crowd.with_all = Cost.of(pid)
    leave.set()
    await asyncio.wait(tasks, timeout=10)
    return crowd


async def _away(crowd: Crowd, pid: int) -> None:
    await asyncio.sleep(AWAY_SECONDS)
    crowd.left = Cost.of(pid)


def _say(first: Crowd, second: Crowd, asked: Asked, trained: float, own: float) -> None:
    clients, before, after, last = first.clients, first.before, first.with_all, first.last
    drawn = sorted(client.drawn for client in clients if client.drawn is not None)
    spent = after.processor - before.processor - trained
    received = statistics.fmean(client.received for client in clients)
    until_drawn = sum(map(len, (asked.shell, asked.server, asked.needed))) + 1
    table = {
        "openings": f"{len(clients)} in {WITHIN_SECONDS:.0f} s, {len(drawn)} drawn, the last "
        f"{last:.1f} s after the first click",
        "until drawn": f"median {quantile(drawn, 0.5):.2f} s, p95 {quantile(drawn, 0.95):.2f} s, "
        f"worst {quantile(drawn, 1):.2f} s",
        "asked for": f"{until_drawn} times until drawn, then {len(asked.ahead)} times ahead",
        "received": f"{received / 1e6:.2f} MB an opening",
        "processor": f"{1000 * spent / len(clients):.0f} ms an opening, without the trainings",
        "clients": f"{1000 * own / len(clients):.0f} ms an opening",
        "memory": f"{before.memory / 1e6:.0f} MB before, {after.memory / 1e6:.0f} MB with all of "
        f"them, {first.left.memory / 1e6:.0f} MB {AWAY_SECONDS:.0f} s after they left",
        "second crowd": f"{second.with_all.memory / 1e6:.0f} MB with all of them, "
        f"{second.left.memory / 1e6:.0f} MB {AWAY_SECONDS:.0f} s after they left",
    }
    for name, value in table.items():
        print(f"{name:14}{value}")
    for error in sorted({error for client in clients for error in client.errors})[:10]:
        print("  ", error)


def crowd(count: int, trainings: int) -> None:
    """Start the app, see what a browser asks for, and let so many in."""
    with serving() as (base, _path, pid):
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser_executable(), args=FLAGS)
            asked_by(chromium, base)  # what is made once has been made
            asked = asked_by(chromium, base)
            chromium.close()
        asyncio.run(measure(base, pid, asked, min(count, MOST), trainings))
