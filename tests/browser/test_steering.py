"""Many people on one server: whoever starts a run steers it, whoever has its link watches."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.server import end_server, start_server

LATE = re.compile(r"/static/js/(Slider|NumberInput|Selectbox)\.")

OpenPage = Callable[..., Page]
Settled = Callable[[Page], None]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:  # type: ignore[misc]
    """A server that listens on all interfaces, as for a class; its address and its log."""
    folder = tmp_path_factory.mktemp("shared")
    server, base = start_server(
        folder,
        env={"STREAMLIT_SERVER_ADDRESS": "0.0.0.0", "SOFTMAX_PER_PERSON": "1"},
    )
    yield base, folder / "server.log"
    end_server(server)


def started(page: Page, base: str, settled: Settled) -> tuple[str, str]:
    """Start a long run; its watching link and its steering link, as the page gives them."""
    page.goto(f"{base}/training_dashboard?epochs=400&speed=10")
    settled(page)
    page.locator(".st-key-start button").click()
    page.wait_for_url(re.compile(r"run="))
    page.locator(".st-key-pause button").click()  # what stands still is drawn seldom
    expect(page.locator(".st-key-resume button")).to_be_enabled()
    page.get_by_role("button", name="Share").click()
    links = page.locator("[data-testid=stPopoverBody] code")
    expect(links).to_have_count(2)
    watching, steering = links.all_inner_texts()
    page.keyboard.press("Escape")
    return watching.strip(), steering.strip()


def test_a_link_to_watch_and_a_link_to_steer(
    shared: tuple[str, Path], open_page: OpenPage, settled: Settled
) -> None:
    base, log = shared
    owner = open_page()
    watching, steering = started(owner, base, settled)
    secret = re.search(r"#steer=([0-9a-f]{64})$", steering)[1]  # type: ignore[index]
    assert steering.startswith(watching)
    assert secret not in watching
    assert secret not in owner.url

    owner.reload()
    settled(owner)
    expect(owner.locator(".st-key-resume button")).to_be_enabled()

    visitor = open_page()
    visitor.goto(watching)
    settled(visitor)
    expect(visitor.get_by_text("You are watching.")).to_be_visible()
    expect(visitor.locator(".live-figure").first).to_be_visible()
    expect(visitor.locator(".st-key-stop, .st-key-resume, .st-key-speed")).to_have_count(0)
    visitor.get_by_role("button", name="Share").click()
    expect(visitor.locator("[data-testid=stPopoverBody] code")).to_have_count(1)

    visitor.goto(f"{base}/runs")
    settled(visitor)
    assert secret not in visitor.content()
    visitor.close()

    helper = open_page()
    helper.goto(f"{watching}#steer={'0' * 64}")
    settled(helper)
    expect(helper.get_by_text("You are watching.")).to_be_visible()
    helper.goto("about:blank")
    helper.goto(steering)
    settled(helper)
    expect(helper.locator(".st-key-stop button")).to_be_enabled()
    assert secret not in helper.url
    helper.locator(".st-key-stop button").click()
    expect(owner.get_by_text("Stopped · step")).to_be_visible()
    assert secret not in log.read_text()


def test_steering_survives_the_menu(
    shared: tuple[str, Path], open_page: OpenPage, settled: Settled
) -> None:
    base, _log = shared
    owner = open_page()
    started(owner, base, settled)
    owner.locator(".st-key-menu").get_by_role("link", name="Runs").click()
    owner.wait_for_url(re.compile("/runs"))
    settled(owner)
    owner.go_back()
    owner.wait_for_url(re.compile("run="))
    settled(owner)
    owner.locator(".st-key-stop button").click()
    expect(owner.get_by_text("Stopped · step")).to_be_visible()
    owner.locator(".st-key-menu").get_by_role("link", name="Training").click()
    owner.wait_for_url(lambda url: "training" in url and "run=" not in url)
    settled(owner)
    owner.locator(".st-key-start button").click()
    owner.wait_for_url(re.compile(r"run="))
    expect(owner.locator(".st-key-stop button")).to_be_enabled()


def test_what_is_built_late_has_its_value(
    shared: tuple[str, Path], open_page: OpenPage, settled: Settled
) -> None:
    base, _log = shared
    page = open_page()
    held: list[Route] = []
    page.route(LATE, lambda route: held.append(route))
    page.goto(f"{base}/training_dashboard?momentum1=0.9&speed=30")
    # By then the browser has said who it is, and the run that follows has drawn the page again.
    expect(page.locator(".st-key-start button")).to_be_enabled()
    page.wait_for_timeout(500)
    for route in held:
        route.continue_()
    settled(page)
    assert held
    expect(page.locator(".st-key-speed input")).to_have_value("4")  # 30/s
    page.locator(".st-key-experiment button").click()
    expect(page.locator(".st-key-momentum1 input")).to_have_value("0.9")
    expect(page.locator(".st-key-epochs input")).to_have_value("10")


def test_one_person_has_one_run_here_and_another_has_theirs(
    shared: tuple[str, Path], open_page: OpenPage, settled: Settled
) -> None:
    base, _log = shared
    first, second = open_page(), open_page()
    started(first, base, settled)
    first.locator(".st-key-start button").click()
    expect(first.get_by_text("one person may have 1 run on this server")).to_be_visible()
    started(second, base, settled)
