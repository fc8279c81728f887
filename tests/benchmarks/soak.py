"""`python -m tests.benchmarks.soak`: whether watching a run for an hour grows anything.

It starts the real app, opens the dashboard in headless Chromium, and lets it watch one slow run
whose records never stop. Once a minute it prints the page's JavaScript heap, nodes and listeners
and its process's resident memory, after a garbage collection and with what Chromium caches (decoded
pictures, for one) let go, and the server's resident memory; at the end by how much each grew from
the second fifth (the first is left out: what is loaded once) to the last. Bounded: an hour unless
--minutes says otherwise. With --pace 4 the page asks so much more often, and gets four new answers
a second instead of two: half an hour then brings as many as an hour. With --view confusion and
--speed 100 the page's script runs again at each epoch's end, every two seconds.

What grows by design: the server keeps what each epoch measured, 456 bytes a variant, for as long as
it remembers the run, and the store on disk every step and every epoch's weights. The curves that it
keeps and ships are thinned, so they do not grow.

Playwright only starts the run. Chromium keeps the content of every answer for whoever listens to
its network, as Playwright does, and each time that Playwright comes back it leaves scripts in the
page: the browser grows by either alone. So the looks are a few plain commands to the browser.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

from playwright.sync_api import BrowserType, sync_playwright
from websockets.sync.client import connect

from softmax_ui.addresses.training import VIEWS
from tests.benchmarks.watching import COUNT, hasten, megabytes, start
from tests.browser.server import FLAGS, browser_executable, end_server, start_server

MOST_MINUTES: Final = 90
SAMPLES: Final = 60
_PAGE: Final = "renderer"


class Sample(NamedTuple):
    """What everything takes at a moment."""

    minutes: float
    answers: int
    heap: float
    nodes: float
    listeners: float
    renderer: float
    server: float


@contextmanager
def chromium(kind: BrowserType, folder: Path) -> Iterator[str]:
    """Start a headless browser that nobody listens to; yield where one can."""
    process = subprocess.Popen(
        [
            browser_executable() or kind.executable_path,
            *FLAGS,
            "--headless=new",
            "--window-size=1280,900",
            "--remote-debugging-port=0",
            f"--user-data-dir={folder}",
            "about:blank",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        told = folder / "DevToolsActivePort"
        deadline = time.monotonic() + 60
        while not (told.exists() and told.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.1)
        yield f"http://localhost:{told.read_text().split()[0]}"
    finally:
        end_server(process)


def begin(kind: BrowserType, address: str, pace: float, link: str) -> None:
    """Start the run that a link describes, and leave the page that shows it to itself."""
    browser = kind.connect_over_cdp(address)
    page = browser.contexts[0].pages[0]
    hasten(page, pace)
    start(page, link)
    page.locator(".live-run .progress-text").wait_for(timeout=60_000)
    page.evaluate(COUNT)
    browser.close()


class Browser:
    """Plain commands to a browser that listens on a port of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address

    def look(self) -> tuple[int, dict[str, float], float]:
        """Return the answers since the last look, the page's metrics, and its process's memory."""
        with urllib.request.urlopen(f"{self._address}/json/version") as told:
            whole = json.load(told)["webSocketDebuggerUrl"]
        with urllib.request.urlopen(f"{self._address}/json/list") as told:
            page = next(one for one in json.load(told) if one["type"] == "page")
        _, counted, _, _, found = self._ask(
            page["webSocketDebuggerUrl"],
            ("Performance.enable", {}),
            ("Runtime.evaluate", {"expression": "window.ticks.splice(0).length"}),
            ("Memory.simulatePressureNotification", {"level": "critical"}),
            ("HeapProfiler.collectGarbage", {}),
            ("Performance.getMetrics", {}),
        )
        (processes,) = self._ask(whole, ("SystemInfo.getProcessInfo", {}))
        sizes = [megabytes(one["id"]) for one in processes["processInfo"] if one["type"] == _PAGE]
        metrics = {metric["name"]: float(metric["value"]) for metric in found["metrics"]}
        return counted["result"]["value"], metrics, max(sizes)  # a spare process may wait

    def _ask(self, socket_address: str, *commands: tuple[str, dict[str, Any]]) -> list[Any]:
        """Send commands and return their results, in a connection that ends with them."""
        results = []
        with connect(socket_address, max_size=None) as socket:
            for number, (method, parameters) in zip(count(1), commands, strict=False):
                command = {"id": number, "method": method, "params": parameters}
                socket.send(json.dumps(command))
                while (answer := json.loads(socket.recv())).get("id") != number:
                    pass
                results.append(answer["result"])
        return results


