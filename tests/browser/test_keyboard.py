"""The keyboard alone: Tab reaches everything on every page, shows where it is, and gets out."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FinishedRun, Settled
from tests.browser.quiet import open_quietly

# More than any page has: whoever has not come out of the page by then is trapped in it.
MANY = 400

# What can be worked, in the document and inside the components, and how it looks unfocused.
PREPARE = """() => {
    const WORKED = "a[href], button, input, select, textarea, summary, [tabindex], [role=slider]"
    const parent = (node) => node.parentElement ?? node.getRootNode().host
    const looks = (node) => {
        const said = []
        for (let at = node, up = 0; at && up < 12; at = parent(at), up += 1) {
            const s = getComputedStyle(at)
            const outline = s.outlineStyle === "none" ? "" : s.outline
            said.push(outline, s.boxShadow, s.borderColor, s.backgroundColor, s.stroke, s.opacity)
        }
        return said.join("|")
    }
    const all = []
    const collect = (root) => {
        for (const node of root.querySelectorAll("*")) {
            if (node.matches(WORKED)) all.push(node)
            if (node.shadowRoot) collect(node.shadowRoot)
        }
    }
    collect(document)
    window.walk = {
        all, visited: new Set(), unseen: [],
        before: new Map(all.map((node) => [node, looks(node)])), looks,
        name: (node) => {
            let keyed = node
            while (keyed && !/st-key-/.test(keyed.getAttribute("class"))) keyed = parent(keyed)
            const key = keyed ? keyed.getAttribute("class").match(/st-key-[\\w-]+/)[0] : ""
            const text = node.ariaLabel || node.textContent || node.placeholder || ""
            return `${node.nodeName.toLowerCase()} ${text.trim().slice(0, 40)} (${key})`
        },
    }
}"""

# Where Tab has led. Null: out of the page again.
STEP = """() => {
    let node = document.activeElement
    while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement
    if (!node || node === document.body) return null
    const { visited, unseen, before, looks, name } = window.walk
    if (!visited.has(node) && before.has(node) && before.get(node) === looks(node))
        unseen.push(name(node))
    visited.add(node)
    return name(node)
}"""

# What Tab passes by: not the one-by-one entries of a group that the arrow keys go through once one
# of it was reached, nor buttons beside a field that does the same by the arrow keys, nor the place
# to drop a file on around the button that asks for one.
MISSED = """() => {
    const { all, visited, name } = window.walk
    const GROUP = "[role=radiogroup], [role=tablist], [role=grid]"
    const FIELD = "[data-testid=stSelectbox], [data-testid=stMultiSelect]"
    const reached = (group) => group
        && [...group.querySelectorAll("*")].some((node) => visited.has(node))
    const shown = (node) => node.isConnected && node.getAttribute("aria-hidden") !== "true"
        && node.checkVisibility({visibilityProperty: true})
        && node.getBoundingClientRect().width > 1
    return all.filter((node) => shown(node) && !visited.has(node) && !node.disabled
        && !reached(node.closest(GROUP))
        && !(node.tabIndex < 0 && (reached(node) || reached(node.closest(FIELD))))).map(name)
}"""
JUMPED = "() => window.walk.all.filter((node) => node.tabIndex > 0).map(window.walk.name)"


@dataclass
class Walk:
    """What came of tabbing through a page once.

    Attributes:
        stops: where the keyboard came to rest, in order.
        unseen: stops that look no other than before.
        missed: what can be worked and was not reached.
        jumped: what asks for another place in the order than it has on the page.
        is_trapped: whether there was no way out.
    """

    stops: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    jumped: list[str] = field(default_factory=list)
    is_trapped: bool = True


def walk(page: Page) -> Walk:
    """Press Tab from the top until the page has been left."""
    still = page.add_style_tag(
        content="* { transition: none !important; animation: none !important; }"
    )
    page.evaluate(PREPARE)
    found = Walk(jumped=page.evaluate(JUMPED))
    for _ in range(MANY):
        page.keyboard.press("Tab")
        stop = page.evaluate(STEP)
        if stop is None:
            found.is_trapped = False
            break
        found.stops.append(stop)
    found.unseen = page.evaluate("() => window.walk.unseen")
    found.missed = page.evaluate(MISSED)
    still.evaluate("node => node.remove()")
    return found


def test_tab_reaches_everything(every_page: Page) -> None:
    found = walk(every_page)
    assert not found.is_trapped, f"no way out of {found.stops[-3:]}"
    assert found.missed == []
    assert found.unseen == []
    assert found.jumped == []


def test_a_table_shows_that_the_keys_are_in_it_also_when_they_rest(
    page: Page, settled: Settled, finished_run: FinishedRun
) -> None:
    open_quietly(page, settled, f"{finished_run.base}/runs")
    table = page.get_by_test_id("stDataFrame")
    canvas = table.get_by_test_id("data-grid-canvas")
    expect(table).to_have_css("outline-style", "none")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    expect(canvas.locator("td:focus")).to_have_count(1)
    expect(table).to_have_css("outline-style", "solid")


def test_the_first_link_leads_past_the_menu(page: Page, settled: Settled, base_url: str) -> None:
    open_quietly(page, settled, f"{base_url}/numerical_precision")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")  # the heading's own link
    page.keyboard.press("Tab")
    expect(page.get_by_label("Logits o")).to_be_focused()


@pytest.mark.parametrize(
    ("start", "link", "title"),
    [
        ("", ".st-key-way_learn a", "Soft categories"),
        ("", ".st-key-menu a[href*=logit_playground]", "Take hold of softmax"),
        ("runs", ".st-key-menu a[href*=lesson]", "Soft categories"),
        ("lesson?section=tokens", ".st-key-menu a[href*=runs]", "Runs"),
    ],
)
def test_a_link_to_another_page_leads_to_its_title(
    page: Page, settled: Settled, base_url: str, start: str, link: str, title: str
) -> None:
    open_quietly(page, settled, f"{base_url}/{start}")
    page.locator(link).first.focus()
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name=title)
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()


def test_a_title_that_is_drawn_before_its_address_is_entered_is_found(
    page: Page, settled: Settled, base_url: str
) -> None:
    open_quietly(page, settled, f"{base_url}/lesson?section=tokens")
    page.evaluate(
        """() => {
            const enter = history.pushState
            history.pushState = async (...entry) => {
                while (document.querySelector("h1")?.id !== "runs")
                    await new Promise(requestAnimationFrame)
                enter(...entry)
            }
        }"""
    )
    page.locator(".st-key-menu a[href*=runs]").click()
    expect(page.get_by_role("heading", name="Runs")).to_be_focused()


def test_the_arrow_keys_go_through_a_group(
    page: Page, settled: Settled, finished_run: FinishedRun
) -> None:
    open_quietly(page, settled, finished_run.dashboard)
    page.get_by_role("radio", name="Why?").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Confusion")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**view=confusion**")
