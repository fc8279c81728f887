"""What is true of every page: it fits, it says who can read it, and it leaves nobody out."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from softmax_ui.addresses.training import VIEWS
from softmax_ui.pages import CLASS
from tests.benchmarks.opening import open_from_menu
from tests.browser.conftest import PAGES, FinishedRun, Settled
from tests.browser.quiet import open_quietly, rested

SERIOUS = {"serious", "critical"}
# Half of what browsers call a good layout-shift score. On a busy machine a page may come in pieces,
# and a line be pushed on by what is above it; a board without a place kept for it scores 0.2.
STILL = 0.05
FETCHED_AHEAD = """() => performance.getEntriesByType("resource")
    .some((file) => file.name.includes("/plotly-") && file.responseEnd > 0)"""
CUT_OFF = """() => [...document.querySelectorAll(".katex-display")]
    .filter((formula) => formula.scrollHeight > formula.clientHeight)
    .map((formula) => formula.textContent.slice(0, 40))"""
PAPER = "node => getComputedStyle(node).backgroundColor"


def test_axe_finds_nothing_serious(every_page: Page) -> None:
    papers = set()
    for scheme in ("light", "dark"):
        every_page.emulate_media(color_scheme=scheme)
        rested(every_page)
        papers.add(every_page.locator("[data-testid=stApp]").evaluate(PAPER))
        found = Axe().run(every_page, options={"resultTypes": ["violations"]})
        serious = [
            _said(violation)
            for violation in found.response["violations"]
            if violation["impact"] in SERIOUS
        ]
        assert serious == [], scheme
    assert len(papers) == 2, "the theme did not follow the system's"


def _said(violation: dict[str, Any]) -> str:
    nodes = [f"{node['target']}: {node['html'][:160]}" for node in violation["nodes"][:4]]
    return f"{violation['impact']}: {violation['id']} ({violation['help']}) {nodes}"


def test_it_fits_every_width(every_page: Page) -> None:
    for width in (390, 1280, 1920):
        every_page.set_viewport_size({"width": width, "height": 900})
        rested(every_page)
        widths = every_page.evaluate(
            """() => ["html", "[data-testid=stMain]"].map(
                (part) => document.querySelector(part)).map((e) => e.scrollWidth - e.clientWidth)"""
        )
        assert widths == [0, 0], f"at {width} pixels"
        assert every_page.evaluate(CUT_OFF) == [], f"at {width} pixels"


def test_every_view_of_a_run_is_seen_on_a_phone(
    page: Page, settled: Settled, finished_run: FinishedRun
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_quietly(page, settled, finished_run.dashboard)
    ends = page.locator(".st-key-view [role=radio]").evaluate_all(
        "buttons => buttons.map((button) => button.getBoundingClientRect().right)"
    )
    assert len(ends) == len(VIEWS)
    assert max(ends) < 390 - 8


def test_a_page_opened_from_the_menu_keeps_still(
    page: Page, settled: Settled, finished_run: FinishedRun
) -> None:
    open_quietly(page, settled, finished_run.base)
    page.wait_for_function(FETCHED_AHEAD)
    # The class is in the menu of a shared server alone.
    for name in [*(name for name in PAGES[1:] if name != CLASS.address), ""]:
        opening = open_from_menu(page, name)
        assert opening.shift < STILL, f"{name or 'home'}: {opening.moved}"


def test_the_menu_leads_home_and_marks_the_open_page_alone(
    page: Page, settled: Settled, base_url: str
) -> None:
    open_quietly(page, settled, f"{base_url}/lesson?lang=zh")
    home = page.locator(".st-key-menu").get_by_role("link", name="Softmax Explorer")
    expect(home).to_have_attribute("href", f"{base_url}/?lang=zh")
    open_ones = page.locator(".st-key-menu a[aria-current=page]")
    expect(open_ones).to_have_text(["课程"])
    home.click()
    expect(open_ones).to_have_text(["ssid_chartSoftmax Explorer"])
