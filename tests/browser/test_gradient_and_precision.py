"""The two pages about gradients and types, as a person drags, plays and starts runs on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from playwright.sync_api import FloatRect, Page, expect

from softmax_core.saturation import scale_sweep
from softmax_core.training.findings import MEASURED_BREAKDOWN

BOARD = ".st-key-scale_board"
RACE = ".st-key-race_board"
Settled = Callable[[Page], None]


PASTE = """(field, text) => {
    field.select()
    const clipboardData = new DataTransfer()
    clipboardData.setData("text/plain", text)
    const options = {clipboardData, bubbles: true, cancelable: true, composed: true}
    field.dispatchEvent(new ClipboardEvent("paste", options))
}"""


def test_a_column_that_is_pasted_into_a_line_keeps_its_index_apart(
    page: Page, base_url: str, settled: Settled
) -> None:
    page.goto(f"{base_url}/vanishing_gradient")
    settled(page)
    field = page.get_by_label("Logits o")
    field.click()
    field.evaluate(PASTE, "0    2.0\n1    1.0\n2   -1.0\ndtype: float64")
    field.press("Enter")
    expect(page.get_by_text("Read as 2, 1, -1.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"logits=2%2C\+1%2C\+-1"))


def number(text: str) -> float:
    """Read a number as the chart writes it: 4.12·10⁻⁹, −0.5, 0."""
    plain = text.replace("−", "-").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(plain.replace("·10", "e"))


def value(page: Page, board: str) -> float:
    """The handle's value."""
    return number(page.locator(f"{board} .value").inner_text().split("=")[1].strip())


def sizes(page: Page) -> list[float]:
    """The four sizes beside the scale chart."""
    return [number(text) for text in page.locator(f"{BOARD} .legend dd").all_inner_texts()]


def gauges(page: Page, board: str) -> list[float]:
    """The large numbers above a chart."""
    return [number(text) for text in page.locator(f"{board} .gauges .reading").all_inner_texts()]


def bars(page: Page, board: str) -> list[float]:
    """How full the bars under them are, from 0 to 1, as they are drawn."""
    return page.locator(f"{board} .fill").evaluate_all(
        "fills => fills.map((fill) => fill.offsetWidth / fill.parentElement.offsetWidth)"
    )


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def take_hold(page: Page, board: str) -> FloatRect:
    """Press the mouse in the middle of a chart, and return the plot's box."""
    plot = page.locator(f"{board} .plot")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    return box


def test_chart_and_numbers_follow_the_hand_and_the_server_hears_where_it_let_go(
    base_url: str, page: Page, settled: Settled
) -> None:
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{base_url}/vanishing_gradient?k=1")
    expect(page.locator(f"{BOARD} .value")).to_have_text("k = 1")
    settled(page)
    assert sent  # the page itself came over the socket that is listened to
    sent.clear()
    box = take_hold(page, BOARD)
    seen: list[tuple[float, list[float], list[float]]] = []
    path = page.locator(f"{BOARD} .curves path").first.element_handle()
    for share in (0.6, 0.75, 0.9):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.5)
        last = f"k = {seen[-1][0]:g}" if seen else "k = 1"
        expect(page.locator(f"{BOARD} .value")).not_to_have_text(last)
        seen.append((value(page, BOARD), sizes(page), gauges(page, BOARD)))
    assert not sent  # still dragging: every number was there, the server was not asked
    page.mouse.up()
    page.wait_for_url(re.compile(rf"[?&]k={seen[-1][0]:g}"))
    settled(page)
    # Nothing was built anew, neither by the hand nor by the server's answer.
    assert path.evaluate("node => node.isConnected")

    logits = torch.tensor([2.0, 1.0, 0.0], dtype=torch.float64)
    truth = scale_sweep(logits, 1, torch.tensor([k for k, _, _ in seen], dtype=torch.float64))
    for row, (_, shown, large) in enumerate(seen):
        expected = [
            truth.half_l1[row].item(),
            truth.half_entries[row].item(),
            truth.squared_error_norm[row].item(),
            truth.cross_entropy_norm[row].item(),
        ]
        assert shown == pytest.approx(expected, rel=6e-3)
        assert large[0] == pytest.approx(truth.probabilities[row, 1].item(), rel=6e-3)
        assert large[1:] == [shown[0], *shown[2:]]
    assert [k for k, _, _ in seen] == sorted(k for k, _, _ in seen)
    assert value(page, BOARD) == seen[-1][0] == float(query(page)["k"][0])
    page.reload()
    expect(page.locator(f"{BOARD} .value")).to_have_text(f"k = {seen[-1][0]:g}")


