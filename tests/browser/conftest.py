"""Fixtures that start the real app and drive it in a real browser.

A test asks for `page` (a watched page of a fresh browser profile) and either `base_url` (one
server for all tests, with a store of its own) or `serve` (a server of its own). `settled(page)`
waits until Streamlit has finished running the script.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebSocket, sync_playwright

ROOT = Path(__file__).parents[2]
START_SECONDS = 90.0
SETTLE_MS = 60_000
# Opened at /a_page, Streamlit's own client first looks for its server below that address, gets a
# 404 for each of these, and then finds it at the root.
LOOKED_FOR = ("/_stcore/health", "/_stcore/host-config")
# Quiet as root in a container, and no request of Chromium's own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--force-color-profile=srgb",
]

Serve = Callable[..., str]
OpenPage = Callable[..., Page]
Settled = Callable[[Page], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, so that `-m "not browser"` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _executable() -> str | None:
    """Return the Chromium of this machine, or None for Playwright's own."""
    return (
        os.environ.get("SOFTMAX_BROWSER")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole session."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=_executable(), args=FLAGS)
        yield launched
        launched.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return int(listener.getsockname()[1])


def _healthy(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end(server: subprocess.Popen[bytes]) -> None:
    """End one server by its own process, first politely."""
    server.terminate()
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start apps as the README does.

    `serve(app="app.py", env=None) -> base url`. Each call starts a server with a run store of its
    own, unless `env` names one in SOFTMAX_RUNS; all of them end with the session.
    """
    servers: list[subprocess.Popen[bytes]] = []

    def start(app: str = "app.py", env: Mapping[str, str] | None = None) -> str:
        folder = tmp_path_factory.mktemp("server")
        port = _free_port()
        log = folder / "server.log"
        command = [sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port)]
        with log.open("wb") as output:
            server = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "SOFTMAX_RUNS": str(folder / "runs"), **(env or {})},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        servers.append(server)
        base = f"http://localhost:{port}"
        deadline = time.monotonic() + START_SECONDS
        while not _healthy(base):
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the app did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)
        return base

    yield start
    for server in servers:
        _end(server)


@pytest.fixture(scope="session")
def base_url(serve: Serve) -> str:
    """The address of a server that all tests of the session share."""
    return serve()


@pytest.fixture
def complaints() -> list[str]:
    """What the watched pages complained about; a test that provokes an error clears it."""
    return []


def _watch(page: Page, complaints: list[str]) -> None:
    """Write down console errors, page errors and requests that leave for another host."""

    def console(message: ConsoleMessage) -> None:
        where = message.location
        if message.type == "error" and not where["url"].endswith(LOOKED_FOR):
            complaints.append(f"console: {message.text} ({where['url']}:{where['lineNumber']})")

    def address(kind: str, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "localhost":
            complaints.append(f"{kind} to another host: {url}")

    def request(sent: Request) -> None:
        address("request", sent.url)

    def websocket(opened: WebSocket) -> None:
        address("websocket", opened.url)

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("request", request)
    page.on("websocket", websocket)


@pytest.fixture
def open_page(browser: Browser, complaints: list[str]) -> Iterator[OpenPage]:
    """Open watched pages, each in a browser profile of its own.

    `open_page(**context_options) -> Page`, for example `open_page(color_scheme="dark")` or
    `open_page(viewport={"width": 390, "height": 844})`. At the end the test fails if any of its
    pages logged an error or asked another host for something.
    """
    contexts = []

    def start(**options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        _watch(page, complaints)
        return page

    yield start
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One watched page, 1280 x 900."""
    return open_page()


@pytest.fixture(scope="session")
def settled() -> Settled:
    """`settled(page)` waits until the script is not running."""

    def wait(page: Page) -> None:
        page.wait_for_selector(
            "[data-testid=stApp][data-test-script-state=notRunning]", timeout=SETTLE_MS
        )

    return wait
