"""A run is watched without a script running: the browser asks, draws, waits and finds back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

OpenPage = Callable[..., Page]
Settled = Callable[[Page], None]
LIVE = re.compile(r"/live/")
STEP_IN_ALT = re.compile(r"up to step [\d,]+\.")
STEP = re.compile(r"step ([\d,]+) of")
LONG_SECONDS = 60.0
CHOSEN = re.compile(r"/live/(?=.*[?&]view=curves\b)(?=.*[?&]axis=steps\b)")


class Asked:
    """The requests of a page for the moving parts."""

    def __init__(self, page: Page) -> None:
        self.addresses: list[str] = []
        page.on("request", lambda sent: self.addresses.append(sent.url) if self._is(sent) else None)

    @staticmethod
    def _is(sent: Any) -> bool:
        return bool(LIVE.search(sent.url))

    def __len__(self) -> int:
        return len(self.addresses)


def start(page: Page, base_url: str, settled: Settled, settings: str = "") -> str:
    """Start a run that goes on for long, slowly enough to be watched; its link."""
    page.goto(f"{base_url}/training_dashboard?epochs=1000&speed=30{settings}")
    settled(page)
    page.locator(".st-key-start button").click()
    page.wait_for_url(re.compile(r"run="))
    moving(page)
    return page.url


def stop(page: Page) -> None:
    page.locator(".st-key-stop button").click()
    expect(page.locator(".progress-text")).to_contain_text("Stopped")


def step_of(page: Page) -> int:
    found = STEP.search(page.locator(".progress-text").inner_text())
    return int(found[1].replace(",", "")) if found else -1


def moving(page: Page, beyond: int | None = None) -> int:
    """Wait until the page shows a later step than it does, or than `beyond`."""
    before = step_of(page) if beyond is None else beyond
    end = time.monotonic() + LONG_SECONDS
    while time.monotonic() < end:
        now = step_of(page)
        if now > max(before, 0):
            return now
        page.wait_for_timeout(50)
    raise AssertionError(f"the page stayed at step {before}")


def x_range(page: Page) -> list[float]:
    return page.eval_on_selector(
        ".curve.loss .js-plotly-plot", "node => node._fullLayout.xaxis.range.map(Number)"
    )


def zoom_slowly(page: Page) -> list[float]:
    """Drag a box over the loss, so slowly that answers come meanwhile; the range that it leaves."""
    plot = page.locator(".curve.loss .nsewdrag")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    for part in range(1, 9):
        page.mouse.move(box["x"] + box["width"] * (0.3 + 0.04 * part), box["y"] + 200)
        page.wait_for_timeout(200)
    page.mouse.up()
    # Plotly keeps what the range was before; the whole may have grown since the drag began.
    page.wait_for_function(
        "() => 'xaxis.range[1]' in document.querySelector('.curve.loss .js-plotly-plot')"
        "._fullLayout._preGUI"
    )
    return x_range(page)


def test_answers_move_the_curves_in_their_nodes_and_no_script_runs(
    base_url: str, page: Page, settled: Settled
) -> None:
    frames: list[bytes | str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda got: frames.append(got)))
    start(page, base_url, settled)
    figure = page.locator(".curve.loss .js-plotly-plot")
    expect(figure).to_have_attribute("data-revision", re.compile(r"\d"))
    settled(page)
    page.wait_for_timeout(2000)  # until the script has run for the change from queued to running
    figure.evaluate("node => { node.mark = 'mine' }")
    zoomed = zoom_slowly(page)
    picture = page.locator(".live-run .picture-grid img").first
    picture.evaluate("node => { node.mark = 'mine' }")
    frames.clear()
    first = moving(page)
    revision = int(figure.get_attribute("data-revision") or 0)
    moving(page, moving(page, first))
    page.wait_for_function(
        "revision => Number(document.querySelector('.curve.loss .js-plotly-plot')"
        ".dataset.revision) > revision + 1",
        arg=revision,
    )
    assert figure.evaluate("node => node.mark") == "mine"
    assert x_range(page) == zoomed
    assert picture.evaluate("node => node.mark") == "mine"
    assert frames == []
    stop(page)


def test_a_curve_out_of_sight_is_drawn_when_it_comes_into_sight(
    base_url: str, page: Page, settled: Settled
) -> None:
    page.set_viewport_size({"width": 1280, "height": 500})
    start(page, base_url, settled, "&view=curves")
    figure = page.locator(".curve.gradient_norm .js-plotly-plot")
    expect(figure).to_have_attribute("data-revision", re.compile(r"\d"))
    moving(page)
    before = figure.get_attribute("data-revision")
    moving(page, moving(page))
    assert figure.get_attribute("data-revision") == before
    alt = figure.get_attribute("aria-label") or ""
    assert STEP_IN_ALT.search(alt)  # for those who do not see it nothing waits
    figure.scroll_into_view_if_needed()
    expect(figure).not_to_have_attribute("data-revision", before or "")
    stop(page)


def test_what_one_person_does_the_other_sees_with_the_right_buttons(
    base_url: str, open_page: OpenPage, settled: Settled
) -> None:
    mine, other = open_page(), open_page()
    link = start(mine, base_url, settled)
    other.goto(link)
    settled(other)
    expect(other.locator(".st-key-pause button")).to_be_enabled()
    mine.locator(".st-key-pause button").click()
    expect(other.locator(".st-key-resume button")).to_be_enabled()
    expect(other.locator(".progress-text")).to_contain_text("Paused")
    mine.locator(".st-key-resume button").click()
    expect(other.locator(".st-key-pause button")).to_be_enabled()
    moving(other)
    stop(mine)
    expect(other.locator(".st-key-stop button")).to_be_disabled()


def test_a_server_that_is_gone_is_said_and_found_again(
    base_url: str, page: Page, settled: Settled, complaints: list[str]
) -> None:
    start(page, base_url, settled)
    gone: list[Route] = []

    def refuse(route: Route) -> None:
        gone.append(route)
        route.abort()

    page.route(LIVE, refuse)
    said = page.get_by_text("The server does not answer.")
    expect(said).to_be_visible()
    assert len(gone) >= 2  # one failure is nothing yet
    page.unroute(LIVE)
    expect(said).not_to_be_visible()
    moving(page)
    stop(page)
    complaints.clear()  # the browser's own, of the requests that failed


def test_a_hidden_tab_asks_for_nothing_and_goes_on_when_it_is_seen(
    base_url: str, page: Page, settled: Settled
) -> None:
    asked = Asked(page)
    start(page, base_url, settled)
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', {get: () => window.away});"
        " window.away = true }"
    )
    page.wait_for_timeout(1500)  # what was under way
    hidden, step = len(asked), step_of(page)
    page.wait_for_timeout(2000)
    assert len(asked) == hidden
    assert step_of(page) == step
    page.evaluate(
        "() => { window.away = false; document.dispatchEvent(new Event('visibilitychange')) }"
    )
    moving(page, step)
    assert len(asked) > hidden
    stop(page)


def test_nothing_is_asked_about_a_run_that_is_over(
    base_url: str, page: Page, settled: Settled
) -> None:
    asked = Asked(page)
    page.goto(f"{base_url}/training_dashboard?epochs=1")
    settled(page)
    page.locator(".st-key-start button").click()
    expect(page.locator(".progress-text")).to_contain_text("Finished", timeout=90_000)
    expect(page.get_by_text("ends with accuracy")).to_be_visible()
    page.wait_for_timeout(2500)
    over = len(asked)
    page.wait_for_timeout(2500)
    assert len(asked) == over
    assert page.locator(".curve.accuracy .scatterlayer .trace").count() > 1  # epochs, too


def test_a_choice_changes_what_is_asked_for(base_url: str, page: Page, settled: Settled) -> None:
    start(page, base_url, settled, "&count=2")
    expect(page.locator(".curve")).to_have_count(2)
    page.get_by_role("radio", name="Saturation and gradient").click()
    expect(page.locator(".curve")).to_have_count(4)
    expect(page.locator(".gradient .measure").first).to_have_text("Saturation 1 − Σp²")
    # The script's own answer is drawn before the browser asks in the new way.
    with page.expect_request(CHOSEN):
        page.get_by_role("radio", name="step", exact=True).click()
    expect(page.locator(".curve.saturation .xtitle")).to_have_text("step")
    page.locator(".curve.loss").scroll_into_view_if_needed()  # out of sight, it rests
    expect(page.locator(".curve.loss .xtitle")).to_have_text("step")
    moving(page)
    stop(page)


def test_the_confusion_matrix_follows_the_epochs_by_itself(
    base_url: str, page: Page, settled: Settled
) -> None:
    page.goto(f"{base_url}/training_dashboard?epochs=1000&speed=100&batch=5000&view=confusion")
    settled(page)
    page.locator(".st-key-start button").click()
    seen: set[str] = set()
    end = time.monotonic() + LONG_SECONDS
    while len(seen) < 3 and time.monotonic() < end:
        found = re.search(r"after epoch (\d+)", page.locator("[data-testid=stMain]").inner_text())
        if found:
            seen.add(found[1])
        page.wait_for_timeout(50)
    assert len(seen) >= 3
    stop(page)


def test_the_moving_parts_tell_those_who_do_not_see_them(
    base_url: str, page: Page, settled: Settled
) -> None:
    start(page, base_url, settled)
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"\d"))
    curve = page.get_by_role("img", name=re.compile(r"^Loss of one variant up to step"))
    expect(curve).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("The templates, Bag"))).to_be_visible()
    text = page.locator(".progress-text")
    expect(text).to_have_attribute("aria-live", "off")  # it would be read out all the time
    page.locator(".st-key-pause button").click()
    expect(text).to_contain_text("Paused")
    expect(text).to_have_attribute("aria-live", "polite")
    stop(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_curves_wear_the_theme(
    base_url: str, open_page: OpenPage, settled: Settled, scheme: str
) -> None:
    page = open_page(color_scheme=scheme)
    start(page, base_url, settled)
    ink = page.locator(".progress-text").evaluate("node => getComputedStyle(node).color")
    tick = page.locator(".curve.loss .xtick text").first
    expect(tick).to_be_visible()
    expect(tick).to_have_css("fill", ink)  # a tick lives until the next answer is drawn
    stop(page)


def test_a_row_of_the_table_brings_its_curves_forward_and_keeps_the_focus(
    base_url: str, page: Page, settled: Settled
) -> None:
    start(page, base_url, settled, "&count=2&rate2=1")
    back = page.locator(".curve.loss .trace.back")
    expect(page.locator(".curve.loss .trace").first).to_be_attached()
    first, second = page.locator(".legend tbody tr").all()
    first.hover()
    expect(back.first).to_be_attached()
    page.mouse.move(1, 1)
    expect(back).to_have_count(0)
    button = second.get_by_role("button")
    button.focus()
    expect(back.first).to_be_attached()
    moving(page)  # the numbers of the row change
    expect(button).to_be_focused()
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.blur()
    moving(page)
    expect(back.first).to_be_attached()
    seen = page.evaluate(
        "() => [...document.querySelectorAll('.curve.loss .scatterlayer > .trace')]"
        ".map((trace, k) => trace.classList.contains('back') === (k % 2 === 0))"
    )
    assert all(seen)
    button.press("Enter")
    button.blur()
    expect(back).to_have_count(0)
    stop(page)


def test_a_curve_that_takes_long_to_draw_is_drawn_once_a_second_and_in_the_end_is_complete(
    base_url: str, page: Page, settled: Settled
) -> None:
    """The training has the same processors, on a machine of one person."""
    start(page, base_url, settled)
    expect(page.locator(".curve.loss .js-plotly-plot")).to_have_attribute(
        "data-revision", re.compile(r"\d")
    )
    page.evaluate(
        """() => {
            window.drawn = 0
            const { react } = Plotly
            Plotly.react = (node, ...given) => {
                if (node.closest(".curve.loss")) {
                    window.drawn += 1
                    window.last_drawn = node.ariaLabel
                }
                const until = performance.now() + 100
                while (performance.now() < until);
                return react(node, ...given)
            }
            window.answers = 0
            new PerformanceObserver((list) => {
                for (const { name } of list.getEntries()) window.answers += /\\/live\\//.test(name)
            }).observe({ type: "resource" })
        }"""
    )
    before = time.monotonic()
    page.wait_for_function("() => window.answers >= 15")
    drawn, seconds = page.evaluate("() => window.drawn"), time.monotonic() - before
    assert 2 <= drawn <= seconds + 2
    stop(page)
    page.wait_for_function(
        "() => document.querySelector('.curve.loss .js-plotly-plot').ariaLabel"
        " === window.last_drawn"
    )
