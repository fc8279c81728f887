"""The main job, as a person does it: start a run on the real data and watch it to its end."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from softmax_core.training.verdict import COURSE_BAND

LONG = 90_000


def curve_points(page: Page, figure: str) -> int:
    """How many points the browser has drawn in a figure, whatever it is thinned to."""
    return int(
        page.evaluate(
            """(key) => {
                const node = document.querySelector(`.curve.${key} .live-figure`)
                if (!node || !node.calcdata) return 0
                return Math.max(...node.calcdata.map((trace) => Math.max(...trace.map(
                    (point) => Number.isFinite(point.y) ? point.x * 1000 : 0))))
            }""",
            figure,
        )
    )


def wait_until_grown(page: Page, beyond: int) -> int:
    """Wait until the loss curve reaches further right than `beyond`, in thousandths of an epoch."""
    end = time.monotonic() + LONG / 1000
    while time.monotonic() < end:
        reached = curve_points(page, "loss")
        if reached > beyond:
            return reached
        page.wait_for_timeout(50)
    raise AssertionError(f"the curve stayed at {beyond}")


def test_a_run_is_started_watched_reloaded_and_judged(
    base_url: str,
    page: Page,
    open_page: Callable[..., Page],
    settled: Callable[[Page], None],
) -> None:
    # Slow enough to be reloaded in the middle on any machine, fast enough to see it grow.
    page.goto(f"{base_url}/training_dashboard?speed=30")
    settled(page)
    page.locator(".st-key-start button").click()

    page.wait_for_url(re.compile(r"run="))
    first = wait_until_grown(page, 0)
    wait_until_grown(page, first)

    page.reload()
    settled(page)
    after_reload = wait_until_grown(page, first)
    wait_until_grown(page, after_reload)
    expect(page.locator(".st-key-stop button")).to_be_enabled()

    other = open_page()
    other.goto(re.sub(r"speed=\d+&?", "", page.url))
    settled(other)
    seen_elsewhere = wait_until_grown(other, after_reload)
    wait_until_grown(other, seen_elsewhere)

    thumb = page.locator(".st-key-speed input")
    thumb.focus()
    thumb.press("End")
    verdict = page.get_by_text("inside the band")
    expect(verdict).to_be_visible(timeout=LONG)
    accuracy = re.search(r"test accuracy ([\d.]+)", verdict.inner_text())
    assert accuracy is not None
    assert COURSE_BAND.low <= float(accuracy.group(1)) <= COURSE_BAND.high
    expect(other.get_by_text("inside the band")).to_be_visible(timeout=LONG)


def test_the_whole_way_from_a_preset_to_the_same_logits_in_the_playground(
    base_url: str, page: Page, settled: Callable[[Page], None]
) -> None:
    page.goto(f"{base_url}/training_dashboard")
    settled(page)
    page.get_by_role("link", name="A race of learning rates").click()
    page.get_by_text("Experiment: ").click()
    expect(page.locator(".st-key-rate6 input")).to_have_value("1")
    page.locator(".st-key-epochs input").fill("2")
    page.locator(".st-key-epochs input").press("Enter")
    page.wait_for_url(re.compile(r"epochs=2"))

    # Start, and hold it before it is over.
    page.goto(f"{page.url}&speed=10")
    settled(page)
    page.locator(".st-key-start button").click()
    page.locator(".st-key-pause button").click(timeout=LONG)
    expect(page.locator(".st-key-resume button")).to_be_enabled(timeout=LONG)
    expect(page.locator(".progress-text")).to_contain_text("Paused", timeout=LONG)
    paused_at = step_shown(page)

    # One step more, under the lens.
    page.get_by_role("radio", name="One minibatch").click()
    expect(page.get_by_text(f"Step {paused_at + 1:,}, the next one")).to_be_visible()
    page.locator(".st-key-step button").click()
    expect(page.get_by_text(f"Step {paused_at + 1:,}, just made")).to_be_visible(timeout=LONG)
    expect(page.get_by_text(f"step {paused_at + 1:,} of")).to_be_visible()
    expect(page.get_by_text("256 × 784")).to_be_visible()
    lens = page.get_by_text("Green is above 0, purple below it; the deepest colour is ±")
    expect(lens).to_have_count(2)

    # Another learning rate, marked where it was changed.
    rate = page.get_by_label("Learning rate from the next step on")
    rate.fill("0.05")
    rate.press("Enter")
    mark = page.locator(".curve.loss").get_by_text("η 0.001 → 0.05")
    expect(mark).to_be_visible(timeout=LONG)

    # To the end, and from a cell to a picture.
    thumb = page.locator(".st-key-speed input")
    thumb.focus()
    thumb.press("End")
    page.locator(".st-key-resume button").click()
    expect(page.get_by_text("Finished")).to_be_visible(timeout=LONG)
    page.get_by_role("radio", name="Confusion").click()
    cell = page.locator(".st-key-confusion_matrix .live-figure")
    expect(cell).to_have_attribute("data-revision", re.compile(r"\d"), timeout=LONG)
    expect(page.get_by_text("Best on the test set").first).to_be_visible(timeout=LONG)
    settled(page)  # the verdict above has its place: the cell stays where it is
    click_cell(page, true=4, predicted=2)
    expect(page.get_by_text("of Coat that are taken for Pullover")).to_be_visible(timeout=LONG)
    page.locator(".st-key-cell_pictures button").first.click()
    table = page.locator("table.numbers").filter(has_text="∂L/∂o")
    expect(table).to_be_visible(timeout=LONG)
    shown = [float(text) for text in table.locator("td:nth-child(2)").all_inner_texts()]

    # The playground shows the very same logits and the same target.
    page.get_by_role("link", name="Open these logits in the logit playground").click()
    page.wait_for_url(re.compile(r"logit_playground"))
    settled(page)
    query = parse_qs(urlsplit(page.url).query)
    there = [float(text) for text in query["o"][0].split(",")]
    assert there == pytest.approx(shown, abs=6e-4)
    assert query["t"] == ["4"]
    sliders = page.locator(".st-key-board [role=slider]")
    expect(sliders.first).to_be_visible(timeout=LONG)
    values = [float(text) for text in logits_on_the_board(page)]
    assert values == there


def step_shown(page: Page) -> int:
    text = page.get_by_text(re.compile(r"step [\d,]+ of")).inner_text()
    found = re.search(r"step ([\d,]+) of", text)
    assert found is not None
    return int(found.group(1).replace(",", ""))


def click_cell(page: Page, true: int, predicted: int) -> None:
    """Click the middle of a cell of the confusion matrix."""
    page.locator(".st-key-confusion_matrix .live-figure").scroll_into_view_if_needed()
    place = page.evaluate(
        """([row, column]) => {
            const node = document.querySelector(".st-key-confusion_matrix .live-figure")
            const { xaxis, yaxis } = node._fullLayout
            const box = node.getBoundingClientRect()
            return [box.x + xaxis._offset + xaxis.d2p(column),
                    box.y + yaxis._offset + yaxis.d2p(row)]
        }""",
        [true, predicted],
    )
    page.mouse.move(*place)
    page.mouse.click(*place)


def logits_on_the_board(page: Page) -> list[str]:
    return [
        slider.get_attribute("aria-valuenow") or ""
        for slider in page.locator(".st-key-board [role=slider][aria-valuenow]").all()
    ]


def test_a_picture_of_ones_own_and_the_surest_mistakes_of_a_short_run(
    base_url: str, page: Page, settled: Callable[[Page], None], tmp_path: Path
) -> None:
    page.goto(f"{base_url}/training_dashboard?epochs=1&view=own")
    settled(page)
    page.locator(".st-key-start button").click()
    expect(page.get_by_text("Finished")).to_be_visible(timeout=LONG)

    upload = page.locator(".st-key-own_picture input[type=file]")
    upload.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    refused = page.get_by_text("not known as a picture")
    expect(refused).to_contain_text("a.png", timeout=LONG)
    # What is refused before it is sent is said as visibly as what Python refuses.
    for name, size, said in (
        ("large.png", 21 * 2**20, "Not taken: a file may have at most 20 MB"),
    ):
        (tmp_path / name).write_bytes(bytes(size))
        upload.set_input_files(tmp_path / name)
        sentence = page.get_by_text(said)
        expect(sentence).to_be_visible(timeout=LONG)
        box = sentence.bounding_box()
        assert box is not None
        assert box["width"] > 100
    drawing = io.BytesIO()
    trousers = Image.new("RGB", (300, 400), "white")
    ImageDraw.Draw(trousers).rectangle((100, 20, 200, 380), fill="navy")
    trousers.save(drawing, "PNG")
    upload.set_input_files({"name": "b.png", "mimeType": "image/png", "buffer": drawing.getvalue()})
    stages = page.locator(".st-key-own_stages img")
    expect(stages).to_have_count(4, timeout=LONG)
    taken = page.get_by_text(re.compile("Taken for .* with probability")).first
    expect(taken).to_be_visible(timeout=LONG)

    page.get_by_role("radio", name="Surest mistakes").click()
    page.locator(".st-key-doubtful button").first.click(timeout=LONG)
    expect(page.get_by_text("The evidence x ⊙ W[k]")).to_be_visible(timeout=LONG)
    page.get_by_role("radio", name="likeliest wrong labels").click()
    expect(page.locator(".st-key-doubtful button").first).to_contain_text("rather: ")
    page.wait_for_url(re.compile(r"question=labels"))


def test_each_click_counts_and_no_button_moves_under_the_hand(
    base_url: str, page: Page, settled: Callable[[Page], None]
) -> None:
    page.goto(f"{base_url}/training_dashboard?epochs=400&speed=10")
    settled(page)
    page.locator(".st-key-start button").click()
    all_of_them = page.locator(".run-orders button")
    buttons = {name: all_of_them.nth(k) for name, k in (("pause", 0), ("step", 1), ("stop", 3))}
    said = page.locator(".progress-text")
    expect(buttons["pause"]).to_be_enabled(timeout=LONG)
    places = [button.bounding_box() for button in buttons.values()]
    buttons["pause"].dblclick()
    expect(said).to_contain_text("Paused", timeout=LONG)
    before = step_shown(page)
    for _click in range(5):
        buttons["step"].click()
    assert "Ordered: One step" in said.inner_text() or step_shown(page) > before
    expect(said).to_contain_text(f"Paused · step {before + 5:,} of", timeout=LONG)
    buttons["stop"].dblclick()
    expect(said).to_contain_text(f"Stopped · step {before + 5:,} of", timeout=LONG)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert [button.bounding_box() for button in buttons.values()] == places
    expect(buttons["stop"]).to_be_disabled()
