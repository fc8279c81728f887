"""Waiting until nothing in a page changes any more."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page

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


def open_quietly(page: Page, settled: Callable[[Page], None], address: str) -> None:
    """Open an address, and wait until nothing changes any more."""
    page.goto(address)
    settled(page)
    page.evaluate(QUIET, OPENED_MS)


def rested(page: Page) -> None:
    """Wait until a change of the window, the theme or the language has gone through the page."""
    page.evaluate(QUIET, CHANGED_MS)


def scrolled_to(node: Locator) -> Locator:
    """Bring it into view, and wait until the page has heard so: a list closes when it scrolls."""
    node.scroll_into_view_if_needed()
    node.evaluate("() => new Promise((heard) => requestAnimationFrame(() => setTimeout(heard)))")
    return node
