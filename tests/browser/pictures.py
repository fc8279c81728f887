"""`make pictures`: the README's pictures and those of shared links, taken from the real app.

A picture is of what a person sees after the deeds listed with it; nothing is drawn by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from softmax_ui.pages import CLASS, HOME, MENU, TRAINING
from softmax_ui.server.previews import FOLDER as PREVIEWS
from softmax_ui.server.previews import SIZE as PREVIEW
from softmax_ui.server.previews import preview_name
from softmax_ui.text import LANGUAGES
from tests.browser.server import (
    FLAGS,
    ROOT,
    SETTLED,
    browser_executable,
    end_server,
    start_server,
)

FOLDER = ROOT / "docs" / "pictures"
WIDTH = 1280
DRAWN_MS = 1_500


def open_at(page: Page, address: str) -> None:
    """Open a page and wait until it is drawn."""
    page.goto(address)
    page.wait_for_selector(SETTLED, timeout=60_000)
    if page.locator(".living-picture").count():  # the server may still train its model
        page.wait_for_selector(".living-picture .legend:not(:empty)", timeout=60_000)
    page.wait_for_timeout(DRAWN_MS)


def start_training(page: Page) -> None:
    """Press Start and wait until the run has finished."""
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_selector("[data-testid=stAlert]", timeout=300_000)
    page.wait_for_timeout(DRAWN_MS)


def compare_losses(page: Page) -> None:
    """Train a second experiment, and lay the curves of its two variants over each other."""
    runs = page.url
    open_at(page, runs.replace("/runs", "/training_dashboard?preset=losses"))
    start_training(page)
    [run] = parse_qs(urlsplit(page.url).query)["run"]
    open_at(page, f"{runs}?curves={run}.0+{run}.1&measure=test_accuracy")


def ask_class(page: Page) -> None:
    """Open a class, unless one is open, and ask it the question that is chosen."""
    for key in ("class_open", "class_ask_lesson"):
        button = page.locator(f".st-key-{key} button")
        if button.count():
            button.click()
            page.wait_for_selector(SETTLED, timeout=60_000)
            page.wait_for_timeout(DRAWN_MS)


def nothing(_page: Page) -> None:
    """Leave the page as it opened."""


# Picture, its height in pixels, the address, and what a person does before it is taken.
SHOTS: list[tuple[str, int, str, Callable[[Page], None]]] = [
    ("home", 800, "/", nothing),
    ("logit_playground", 1100, "/logit_playground", nothing),
    ("training_dashboard", 1180, "/training_dashboard", start_training),
    ("vanishing_gradient", 1110, "/vanishing_gradient", nothing),
    ("numerical_precision", 1000, "/numerical_precision", nothing),
    ("lesson", 1000, "/lesson", nothing),
    ("runs", 1180, "/runs", compare_losses),
]


def take_previews(chromium: Browser, base: str, run: str) -> None:
    """Take the picture that a shared link is previewed with, of each page in each language.

    They are shown small, so the pages are narrower than usual and enlarged; home is as wide as its
    first screen needs to be. A palette of 256 colours keeps a file under 100 kB.

    Args:
        chromium: the browser.
        base: the server's address.
        run: the address of a finished run.
    """
    PREVIEWS.mkdir(exist_ok=True)
    for page, language in product((HOME, *MENU), LANGUAGES):
        scale = 1.0 if page is HOME else 1.25
        width, height = (round(length / scale) for length in PREVIEW)
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            reduced_motion="reduce",
        )
        opened = context.new_page()
        address = run if page is TRAINING else f"{base}/{page.address}?"
        open_at(opened, f"{address}&lang={language}")
        if page is CLASS:
            ask_class(opened)
        name = preview_name(page, language)
        with Image.open(BytesIO(opened.screenshot())) as taken:
            taken.convert("RGB").quantize(256).save(PREVIEWS / name, optimize=True)
        print(f"softmax_ui/previews/{name}")
        context.close()


def main() -> None:
    """Take every picture, from one server with an empty store."""
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        server, base = start_server(Path(folder))
        try:
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(
                    executable_path=browser_executable(), args=FLAGS
                )
                page = chromium.new_page(reduced_motion="reduce")
                run = ""
                for name, height, address, deed in SHOTS:
                    page.set_viewport_size({"width": WIDTH, "height": height})
                    open_at(page, base + address)
                    deed(page)
                    page.screenshot(path=FOLDER / f"{name}.png")
                    print(f"docs/pictures/{name}.png")
                    run = page.url if name == "training_dashboard" else run
                take_previews(chromium, base, run)
                chromium.close()
        finally:
            end_server(server)


if __name__ == "__main__":
    main()
