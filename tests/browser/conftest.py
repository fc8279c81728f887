"""Fixtures that start the real app and drive it in a real browser.

A test asks for `page` (a watched page) and either `base_url` (one server for all tests, with a
store of its own) or `serve` (a server of its own). `settled(page)` waits until Streamlit has
finished running the script and shows all that it drew. What is to be true of every page is tested
on `every_page`: each is opened once for all these tests.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from softmax_core.data import load_fashion_mnist
from softmax_core.runs import Store, ThreadRunner
from softmax_core.training import Experiment, Variant
from softmax_ui.addresses.training import VIEWS
from tests.browser.profile import Profile, watch
from tests.browser.quiet import open_quietly, rested
from tests.browser.server import (
    FLAGS,
    ROOT,
    SETTLED,
    browser_executable,
    end_server,
    start_server,
)

# Programs for servers to run, one of them broken on purpose; no modules with examples to test.
collect_ignore = ["apps"]

# Generous, for a machine that is busy with something else: a wait ends as soon as it is met.
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)

WINDOW: Final[ViewportSize] = {"width": 1280, "height": 900}
PAGES = ["", *sorted(path.stem for path in (ROOT / "pages").glob("*.py"))]
NOTE_TOUCHES = """() => {
    window.untouched = true
    for (const kind of ["keydown", "pointerdown"])
        addEventListener(kind, () => { window.untouched = false }, true)
}"""

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
def serve_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """As `serve`, for many tests: the servers end with the session."""
    servers: list[subprocess.Popen[bytes]] = []
    yield _starting(servers, tmp_path_factory)
    for server in servers:
        end_server(server)


@pytest.fixture(autouse=True)
def servers() -> Iterator[list[subprocess.Popen[bytes]]]:
    """What `serve` has started; being there first, they end last, when all pages are closed."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for server in started:
        end_server(server)


@pytest.fixture
def serve(
    servers: list[subprocess.Popen[bytes]], tmp_path_factory: pytest.TempPathFactory
) -> Serve:
    """Start apps as the README does, for one test.

    `serve(app="app.py", env=None) -> base url`. Each call starts a server with a run store of its
    own, unless `env` names one in SOFTMAX_RUNS.
    """
    return _starting(servers, tmp_path_factory)


def _starting(
    servers: list[subprocess.Popen[bytes]], tmp_path_factory: pytest.TempPathFactory
) -> Serve:
    def start(app: str = "app.py", env: Mapping[str, str] | None = None) -> str:
        server, base = start_server(tmp_path_factory.mktemp("server"), app, env)
        servers.append(server)
        return base

    return start


@pytest.fixture(scope="session")
def base_url(serve_session: Serve) -> str:
    """The address of a server that all tests of the session share."""
    return serve_session()


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
def finished_run(serve_session: Serve, tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    """A finished run to look at; a test that changes it needs one of its own."""
    folder = tmp_path_factory.mktemp("runs")
    with Store(folder / "runs.sqlite") as store:
        runner = ThreadRunner(store, lambda _data: load_fashion_mnist(download=False))
        run = runner.start(Experiment((Variant("甲"), Variant("乙", learning_rate=1.0)), epochs=1))
        assert runner.wait(run.id, timeout=120).status == "finished"
        runner.close()
    base = serve_session(env={"SOFTMAX_RUNS": str(folder)})
    return FinishedRun(base, f"{base}/training_dashboard?run={run.id}")


@pytest.fixture
def complaints() -> list[str]:
    """What the watched pages complained about; a test that provokes an error clears it."""
    return []


@pytest.fixture
def open_page(browser: Browser, complaints: list[str]) -> Iterator[OpenPage]:
    """Open watched pages, each in a browser profile of its own, as another person has.

    `open_page(**context_options) -> Page`, for example `open_page(color_scheme="dark")` or
    `open_page(viewport={"width": 390, "height": 844})`. At the end the test fails if any of its
    pages logged an error or asked another host for something.
    """
    contexts = []

    def start(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": WINDOW, **options})
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        watch(page, complaints)
        return page

    yield start
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[Profile]:
    """The profile of `page` and of `every_page`."""
    context = browser.new_context(viewport=WINDOW)
    context.set_default_timeout(WAIT_MS)
    yield Profile(context)
    context.close()


@pytest.fixture
def page(profile: Profile, complaints: list[str]) -> Iterator[Page]:
    """One watched page, 1280 x 900; the browser has no memory of what was stored before.

    At the end the test fails as with `open_page`.
    """
    before = profile.pages()
    yield profile.open(complaints)
    for left in profile.pages() - before:
        left.close()
    profile.forget()
    assert not complaints, "\n".join(complaints)


@dataclass
class OpenedOnce:
    """A page that several tests look at, one after the other, and what it complained about."""

    page: Page
    address: str
    complaints: list[str]


@pytest.fixture(scope="session", params=[*(name or "home" for name in PAGES), *VIEWS])
def opened_once(
    request: pytest.FixtureRequest, profile: Profile, finished_run: FinishedRun, settled: Settled
) -> Iterator[OpenedOnce]:
    """Each page and each view of a run; the tests of one come before the next is opened.

    It is as the test before has left it: `every_page` is as if just opened.
    """
    name: str = request.param
    if name in VIEWS:
        address = f"{finished_run.dashboard}&view={name}&picture=3"
    else:
        address = f"{finished_run.base}/{name if name in PAGES else ''}"
    complaints: list[str] = []
    opened = OpenedOnce(profile.open(complaints), address, complaints)
    open_quietly(opened.page, settled, address)
    expect(opened.page.locator("h1, h2").first).to_be_visible()
    if name in VIEWS:
        expect(opened.page.get_by_text("Finished")).to_be_visible()
    opened.page.evaluate(NOTE_TOUCHES)
    yield opened
    opened.page.close()


@pytest.fixture
def every_page(opened_once: OpenedOnce, settled: Settled) -> Iterator[Page]:
    """Each page and each view of a run, in English, light, 1280 x 900, untouched."""
    page = opened_once.page
    page.set_viewport_size(WINDOW)
    page.emulate_media(color_scheme="light")
    rested(page)
    if not page.evaluate("window.untouched"):
        open_quietly(page, settled, opened_once.address)
        page.evaluate(NOTE_TOUCHES)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    yield page
    assert not opened_once.complaints, "\n".join(opened_once.complaints)


@pytest.fixture(scope="session")
def settled() -> Settled:
    """`settled(page)` waits until the script has run and all that it drew has loaded its code."""

    def wait(page: Page) -> None:
        page.wait_for_selector(SETTLED, timeout=WAIT_MS)
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)

    return wait
