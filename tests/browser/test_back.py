"""Back leads to the page before, however much was moved on the one that is left."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

HANDLE = ".st-key-scale_board [role=slider]"


def test_a_page_has_one_entry_in_the_browsers_history(
    base_url: str, page: Page, settled: Callable[[Page], None]
) -> None:
    page.goto(base_url)
    settled(page)
    page.locator(".st-key-menu a[href$=vanishing_gradient]").click()
    page.wait_for_url(re.compile("/vanishing_gradient"))
    expect(page.locator(HANDLE)).to_be_visible()
    settled(page)
    entries = page.evaluate("history.length")
    for key, left_at in (("Home", "0.01"), ("End", "31.6")):
        page.locator(HANDLE).focus()
        page.keyboard.press(key)
        page.wait_for_url(re.compile(rf"[?&]k={left_at}"))
        settled(page)
    assert page.evaluate("history.length") == entries
    page.go_back()
    page.wait_for_url(re.compile(r"//[^/]*/(\?.*)?$"))
    expect(page.locator("h1")).to_have_text("Softmax Explorer")
    expect(page.locator("h1")).to_be_focused()
    # The page comes back as it was left.
    page.go_forward()
    page.wait_for_url(re.compile(r"/vanishing_gradient\?.*k=31.6"))
    expect(page.locator(".st-key-scale_board .value")).to_have_text("k = 31.6")