def test_what_the_page_is_about_is_seen_before_anything_is_touched(
    base_url: str, open_page: Callable[..., Page], settled: Settled
) -> None:
    """On a laptop's screen, unscrolled: one full bar, and in words whose it is."""
    page = open_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{base_url}/vanishing_gradient")
    expect(page.locator(f"{BOARD} .gauges li")).to_have_count(4)
    settled(page)
    assert page.locator(f"{BOARD} .gauges strong").all_inner_texts() == [
        "Wrong", "Vanishes", "Vanishes too", "Does not vanish",
    ]  # fmt: skip
    filled = bars(page, BOARD)
    assert max(filled[:3]) < 0.01
    assert filled[3] == pytest.approx(1, abs=0.01)
    for gauge in page.locator(f"{BOARD} .gauges li").all():
        box = gauge.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 720


def test_the_logits_are_scaled_by_themselves_when_played(
    base_url: str, page: Page, settled: Settled
) -> None:
    page.goto(f"{base_url}/vanishing_gradient?k=0.01")
    settled(page)
    page.locator(f"{BOARD} .play").click()
    expect(page.locator(f"{BOARD} [role=slider]")).to_have_attribute(
        "aria-valuenow", re.compile(r"^(1[0-9]|[2-9]\d|\d{3})$")
    )
    page.locator(f"{BOARD} .play").click()
    page.wait_for_url(re.compile(r"[?&]k="))


def test_the_starts_chart_sets_where_the_race_begins(
    base_url: str, page: Page, settled: Settled
) -> None:
    starts = ".st-key-steps_needed"
    page.goto(f"{base_url}/vanishing_gradient?ahead=4")
    settled(page)
    expect(page.locator(f"{starts} .value")).to_have_text("a = 4")
    expect(page.locator(f"{RACE} .gauges strong").nth(1)).to_have_text("46 steps to 0.9")
    page.locator(f"{starts} [role=slider]").focus()
    page.keyboard.press("End")
    expect(page.locator(f"{starts} .value")).to_have_text("a = 12")
    expect(page.locator(f"{starts} .legend dd").nth(1)).to_have_text("more than 1000")
    expect(page.locator(f"{starts} [role=slider]")).to_have_attribute(
        "aria-valuetext", "a = 12; cross-entropy 11; squared error more than 1000"
    )
    page.wait_for_url(re.compile(r"[?&]ahead=12"))
    expect(page.locator(f"{RACE} .gauges strong").nth(1)).to_have_text(
        "More than 1000 steps to 0.9"
    )


def test_the_handle_moves_by_keys_and_says_its_value(
    base_url: str, page: Page, settled: Settled
) -> None:
    page.goto(f"{base_url}/vanishing_gradient")
    slider = page.locator(f"{BOARD} [role=slider]")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^k = 10; "))
    settled(page)
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"{BOARD} .value")).to_have_text("k = 10.6")
    page.keyboard.press("Home")
    expect(page.locator(f"{BOARD} .value")).to_have_text("k = 0.01")
    page.wait_for_url(re.compile(r"[?&]k=0\.01"))


# Presses the button a second time on the way: a test that does it from outside may come too late,
# when the race is over.
PAUSE_BEYOND_15 = """play => { window.shown_while_playing = new Promise((shown) => {
    const slider = play.getRootNode().querySelector("[role=slider]")
    new MutationObserver((_, watch) => {
        if (Number(slider.getAttribute("aria-valuenow")) <= 15) return
        watch.disconnect()
        shown(play.textContent)
        play.click()
    }).observe(slider, {attributeFilter: ["aria-valuenow"]})
}) }"""


