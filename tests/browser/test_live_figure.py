"""A live figure keeps its node and its zoom while its data change, and asks no other host."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
FIGURE = ".st-key-squares .js-plotly-plot"


@pytest.fixture(scope="module")
def address(serve_session) -> str:
    return serve_session("tests/browser/apps/live_figure_app.py", {"PYTHONPATH": str(ROOT)})


def drawn(page: Page, points: int) -> None:
    """Wait until the figure shows this many points."""
    expect(page.locator(f"{FIGURE} .scatterlayer .point")).to_have_count(points)


def x_range(page: Page) -> list[float]:
    return page.eval_on_selector(FIGURE, "node => node._fullLayout.xaxis.range.map(Number)")


def zoom(page: Page) -> list[float]:
    """Drag a box over the middle of the plot, as a person zooms."""
    box = page.locator(f"{FIGURE} .nsewdrag").bounding_box()
    assert box is not None
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


def test_a_double_click_shows_all_and_the_next_one_what_the_figure_shows_by_now(
    page: Page, address: str
) -> None:
    growing = ".st-key-growing .js-plotly-plot"
    end = f"Number(document.querySelector('{growing}')?._fullLayout.xaxis.range[1])"
    page.goto(address)
    page.wait_for_function(f"() => {end} === 3.5")
    for points in (6, 7):
        page.locator(".st-key-more button").click()
        page.wait_for_function(f"() => {end} === {points - 1.5}")
    plot = page.locator(f"{growing} .nsewdrag")
    plot.dblclick()
    page.wait_for_function(f"() => {end} >= 6")
    page.wait_for_timeout(600)  # four clicks close together are no two double clicks
    plot.dblclick()
    page.wait_for_function(f"() => {end} === 5.5")
    page.locator(".st-key-more button").click()
    page.wait_for_function(f"() => {end} === 6.5")


def test_a_click_on_a_point_reaches_the_script_and_a_second_one_takes_it_back(
    page: Page, address: str
) -> None:
    page.goto(address)
    drawn(page, 5)
    box = page.locator(f"{FIGURE} .scatterlayer .point").nth(2).bounding_box()
    assert box is not None
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


def contrast(one: list[float], other: list[float]) -> float:
    """WCAG's, of two colours in sRGB from 0 to 255."""
    low, high = sorted(
        0.2126 * r + 0.7152 * g + 0.0722 * b
        for r, g, b in (
            [c / 3294 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
            for colour in (one, other)
        )
    )
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_on_colours_can_be_read_on_every_colour_and_at_every_size(
    open_page, address: str, scheme: str
) -> None:
    page = open_page(color_scheme=scheme)
    page.goto(address)
    for width in (1280, 700):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(
            "most => document.querySelector('.st-key-grid .main-svg')?.width.baseVal.value < most",
            arg=width,
        )
        labels = page.locator(".st-key-grid .heatmap-label text")
        expect(labels).to_have_count(100)
        written = labels.evaluate_all(
            "nodes => nodes.map(node => [node.textContent, getComputedStyle(node).fill])"
        )
        inks = {"rgb(0, 0, 0)": [0.0] * 3, "rgb(255, 255, 255)": [255.0] * 3}
        scale = page.eval_on_selector(
            ".st-key-grid .js-plotly-plot", "node => node._fullData[0].colorscale"
        )
        stops = [at for at, _ in scale]
        colours = [[int(name[k : k + 2], 16) for k in (1, 3, 5)] for _, name in scale]
        for text, ink in written:
            cell = [
                np.interp(float(text), stops, channel) for channel in zip(*colours, strict=True)
            ]
            assert contrast(cell, inks[ink]) > 4.4, (text, ink)


def test_the_figure_fits_a_window_that_changes(page: Page, address: str) -> None:
    page.goto(address)
    drawn(page, 5)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(
        f"() => document.querySelector('{FIGURE} .main-svg').width.baseVal.value < 380"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
