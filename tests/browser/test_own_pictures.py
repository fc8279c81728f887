"""Pictures of one's own: brought as a file, looked at, and learned without one of their classes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import numpy as np
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

LONG = 120_000


def birds() -> FilePayload:
    """A ZIP of three classes with nine pictures each, and of what is left out."""
    chance, out = np.random.default_rng(0), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for place, name in enumerate(("chick", "duck", "goose")):
            for k in range(9):
                pixels = chance.integers(0, 60, (12, 12), dtype=np.uint8)
                pixels[4 * place : 4 * place + 4] = 250
                file = io.BytesIO()
                Image.fromarray(pixels).save(file, "PNG")
                archive.writestr(f"birds/{name}/{k}.png", file.getvalue())
        archive.writestr("birds/duck/notes.txt", "words")
        archive.writestr("../duck/outside.png", b"x")
    return {"name": "birds.zip", "mimeType": "application/zip", "buffer": out.getvalue()}


def test_a_zip_is_brought_looked_at_and_learned_without_one_of_its_classes(
    serve: Callable[..., str], page: Page, settled: Callable[[Page], None]
) -> None:
    page.goto(f"{serve()}/training_dashboard?bring=1")
    settled(page)
    panel = page.locator(".st-key-pictures_panel")
    panel.locator("input[type=file]").set_input_files(birds())

    expect(panel).to_contain_text("21 to learn from, 6 to test on, 12 × 12", timeout=LONG)
    settled(page)
    files = panel.get_by_text("What was read (27), and what was left out (2)")
    files.click()
    tables = panel.get_by_test_id("stDataFrame")
    expect(tables).to_have_count(2)
    expect(tables.first).to_contain_text("its path leads out of the archive")
    expect(tables.first).to_contain_text("it is not a kind of picture that is read here")
    expect(tables.last).to_contain_text("birds/chick/0.png")

    for name in ("goose", "chick"):
        panel.get_by_role("button", name=re.compile(f"Pictures of the class {name}")).click()
        settled(page)
    expect(panel).to_contain_text("2 of 3 classes are chosen.")
    page.locator(".st-key-start button").click()
    page.wait_for_url(re.compile("run="))
    expect(page.locator(".progress-text")).to_contain_text("Finished", timeout=LONG)
    wall = page.locator(".live-run.wall")
    expect(wall).to_contain_text("goose")
    expect(wall).to_contain_text("chick")
    expect(wall).not_to_contain_text("duck")


def test_a_photograph_of_a_class_arrives_and_can_be_taken_back(
    base_url: str, page: Page, settled: Callable[[Page], None]
) -> None:
    """The page's own policy must let Streamlit's camera make a file of what it shows."""
    page.goto(f"{base_url}/training_dashboard?bring=1")
    settled(page)
    panel = page.locator(".st-key-pictures_panel")
    panel.get_by_role("radio", name="Pictures of each class").click()
    page.locator(".st-key-hand_class input").fill("disc")
    page.locator(".st-key-hand_class input").press("Enter")
    page.locator(".st-key-hand_camera label").click()
    shutter = panel.get_by_role("button", name="Take the photograph")
    seeing = "() => document.querySelector('.st-key-pictures_panel video')?.videoWidth > 0"
    page.wait_for_function(seeing, timeout=LONG)
    shutter.click(timeout=LONG)
    expect(panel).to_contain_text("disc: 1 picture", timeout=LONG)
    settled(page)
    page.wait_for_function(seeing, timeout=LONG)  # for the next one the camera is opened anew
    shutter.click(timeout=LONG)
    expect(panel).to_contain_text("disc: 2 pictures", timeout=LONG)
    settled(page)
    page.locator("[class*=st-key-back_disc] button").click()
    expect(panel).to_contain_text("disc: 1 picture", timeout=LONG)
