"""A live figure keeps its node and its zoom while its data change, and asks no other host."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
FIGURE = ".st-key-squares .js-plotly-plot"


@pytest.fixture(scope="module")
def address(serve) -> str:
    return serve("tests/browser/apps/live_figure_app.py", {"PYTHONPATH": str(ROOT)})


def drawn(page: Page, points: int) -> None:
    """Wait until the figure shows this many points."""
    expect(page.locator(f"{FIGURE} .scatterlayer .point")).to_have_count(points)


def x_range(page: Page) -> list[float]:
    return page.eval_on_selector(FIGURE, "node => node._fullLayout.xaxis.range.map(Number)")


def zoom(page: Page) -> list[float]:
    """Drag a box over the middle of the plot, as a person zooms."""
    box = page.locator(f"{FIGURE} .nsewdrag").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.7, steps=5)
    page.mouse.up()
    page.wait_for_function(
        "plot => { const [a, b] = document.querySelector(plot)._fullLayout.xaxis.range;"
        " return b - a < 3 }",
        arg=FIGURE,
    )
    return x_range(page)


def test_new_data_keep_the_node_and_the_zoom(page: Page, address: str) -> None:
    page.goto(address)
    drawn(page, 5)
    page.eval_on_selector(FIGURE, "node => { node.mark = 'mine' }")
    zoomed = zoom(page)
    page.locator(".st-key-more button").click()
    page.wait_for_function(f"() => document.querySelector('{FIGURE}').data[0].x.length === 6")
    assert page.eval_on_selector(FIGURE, "node => node.mark") == "mine"
    assert x_range(page) == zoomed
    page.locator(f"{FIGURE} .nsewdrag").dblclick()
    drawn(page, 6)


def test_a_click_on_a_point_reaches_the_script_and_a_second_one_takes_it_back(
    page: Page, address: str
) -> None:
    page.goto(address)
    drawn(page, 5)
    box = page.locator(f"{FIGURE} .scatterlayer .point").nth(2).bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.click(*middle)
    expect(page.get_by_text("picked 2")).to_be_visible()
    page.wait_for_timeout(600)  # two clicks close together are a double click
    page.mouse.move(middle[0] + 2, middle[1])
    page.mouse.click(*middle)
    expect(page.get_by_text("picked nothing")).to_be_visible()


def test_the_figure_describes_itself_and_wears_the_theme(open_page, address: str) -> None:
    inks = []
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        page.goto(address)
        drawn(page, 5)
        expect(page.get_by_role("img", name="The squares grow.")).to_be_visible()
        line = page.locator(f"{FIGURE} .js-line").evaluate("node => getComputedStyle(node).stroke")
        assert line.startswith("rgb(")  # the theme's colour, not the name of a variable
        tick = page.locator(f"{FIGURE} .xtick text").first
        inks.append(tick.evaluate("node => getComputedStyle(node).fill"))
    assert inks[0] != inks[1]


def test_the_figure_fits_a_window_that_changes(page: Page, address: str) -> None:
    page.goto(address)
    drawn(page, 5)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(
        f"() => document.querySelector('{FIGURE} .main-svg').width.baseVal.value < 380"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
