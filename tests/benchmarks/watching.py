"""`python -m tests.benchmarks.watching`: what it costs to watch a run, and whether that grows.

It starts the real app, opens the dashboard in headless Chromium and watches a run of 1 and of 16
variants. Per tick (an answer that brings something new) it prints what was shipped and what the
server computed; over the whole time the memory of the browser (after a garbage collection) and of
the server. Then it trains at full speed and takes the pace by turns alone, with a client that asks
and draws nothing, and with the page, whose browser draws on the same processors: the cost is the
median of the turns' own ratios. Bounded: 120
seconds a watch unless --seconds says otherwise; --variants and --repeats leave parts out, and
--pace lets the page ask more often, so that a soak is over sooner.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from softmax_core.runs import Store
from tests.benchmarks.session import Session
from tests.browser.server import FLAGS, browser_executable, end_server, start_server

MOST_SECONDS: Final = 4000
ALONE_SECONDS: Final = 20
SETTLED_SECONDS: Final = 8
WINDOW_SECONDS: Final = 5
ALONE: Final = "alone"

COUNT: Final = """() => {
    window.ticks = []
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
            if (entry.name.includes("/live/") && entry.encodedBodySize)
                window.ticks.push(entry.transferSize)
    }).observe({type: "resource"})
}"""


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


def start(page: Page, link: str) -> str:
    """Open a link of the dashboard, press Start, and return the address of the run's page."""
    page.goto(link)
    page.locator(".st-key-start button").click(timeout=60_000)
    page.wait_for_url("**run=**")
    return page.url


def hasten(page: Page, pace: float) -> None:
    """Let what a page waits for come so many times as soon, its next question too."""
    page.add_init_script(
        f"const real = setTimeout; setTimeout = (f, ms, ...given) => real(f, ms / {pace}, ...given)"
    )


def run_of(address: str) -> str:
    """Return the id of the run that an address names."""
    return address.split("run=")[1].split("&")[0]


def watch(browser: Browser, base: str, pid: int, variants: int, seconds: int, pace: float) -> None:
    """Watch a slow run, so that nearly all that the server computes is for the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    hasten(page, pace)
    rates = "".join(f"&rate{n}={0.01 * n:g}" for n in range(1, variants + 1))
    link = f"{base}/training_dashboard?count={variants}&speed=30&epochs=1000{rates}"
    address = start(page, link)
    page.goto("about:blank")
    time.sleep(SETTLED_SECONDS)
    alone = cpu_seconds(pid)
    time.sleep(ALONE_SECONDS)
    alone = (cpu_seconds(pid) - alone) / ALONE_SECONDS

    page.goto(address)
    page.locator(".curve.loss .js-plotly-plot").wait_for(timeout=60_000)
    page.wait_for_timeout(SETTLED_SECONDS * 1000)
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    page.evaluate(COUNT)
    heaps, servers, sizes = [browser_megabytes(session)], [megabytes(pid)], []
    began, busy = time.monotonic(), cpu_seconds(pid)
    while time.monotonic() - began < seconds:
        page.wait_for_timeout(min(seconds / 6, 60) * 1000)
        sizes += page.evaluate("() => window.ticks.splice(0)")
        heaps.append(browser_megabytes(session))
        servers.append(megabytes(pid))
    lasted = time.monotonic() - began
    cost = (cpu_seconds(pid) - busy - alone * lasted) / len(sizes)
    sizes.sort()
    page.locator(".st-key-stop button").click()
    page.wait_for_timeout(1000)
    context.close()
    print(f"\n{variants} variants at 30 steps a second, watched for {lasted:.0f} s:")
    print(f"  {len(sizes)} ticks, {len(sizes) / lasted:.1f} a second")
    print(
        f"  shipped a tick: median {statistics.median(sizes) / 1000:.1f} kB, "
        f"p95 {sizes[int(0.95 * len(sizes))] / 1000:.1f} kB"
    )
    print(f"  server, more than without the page: {1000 * cost:.1f} ms of processor time a tick")
    print("  browser heap, MB: " + ", ".join(f"{heap:.1f}" for heap in heaps))
    print("  server memory, MB: " + ", ".join(f"{size:.0f}" for size in servers))


@contextmanager
def client(base: str, run_id: str) -> Iterator[None]:
    """Hold a page's websocket and ask as it does, from a thread of this process."""
    session = Session(base, "training_dashboard", f"run={run_id}")
    loop = asyncio.new_event_loop()
    staying = loop.create_task(session.stay(time.monotonic() + MOST_SECONDS))

    def stay() -> None:
        try:
            loop.run_until_complete(asyncio.wait([staying]))
        finally:
            loop.close()

    thread = threading.Thread(target=stay)
    thread.start()
    yield
    loop.call_soon_threadsafe(staying.cancel)
    thread.join()
    if session.errors:
        print("  the client saw:", "; ".join(session.errors))