def soak(browser: Browser, server: int, minutes: float) -> Iterator[Sample]:
    """Tell at even distances what everything takes."""
    began = time.monotonic()
    for number in range(1, SAMPLES + 1):
        time.sleep(max(began + 60 * minutes * number / SAMPLES - time.monotonic(), 0))
        answers, metrics, renderer = browser.look()
        yield Sample(
            (time.monotonic() - began) / 60,
            answers,
            metrics["JSHeapUsedSize"] / 1e6,
            metrics["Nodes"],
            metrics["JSEventListeners"],
            renderer,
            megabytes(server),
        )


def growth(values: list[float]) -> str:
    """Say how the last fifth differs from the second: medians, for a single look may be odd."""
    fifth = max(len(values) // 5, 1)
    before = statistics.median(values[fifth : 2 * fifth])
    after = statistics.median(values[-fifth:])
    return f"{before:8.1f} -> {after:8.1f}  ({after - before:+.1f})"


def main() -> None:
    """Read the options, watch, and print each look and the growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="how long (default: 60)")
    parser.add_argument("--variants", type=int, default=4, help="of the run (default: 4)")
    parser.add_argument("--speed", type=int, default=10, help="steps a second (default: 10)")
    parser.add_argument("--pace", type=float, default=1.0, help="how much as often a page asks")
    parser.add_argument("--view", choices=VIEWS, default=VIEWS[0], help="what the page shows")
    given = parser.parse_args()
    rates = "".join(f"&rate{n}={0.02 * n:g}" for n in range(1, given.variants + 1))
    settings = f"view={given.view}&count={given.variants}&speed={given.speed}&epochs=1000{rates}"
    samples = []
    # A browser that is ending may still write into its profile.
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with folder as name, sync_playwright() as playwright:
        process, base = start_server(Path(name))
        try:
            with chromium(playwright.chromium, Path(name) / "browser") as address:
                begin(
                    playwright.chromium,
                    address,
                    given.pace,
                    f"{base}/training_dashboard?{settings}",
                )
                print(f"{settings}, asked {given.pace:g} times as often as usual")
                print("minute  answers  heap MB   nodes  listeners  renderer MB  server MB")
                minutes = min(given.minutes, MOST_MINUTES)
                for one in soak(Browser(address), process.pid, minutes):
                    samples.append(one)
                    print(
                        f"{one.minutes:6.1f}{one.answers:9}{one.heap:9.2f}{one.nodes:8.0f}"
                        f"{one.listeners:11.0f}{one.renderer:13.1f}{one.server:11.1f}",
                        flush=True,
                    )
        finally:
            end_server(process)
    print(f"\nFrom the second fifth to the last, {sum(one.answers for one in samples)} answers:")
    for what, field in (
        ("browser, JavaScript heap, MB", "heap"),
        ("browser, nodes", "nodes"),
        ("browser, listeners", "listeners"),
        ("browser, renderer's memory, MB", "renderer"),
        ("server's memory, MB", "server"),
    ):
        print(f"  {what:32}{growth([float(getattr(one, field)) for one in samples])}")


if __name__ == "__main__":
    main()
