"""A class in the browser: a teacher at the board, two phones, and a stranger without any link."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page, expect

from tests.browser.server import end_server, free_port, start_server

OpenPage = Callable[..., Page]
Settled = Callable[[Page], None]

QUESTION = ".st-key-class_question"


def test_a_class_is_asked_answers_and_sees(
    browser: Browser, open_page: OpenPage, settled: Settled, tmp_path: Path
) -> None:
    server, base = start_server(tmp_path, env={"SOFTMAX_SHARED": "1"})
    try:
        _walk(browser, open_page, settled, base, tmp_path / "server.log")
    finally:
        end_server(server)


def test_a_question_that_is_refused_is_seen_to_be_and_stays_where_it_was_written(
    open_page: OpenPage, settled: Settled, tmp_path: Path
) -> None:
    server, base = start_server(tmp_path, env={"SOFTMAX_SHARED": "1"})
    try:
        teacher, _code = _opened(open_page, settled, base, tmp_path / "server.log")
        own = teacher.get_by_role("tab", name="A question of my own")
        own.click()
        ask = teacher.locator(".st-key-class_ask_own button")
        ask.click()
        expect(teacher.locator(".st-key-class_problem [role=alert]")).to_be_in_viewport()
        expect(own).to_have_attribute("aria-selected", "true")
        teacher.locator(".st-key-class_text textarea").fill("What is most probable?")
        teacher.locator(".st-key-class_options textarea").fill("*one\ntwo")
        ask.click()
        expect(teacher.locator(".st-key-class_question")).to_be_in_viewport()
        expect(teacher.locator(".st-key-class_problem [role=alert]")).to_have_count(0)
        expect(own).to_have_attribute("aria-selected", "true")

        teacher.set_viewport_size({"width": 1280, "height": 800})
        teacher.wait_for_timeout(2500)  # what brought the first question into view has ended
        teacher.mouse.wheel(0, -2000)
        teacher.wait_for_timeout(500)
        heading, menu = (_box(teacher, each) for each in (QUESTION, "[data-testid=stHeader]"))
        teacher.mouse.wheel(0, heading["y"] - menu["height"] / 2)
        teacher.wait_for_timeout(500)
        ask.evaluate("button => button.click()")
        teacher.wait_for_timeout(2500)
        assert _box(teacher, QUESTION)["y"] >= menu["height"], "the menu covers the question"
        teacher.close()
    finally:
        end_server(server)


def _walk(browser: Browser, open_page: OpenPage, settled: Settled, base: str, log: Path) -> None:
    teacher, code = _opened(open_page, settled, base, log)
    assert "teacher=" not in teacher.url

    stranger = open_page()
    stranger.goto(f"{base}/classroom")
    settled(stranger)
    expect(stranger.get_by_role("link", name="the page of the class")).to_be_visible()
    assert code not in stranger.content()

    teacher.locator(".st-key-class_ask_lesson button").click()
    phones = []
    for _phone in range(2):
        phone = _phone_at(browser, f"{base}/class?code={code}")
        phone.locator("button.option").nth(2).tap()
        expect(phone.get_by_role("status")).to_contain_text("Your answer is in")
        phones.append(phone)
    expect(teacher.locator(".rounds .count").first).to_have_text("Answers: 2")

    phones[0].locator("button.option").nth(1).tap()  # another opinion; it still counts once
    expect(phones[0].get_by_role("status")).to_contain_text("Your answer is in")
    late = _phone_at(browser, f"{base}/class?code={code}")
    late.locator("button.option").first.wait_for()
    phones.append(late)
    phones[0].reload()
    expect(phones[0].locator("button.option").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(teacher.locator(".rounds .count").first).to_have_text("Answers: 2")

    teacher.locator(".st-key-class_close button").click()
    expect(late.get_by_text("You gave no answer.")).to_be_visible()  # before it is talked about
    teacher.locator(".st-key-class_solve button").click()
    expect(phones[0].locator(".bad")).to_have_text("Your answer is not right.")
    expect(phones[1].locator(".good").last).to_have_text("Your answer is right.")
    expect(teacher.locator(".rounds .bar.right")).to_have_count(1)
    for phone in phones:
        phone.context.close()
    teacher.close()  # it would go on asking while the server ends


def _front(open_page: OpenPage, settled: Settled, base: str, log: Path) -> Page:
    """The teacher's page, by the link that the server has told."""
    secret = re.search(r"#teacher=([0-9a-f]{64})", log.read_text())[1]  # type: ignore[index]
    teacher = open_page()
    teacher.goto(f"{base}/classroom#teacher={secret}")
    settled(teacher)
    return teacher


