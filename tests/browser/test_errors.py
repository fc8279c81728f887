"""What can go wrong, as a person meets it: each time a sentence that says what to do."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from softmax_core.data.files import FILES
from softmax_core.runs import Store
from softmax_core.training import Experiment, Variant
from tests.browser.conftest import Serve, Settled
from tests.browser.server import ROOT, end_server, start_server

# What no sentence for a reader has in it.
INSIDE = re.compile(r"Traceback|File \"|Streamlit|streamlit|redacted|Error:|softmax_core")
NOBODY_THERE = "http://127.0.0.1:9"  # a proxy at a port that no one listens on: no network
ALERT = "[data-testid=stAlert]"


def said(page: Page, part: str) -> str:
    """Wait for a message with this part in it; it is for readers, and the menu still leads on."""
    message = page.locator(f"{ALERT}, [data-testid=stException]").filter(has_text=part)
    expect(message).to_be_visible()
    text = message.inner_text()
    assert not INSIDE.search(text), text
    expect(page.locator(".st-key-menu a").first).to_be_visible()
    return text


def refused_once(page: Page, part: str) -> None:
    """Wait until Start has been refused with this part in the sentence, which stands there once."""
    expect(page.locator("[data-testid=stAlertContentError]").filter(has_text=part)).to_be_visible()
    expect(page.locator(ALERT).filter(has_text=part)).to_have_count(1)


def opened(page: Page, settled: Settled, address: str) -> Page:
    page.goto(address)
    settled(page)
    return page


@pytest.fixture
def without_data(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The real app where neither Debian nor the network has the pictures; with its data folder."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "pages").symlink_to(ROOT / "pages")
    (folder / "app.py").write_text(
        "import runpy\n"
        "from pathlib import Path\n"
        "from softmax_core.data import archives\n"
        "archives.DEBIAN_FOLDER = Path('/nowhere')\n"
        "from streamlit.runtime.scriptrunner import get_script_run_ctx\n"
        "from streamlit.starlette import App\n"
        "from starlette.middleware import Middleware\n"
        "from softmax_ui.server.routes import lifespan, routes\n"
        "from softmax_ui.server.static import Static\n"
        "if get_script_run_ctx(suppress_warning=True):\n"
        "    runpy.run_path('app.py', run_name='__main__')\n"
        "else:\n"
        "    files = [Middleware(Static)]\n"
        "    app = App(__file__, routes=routes(), middleware=files, lifespan=lifespan)\n"
    )
    data = tmp_path / "data"
    proxy = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), NOBODY_THERE)
    env = {"SOFTMAX_DATA": str(data), "PYTHONPATH": str(ROOT), **proxy}
    server, base = start_server(tmp_path, str(folder / "app.py"), env)
    yield base, data
    end_server(server)


def test_without_data_and_network_all_but_training_works(
    without_data: tuple[str, Path], page: Page, settled: Settled
) -> None:
    base, _ = without_data
    opened(page, settled, base)
    page.locator(".st-key-get_data button").click()
    assert "refused" in said(page, "Check the connection and try again")
    expect(page.locator(".st-key-get_data button")).to_be_visible()
    opened(page, settled, f"{base}/training_dashboard")
    said(page, "Get them on the home page")  # where the pictures of the classes would be
    page.locator(".st-key-start button").click()
    refused_once(page, "Get them on the home page")
    opened(page, settled, f"{base}/logit_playground")
    expect(page.locator(".st-key-board .handle").first).to_be_visible()


def test_damaged_data_are_named(
    without_data: tuple[str, Path], page: Page, settled: Settled, complaints: list[str]
) -> None:
    base, data = without_data
    raw = data / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for file in FILES:
        (raw / file.name).write_bytes(b"not what it was")
    opened(page, settled, base)
    opened(page, settled, f"{base}/training_dashboard")
    assert FILES[0].name in said(page, "is damaged")  # where the pictures of the classes would be
    page.locator(".st-key-start button").click()
    refused_once(page, "is damaged")
    # Of home's question for the model that cannot be trained; the browser's own.
    assert all("503" in each and "/demonstration/" in each for each in complaints)
    complaints.clear()


def test_the_open_page_of_a_run_says_that_the_stores_file_is_gone(
    page: Page, settled: Settled, tmp_path: Path, serve: Serve
) -> None:
    base = serve(env={"SOFTMAX_RUNS": str(tmp_path / "kept")})
    opened(page, settled, f"{base}/training_dashboard?epochs=1000&speed=30")
    page.locator(".st-key-start button").click()
    expect(page.locator(".progress-text")).to_contain_text("Running")
    shutil.rmtree(tmp_path / "kept")
    assert "written anew" in said(page, "was deleted or moved")
    expect(page.locator(".progress-text")).to_contain_text("Running")
    page.locator(".st-key-stop button").click()
    expect(page.locator(".progress-text")).to_contain_text("Stopped")
    with Store(tmp_path / "kept" / "runs.sqlite") as store:
        assert [run.status for run in store.runs()] == ["stopped"]


def test_a_run_that_is_not_there_and_one_that_was_deleted(
    page: Page, settled: Settled, tmp_path: Path, serve: Serve, complaints: list[str]
) -> None:
    with Store(tmp_path / "runs.sqlite") as store:
        run = store.create(Experiment([Variant("course")]), total_steps=2350)
        base = serve(env={"SOFTMAX_RUNS": str(tmp_path)})
        opened(page, settled, f"{base}/training_dashboard?run=nothing-like-it")
        said(page, "There is no run nothing-like-it here")
        expect(page.locator(".st-key-start button")).to_be_visible()
        opened(page, settled, f"{base}/training_dashboard?run={run.id}")
        expect(page.get_by_text("0 of 2,350").first).to_be_visible()
        store.delete(run.id)
        expect(page.get_by_text(f"There is no run {run.id} here")).to_be_visible()
        page.reload()
        said(page, f"There is no run {run.id} here")
    # Of the open page's question for it; the browser's own.
    assert all("404" in complaint for complaint in complaints)
    complaints.clear()


def test_a_full_queue_and_a_run_too_many(page: Page, settled: Settled, serve: Serve) -> None:
    base = serve(env={"SOFTMAX_ACTIVE": "1", "SOFTMAX_WAITING": "0"})
    opened(page, settled, f"{base}/training_dashboard?epochs=400&speed=10")
    page.locator(".st-key-start button").click()
    page.wait_for_url(re.compile("run="))
    expect(page.locator(".st-key-stop button")).to_be_enabled()
    page.locator(".st-key-start button").click()
    said(page, "Try again when a run has ended, or stop one of yours.")
    page.locator(".st-key-stop button").click()
    expect(page.get_by_text("Stopped")).to_be_visible()


@pytest.mark.parametrize("trouble", ["damaged", "newer", "in the way", "in use"])
def test_a_store_that_cannot_be_used(
    page: Page, settled: Settled, tmp_path: Path, serve: Serve, trouble: str
) -> None:
    path = tmp_path / "runs.sqlite"
    folder, sentence = str(tmp_path), "newer version of this program. Update"
    if trouble == "damaged":
        path.write_bytes(b"SQLite format 3\0" + b"and then something else" * 1000)
        sentence = "an empty store took its place"
    elif trouble == "newer":
        Store(path).close()
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 1000")
        connection.close()
    elif trouble == "in the way":
        path.write_text("a file where a folder should be")
        folder, sentence = str(path), "cannot be written"
    else:
        opened(page, settled, f"{serve(env={'SOFTMAX_RUNS': folder})}/runs")
        sentence = "in use by process"
    opened(page, settled, f"{serve(env={'SOFTMAX_RUNS': folder})}/runs")
    said(page, sentence)


def test_a_mistake_in_a_page_is_the_programs_and_says_so(page: Page, serve: Serve) -> None:
    base = serve("tests/browser/apps/broken_app.py", {"PYTHONPATH": str(ROOT)})
    held: list[Route] = []
    holding = False
    # What puts the words in comes last of all.
    page.route(
        "**/BidiComponent.*.js",
        lambda route: held.append(route) if holding else route.continue_(),
    )
    for language, part in (("en", "details are in the server's log"), ("zh", "详情在服务器日志里")):
        holding = True
        page.goto(f"{base}/?lang={language}")
        message = page.locator("[data-testid=stException]")
        expect(message).to_be_visible()
        holding = False
        while held:
            held.pop().continue_()
        expect(message).to_contain_text(part)
        assert not INSIDE.search(message.inner_text())
        expect(message.locator("a, button").first).to_be_hidden()


def test_a_server_that_stopped_is_said_and_the_page_goes_on_when_it_is_back(
    page: Page, settled: Settled, tmp_path: Path, complaints: list[str]
) -> None:
    server, base = start_server(tmp_path)
    opened(page, settled, f"{base}/numerical_precision")
    lesson = page.context.new_page()
    opened(lesson, settled, f"{base}/lesson")
    end_server(server)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The server does not answer")
    expect(dialog).to_contain_text("this page goes on by itself as soon as it answers")
    expect(dialog).to_contain_text("make run")
    assert not INSIDE.search(dialog.inner_text())
    server, _ = start_server(tmp_path, port=urlsplit(base).port)
    try:
        expect(dialog).to_be_hidden(timeout=60_000)
        settled(page)
        page.get_by_role("radio", name="0 / 0").click()
        expect(page.get_by_label("Logits o")).to_have_value("-105, -105, -105")
        expect(lesson.get_by_role("dialog")).to_be_hidden(timeout=60_000)
        settled(lesson)
        lesson.locator(".st-key-next button").click()
        expect(lesson).to_have_url(re.compile("step=network"))
    finally:
        lesson.close()
        page.close()  # before it loses this server too, and says so when nobody expects it any more
        end_server(server)
    complaints.clear()  # while there was no server, the browser complained of it


def test_a_page_that_is_not_there_leads_home(
    page: Page, settled: Settled, base_url: str, complaints: list[str]
) -> None:
    page.goto(f"{base_url}/nowhere?lang=zh")
    expect(page.get_by_role("heading")).to_contain_text("没有这个页面")
    assert not INSIDE.search(page.locator("body").inner_text())
    page.get_by_role("link").first.click()
    settled(page)
    expect(page.locator(".st-key-home_board")).to_be_visible()
    page.close()
    complaints.clear()  # the browser writes the 404 into the console as well
