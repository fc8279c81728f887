"""The slider T of the reliability diagram: it moves at once, and the link keeps where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import FinishedRun

OpenPage = Callable[..., Page]
Settled = Callable[[Page], None]


def test_the_slider_moves_the_diagram_and_the_link_keeps_it(
    finished_run: FinishedRun, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page()
    page.goto(f"{finished_run.dashboard}&view=calibration&variant=2")
    slider = page.get_by_role("slider", name="Temperature T")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^T = 1;"))
    settled(page)
    line = page.locator(".reliability .bins path.line")
    before = line.get_attribute("d")
    excess = page.locator(".reliability .figures dd").first
    sure = excess.inner_text()

    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^T = 16;"))
    assert line.get_attribute("d") != before, "in the same event, without the server"
    expect(page).to_have_url(re.compile(r"[?&]temperature=16\b"))
    settled(page)
    expect(excess).to_have_text(re.compile("^−0"))

    page.reload()
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^T = 16;"))
    page.get_by_role("button", name="T = 1", exact=True).click()
    expect(excess).to_have_text(sure)
    expect(page).not_to_have_url(re.compile("temperature"))


def test_a_link_to_the_same_page_does_not_look_like_the_page_that_is_open(
    finished_run: FinishedRun, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page()
    page.goto(f"{finished_run.dashboard}&view=calibration")
    settled(page)
    links = page.locator("a[href*='training_dashboard?']")
    here = page.locator(".st-key-menu a[aria-current=page]")
    others = [each for each in links.all() if each.get_attribute("aria-current") is None]
    assert len(others) >= 2
    transparent = "rgba(0, 0, 0, 0)"
    expect(here).not_to_have_css("background-color", transparent)
    for link in others:
        expect(link).to_have_css("background-color", transparent)
        expect(link.locator("p")).to_have_css("font-weight", "400")