def _opened(open_page: OpenPage, settled: Settled, base: str, log: Path) -> tuple[Page, str]:
    """The teacher's page with a class that is open, and its code."""
    teacher = _front(open_page, settled, base, log)
    teacher.locator(".st-key-class_open button").click()
    return teacher, teacher.locator(".code").inner_text()


def _box(page: Page, place: str) -> FloatRect:
    box = page.locator(place).bounding_box()
    assert box
    return box


def _phone_at(browser: Browser, address: str) -> Page:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    phone = context.new_page()
    phone.goto(address)
    return phone


def test_nothing_is_lost_or_counted_twice_by_a_phone_without_a_connection(
    browser: Browser,
    open_page: OpenPage,
    settled: Settled,
    complaints: list[str],
    tmp_path: Path,
) -> None:
    port, env = free_port(), {"SOFTMAX_SHARED": "1"}
    server, base = start_server(tmp_path, env=env, port=port)
    try:
        teacher, code = _opened(open_page, settled, base, tmp_path / "server.log")
        teacher.locator(".st-key-class_ask_lesson button").click()
        votes = teacher.locator(".rounds .count").first
        expect(votes).to_have_text("Answers: 0")
        one, other = (_phone_at(browser, f"{base}/class?code={code}") for _phone in range(2))
        said = one.get_by_role("status")
        expect(one.locator("h1.question")).to_be_focused()  # read out, and where Tab goes on from

        one.context.set_offline(True)
        expect(said).to_contain_text("The connection is lost")
        one.context.set_offline(False)
        expect(said).to_have_text("")
        one.context.set_offline(True)
        one.locator("button.option").nth(0).tap()
        one.locator("button.option").nth(1).tap()
        one.context.set_offline(False)
        expect(said).to_contain_text("Your answer is in")

        other.locator("button.option").first.wait_for()
        other.context.set_offline(True)
        other.locator("button.option").nth(2).tap()
        other.close()  # the browser forgot the page while the phone slept
        other.context.set_offline(False)
        again = other.context.new_page()
        again.goto(f"{base}/class")
        expect(again.get_by_role("status")).to_contain_text("Your answer is in")
        expect(again.locator("button.option").nth(2)).to_have_attribute("aria-pressed", "true")
        expect(votes).to_have_text("Answers: 2")

        end_server(server)
        one.locator("button.option").nth(2).tap()
        server, base = start_server(tmp_path, env=env, port=port)
        expect(said).to_contain_text("Your answer is in", timeout=30_000)
        expect(teacher.locator(".rounds .bar span").nth(2)).to_have_text("2", timeout=60_000)
        expect(votes).to_have_text("Answers: 2")
        for phone in (one, again):
            phone.context.close()
        teacher.close()
        complaints.clear()  # of the teacher's page, while there was no server
    finally:
        end_server(server)


def test_two_windows_of_the_teacher_show_one_class(
    open_page: OpenPage, settled: Settled, tmp_path: Path
) -> None:
    server, base = start_server(tmp_path, env={"SOFTMAX_SHARED": "1"})
    try:
        beamer = _front(open_page, settled, base, tmp_path / "server.log")
        expect(beamer.locator(".st-key-class_open button")).to_be_visible()
        desk, code = _opened(open_page, settled, base, tmp_path / "server.log")
        beamer.locator(".st-key-class_open button").click()
        expect(beamer.locator(".code")).to_have_text(code)  # it did not delete the other's class

        desk.locator(".st-key-class_ask_lesson button").click()
        expect(beamer.locator(".st-key-class_question")).to_be_visible()
        beamer.locator(".st-key-class_close button").click()
        expect(desk.locator(".st-key-class_close button")).to_be_disabled()
        desk.locator(".st-key-class_solve button").click()
        expect(beamer.locator(".st-key-class_solve button")).to_be_disabled()
        for page in (beamer, desk):
            page.close()
    finally:
        end_server(server)