@contextmanager
def shown(page: Page, address: str) -> Iterator[None]:
    """Let the browser show a run and draw it."""
    page.goto(address)
    page.locator(".curve.loss .js-plotly-plot").wait_for(timeout=60_000)
    yield
    page.goto("about:blank")


def pace_of(store: Store, run_id: str) -> float:
    """Return the steps a second that a run makes during the next seconds, by its own clock."""
    before = store.run(run_id).step - 1
    time.sleep(WINDOW_SECONDS)
    columns = store.steps(run_id, after=before)
    # The clock is known where a block of records ends; in between it is interpolated.
    return float((columns.step[-1] - columns.step[0]) / (columns.seconds[-1] - columns.seconds[0]))


def slowed_down(browser: Browser, base: str, runs: Path, repeats: int) -> None:
    """Train at full speed, and look at the pace by turns alone, with a client, and with a page."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    ways: dict[str, Callable[[str], AbstractContextManager[None]]] = {
        ALONE: lambda _address: nullcontext(),
        "a client that draws nothing": lambda address: client(base, run_of(address)),
        "a page": lambda address: shown(page, address),
    }
    paces: dict[str, list[float]] = {way: [] for way in ways}
    with Store(runs / "runs.sqlite") as store:
        for turn in range(repeats):
            address = start(page, f"{base}/training_dashboard?epochs=1000")
            page.goto("about:blank")
            # Each way comes first as often as last: a run's later steps may go at another pace.
            for place in range(len(ways)):
                way = list(ways)[(turn + place) % len(ways)]
                with ways[way](address):
                    time.sleep(SETTLED_SECONDS / 2)
                    paces[way].append(pace_of(store, run_of(address)))
            page.goto(address)
            page.locator(".st-key-stop button").click()
            page.locator(".st-key-resume [aria-disabled=false]").wait_for()
    context.close()
    print(f"\nFull speed, {repeats} times by turns: steps a second, and what watching costs")
    for way, each in paces.items():
        costs = [1 - one / alone for one, alone in zip(each, paces[ALONE], strict=True)]
        print(
            f"  {way:30}{statistics.median(each):6.0f} {100 * statistics.median(costs):+7.1f} %   "
            + " ".join(f"{100 * cost:+.0f}" for cost in costs)
        )


def main() -> None:
    """Read the options and run everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=120, help="how long each watch lasts")
    parser.add_argument("--variants", type=int, nargs="*", default=[1, 16], help="watches")
    parser.add_argument("--repeats", type=int, default=8, help="looks at the pace of each kind")
    parser.add_argument("--pace", type=float, default=1.0, help="how much as often a page asks")
    given = parser.parse_args()
    seconds = min(given.seconds, MOST_SECONDS)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        process, base = start_server(folder)
        browser = playwright.chromium.launch(executable_path=browser_executable(), args=FLAGS)
        try:
            for variants in given.variants:
                watch(browser, base, process.pid, variants, seconds, given.pace)
            if given.repeats:
                slowed_down(browser, base, folder / "runs", given.repeats)
        finally:
            browser.close()
            end_server(process)


if __name__ == "__main__":
    main()
