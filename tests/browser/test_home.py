"""Home in a real browser: a model learns at first sight, and whoever touches it takes it along."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

Open = Callable[..., Page]
LAST_STEP = "Step 235 of 235"


def _softmax(logits: list[float]) -> list[float]:
    weights = [math.exp(o) for o in logits]
    return [w / sum(weights) for w in weights]


def rows(page: Page) -> Locator:
    return page.locator(".living-picture .row:not(.head)")


def numbers(page: Page, place: int) -> list[str]:
    """The logits (0) or the probabilities (1) as they are written."""
    return [row.locator(".number").nth(place).inner_text() for row in rows(page).all()]


def test_a_stranger_moves_a_logit_and_takes_it_along(
    page: Page, base_url: str, settled: Callable[[Page], None]
) -> None:
    page.goto(base_url)
    settled(page)
    expect(page.locator(".living-picture .status")).to_contain_text("of 235")
    trouser = page.get_by_role("button", name="Trouser")
    trouser.click()
    expect(page.locator(".living-picture .status")).to_contain_text(LAST_STEP)
    expect(page.get_by_text("It is: Trouser")).to_be_visible()
    expect(trouser).to_have_attribute("aria-pressed", "true")
    bag = page.get_by_role("slider", name="Logit of Bag")
    bag.focus()
    page.keyboard.press("End")
    expect(page.get_by_text("Predicted: Bag ✗")).to_be_visible()
    end = bag.get_attribute("max")
    logits = [float(text.replace("−", "-")) for text in numbers(page, 0)]
    assert logits[8] == float(end or "nan")
    for shown, expected in zip(numbers(page, 1), _softmax(logits), strict=True):
        # The logits are written with two decimals.
        assert float(shown.removeprefix("<")) == pytest.approx(expected, abs=0.006)
    link = page.get_by_role("link", name="Go on with these numbers")
    expect(link).to_be_visible()
    page.wait_for_function(
        "o => decodeURIComponent(document.querySelector('.st-key-home_taken a')?.href ?? '')"
        ".includes(`,${o},`)",
        arg=end,
    )
    link.click()
    page.wait_for_url("**/logit_playground?**")
    settled(page)
    expect(page.locator(".st-key-board").get_by_label("Logit of Bag").last).to_have_value(end or "")


def test_it_plays_by_itself_and_is_trained_anew_with_another_seed(
    page: Page, base_url: str, settled: Callable[[Page], None]
) -> None:
    page.goto(base_url)
    settled(page)
    picture = page.locator(".living-picture")
    expect(picture.locator(".caption")).to_contain_text("and seed 0")
    before = numbers(page, 0)
    page.wait_for_function(
        "before => { const rows = [...document.querySelectorAll('*')].map((n) => n.shadowRoot)"
        ".find((r) => r?.querySelector('.living-picture')).querySelectorAll('.row:not(.head)');"
        "return [...rows].some((row, k) =>"
        " row.querySelector('.number').textContent !== before[k]); }",
        arg=before,
    )
    picture.get_by_role("button", name="Pause").click()
    stands = numbers(page, 0)
    picture.get_by_role("button", name="another seed").click()
    expect(picture.locator(".caption")).to_contain_text("and seed 1")
    assert numbers(page, 0) != stands


def test_while_it_is_trained_the_model_before_its_first_step_is_seen(
    open_page: Open, base_url: str, settled: Callable[[Page], None]
) -> None:
    page = open_page(viewport={"width": 1280, "height": 800})
    held: list[Route] = []
    page.route(re.compile(r"/demonstration/0$"), lambda route: held.append(route))
    page.goto(base_url)
    settled(page)
    picture = page.locator(".living-picture")
    expect(picture.locator(".status")).to_have_text("The model is being trained …")
    expect(rows(page).last.locator(".number").nth(1)).to_have_text(re.compile(r"0\.\d{3}"))
    for shown in numbers(page, 1):  # it knows nothing yet
        assert float(shown) == pytest.approx(0.1, abs=0.08)
    shades = "canvas => new Set(canvas.getContext('2d').getImageData(0, 0, 28, 28).data).size"
    for canvas in (picture.locator(".garment"), *picture.locator("canvas.template").all()):
        assert canvas.evaluate(shades) > 10
    bag = page.get_by_role("slider", name="Logit of Bag")
    expect(bag).to_be_disabled()
    before = picture.bounding_box()
    noise = numbers(page, 0)
    held[0].continue_()
    expect(bag).to_be_enabled()
    expect(picture.locator(".status")).to_contain_text("of 235")
    expect(picture.get_by_role("button", name="Pause")).to_be_enabled()
    assert picture.bounding_box() == before
    page.wait_for_function(
        "before => { const rows = [...document.querySelectorAll('*')].map((n) => n.shadowRoot)"
        ".find((r) => r?.querySelector('.living-picture')).querySelectorAll('.row:not(.head)');"
        "return rows[9].querySelector('.number').textContent !== before[9]; }",
        arg=noise,
    )


def test_whoever_wants_no_motion_sees_the_end_and_a_button(
    open_page: Open, base_url: str, settled: Callable[[Page], None]
) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(base_url)
    settled(page)
    status = page.locator(".living-picture .status")
    expect(status).to_contain_text(LAST_STEP)
    page.get_by_role("button", name="Watch it learn").click()
    expect(status).not_to_contain_text(LAST_STEP)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_all_of_it_is_seen_without_scrolling_and_its_place_was_kept(
    open_page: Open, base_url: str, settled: Callable[[Page], None], width: int, height: int
) -> None:
    page = open_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(base_url)
    settled(page)
    expect(page.locator(".living-picture .status")).to_contain_text(LAST_STEP)
    for part in (page.locator(".living-picture .garment"), rows(page).first, rows(page).last):
        expect(part).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Watch it learn")).to_be_in_viewport(ratio=1)
    kept, is_now = page.locator(".st-key-living_picture").evaluate(
        "node => [parseFloat(getComputedStyle(node).minHeight), node.offsetHeight]"
    )
    assert kept == pytest.approx(is_now, abs=2)
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [360, 390, 430, 1280])
def test_whatever_is_predicted_moves_nothing_below_it(
    open_page: Open, base_url: str, settled: Callable[[Page], None], width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 844}, reduced_motion="reduce")
    page.goto(base_url)
    settled(page)
    expect(page.locator(".living-picture .status")).to_contain_text(LAST_STEP)
    tops = []
    for row in rows(page).all():
        name = row.locator(".name").inner_text()
        row.get_by_role("slider").press("End")
        expect(page.get_by_text(f"Predicted: {name}")).to_be_visible()
        tops.append([row.evaluate("row => row.offsetTop") for row in rows(page).all()])
        row.get_by_role("slider").press("Home")
    assert tops == [tops[0]] * len(tops)
