"""Everything that learns is on one screen; on a phone the controls stay in reach."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import FinishedRun
from tests.browser.test_watching import moving

OpenPage = Callable[..., Page]
Settled = Callable[[Page], None]
LONG = 30_000
SIZES: Final[tuple[ViewportSize, ...]] = (
    {"width": 1280, "height": 800},
    {"width": 1366, "height": 768},
    {"width": 1920, "height": 1080},
)

WHAT_LEARNS = (
    ".st-key-run_controls button",
    ".st-key-run_controls input",
    ".progress-text",
    ".curve.loss .js-plotly-plot",
    ".curve.accuracy .js-plotly-plot",
    ".variants tbody tr",
    ".live-run.wall .seen",
    ".live-run.templates img",
    ".film-strip input",
)
# Of all nodes that a selector finds: how many, and how far the farthest is out of the window.
OUTSIDE = """(selector) => {
    const boxes = [...document.querySelectorAll(selector)].map((n) => n.getBoundingClientRect())
    return [boxes.length, Math.max(0, ...boxes.map(({ top, left, bottom, right }) =>
        Math.max(-top, -left, bottom - innerHeight, right - innerWidth)))]
}"""


def assert_seen_at_once(page: Page, variants: int) -> None:
    expect(page.locator(".live-run.templates img")).to_have_count(10)
    for figure in ("loss", "accuracy"):
        drawn = page.locator(f".curve.{figure} .js-plotly-plot")
        expect(drawn).to_have_attribute("data-revision", re.compile(r"\d"), timeout=LONG)
    assert page.get_by_test_id("stMain").evaluate("(node) => node.scrollTop") == 0
    end = time.monotonic() + LONG / 1000
    while True:  # a figure takes the height of another window with the next answer
        found = {selector: page.evaluate(OUTSIDE, selector) for selector in WHAT_LEARNS}
        far = {selector: outside for selector, (_n, outside) in found.items() if outside}
        if not far or time.monotonic() > end:
            break
        page.wait_for_timeout(100)
    assert far == {}
    counts = {selector: count for selector, (count, _outside) in found.items()}
    assert counts[".variants tbody tr"] == variants
    assert counts[".live-run.wall .seen"] == 20
    assert counts[".st-key-run_controls button"] >= 4


@pytest.mark.parametrize("variants", [1, 4])
def test_what_learns_is_seen_at_once_under_way_and_at_the_end(
    base_url: str, open_page: OpenPage, settled: Settled, variants: int
) -> None:
    page = open_page(viewport=SIZES[0])
    rates = "".join(f"&rate{n}={0.02 * n:g}" for n in range(2, variants + 1))
    page.goto(f"{base_url}/training_dashboard?epochs=1000&speed=10&count={variants}{rates}")
    settled(page)
    page.locator(".st-key-start button").click()
    moving(page)
    for size in SIZES:
        page.set_viewport_size(size)
        assert_seen_at_once(page, variants)
    page.locator(".st-key-stop button").click()
    expect(page.locator(".progress-text")).to_contain_text("Stopped", timeout=LONG)
    page.set_viewport_size(SIZES[0])
    assert_seen_at_once(page, variants)


def test_the_slider_follows_the_run_and_a_double_click_starts_one(
    serve: Callable[..., str], tmp_path: Path, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page(viewport=SIZES[0])
    page.goto(f"{serve(env={'SOFTMAX_RUNS': str(tmp_path)})}/training_dashboard?speed=10")
    settled(page)
    page.locator(".st-key-start button").dblclick()
    moving(page)
    slider = page.get_by_role("slider", name="Step of the run that is shown")
    for _once in range(2):  # the script does not run meanwhile
        before = slider.input_value()
        page.wait_for_function(
            "([node, before]) => Number(node.value) > Number(before) && node.max === node.value",
            arg=[slider.element_handle(), before],
        )
    (file,) = tmp_path.glob("*.sqlite")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        assert store.execute("SELECT count(*) FROM runs").fetchone() == (1,)


def test_what_was_learned_is_seen_at_once(
    finished_run: FinishedRun, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page(viewport=SIZES[0])
    page.goto(finished_run.dashboard)
    settled(page)
    assert_seen_at_once(page, 2)


# The longest that a run of 235,000 steps says.
SAID: Final = {
    "en": (
        "Running · step 123,456 of 235,000 · 59 min 59 s left",
        "20 of these 20 right · 10,000 of 10,000 test pictures after step 234,999",
    ),
    "zh": (
        "训练中 · 第 123,456 步，共 235,000 步 · 还剩 59 分 59 秒",
        "这 20 张认对 20 张 · 第 234,999 步：测试集认对 10,000 / 10,000",
    ),
}
PLACES = """([status, wall]) => {
    const find = (selector, root = document) => root.querySelector(selector)
        ?? [...root.querySelectorAll("*")].filter((node) => node.shadowRoot)
            .map((node) => find(selector, node.shadowRoot)).find(Boolean)
    const set = (selector, text) => {
        const node = find(selector), was = node.textContent
        node.textContent = text
        return () => { node.textContent = was }
    }
    const back = [set(".progress-text", status), set(".live-run.wall .said", wall)]
    const below = [".curve.loss", ".live-run.wall .seen", ".live-run.templates img", ".film-strip"]
    const found = below.map((selector) => find(selector).getBoundingClientRect().top)
    back.forEach((undo) => undo())
    return found
}"""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
@pytest.mark.parametrize("lang", SAID)
def test_what_a_run_says_moves_nothing(
    open_page: OpenPage, settled: Settled, finished_run: FinishedRun, size: ViewportSize, lang: str
) -> None:
    page = open_page(viewport=size)
    page.goto(f"{finished_run.dashboard}&lang={lang}")
    settled(page)
    expect(page.locator(".live-run.templates img")).to_have_count(10)
    assert_seen_at_once(page, 2)
    assert page.evaluate(PLACES, SAID[lang]) == page.evaluate(PLACES, ["…", "…"])


def test_a_view_that_is_chosen_comes_into_view(
    finished_run: FinishedRun, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page(viewport=SIZES[0], reduced_motion="reduce")
    page.goto(finished_run.dashboard)
    settled(page)
    page.get_by_role("radio", name="Confusion").click()
    expect(page.locator(".js-plotly-plot:has(.heatmaplayer .hm)").first).to_be_in_viewport()


def test_the_wall_follows_the_steps_and_opens_why_and_a_picture_is_pinned(
    base_url: str, page: Page, settled: Settled
) -> None:
    page.goto(f"{base_url}/training_dashboard?epochs=1000&speed=30")
    settled(page)
    page.locator(".st-key-start button").click()
    wall, template = page.locator(".live-run.wall"), page.locator(".live-run.templates img").first
    expect(wall.locator(".seen.right, .seen.wrong")).to_have_count(20, timeout=LONG)
    # Before the first epoch has ended, and before the next checkpoint: the weights of this moment.
    before = template.get_attribute("src") or ""
    expect(template).not_to_have_attribute("src", before)
    expect(wall.locator(".said")).to_have_text(
        re.compile(r"\d+ of these 20 right · [\d,]+ of 10,000 test pictures after step [\d,]+")
    )
    page.locator(".st-key-stop button").click()
    expect(page.locator(".progress-text")).to_contain_text("Stopped")

    sixth = wall.locator(".seen").nth(5)
    told = sixth.get_attribute("aria-label") or ""
    sixth.press("Enter")
    heading = page.locator(".st-key-arrival_picture_story h3")
    expect(heading).to_be_focused(timeout=LONG)
    page.get_by_role("button", name="Pin it to the wall").click()
    (position,) = re.findall(r"Picture (\d+):", told)
    page.wait_for_url(re.compile(rf"pins={position}\b"))
    expect(wall.locator(".seen").first).to_have_attribute("aria-label", told, timeout=LONG)
    page.get_by_role("button", name="Other pictures").click()
    page.wait_for_url(re.compile("wall=1"))
    expect(wall.locator(".seen").first).to_have_attribute("aria-label", told)
    expect(wall.locator(".seen").nth(5)).not_to_have_attribute("aria-label", told)
    page.get_by_role("button", name="Take it off the wall").click()
    page.wait_for_url(lambda url: "pins" not in url)


def test_on_a_phone_the_controls_stay_while_one_scrolls(
    finished_run: FinishedRun, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(finished_run.dashboard)
    settled(page)
    expect(page.locator(".live-run.templates img")).to_have_count(10)
    tops = [
        page.locator(f".live-run.{part}").evaluate("node => node.getBoundingClientRect().top")
        for part in ("curves", "wall", "templates")
    ]
    assert tops == sorted(tops)
    page.locator(".st-key-view").scroll_into_view_if_needed()
    assert page.get_by_test_id("stMain").evaluate("(node) => node.scrollTop") > 0
    for selector in (".run-orders button", ".progress-text", "[role=progressbar]"):
        count, outside = page.evaluate(OUTSIDE, selector)
        assert count
        assert outside == 0, selector


@pytest.mark.parametrize("width", [1280, 390])
def test_a_long_name_of_a_variant_can_be_read_where_it_is_chosen(
    base_url: str, open_page: OpenPage, settled: Settled, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    name = "a very long name of a variant that says its rate"
    page.goto(f"{base_url}/training_dashboard?epochs=1&count=2&rate2=0.2&name2={name}")
    settled(page)
    page.locator(".st-key-start button").click()
    page.locator(".st-key-variant").get_by_role("combobox").click()
    option = page.get_by_role("option", name=name)
    expect(option).to_be_in_viewport(ratio=1)
    cut = option.locator("div").evaluate("(node) => node.scrollWidth - node.clientWidth")
    assert cut == 0


BORDERS = """(nodes) => nodes.map((node) => {
    const style = getComputedStyle(node)
    return ["Top", "Right", "Bottom", "Left"].map((side) => style[`border${side}Color`])
})"""


def test_every_choice_that_wraps_has_a_border_on_all_sides(
    finished_run: FinishedRun, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(finished_run.dashboard)
    settled(page)
    views = page.locator(".st-key-view [role=radio]")
    for hovered in range(3):
        views.nth(hovered).hover()
        for borders in views.evaluate_all(BORDERS):
            assert len(set(borders)) == 1


def test_fields_stand_in_one_line_beside_a_refused_one_on_a_phone(
    base_url: str, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(f"{base_url}/training_dashboard?count=2")
    settled(page)
    page.locator(".st-key-experiment button").click()

    def tops(*keys: str) -> set[float]:
        fields = [page.locator(f".st-key-{key} input") for key in keys]
        return {round(each.evaluate("e => e.getBoundingClientRect().top")) for each in fields}

    # The name of the one takes one line there, of the other two.
    assert len(tops("name2", "rate2")) == 1
    count = page.locator(".st-key-count input")
    count.fill("99")
    count.press("Enter")
    expect(page.locator(".st-key-count").get_by_text("does not work here")).to_be_visible()
    settled(page)
    assert len(tops("count", "epochs")) == 1


def test_edit_leads_to_the_field_that_keeps_the_fields_open(
    base_url: str, open_page: OpenPage, settled: Settled
) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto(f"{base_url}/training_dashboard?count=3")
    settled(page)
    edit = page.locator(".st-key-experiment button")
    edit.click()
    momentum = page.locator(".st-key-momentum3 input")
    momentum.fill("7")
    momentum.press("Enter")
    said = page.locator(".st-key-momentum3").get_by_text("does not work here")
    expect(said).to_be_visible()
    for _once in range(2):
        edit.click()
        expect(momentum).to_be_focused()
        expect(momentum).to_be_in_viewport(ratio=1)
        expect(said).to_be_in_viewport(ratio=1)
    momentum.fill("0.5")
    momentum.press("Enter")
    expect(said).to_have_count(0)
    edit.click()
    expect(momentum).to_have_count(0)


def test_edit_leads_to_fields_that_do_not_go_together(
    base_url: str, page: Page, settled: Settled
) -> None:
    page.goto(f"{base_url}/training_dashboard?loss1=squared_error&smoothing1=0.1")
    settled(page)
    page.locator(".st-key-experiment button").click()
    expect(page.locator(".st-key-smoothing1 input")).to_be_focused()
