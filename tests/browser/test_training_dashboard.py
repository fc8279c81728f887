"""The main job, as a person does it: start a run on the real data and watch it to its end."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from softmax_core.training.verdict import COURSE_BAND

LONG = 180_000


def curve_points(page: Page, figure: str) -> int:
    """How many points the browser has drawn in a figure, whatever it is thinned to."""
    return int(
        page.evaluate(
            """(key) => {
                const node = document.querySelector(`.st-key-${key} .live-figure`)
                if (!node || !node.calcdata) return 0
                return Math.max(...node.calcdata.map((trace) => Math.max(...trace.map(
                    (point) => Number.isFinite(point.y) ? point.x * 1000 : 0))))
            }""",
            f"curve_{figure}",
        )
    )


def wait_until_grown(page: Page, beyond: int) -> int:
    """Wait until the loss curve reaches further right than `beyond`, in thousandths of an epoch."""
    for _ in range(400):
        reached = curve_points(page, "loss")
        if reached > beyond:
            return reached
        page.wait_for_timeout(50)
    raise AssertionError(f"the curve stayed at {beyond}")


def test_a_run_is_started_watched_reloaded_and_judged(
    base_url: str,
    page: Page,
    open_page: Callable[..., Page],
    settled: Callable[[Page], None],
) -> None:
    # Slow enough to be reloaded in the middle on any machine, fast enough to see it grow.
    page.goto(f"{base_url}/training_dashboard?speed=30")
    settled(page)
    page.locator(".st-key-start button").click()

    page.wait_for_url(re.compile(r"run="))
    first = wait_until_grown(page, 0)
    wait_until_grown(page, first)

    page.reload()
    settled(page)
    after_reload = wait_until_grown(page, first)
    wait_until_grown(page, after_reload)
    expect(page.locator(".st-key-stop button")).to_be_visible()

    other = open_page()
    other.goto(re.sub(r"speed=\d+&?", "", page.url))
    settled(other)
    seen_elsewhere = wait_until_grown(other, after_reload)
    wait_until_grown(other, seen_elsewhere)

    thumb = page.locator(".st-key-speed input")
    thumb.focus()
    thumb.press("End")
    verdict = page.get_by_text("inside the band")
    expect(verdict).to_be_visible(timeout=LONG)
    accuracy = re.search(r"test accuracy ([\d.]+)", verdict.inner_text())
    assert accuracy is not None
    assert COURSE_BAND.low <= float(accuracy.group(1)) <= COURSE_BAND.high
    expect(other.get_by_text("inside the band")).to_be_visible(timeout=LONG)