def test_the_race_is_played_paused_and_scrubbed(
    base_url: str, page: Page, settled: Settled
) -> None:
    page.goto(f"{base_url}/vanishing_gradient?ahead=4")
    play = page.locator(f"{RACE} .play")
    expect(play).to_be_visible()
    settled(page)
    label = play.inner_text()
    play.evaluate(PAUSE_BEYOND_15)
    play.click()
    assert page.evaluate("window.shown_while_playing") != label
    expect(play).to_have_text(label)
    stopped = value(page, RACE)
    page.wait_for_url(re.compile(r"[?&]step="))
    settled(page)
    assert value(page, RACE) == stopped == float(query(page)["step"][0])
    # Cross-entropy is there after eight steps from this start; the squared error is not.
    shown = gauges(page, RACE)
    assert shown[0] > 0.9
    assert bars(page, RACE) == pytest.approx(shown, abs=0.01)
    page.locator(f"{RACE} .restart").click()
    expect(page.locator(f"{RACE} .value")).to_have_text(re.compile(r"= 0$"))


def test_a_preset_chosen_on_the_server_moves_the_browsers_board(
    base_url: str, page: Page, settled: Settled
) -> None:
    page.goto(f"{base_url}/numerical_precision")
    settled(page)
    page.get_by_role("radio", name="finite loss, gradient nan").click()
    expect(page.locator(".readings")).to_contain_text("[∞, nan, ∞]")
    page.wait_for_url(re.compile(r"[?&]target=1"))
    expect(page.locator(".st-key-digits_board .legend dd")).to_have_count(2)


@pytest.mark.parametrize(
    ("path", "button", "shown"),
    [
        ("vanishing_gradient", "train_losses", "½‖p−y‖²"),
        # The dashboard names the minibatch that the page has named.
        ("numerical_precision", "train_forms", f"since step {MEASURED_BREAKDOWN.nan_from}"),
    ],
)
def test_one_button_starts_the_real_run_and_opens_the_dashboard(
    base_url: str, page: Page, settled: Settled, path: str, button: str, shown: str
) -> None:
    page.goto(f"{base_url}/{path}")
    settled(page)
    page.locator(f".st-key-{button} button").click()
    page.wait_for_url(re.compile(r"/training_dashboard\?.*run="), timeout=60_000)
    expect(page.locator("[data-testid=stMain]")).to_contain_text(shown)


@pytest.mark.parametrize("path", ["vanishing_gradient", "numerical_precision"])
def test_nothing_sticks_out_on_a_phone(
    base_url: str, open_page: Callable[..., Page], settled: Settled, path: str
) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page.goto(f"{base_url}/{path}")
    expect(page.locator(".handle-chart .curves path").first).to_be_attached()
    settled(page)
    # A figure is fitted a moment after it has been drawn; the menu scrolls sideways on purpose.
    page.wait_for_function(
        """() => [...document.querySelectorAll('[data-testid=stMain] *')]
            .filter((node) => !node.closest('.katex, .js-plotly-plot, .st-key-menu'))
            .every((node) => node.getBoundingClientRect().right <= innerWidth + 1)"""
    )
    board = page.locator(".handle-chart").first
    assert board.evaluate("node => node.scrollWidth <= node.clientWidth + 1")


def test_no_gap_is_left_under_the_races_slider_on_a_phone(
    base_url: str, open_page: Callable[..., Page], settled: Settled
) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(f"{base_url}/vanishing_gradient")
    settled(page)
    slider, rate = page.locator(".st-key-ahead"), page.locator(".st-key-rate")
    expect(rate.get_by_role("radio").first).to_be_visible()
    above, below = slider.bounding_box(), rate.bounding_box()
    assert above is not None
    assert below is not None
    assert above["width"] > 300  # all of the width is for the finger
    assert 0 <= below["y"] - (above["y"] + above["height"]) <= 20
