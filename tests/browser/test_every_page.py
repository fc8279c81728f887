"""What is true of every page: it fits, it says who can read it, and it leaves nobody out."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, Settled
from tests.browser.server import ROOT

PAGES = ["", *sorted(page.stem for page in (ROOT / "pages").glob("*.py"))]
# Settles when nothing in the page has changed for a second, or at the latest after twenty: on a
# busy machine Streamlit's elements come one after the other, and fade in.
QUIET = """() => new Promise((quiet) => {
    let timer = setTimeout(quiet, 1000);
    const watch = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(quiet, 1000);
    });
    watch.observe(document.body, {subtree: true, childList: true, attributes: true});
    setTimeout(quiet, 20000);
})"""
SERIOUS = {"serious", "critical"}


def opened(page: Page, settled: Settled, address: str) -> Page:
    page.goto(address)
    settled(page)
    page.evaluate(QUIET)
    return page


@pytest.mark.parametrize("name", PAGES, ids=lambda name: name or "home")
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_no_page_scrolls_sideways(
    open_page: OpenPage, settled: Settled, base_url: str, name: str, width: int
) -> None:
    viewport = {"width": width, "height": 900}
    page = opened(open_page(viewport=viewport), settled, f"{base_url}/{name}")
    widths = page.evaluate(
        """() => ["html", "[data-testid=stMain]"].map(
            (part) => document.querySelector(part)).map((e) => e.scrollWidth - e.clientWidth)"""
    )
    assert widths == [0, 0]


@pytest.mark.parametrize("name", PAGES, ids=lambda name: name or "home")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    open_page: OpenPage, settled: Settled, base_url: str, name: str, scheme: str
) -> None:
    page = opened(open_page(color_scheme=scheme), settled, f"{base_url}/{name}")
    found = Axe().run(page).response["violations"]
    assert [_said(violation) for violation in found if violation["impact"] in SERIOUS] == []


def _said(violation: dict[str, Any]) -> str:
    nodes = [f"{node['target']}: {node['html'][:160]}" for node in violation["nodes"][:4]]
    return f"{violation['impact']}: {violation['id']} ({violation['help']}) {nodes}"
