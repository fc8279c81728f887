"""What moves together is in sight together, and a finger that scrolls moves nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.browser.conftest import OpenPage, Settled

LAPTOP: Final[ViewportSize] = {"width": 1280, "height": 800}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
MENU: Final = 56  # pixels at the top that the menu covers

Opened = Callable[[str, ViewportSize], Page]


@pytest.fixture
def opened(open_page: OpenPage, base_url: str, settled: Settled) -> Opened:
    def start(path: str, window: ViewportSize) -> Page:
        is_phone = window is PHONE
        page = open_page(viewport=window, has_touch=is_phone, is_mobile=is_phone)
        page.goto(f"{base_url}/{path}")
        settled(page)
        return page

    return start


# In the window, and what is painted at its middle is this or in it: nothing lies over it.
SEEN = """(node, menu) => {
    const box = node.getBoundingClientRect()
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
    const top = node.getRootNode().elementFromPoint(x, y)
    return box.top >= menu && box.bottom <= innerHeight && (node.contains(top) || top === node)
}"""


def is_seen(node: Locator) -> bool:
    seen: bool = node.evaluate(SEEN, MENU)
    return seen


def scroll(page: Page, to: int) -> None:
    main = page.get_by_test_id("stMain")
    main.evaluate("(node, to) => { node.scrollTop = to }", to)
    page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => done(true)))")


@pytest.mark.parametrize("window", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_rows_loss_and_step_are_seen_together(opened: Opened, window: ViewportSize) -> None:
    page = opened("logit_playground", window)
    expect(page.locator(".row")).to_have_count(3)
    together = [*page.locator(".row").all(), page.locator(".loss-now"), page.locator(".step")]
    assert all(map(is_seen, together))
    before = page.locator(".loss-now").inner_text()
    page.locator(".step").click()
    expect(page.locator(".loss-now")).not_to_have_text(before)
    for place in (500, 1200):  # among the Jacobian and the experiments
        scroll(page, place)
        shown = [page.locator(name) for name in (".shares", ".loss-now", ".step")]
        assert all(map(is_seen, shown)), place
    assert page.locator(".share").all_inner_texts()[1].startswith("duck 0.")


@pytest.mark.parametrize("window", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_handle_of_the_gradient_page_is_in_the_first_view(
    opened: Opened, window: ViewportSize
) -> None:
    page = opened("vanishing_gradient", window)
    grip = page.locator(".st-key-scale_board .grip rect")
    assert is_seen(grip.locator(".."))
    for name in ("How large it can be", "are related"):
        expect(page.locator("details:not([open])", has_text=name)).to_be_visible()


@pytest.mark.parametrize("window", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_where_the_two_forms_differ_is_in_the_first_view(
    opened: Opened, window: ViewportSize
) -> None:
    page = opened("numerical_precision", window)
    first, loss = page.locator(".readings tbody tr").all()[:2]
    assert all(map(is_seen, [*first.locator("td").all(), *loss.locator("td").all()]))
    page.get_by_role("radio", name="exp overflows in float16").click()
    # One table for another: the cases below it stay about where they were.
    expect(page.locator(".readings caption")).to_contain_text("float16")


@pytest.mark.parametrize("window", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_a_step_of_the_lesson_stands_beside_its_logits_and_loss(
    opened: Opened, window: ViewportSize
) -> None:
    page = opened("lesson?step=gradient", window)
    box = page.locator(".st-key-descending")
    box.evaluate("node => node.scrollIntoView({block: 'center'})")
    parts = [*box.locator("tbody tr").all(), box.get_by_text("The loss is now")]
    button = box.get_by_role("button", name="Take one step")
    assert all(map(is_seen, [*parts, button.locator("..")]))
    before = [part.inner_text() for part in parts]
    button.click()
    expect(parts[-1]).not_to_have_text(before[-1])
    assert all(now.inner_text() != then for now, then in zip(parts, before, strict=True))
    assert all(map(is_seen, parts))


def test_columns_keep_their_heads_on_a_phone(opened: Opened) -> None:
    page = opened("logit_playground", PHONE)
    for text in ("target ·", "class", "∂L/∂o", "probability p", "rank", "logit o"):
        expect(page.locator(".head-row").get_by_text(text, exact=True)).to_be_visible()
    expect(page.get_by_text("Fill a ring to make its class the target t")).to_be_visible()


# Every number that a finger could have moved.
NUMBERS = """() => {
    const found = []
    const walk = (root) => {
        for (const node of root.querySelectorAll("*")) {
            if (node.matches("input.number, input[type=range], [role=slider]"))
                found.push(node.value ?? node.getAttribute("aria-valuenow"))
            if (node.shadowRoot) walk(node.shadowRoot)
        }
    }
    walk(document)
    return found
}"""


def swipe(page: Page, points: list[tuple[float, float]]) -> None:
    touch = page.context.new_cdp_session(page)
    for k, (x, y) in enumerate(points):
        kind = "touchMove" if k else "touchStart"
        event = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        touch.send("Input.dispatchTouchEvent", event)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


RAIL: Final = "[data-testid=stSlider] [style*=touch-action]"  # one of Streamlit's


@pytest.mark.parametrize(
    ("path", "selector", "at"),
    [
        ("logit_playground", ".handle", 0.5),
        ("logit_playground", ".track", 0.9),
        ("logit_playground", ".temperature input[type=range]", 0.85),
        ("logit_playground", ".simplex .point", 0.5),
        ("vanishing_gradient", ".grip rect", 0.5),
        ("vanishing_gradient", ".plot", 0.3),
        ("lesson?step=two_classes", RAIL, 0.9),
        ("vanishing_gradient", RAIL, 0.1),
    ],
)
def test_a_vertical_swipe_over_a_handle_scrolls_and_moves_nothing(
    opened: Opened, path: str, selector: str, at: float
) -> None:
    page = opened(path, PHONE)
    handle = page.locator(selector).first
    expect(handle).to_be_visible()
    handle.evaluate("node => node.scrollIntoView({block: 'center'})")
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + at * box["width"], box["y"] + box["height"] / 2
    numbers = page.evaluate(NUMBERS)
    place = page.get_by_test_id("stMain").evaluate("node => node.scrollTop")
    swipe(page, [(x + k / 2, y - 20 * k) for k in range(12)])
    page.wait_for_function(
        "(before) => document.querySelector('[data-testid=stMain]').scrollTop > before + 100",
        arg=place,
    )
    assert page.evaluate(NUMBERS) == numbers


def test_a_finger_still_taps_and_drags_a_slider(opened: Opened) -> None:
    page = opened("lesson?step=two_classes", PHONE)
    slider = page.locator(".st-key-first_of_two input[type=range]")
    rail = page.locator(f".st-key-first_of_two {RAIL}").first
    rail.evaluate("node => node.scrollIntoView({block: 'center'})")
    box = rail.bounding_box()
    assert box is not None
    y, middle, end = box["y"] + box["height"] / 2, box["x"] + box["width"] / 2, box["x"] + 320
    swipe(page, [(end, y)])
    expect(slider).not_to_have_value("2")
    assert float(slider.input_value()) > 4
    swipe(page, [(end + (middle - end) * k / 10, y + k / 2) for k in range(11)])
    expect(page.locator(".st-key-first_of_two").get_by_test_id("stSliderThumbValue")).to_have_text(
        re.compile(r"^[-−]?0\.\d")
    )
