"""The dashboard without a mouse: from a preset to a picture's logits in the playground."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

LONG = 90_000
FARTHEST = 150  # presses of Tab; a picture grid alone has 24 buttons

HAS_FOCUS = """(node) => {
    let active = document.activeElement
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
    return node === active || node.contains(active)
}"""


def reach(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press a key until the wanted control has the focus, as a person does who only has that."""
    expect(wanted).to_be_visible(timeout=LONG)
    for _ in range(FARTHEST):
        # Drawn anew meanwhile, the control may be another node; the next press finds that one.
        if wanted.count() == 1 and wanted.evaluate(HAS_FOCUS):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{FARTHEST} times {key} do not reach {wanted}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    reach(page, wanted)
    page.keyboard.press(key)


def fill(page: Page, field: Locator, text: str) -> None:
    """Type over what a field holds."""
    reach(page, field)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def choose(page: Page, group: str, name: str) -> None:
    """Choose one of a group that looks like tabs: the arrows go from one to the next."""
    buttons = page.locator(f".st-key-{group}")
    reach(page, buttons)
    reach(page, buttons.get_by_role("radio", name=name), "ArrowRight")
    page.keyboard.press("Space")


def test_the_whole_way_by_keyboard_alone(
    base_url: str, page: Page, settled: Callable[[Page], None]
) -> None:
    page.goto(f"{base_url}/training_dashboard")
    settled(page)
    press(page, page.get_by_role("link", name="Two losses"))
    press(page, page.locator(".st-key-experiment button"))
    expect(page.locator(".st-key-std2 input")).to_have_value("3")
    fill(page, page.locator(".st-key-epochs input"), "2")
    page.wait_for_url(re.compile("epochs=2"))
    settled(page)
    reach(page, page.locator(".st-key-speed input"))
    page.keyboard.press("Home")  # slow motion
    page.wait_for_url(re.compile("speed=1(&|$)"))
    settled(page)
    press(page, page.locator(".st-key-start button"))

    press(page, page.locator(".st-key-pause button"))
    expect(page.get_by_text(re.compile("Paused · step"))).to_be_visible(timeout=LONG)
    before = step_shown(page)
    press(page, page.locator(".st-key-step button"))
    expect(page.get_by_text(re.compile(f"Paused · step {before + 1} of"))).to_be_visible()

    fill(page, page.get_by_label("Learning rate from the next step on"), "0.2")
    expect(page.locator(".curve.loss").get_by_text("η 0.1 → 0.2")).to_be_visible()

    reach(page, page.locator(".st-key-speed input"))
    page.keyboard.press("End")  # full speed
    page.wait_for_url(lambda url: "speed=" not in url)
    press(page, page.locator(".st-key-resume button"))
    expect(page.get_by_text("Finished")).to_be_visible(timeout=LONG)

    choose(page, "view", "Confusion")
    for key, name in (("true", "Coat"), ("predicted", "Pullover")):
        fill(page, page.locator(f".st-key-{key} input"), name)
        settled(page)
    heading = page.get_by_text("of Coat that are taken for Pullover")
    expect(heading).to_be_visible(timeout=LONG)
    press(page, page.locator(".st-key-cell_pictures button").nth(1))
    table = page.locator("table.numbers").filter(has_text="target Coat")
    expect(table).to_be_visible(timeout=LONG)
    shown = [float(text) for text in table.locator("td:nth-child(2)").all_inner_texts()]

    press(page, page.get_by_role("link", name="Open these logits in the logit playground"))
    page.wait_for_url(re.compile("logit_playground"))
    query = parse_qs(urlsplit(page.url).query)
    there = [float(text) for text in query["o"][0].split(",")]
    assert there == pytest.approx(shown, abs=6e-4)
    assert query["t"] == ["4"]
    sliders = page.locator(".st-key-board [role=slider][aria-valuenow]")
    expect(sliders).to_have_count(10, timeout=LONG)
    assert [float(slider.get_attribute("aria-valuenow") or "") for slider in sliders.all()] == there


def step_shown(page: Page) -> int:
    found = re.search(r"step ([\d,]+) of", page.get_by_text(re.compile("Paused")).inner_text())
    assert found is not None
    return int(found.group(1).replace(",", ""))
