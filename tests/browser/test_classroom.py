"""A class in the browser: a teacher at the board, two phones, and a stranger without any link."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.server import end_server, start_server

OpenPage = Callable[..., Page]
Settled = Callable[[Page], None]


def test_a_class_is_asked_answers_and_sees(
    browser: Browser, open_page: OpenPage, settled: Settled, tmp_path: Path
) -> None:
    server, base = start_server(tmp_path, env={"SOFTMAX_SHARED": "1"})
    try:
        _walk(browser, open_page, settled, base, tmp_path / "server.log")
    finally:
        end_server(server)


def _walk(browser: Browser, open_page: OpenPage, settled: Settled, base: str, log: Path) -> None:
    secret = re.search(r"#teacher=([0-9a-f]{64})", log.read_text())[1]  # type: ignore[index]
    teacher = open_page()
    teacher.goto(f"{base}/classroom#teacher={secret}")
    settled(teacher)
    teacher.locator(".st-key-class_open button").click()
    code = teacher.locator(".code").inner_text()
    assert secret not in teacher.url

    stranger = open_page()
    stranger.goto(f"{base}/classroom")
    settled(stranger)
    expect(stranger.get_by_role("link", name="the page of the class")).to_be_visible()
    assert code not in stranger.content()

    teacher.locator(".st-key-class_ask_lesson button").click()
    phones = []
    for _phone in range(2):
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
        )
        phone = context.new_page()
        phone.goto(f"{base}/class?code={code}")
        phone.locator("button.option").nth(2).tap()
        expect(phone.get_by_role("status")).to_contain_text("Your answer is in")
        phones.append(phone)
    expect(teacher.locator(".rounds .count").first).to_have_text("Answers: 2")

    phones[0].locator("button.option").nth(1).tap()  # another opinion; it still counts once
    expect(phones[0].get_by_role("status")).to_contain_text("Your answer is in")
    phones[0].reload()
    expect(phones[0].locator("button.option").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(teacher.locator(".rounds .count").first).to_have_text("Answers: 2")

    teacher.locator(".st-key-class_solve button").click()
    expect(phones[0].locator(".bad")).to_have_text("Your answer is not right.")
    expect(phones[1].locator(".good").last).to_have_text("Your answer is right.")
    expect(teacher.locator(".rounds .bar.right")).to_have_count(1)
    for phone in phones:
        phone.context.close()
