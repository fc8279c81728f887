"""What is true of every page: it fits, it says who can read it, and it leaves nobody out."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from softmax_ui.controls.training_state import VIEWS
from tests.benchmarks.opening import open_from_menu
from tests.browser.conftest import FinishedRun, Settled
from tests.browser.server import ROOT

PAGES = ["", *sorted(page.stem for page in (ROOT / "pages").glob("*.py"))]
# Settles when nothing in the page has changed for so many milliseconds, or at the latest after
# twenty seconds: on a busy machine Streamlit's elements come one after the other, and fade in.
QUIET = """(milliseconds) => new Promise((quiet) => {
    let timer = setTimeout(quiet, milliseconds);
    const watch = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(quiet, milliseconds);
    });
    watch.observe(document.body, {subtree: true, childList: true, attributes: true});
    setTimeout(quiet, 20000);
})"""
OPENED_MS, CHANGED_MS = 1000, 500
SERIOUS = {"serious", "critical"}
# Half of what browsers call a good layout-shift score. On a busy machine a page may come in pieces,
# and a line be pushed on by what is above it; a board without a place kept for it scores 0.2.
STILL = 0.05
FETCHED_AHEAD = """() => performance.getEntriesByType("resource")
    .some((file) => file.name.includes("plotly.min.js") && file.responseEnd > 0)"""
CUT_OFF = """() => [...document.querySelectorAll(".katex-display")]
    .filter((formula) => formula.scrollHeight > formula.clientHeight)
    .map((formula) => formula.textContent.slice(0, 40))"""
PAPER = "node => getComputedStyle(node).backgroundColor"


def opened(page: Page, settled: Settled, address: str) -> Page:
    page.goto(address)
    settled(page)
    page.evaluate(QUIET, OPENED_MS)
    return page


def rested(page: Page) -> None:
    """Wait until a change of the window or the theme has gone through the page."""
    page.evaluate(QUIET, CHANGED_MS)


@pytest.mark.parametrize("name", PAGES, ids=lambda name: name or "home")
def test_a_page_fits_every_width_and_axe_finds_nothing_serious(
    page: Page, settled: Settled, finished_run: FinishedRun, name: str
) -> None:
    opened(page, settled, f"{finished_run.base}/{name}")
    assert_nothing_serious(page)
    assert_fits(page)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_of_a_run_fits_every_width_and_axe_finds_nothing_serious(
    page: Page, settled: Settled, finished_run: FinishedRun, view: str
) -> None:
    opened(page, settled, f"{finished_run.dashboard}&view={view}&picture=3")
    expect(page.get_by_text("Finished")).to_be_visible()
    assert_nothing_serious(page)
    assert_fits(page)


def test_every_choice_of_the_curves_is_seen_on_a_phone(
    page: Page, settled: Settled, finished_run: FinishedRun
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, settled, finished_run.dashboard)
    ends = page.locator(".st-key-measures [role=radio], .st-key-view [role=radio]").evaluate_all(
        "buttons => buttons.map((button) => button.getBoundingClientRect().right)"
    )
    assert len(ends) == 3 + len(VIEWS)
    assert max(ends) < 390 - 8


def assert_fits(page: Page) -> None:
    for width in (390, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        rested(page)
        widths = page.evaluate(
            """() => ["html", "[data-testid=stMain]"].map(
                (part) => document.querySelector(part)).map((e) => e.scrollWidth - e.clientWidth)"""
        )
        assert widths == [0, 0], f"at {width} pixels"
        assert page.evaluate(CUT_OFF) == [], f"at {width} pixels"


def test_a_page_opened_from_the_menu_keeps_still(
    page: Page, settled: Settled, finished_run: FinishedRun
) -> None:
    opened(page, settled, finished_run.base)
    page.wait_for_function(FETCHED_AHEAD)
    for name in [*PAGES[1:], ""]:
        opening = open_from_menu(page, name)
        assert opening.shift < STILL, f"{name or 'home'}: {opening.moved}"


def test_the_menu_leads_home_and_marks_the_open_page_alone(
    page: Page, settled: Settled, base_url: str
) -> None:
    opened(page, settled, f"{base_url}/lesson?lang=zh")
    home = page.locator(".st-key-menu").get_by_role("link", name="Softmax Explorer")
    expect(home).to_have_attribute("href", f"{base_url}/?lang=zh")
    open_ones = page.locator(".st-key-menu a[aria-current=page]")
    expect(open_ones).to_have_text(["课程"])
    home.click()
    expect(open_ones).to_have_text(["ssid_chartSoftmax Explorer"])


def assert_nothing_serious(page: Page) -> None:
    papers = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        rested(page)
        papers.add(page.locator("[data-testid=stApp]").evaluate(PAPER))
        found = Axe().run(page).response["violations"]
        serious = [_said(violation) for violation in found if violation["impact"] in SERIOUS]
        assert serious == [], scheme
    assert len(papers) == 2, "the theme did not follow the system's"


def _said(violation: dict[str, Any]) -> str:
    nodes = [f"{node['target']}: {node['html'][:160]}" for node in violation["nodes"][:4]]
    return f"{violation['impact']}: {violation['id']} ({violation['help']}) {nodes}"
