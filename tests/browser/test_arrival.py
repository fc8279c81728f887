"""What a click brings is seen without looking for it, and whoever goes on by keyboard is there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import FinishedRun
from tests.browser.test_runs import tick

OpenPage = Callable[..., Page]
Settled = Callable[[Page], None]
SIZES = [{"width": 1280, "height": 800}, {"width": 390, "height": 844}]


def seen(heading: Locator) -> None:
    heading.page.wait_for_function(
        """(node) => {
            const { top, bottom } = node.getBoundingClientRect()
            return top >= 0 && bottom <= innerHeight
        }""",
        arg=heading.element_handle(),
    )


@pytest.mark.parametrize("size", SIZES, ids=["desktop", "phone"])
@pytest.mark.parametrize(
    ("view", "key"),
    [
        ("why", "live_wall"),
        ("confusion", "cell_pictures"),
        ("labels", "doubtful"),
        ("minibatch", "lens_pictures"),
    ],
)
def test_a_click_on_a_picture_brings_its_explanation_into_view(
    finished_run: FinishedRun,
    open_page: OpenPage,
    settled: Settled,
    view: str,
    key: str,
    size: dict[str, int],
) -> None:
    page = open_page(viewport=size, reduced_motion="reduce")
    page.goto(f"{finished_run.dashboard}&view={view}")
    settled(page)
    page.locator(f".st-key-{key} button").nth(2).click()
    name = "lens_row" if view == "minibatch" else "picture_story"
    heading = page.locator(f".st-key-arrival_{name} h3")
    seen(heading)
    expect(heading).to_be_focused()


def test_a_link_to_a_picture_leaves_the_page_at_its_top(
    finished_run: FinishedRun, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page()
    page.goto(f"{finished_run.dashboard}&view=confusion&picture=3")
    settled(page)
    expect(page.locator(".st-key-arrival_picture_story h3")).to_be_attached()
    assert page.get_by_test_id("stMain").evaluate("(node) => node.scrollTop") == 0


def test_a_ticked_run_and_its_comparison_come_into_view(
    finished_run: FinishedRun, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page(viewport={"width": 1280, "height": 420}, reduced_motion="reduce")
    page.goto(f"{finished_run.base}/runs")
    settled(page)
    tick(page, 0)
    seen(page.locator(".st-key-run_card h3"))
    page.locator(".st-key-add_ticked button").click()
    seen(page.locator(".st-key-compared h2"))


@pytest.mark.parametrize("page_name", ["runs", "lesson", "training_dashboard"])
def test_on_a_phone_the_menu_shows_the_open_page_however_late_its_style_comes(
    base_url: str, open_page: OpenPage, settled: Settled, page_name: str
) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    # The style sheet that makes the menu a bar, taken away and given back as if it came late.
    page.goto(f"{base_url}/{page_name}")
    settled(page)
    link = page.locator(".st-key-menu a[aria-current=page]")
    expect(link).to_be_visible()
    page.evaluate(
        """async () => {
            const styles = [...document.querySelectorAll("style")]
                .filter((each) => each.textContent.includes(".st-key-menu {"))
            const frame = () => new Promise((done) => setTimeout(done, 100))
            for (const each of styles) each.media = "print"
            await frame()
            document.querySelector(".st-key-menu").scrollLeft = 0
            for (const each of styles) each.media = ""
            await frame()
        }"""
    )
    page.wait_for_function(
        """(node) => {
            const { left, right } = node.getBoundingClientRect()
            return left >= 0 && right <= innerWidth
        }""",
        arg=link.element_handle(),
    )
