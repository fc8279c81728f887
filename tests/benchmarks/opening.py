"""Open every page by its link in the menu and print how long that takes, and what jumps after.

`python -m tests.benchmarks.opening` (`make bench` runs it too). One server, each page opened once
before it counts; each opening is by a browser profile of its own, so nothing comes from a cache but
what home had loaded. Printed are the time from the click until the page's own piece is drawn, until
nothing in it changes any more, and the layout shift in all that time and a second more.

`--crowd 200` lets a class open the training page together instead (`crowd.py`).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from softmax_core.data import load_fashion_mnist
from softmax_core.runs import Store, ThreadRunner
from softmax_core.training import Experiment, Variant
from tests.benchmarks.crowd import crowd
from tests.browser.server import FLAGS, SETTLED, browser_executable, end_server, start_server

GOAL_MS: Final = 1500

# Page -> what a person comes for, drawn; a shadow root is looked into.
DRAWN: Final[dict[str, str]] = {
    "": ".living-picture .legend",
    "logit_playground": ".heat",
    "vanishing_gradient": ".handle-chart .plot path",
    "numerical_precision": "table td",
    "training_dashboard": ".st-key-start button",
    "runs": "[data-testid=stDataFrame] canvas",
    "lesson": ".class-bars .bar",
}

# Clicks a link of the menu and tells, when nothing has changed for a second: when the piece was
# drawn (its box has a size, in the frame after), when the last change was, and each shift. Where
# the new page takes over nodes of the old one, in some openings, the browser calls it a shift that
# they hold something else at another place: nothing that a person looked at has moved, and a shift
# of such nodes alone does not count, the first time.
OPEN: Final = """
([place, selector]) => new Promise((done) => {
    const roots = (root) => [root, ...[...root.querySelectorAll("*")]
        .filter((node) => node.shadowRoot).flatMap((node) => roots(node.shadowRoot))]
    const seen = () => roots(document.querySelector("[data-testid=stMain]"))
        .some((root) => [...root.querySelectorAll(selector)]
            .some((node) => node.checkVisibility({visibilityProperty: true})
                && node.getBoundingClientRect().width > 0
                && !node.closest("[data-stale=true]")
                && !node.getRootNode().host?.closest("[data-stale=true]")))
    const shifts = []
    const name = (node) => {
        const block = node?.closest?.("[class*=st-key-]") ?? node
        return block?.getAttribute?.("class")?.match(/st-key-[\\w-]+/)?.[0]
            ?? `${block?.nodeName ?? "?"} ${block?.textContent?.slice(0, 40) ?? ""}`
    }
    const old = new Map()
    const walker = document.createTreeWalker(document.querySelector("[data-testid=stMain]"))
    for (let node = walker.nextNode(); node; node = walker.nextNode())
        old.set(node, node.textContent)
    const exchanged = ({node}) => {
        const was = old.get(node)
        old.delete(node)
        return was !== undefined && (was === "" || was !== node.textContent)
    }
    const watching = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
            if (entry.sources.map(exchanged).every(Boolean)) continue
            shifts.push({
                value: entry.value,
                what: entry.sources.map(({node, previousRect: a, currentRect: b}) =>
                    `${name(node?.nodeType === 1 ? node : node?.parentElement)} `
                    + `${Math.round(b.left - a.left)},${Math.round(b.top - a.top)}`),
            })
        }
    })
    watching.observe({type: "layout-shift"})
    let drawn = null, last = performance.now()
    const changes = new MutationObserver(() => { last = performance.now() })
    changes.observe(document.querySelector("[data-testid=stMain]"),
        {subtree: true, childList: true, characterData: true})
    const link = [...document.querySelectorAll(".st-key-menu a")].find(
        (candidate) => new URL(candidate.href).pathname === `/${place}`)
    const start = performance.now()
    link.click()
    const look = () => {
        const now = performance.now()
        if (drawn === null && location.pathname === `/${place}` && seen()) drawn = now
        if (drawn !== null && now - Math.max(last, drawn) > 1000) {
            watching.disconnect()
            changes.disconnect()
            done({drawn: drawn - start, last: Math.max(last, drawn) - start,
                shifts})
        } else if (now - start > 60000) {
            done({drawn: null, last: last - start, shifts: []})
        } else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
})
"""


@dataclass(frozen=True)
class Opening:
    """One opening of a page.

    Attributes:
        drawn: milliseconds from the click until the page's own piece stood there.
        last: milliseconds from the click until the last change.
        shift: how much of what stood there was moved, as the browser's layout-shift score.
        moved: what moved, and by how many pixels.
    """

    drawn: float
    last: float
    shift: float
    moved: tuple[str, ...]


def a_finished_run(folder: Path) -> None:
    """Leave a run of one epoch in the store, so that the page of the runs has something to list."""
    with Store(folder / "runs" / "runs.sqlite") as store:
        runner = ThreadRunner(store, lambda _data: load_fashion_mnist(download=False))
        run = runner.start(Experiment([Variant("course")], epochs=1))
        runner.wait(run.id, timeout=120)
        runner.close()


def at_rest(page: Page, address: str) -> None:
    """Open a page by its address and wait until it is drawn."""
    page.goto(address)
    page.wait_for_selector(SETTLED, timeout=60_000)
    page.wait_for_function("() => document.querySelector('.st-key-menu a[aria-current=page]')")
    page.wait_for_timeout(1500)


def open_once(browser: Browser, base: str, name: str, width: int) -> Opening:
    """Open a page by a click in a fresh profile that is at rest on home (home: on the lesson)."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    at_rest(page, f"{base}/{'' if name else 'lesson'}")
    found = open_from_menu(page, name)
    context.close()
    return found


