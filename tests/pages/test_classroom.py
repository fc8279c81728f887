"""The teacher's page: what it offers is the teacher's alone, in the callback too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from softmax_core.classroom import Ballot, ClassQuestion, Classroom
from softmax_core.data import ImportLimits
from softmax_core.runs import Store
from softmax_ui import cache, sharing, steering, teacher
from softmax_ui.screens.classroom.keeping import as_csv

ROOT = Path(__file__).parents[2]
REFUSED = "Only the teacher may do this."
CHOICE = ClassQuestion("choice", "Which *one*?", ("=1+1", "two"), right=0)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path))
    monkeypatch.setenv("SOFTMAX_SHARED", "1")
    monkeypatch.setattr(sharing, "_given", {})
    cache.close_runs()
    st.cache_resource.clear()
    yield cache.store()
    cache.close_runs()
    st.cache_resource.clear()


def here_is(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    held = {"key": "a" * 64, "secrets": {}, **more}
    monkeypatch.setattr(steering, "steering_keys", lambda **_asked: held)


def secret() -> str:
    return teacher.new_link("http://localhost").rpartition("=")[2]


def opened() -> AppTest:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    test.switch_page("pages/classroom.py").run()
    assert not test.exception
    return test


def open_class() -> Classroom:
    room = cache.classroom()
    room.open()
    return room


def asked() -> Classroom:
    room = open_class()
    room.ask(CHOICE)
    return room


def closed() -> Classroom:
    room = asked()
    room.close()
    return room


def written(test: AppTest, key: str) -> AppTest:
    """Fill in what the button sends, so that it is whole and can be refused for one reason only."""
    if key == "class_ask_own":
        test.text_area(key="class_text").input("Which one?").run()
        test.text_area(key="class_options").input("a\n*b").run()
    return test


State = Callable[[Classroom], Any]
ACTS: dict[str, tuple[Callable[[], Classroom], State]] = {
    "class_open": (cache.classroom, lambda room: room.current),
    "class_ask_lesson": (open_class, lambda room: room.rounds),
    "class_ask_own": (open_class, lambda room: room.rounds),
    "class_close": (asked, lambda room: room.rounds),
    "class_again": (closed, lambda room: room.rounds),
    "class_solve": (closed, lambda room: room.rounds),
    "class_delete": (asked, lambda room: room.current),
    "teacher_renew": (cache.classroom, lambda _room: teacher._file().read_text()),
}


@pytest.mark.parametrize("key", ACTS)
@pytest.mark.usefixtures("store")
def test_what_the_page_offers_is_refused_to_all_but_the_teacher(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    begin, state = ACTS[key]
    here_is(monkeypatch, teacher=secret())
    room = begin()
    test = written(opened(), key)
    test.button(key=key).click()
    here_is(monkeypatch, teacher=secret())  # made anew elsewhere: the page is older than the press
    test.session_state["steering_held"] = {"key": "a" * 64, "secrets": {}, "teacher": "0" * 64}
    before = state(room)
    here_is(monkeypatch)
    test.run()
    assert [error.value for error in test.error] == [REFUSED]
    assert state(room) == before
    here_is(monkeypatch, teacher=secret())
    before = state(room)
    test = written(opened(), key)
    test.button(key=key).click().run()
    assert not test.error
    assert state(room) != before, "the teacher may"


@pytest.mark.usefixtures("store")
def test_limits_hold_from_now_on_and_are_the_teachers_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here_is(monkeypatch, teacher=secret())
    test = opened()
    test.text_input(key="limit_SOFTMAX_PER_PERSON_typed").set_value("5").run()
    assert cache.runner().limits.per_person == 5
    test.text_input(key="limit_SOFTMAX_PERSON_PINS_typed").set_value("3").run()
    assert cache.store().quota.pins == 3
    test.text_input(key="limit_SOFTMAX_PERSON_SETS_typed").set_value("4").run()
    assert cache.collection().room.person_sets == 4
    test.text_input(key="limit_SOFTMAX_UPLOAD_MB_typed").set_value("6").run()
    test.text_input(key="limit_SOFTMAX_IMPORTS_typed").set_value("7").run()
    test.text_input(key="limit_SOFTMAX_PICTURES_typed").set_value("800").run()
    assert cache.imports().limits == ImportLimits(pictures=800, bytes=6 * 2**20)
    assert cache.imports().most == 7
    test.text_input(key="limit_SOFTMAX_PER_PERSON_typed").set_value("9")
    here_is(monkeypatch)
    test.session_state["steering_held"] = {"key": "a" * 64, "secrets": {}}
    test.run()
    assert [error.value for error in test.error] == [REFUSED]
    assert cache.runner().limits.per_person == 5


@pytest.mark.usefixtures("store")
def test_a_stranger_sees_the_way_to_the_phones_page_and_no_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = asked()
    here_is(monkeypatch)
    test = opened()
    assert {button.key for button in test.button} <= {"language_switch"}
    assert not test.text_input
    said = " ".join(each.value for each in test.markdown)
    assert "This page is the teacher's" in said
    assert room.current
    everything = said + "".join(str(part.proto) for part in test.get("bidi_component"))
    assert room.current.code not in everything


@pytest.mark.usefixtures("store")
def test_on_ones_own_machine_the_menu_has_no_class(monkeypatch: pytest.MonkeyPatch) -> None:
    here_is(monkeypatch)
    links = [link.proto.page for link in opened().get("page_link")]
    assert "classroom" in "".join(links)
    monkeypatch.setenv("SOFTMAX_SHARED", "0")
    monkeypatch.setattr("softmax_ui.sharing.OWN_MACHINE", ("", "localhost"))
    test = opened()
    elsewhere = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert "classroom" not in "".join(link.proto.page for link in elsewhere.get("page_link"))
    assert test.button(key="class_open"), "who opens it by its address is the teacher"
    assert "teacher_renew" not in {button.key for button in test.button}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "class.example.org"])
@pytest.mark.usefixtures("store")
def test_a_link_that_no_phone_can_open_is_said_to_be_none(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    here_is(monkeypatch, teacher=secret())
    open_class()
    monkeypatch.setattr(
        "softmax_ui.screens.classroom.front.joining_link", lambda code: f"http://{host}:8501/{code}"
    )
    said = [warning.value for warning in opened().warning]
    assert any(f"`{host}`" in each for each in said) == (host != "class.example.org")


@pytest.mark.usefixtures("store")
def test_ones_own_question_is_asked_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    here_is(monkeypatch, teacher=secret())
    room = open_class()
    test = opened()
    test.text_area(key="class_text").input("Which one?").run()
    test.text_area(key="class_options").input("a\n*b\n\n <i>c").run()
    test.button(key="class_ask_own").click().run()
    assert room.rounds[-1].question == ClassQuestion(
        "choice", "Which one?", ("a", "b", "<i>c"), right=1
    )
    test.text_area(key="class_options").input("a").run()
    test.button(key="class_ask_own").click().run()
    assert "2 to 8" in test.error[0].value
    assert len(room.rounds) == 1
    test.selectbox(key="class_kind").set_value("logits").run()
    test.text_input(key="class_probabilities").input("0.7, 0.2, 0.1").run()
    test.button(key="class_ask_own").click().run()
    assert room.rounds[-1].question.probabilities == (0.7, 0.2, 0.1)


@pytest.mark.usefixtures("store")
def test_a_question_that_the_lesson_no_longer_has_stands_in_nobodys_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = open_class()
    room.ask(ClassQuestion("lesson", "of_an_older_version"))
    room.record([Ballot(1, "v", "a", 1)])
    room.close()
    room.solve()
    here_is(monkeypatch, teacher=secret())
    test = opened()
    said = [each.value for each in test.markdown]
    assert "### This question is no longer in the lesson&#46;" in said
    assert not [each for each in test.info if "opinion" in each.value]
    assert as_csv(room).decode().splitlines()[1] == (
        '"1","This question is no longer in the lesson.","","","a",""'
    )
    test.button(key="class_ask_lesson").click().run()
    assert not test.exception
    assert len(room.rounds) == 2


@pytest.mark.usefixtures("store")
def test_the_table_to_take_away_is_made_for_the_teacher_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = asked()
    room.record([Ballot(1, "v", "0", 1)])
    offered: dict[str, Callable[[], bytes]] = {}

    def offer(_label: str, make: Callable[[], bytes], *_given: str, key: str, **_more: Any) -> None:
        offered[key] = make

    monkeypatch.setattr(st, "download_button", offer)
    here_is(monkeypatch)
    opened()
    assert not offered
    here_is(monkeypatch, teacher=secret())
    opened()
    assert b"Which *one*?" in offered["class_csv"]()
    secret()  # made anew elsewhere: the page is older than the press
    with pytest.raises(PermissionError):
        offered["class_csv"]()


@pytest.mark.usefixtures("store")
def test_the_table_to_take_away_evaluates_nothing() -> None:
    room = asked()
    room.join("v", name="=HYPERLINK(1)")
    room.record([Ballot(1, "v", "0", 1), Ballot(1, "w", "1", 1)])
    lines = as_csv(room).decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Round","Question"')
    assert lines[1:] == [
        '"1","Which *one*?","1","\'=HYPERLINK(1)","\'=1+1","yes"',
        '"1","Which *one*?","","","two","no"',
    ]
