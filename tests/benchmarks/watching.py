"""`python -m tests.benchmarks.watching`: what it costs to watch a run, and whether that grows.

It starts the real app, opens the dashboard in headless Chromium and watches a run of 1 and of 16
variants. Per tick it prints what was shipped and what the server computed; over the whole time the
memory of the browser (after a garbage collection) and of the server. Then it trains at full speed
with and without a page watching. Bounded: 120 seconds a watch unless --seconds says otherwise.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from softmax_core.runs import Store
from tests.browser.server import FLAGS, browser_executable, end_server, start_server

TICK_APART = 0.15  # frames closer together than this belong to one tick
MOST_SECONDS = 4000


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def browser_megabytes(session: CDPSession) -> float:
    """JavaScript heap of the page, after everything that can be freed has been."""
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")) / 1e6


class Frames:
    """The websocket's incoming bytes, gathered tick by tick."""

    def __init__(self, page: Page) -> None:
        self.ticks: list[tuple[float, int]] = []
        page.on("websocket", lambda socket: socket.on("framereceived", self.add))

    def add(self, payload: str | bytes) -> None:
        now, size = time.monotonic(), len(payload)
        if self.ticks and now - self.ticks[-1][0] < TICK_APART:
            self.ticks[-1] = (now, self.ticks[-1][1] + size)
        else:
            self.ticks.append((now, size))


def start(page: Page, link: str) -> str:
    """Open a link of the dashboard, press Start, and return the run's id."""
    page.goto(link)
    page.locator(".st-key-start button").click(timeout=60_000)
    page.wait_for_url("**run=**")
    return page.url.split("run=")[1].split("&")[0]


def watch(browser: Browser, base: str, pid: int, variants: int, seconds: int) -> None:
    """Watch a slow run, so that nearly all that the server computes is for the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    frames = Frames(page)
    rates = "".join(f"&rate{n}={0.01 * n:g}" for n in range(1, variants + 1))
    start(page, f"{base}/training_dashboard?count={variants}&speed=30&epochs=1000{rates}")
    page.wait_for_timeout(8_000)
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    heaps, servers = [browser_megabytes(session)], [megabytes(pid)]
    frames.ticks.clear()
    began, busy = time.monotonic(), cpu_seconds(pid)
    while time.monotonic() - began < seconds:
        page.wait_for_timeout(min(seconds / 6, 60) * 1000)
        heaps.append(browser_megabytes(session))
        servers.append(megabytes(pid))
    busy = cpu_seconds(pid) - busy
    sizes = sorted(size for _, size in frames.ticks)
    page.locator(".st-key-stop button").click()
    context.close()
    print(f"\n{variants} variants at 30 steps a second, watched for {seconds} s:")
    print(f"  {len(sizes)} ticks, {len(sizes) / seconds:.1f} a second")
    print(
        f"  shipped a tick: median {statistics.median(sizes) / 1000:.1f} kB, "
        f"p95 {sizes[int(0.95 * len(sizes))] / 1000:.1f} kB"
    )
    print(f"  server, a tick with the 12 steps in between: {1000 * busy / len(sizes):.1f} ms CPU")
    print("  browser heap, MB: " + ", ".join(f"{heap:.1f}" for heap in heaps))
    print("  server memory, MB: " + ", ".join(f"{size:.0f}" for size in servers))


def slowed_down(browser: Browser, base: str, runs: Path, repeats: int) -> None:
    """Train ten epochs at full speed, by turns with the page watching and with it gone."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(repeats):
        for watched in (False, True):
            context = browser.new_context()
            page = context.new_page()
            run_id = start(page, f"{base}/training_dashboard?epochs=20")
            if not watched:
                page.goto("about:blank")
            with Store(runs / "runs.sqlite") as store:
                while store.run(run_id).status in ("queued", "running"):
                    page.wait_for_timeout(500)
                seconds[watched].append(store.seconds(run_id))
            context.close()
    alone, seen = statistics.median(seconds[False]), statistics.median(seconds[True])
    print(f"\n20 epochs at full speed: {alone:.2f} s unwatched, {seen:.2f} s watched")
    print(f"  watching costs {100 * (seen / alone - 1):+.1f} % (median of {repeats}, by turns)")


def main() -> None:
    """Read the options and run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=120, help="how long each watch lasts")
    parser.add_argument("--repeats", type=int, default=3, help="full-speed trainings of each kind")
    given = parser.parse_args()
    seconds = min(given.seconds, MOST_SECONDS)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        process, base = start_server(folder)
        browser = playwright.chromium.launch(executable_path=browser_executable(), args=FLAGS)
        try:
            for variants in (1, 16):
                watch(browser, base, process.pid, variants, seconds)
            slowed_down(browser, base, folder / "runs", given.repeats)
        finally:
            browser.close()
            end_server(process)


if __name__ == "__main__":
    main()
