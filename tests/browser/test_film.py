"""The film of a run: the slider moves the templates, the film plays, a run goes on from a step."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import FinishedRun

OpenPage = Callable[..., Page]
Settled = Callable[[Page], None]


# How far the line at the shown step stands from the beginning of the chart.
FROM_THE_AXIS = """() => {
    const curve = document.querySelector(".curve.loss");
    const line = curve.querySelector(".moment").getBoundingClientRect();
    return line.left - curve.querySelector(".nsewdrag").getBoundingClientRect().left;
}"""


def first_template(page: Page) -> str:
    return page.locator(".live-run .picture-grid img").first.get_attribute("src") or ""


def test_the_slider_and_the_film_move_the_templates(
    finished_run: FinishedRun, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(finished_run.dashboard)
    settled(page)
    moment = page.locator(".curve.loss .moment")
    expect(moment).to_be_hidden()
    slider = page.get_by_role("slider", name="Step of the run that is shown")
    expect(slider).to_have_value("235")
    expect(page.locator(".live-run .picture-grid img")).to_have_count(10)
    ended = first_template(page)

    slider.press("Home")
    expect(page).to_have_url(re.compile(r"[?&]step=0\b"))
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^step 0 "))
    page.wait_for_function(
        "(ended) => document.querySelector('.live-run .picture-grid img')?.src !== ended", arg=ended
    )
    settled(page)
    begun = first_template(page)
    expect(moment).to_be_visible()
    start = page.evaluate(FROM_THE_AXIS)
    assert abs(start) < 2

    page.get_by_role("button", name="Play the film").click()
    page.wait_for_function(
        "(begun) => document.querySelector('.live-run .picture-grid img')?.src !== begun", arg=begun
    )
    page.wait_for_function(f"() => ({FROM_THE_AXIS})() > {start} + 3")
    page.get_by_role("button", name="Pause the film").click()
    expect(page).to_have_url(re.compile(r"[?&]step=[1-9]"))
    settled(page)
    page.get_by_role("button", name="Newest").click()
    expect(slider).to_have_value("235")
    expect(page).not_to_have_url(re.compile(r"[?&]step="))
    page.wait_for_function(
        "(ended) => document.querySelector('.live-run .picture-grid img')?.src === ended", arg=ended
    )
    expect(moment).to_be_hidden()
