"""What once went wrong in Firefox or in WebKit alone, and one run from Start to its end."""

from __future__ import annotations

import time

from tests.other_browsers.conftest import Browse
from tests.other_browsers.drivers import Driver, until

FIELD = ".board .row input.number"
HANDLE = ".board .row .handle"
LINK = ".st-key-menu a[aria-current=page]"
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


def playground(browse: Browse, base: str) -> Driver:
    browser = browse()
    browser.open(f"{base}/logit_playground?o=1,2,3")
    until(lambda: browser.find(SETTLED, "1"))
    browser.shown(FIELD)
    return browser


def error_shown(browser: Driver) -> str:
    found = browser.run(
        "return [...document.querySelectorAll('[data-testid=stAlert], [data-testid=stException]')]"
        ".map((node) => node.textContent).join(' ')"
    )
    return str(found)


def test_many_changes_in_a_row_leave_the_board_as_it_is(browse: Browse, base: str) -> None:
    browser = playground(browse, base)
    browser.click(FIELD)
    for _round in range(30):
        browser.press(*["ArrowUp", "ArrowDown"] * 3)
        time.sleep(0.12)  # long enough for the hand to count as resting, and Python to answer
    browser.press("ArrowUp", "Enter")
    until(lambda: browser.find(FIELD, "node.value") != "1")
    value = browser.find(FIELD, "node.value")
    assert error_shown(browser) == ""
    # As soon as the browser allows it, the address is the board's.
    until(lambda: f"o={value}," in browser.run("return location.search"), 40)


def test_typing_replaces_the_number_of_a_field_that_was_clicked(browse: Browse, base: str) -> None:
    browser = playground(browse, base)
    browser.click(FIELD)
    browser.press("4", "Enter")
    until(lambda: browser.find(FIELD, "node.value") == "4")


def test_a_drag_selects_no_text_and_its_link_is_copied(browse: Browse, base: str) -> None:
    browser = playground(browse, base)
    box = browser.shown(HANDLE)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    browser.pointer(
        ("pointerMove", x, y),
        ("pointerDown",),
        ("pointerMove", x + 60, y + 40),
        ("pointerMove", x + 120, y + 160),
        ("pointerUp",),
    )
    assert browser.find(FIELD, "node.value") != "1"
    assert browser.run("return String(getSelection())") == ""
    browser.click(".board .copy")
    until(lambda: browser.find(".board .copy", "node.textContent") == "Copied")


def test_a_field_is_large_enough_for_a_phone_not_to_zoom(browse: Browse, base: str) -> None:
    browser = playground(browse, base)
    for selector in (FIELD, ".board input.name", ".board select"):
        browser.shown(selector)
        assert browser.find(selector, "parseFloat(getComputedStyle(node).fontSize)") >= 16
    assert browser.find(".board select", "getComputedStyle(node).appearance") == "none"


def test_the_menu_of_a_phone_is_scrolled_to_the_open_page(browse: Browse, base: str) -> None:
    browser = browse(width=460, height=844)
    for _load in range(6):
        browser.open(f"{base}/runs")
        until(lambda: browser.find(SETTLED, "1"))
        until(lambda: browser.find(LINK, "1"))
        until(
            lambda: browser.find(LINK, "node.getBoundingClientRect().right <= innerWidth + 1"), 10
        )


def test_a_run_from_start_to_its_end(browse: Browse, base: str) -> None:
    browser = browse()
    browser.open(f"{base}/training_dashboard?epochs=1")
    until(lambda: browser.find(SETTLED, "1"))
    browser.click(".st-key-start button")
    until(lambda: "Finished" in str(browser.run("return document.body.innerText")), 120)
    assert error_shown(browser) == ""
    until(lambda: "run=" in browser.run("return location.search"))
