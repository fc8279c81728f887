"""Drag the board in headless Chromium and print how fast it follows.

`python -m tests.benchmarks.board`, on a machine that does nothing else. Prints the frames drawn a
second while dragging, the script time of one redraw, and the time from the release until Python's
numbers are on the page: in the board, which compares itself with them, and in the table below.
Each board is measured in a laptop's window and in one so tall that every part of it is in sight.
`--slow 4` lets the browser's processor run at a quarter of its speed.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from softmax_ui.addresses.playground import PLAYGROUND_STATE
from tests.browser.server import FLAGS, SETTLED, browser_executable, end_server, start_server

# Before anything else runs: time each drawing of the board and each handling of the hand.
WATCH = """
window.drawn = []; window.handled = []; window.answers = [];
const request = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = callback => request(now => {
    const begun = performance.now();
    callback(now);
    if (callback.name === "draw") window.drawn.push(performance.now() - begun);
});
const listen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (kind, listener, options) {
    if (kind !== "pointermove" || typeof listener !== "function")
        return listen.call(this, kind, listener, options);
    return listen.call(this, kind, function (event) {
        const begun = performance.now();
        listener.call(this, event);
        if (this.className === "track held") window.handled.push(performance.now() - begun);
    }, options);
};
"""

FIND = "[...document.querySelectorAll('*')].find(n => n.shadowRoot?.querySelector('.track'))"

# Move the held bar in each frame that the browser draws.
DRAG = f"""
([nth, frames]) => new Promise(done => {{
    const track = {FIND}.shadowRoot.querySelectorAll(".track")[nth];
    const box = track.getBoundingClientRect();
    window.drawn.length = window.handled.length = 0;
    const begun = performance.now();
    let frame = 0;
    requestAnimationFrame(function move() {{
        const clientX = box.left + box.width * (0.5 + 0.4 * Math.sin(frame / 15));
        track.dispatchEvent(new PointerEvent("pointermove", {{ clientX, bubbles: true }}));
        frame += 1;
        if (frame < frames) return requestAnimationFrame(move);
        requestAnimationFrame(() => done({{
            seconds: (performance.now() - begun) / 1000,
            drawn: [...window.drawn], handled: [...window.handled],
        }}));
    }});
}})
"""

# From the pointerup until the board shows that Python has answered this very change, and until the
# table below has other numbers.
LISTEN = f"""
() => {{
    const root = {FIND}.shadowRoot;
    const waiting = {{}};
    const arrived = (name) => {{
        if (!(name in waiting)) return;
        window.answers.push([name, performance.now() - waiting[name]]);
        delete waiting[name];
    }};
    root.addEventListener("pointerup", () => {{
        waiting.board = waiting.table = performance.now();
    }}, true);
    new MutationObserver(() => {{
        if (root.querySelector(".agreement").dataset.serial) arrived("board");
    }}).observe(root, {{ subtree: true, attributes: true, attributeFilter: ["data-serial"] }});
    const numbers = () => document.querySelector(".numbers")?.textContent;
    let before = numbers();
    new MutationObserver(() => {{
        if (numbers() !== before) arrived("table");
        before = numbers();
    }}).observe(document.body, {{ subtree: true, childList: true, characterData: true }});
}}
"""


def percentile(values: list[float], share: float) -> float:
    """Return the value that this share of the others does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def grip(page: Page, nth: int) -> tuple[float, float]:
    """Return the middle of a handle."""
    box = page.locator(".handle").nth(nth).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def measure_drag(page: Page, frames: int) -> None:
    """Drag one bar through many frames and print rates and script times."""
    x, y = grip(page, 1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3, y)
    result = page.evaluate(DRAG, [1, frames])
    page.mouse.up()
    drawn, handled = result["drawn"], result["handled"]
    both = [a + b for a, b in zip(drawn, handled[-len(drawn) :], strict=False)]
    rate = frames / result["seconds"]
    print(f"  frames of the browser while dragging: {rate:.1f} a second, over {frames}")
    print(f"  of them drawn by the board:           {100 * len(drawn) / frames:.0f} %")
    for name, times in (("redraw", drawn), ("redraw and the hand's event", both)):
        print(
            f"  script time, {name}: median {statistics.median(times):.2f} ms, "
            f"p95 {percentile(times, 0.95):.2f} ms"
        )


def measure_answers(page: Page, releases: int) -> None:
    """Drag and let go many times, and print how long Python's answer took."""
    page.evaluate(LISTEN)
    for k in range(releases):
        x, y = grip(page, k % 3)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + (18 if k % 2 else -18), y, steps=3)
        page.mouse.up()
        page.wait_for_function(f"() => window.answers.length > {2 * k + 1}")
        page.wait_for_selector(SETTLED)
        page.wait_for_timeout(60)
    answers = page.evaluate("() => window.answers")
    for place in ("board", "table"):
        times = [time for name, time in answers if name == place]
        print(
            f"  from release to Python's numbers in the {place}: "
            f"median {statistics.median(times):.0f} ms, "
            f"p95 {percentile(times, 0.95):.0f} ms, over {len(times)}"
        )


def main() -> None:
    """Measure the board with three and with twenty classes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--releases", type=int, default=40)
    parser.add_argument("--slow", type=float, default=1, help="how many times slower a processor")
    options = parser.parse_args()
    others: set[str] = set()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server, base = start_server(Path(folder))
        try:
            chromium = playwright.chromium.launch(executable_path=browser_executable(), args=FLAGS)
            for classes, height in ((3, 900), (20, 900), (20, 2600)):
                page = chromium.new_page(viewport={"width": 1280, "height": height})
                page.add_init_script(WATCH)
                page.on("request", lambda sent: None if base in sent.url else others.add(sent.url))
                query = PLAYGROUND_STATE.query(o=[k * 7 % 5 - 2 for k in range(classes)], t=1)
                page.goto(f"{base}/logit_playground?{urlencode(query)}")
                page.locator(".handle").nth(classes - 1).wait_for()
                page.wait_for_selector(SETTLED)
                page.wait_for_load_state("networkidle")  # what other pages need is fetched ahead
                page.wait_for_timeout(2000)
                session = page.context.new_cdp_session(page)
                session.send("Emulation.setCPUThrottlingRate", {"rate": options.slow})
                print(f"{classes} classes, {classes} x {classes} heatmap, window 1280 x {height}")
                measure_drag(page, options.frames)
                measure_answers(page, options.releases)
                page.close()
            chromium.close()
        finally:
            end_server(server)
    foreign = [url for url in others if not url.startswith(("data:", "blob:"))]
    print(f"requests to other hosts: {len(foreign)}")


if __name__ == "__main__":
    main()