def open_from_menu(page: Page, name: str) -> Opening:
    """Click a page's link in the menu, and wait until that page is at rest."""
    found: dict[str, Any] = page.evaluate(OPEN, [name, DRAWN[name]])
    if found["drawn"] is None:
        raise TimeoutError(f"/{name}: nothing fits {DRAWN[name]!r} after a minute")
    shifts = found["shifts"]
    return Opening(
        drawn=found["drawn"],
        last=found["last"],
        shift=sum(entry["value"] for entry in shifts),
        moved=tuple(what for entry in shifts for what in entry["what"]),
    )


def measure(browser: Browser, base: str, width: int, repeats: int) -> None:
    """Print a row a page: medians of the times, the largest shift and what moved by it."""
    print(f"\n{width} pixels wide {'':<8}{'drawn':>10}{'at rest':>10}{'shift':>9}")
    for name in DRAWN:
        found = [open_once(browser, base, name, width) for _ in range(repeats)]
        drawn = statistics.median(opening.drawn for opening in found)
        last = statistics.median(opening.last for opening in found)
        worst = max(found, key=lambda opening: opening.shift)
        late = "   slower than the goal" if drawn > GOAL_MS else ""
        print(f"{name or 'home':<24}{drawn:>7.0f} ms{last:>7.0f} ms{worst.shift:>9.4f}{late}")
        for what in dict.fromkeys(worst.moved):
            print(f"    moved: {what}")


def main() -> None:
    """Start the app with one finished run and open every page again and again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--widths", type=int, nargs="+", default=[1280, 390])
    parser.add_argument("--crowd", type=int, help="so many people within ten seconds instead")
    parser.add_argument("--trainings", type=int, default=2, help="runs beside the crowd")
    options = parser.parse_args()
    if options.crowd:
        crowd(options.crowd, options.trainings)
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        a_finished_run(Path(folder))
        server, base = start_server(Path(folder))
        try:
            chromium = playwright.chromium.launch(executable_path=browser_executable(), args=FLAGS)
            for name in DRAWN:
                open_once(chromium, base, name, 1280)
            for width in options.widths:
                measure(chromium, base, width, options.repeats)
            chromium.close()
        finally:
            end_server(server)


if __name__ == "__main__":
    main()
