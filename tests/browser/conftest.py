"""Fixtures that start the real app and drive it in a real browser.

A test asks for `page` (a watched page of a fresh browser profile) and either `base_url` (one
server for all tests, with a store of its own) or `serve` (a server of its own). `settled(page)`
waits until Streamlit has finished running the script and shows all that it drew.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    WebSocket,
    expect,
    sync_playwright,
)

from softmax_core.data import load_fashion_mnist
from softmax_core.runs import Runner, Store
from softmax_core.training import Experiment, Variant
from tests.browser.server import FLAGS, SETTLED, browser_executable, end_server, start_server

# Programs for servers to run, one of them broken on purpose; no modules with examples to test.
collect_ignore = ["apps"]

# Generous, for a machine that is busy with something else: a wait ends as soon as it is met.
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)

# Opened at /a_page, Streamlit's own client first looks for its server below that address, gets a
# 404 for each of these, and then finds it at the root.
LOOKED_FOR = ("/_stcore/health", "/_stcore/host-config")

Serve = Callable[..., str]
OpenPage = Callable[..., Page]
Settled = Callable[[Page], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, so that `-m "not browser"` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole session."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser_executable(), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start apps as the README does.

    `serve(app="app.py", env=None) -> base url`. Each call starts a server with a run store of its
    own, unless `env` names one in SOFTMAX_RUNS; all of them end with the session.
    """
    servers: list[subprocess.Popen[bytes]] = []

    def start(app: str = "app.py", env: Mapping[str, str] | None = None) -> str:
        server, base = start_server(tmp_path_factory.mktemp("server"), app, env)
        servers.append(server)
        return base

    yield start
    for server in servers:
        end_server(server)


@pytest.fixture(scope="session")
def base_url(serve: Serve) -> str:
    """The address of a server that all tests of the session share."""
    return serve()


@dataclass(frozen=True)
class FinishedRun:
    """A server whose store has one finished run, of two variants on the real data.

    Attributes:
        base: the server's address.
        dashboard: the address at which the dashboard shows the run.
    """

    base: str
    dashboard: str


@pytest.fixture(scope="session")
def finished_run(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    """A finished run to look at; a test that changes it needs one of its own."""
    folder = tmp_path_factory.mktemp("runs")
    with Store(folder / "runs.sqlite") as store:
        runner = Runner(store, lambda: load_fashion_mnist(download=False))
        run = runner.start(Experiment((Variant("甲"), Variant("乙", learning_rate=1.0)), epochs=1))
        assert runner.wait(run.id, timeout=120).status == "finished"
        runner.close()
    base = serve(env={"SOFTMAX_RUNS": str(folder)})
    return FinishedRun(base, f"{base}/training_dashboard?run={run.id}")


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
        context.set_default_timeout(WAIT_MS)
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
    """`settled(page)` waits until the script has run and all that it drew has loaded its code."""

    def wait(page: Page) -> None:
        page.wait_for_selector(SETTLED, timeout=WAIT_MS)
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)

    return wait
