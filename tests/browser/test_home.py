"""Home in a real browser: three logits answer at once, and go along into the playground."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect


def _softmax(logits: list[float]) -> list[float]:
    weights = [math.exp(o) for o in logits]
    return [w / sum(weights) for w in weights]


def test_a_stranger_moves_a_logit_and_takes_it_along(
    page: Page, base_url: str, settled: Callable[[Page], None]
) -> None:
    page.goto(base_url)
    settled(page)
    expect(page.get_by_role("heading", name="Softmax Explorer")).to_be_visible()
    slider = page.locator(".st-key-home_board [role=slider]").first
    expect(slider).to_be_visible()
    number = page.locator(".st-key-home_board").get_by_role("textbox", name="Logit of chick")
    expect(number).to_have_value("1")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(number).to_have_value("1.5")
    shown = page.locator(".st-key-home_board .probability")
    for place, probability in enumerate(_softmax([1.5, 2.0, 0.5])):
        expect(shown.nth(place)).to_have_text(f"{probability:.4f}")
    link = page.get_by_role("link", name="Go on with these numbers")
    page.wait_for_function(
        "o => new URL(document.querySelector('.st-key-home_board a').href)"
        ".searchParams.get('o')?.startsWith(o)",
        arg="1.5,",
    )
    link.click()
    page.wait_for_url("**/logit_playground?**")
    settled(page)
    expect(page.locator(".st-key-board").get_by_label("Logit of chick").last).to_have_value("1.5")


def test_the_boards_place_is_kept_as_large_as_it_is(
    open_page: Callable[..., Page], base_url: str, settled: Callable[[Page], None]
) -> None:
    for width in (390, 1000, 1280):
        page = open_page(viewport={"width": width, "height": 900})
        page.goto(base_url)
        settled(page)
        expect(page.locator(".st-key-home_board .handle")).to_have_count(3)
        for key in ("home_board", "three_logits"):
            kept, is_now = page.locator(f".st-key-{key}").evaluate(
                "node => [parseFloat(getComputedStyle(node).minHeight), node.offsetHeight]"
            )
            assert kept == pytest.approx(is_now, abs=2), f"{key} at {width} pixels"
