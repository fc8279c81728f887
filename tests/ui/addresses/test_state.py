"""What a URL can hold opens the page as it was, and nonsense in it never reaches a widget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from softmax_ui.addresses.state import (
    PageState,
    Setting,
    choice,
    number,
    numbers,
    switch,
    text,
    whole,
)

TEMPERATURE = number("temperature", 1.0, 0.05, 20.0)
CLASSES = whole("classes", 3, 3, 10)
LOGITS = numbers("logits", (2.0, 1.0, 0.0), -20, 20, shortest=3, longest=10)
LOSS = choice("loss", "cross_entropy", ["cross_entropy", "squared_error"])
LOG_SCALE = switch("log_scale", False)
NAME = text("name", "", 20)
ALL = (TEMPERATURE, CLASSES, LOGITS, LOSS, LOG_SCALE, NAME)


@pytest.mark.parametrize(
    ("setting", "nonsense"),
    [
        (TEMPERATURE, "nan"),
        (TEMPERATURE, "inf"),
        (TEMPERATURE, "1e999"),
        (TEMPERATURE, "20.001"),
        (TEMPERATURE, "0.049"),
        (TEMPERATURE, "<script>alert(1)</script>"),
        (TEMPERATURE, ""),
        (CLASSES, "1000"),
        (CLASSES, "2"),
        (CLASSES, "3.5"),
        (CLASSES, "9" * 5000),
        (LOGITS, "1,2"),
        (LOGITS, "1,2,nan"),
        (LOGITS, "1,2,21"),
        (LOGITS, ",".join(["1"] * 11)),
        (LOSS, "hinge"),
        (LOSS, "Cross_Entropy"),
        (LOG_SCALE, "yes"),
        (NAME, "x" * 21),
        (NAME, "two\nlines"),
    ],
)
def test_nonsense_becomes_the_default_and_a_problem(setting: Setting[Any], nonsense: str) -> None:
    values, problems = PageState(*ALL).read({setting.name: nonsense})
    assert values == {s.name: s.default for s in ALL}
    assert [(p.name, p.value) for p in problems] == [(setting.name, nonsense)]
    assert problems[0].allowed


def test_a_problem_says_what_is_allowed() -> None:
    _, problems = PageState(*ALL).read({"temperature": "nan", "logits": "", "loss": "x"})
    assert [p.allowed for p in problems] == [
        "a number from 0.05 to 20",
        "3 to 10 numbers from -20 to 20, separated by commas",
        "one of cross_entropy, squared_error",
    ]


def test_what_does_not_go_with_the_rest_becomes_the_default_and_a_problem() -> None:
    state = PageState(
        whole("classes", 3, 3, 10),
        whole("target", 1, 0, 9),
        misfits=lambda now: {"target": "smaller"} if now["target"] >= now["classes"] else {},
    )
    assert state.read({"classes": "5", "target": "4"}) == ({"classes": 5, "target": 4}, [])
    values, problems = state.read({"target": "4"})
    assert values == {"classes": 3, "target": 1}
    assert [(p.name, p.value, p.allowed) for p in problems] == [("target", "4", "smaller")]


def _page() -> None:
    """A page of one setting's widgets, as the pages do it."""
    import streamlit as st

    from softmax_ui.addresses.state import PageState, number, whole

    state = PageState(number("temperature", 1.0, 0.05, 20.0), whole("classes", 3, 3, 10))
    st.session_state["told"] = [problem.name for problem in state.open()]
    st.slider("temperature", 0.05, 20.0, key="temperature")
    st.slider("classes", 3, 10, key="classes")
    st.button(
        "preset", key="preset", on_click=state.apply, kwargs={"classes": 7, "temperature": 99}
    )
    state.save()


def test_the_url_fills_the_widgets_and_nonsense_is_told() -> None:
    page = AppTest.from_function(_page)
    page.query_params.update({"temperature": "2.5", "classes": "1000", "run": "abc"})
    page.run()
    assert not page.exception
    assert page.slider(key="temperature").value == 2.5
    assert page.slider(key="classes").value == 3
    assert page.session_state["told"] == ["classes"]


def test_what_is_set_goes_to_the_url_and_defaults_leave_it() -> None:
    page = AppTest.from_function(_page)
    page.query_params.update({"temperature": "2.5", "run": "abc"})
    page.run()
    page.slider(key="classes").set_value(5).run()
    assert page.query_params == {"temperature": "2.5", "run": "abc", "classes": "5"}
    page.slider(key="temperature").set_value(1.0).run()
    assert page.query_params == {"run": "abc", "classes": "5"}


def test_a_problem_is_told_until_something_is_set() -> None:
    page = AppTest.from_function(_page)
    page.query_params["classes"] = "1000"
    page.run()
    page.run()
    assert page.session_state["told"] == ["classes"]
    page.slider(key="temperature").set_value(3.0).run()
    assert page.session_state["told"] == []


def test_a_later_run_keeps_the_widgets_whatever_the_url_says() -> None:
    page = AppTest.from_function(_page).run()
    page.slider(key="classes").set_value(5)
    page.query_params["classes"] = "9"  # as a browser sends it that is one answer behind
    page.run()
    assert page.slider(key="classes").value == 5
    assert page.query_params["classes"] == "5"


def test_a_preset_sets_what_it_names_within_the_limits() -> None:
    page = AppTest.from_function(_page).run()
    page.button(key="preset").click().run()
    assert page.slider(key="classes").value == 7
    assert page.slider(key="temperature").value == 1.0


def _page_of_a_forged_widget() -> None:
    """A page to which a browser reported what its own widget would not have allowed."""
    import streamlit as st

    from softmax_ui.addresses.state import PageState, whole

    state = PageState(whole("classes", 3, 3, 10))
    state.open()
    st.session_state["classes"] = 1000
    st.session_state["found"] = state.values()


def test_what_a_browser_reports_is_held_to_the_limits() -> None:
    page = AppTest.from_function(_page_of_a_forged_widget).run()
    assert page.session_state["found"] == {"classes": 3}


def test_the_query_holds_what_is_not_default() -> None:
    state = PageState(*ALL)
    assert state.query(logits=(1, 2, 3), classes=3) == {"logits": "1,2,3"}
    assert state.query(classes=1000) == {}


PAGE_OF_TWO = """
import streamlit as st
from softmax_ui.page import open_page
from softmax_ui.addresses.state import PageState, number

open_page("{name}")
state = PageState(number("temperature", 1.0, 0.05, 20.0))
state.open()
st.slider("temperature", 0.05, 20.0, key="temperature")
state.save()
"""


@pytest.fixture
def two_pages(tmp_path: Path) -> AppTest:
    """An app of a home and two pages that have a setting of the same name."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "app.py").write_text("import streamlit as st\nst.title('home')")
    for name in ("first", "second"):
        (tmp_path / "pages" / f"{name}.py").write_text(PAGE_OF_TWO.format(name=name))
    return AppTest.from_file(str(tmp_path / "app.py"), default_timeout=30).run()


def _follow(app: AppTest, page: str, **query: str) -> float:
    """Follow a link to a page, which carries these parameters and no others; its temperature."""
    app.query_params.clear()
    app.query_params.update(query)
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    shown = app.slider(key="temperature").value
    assert isinstance(shown, float)
    return shown


def test_each_visit_reads_the_link_that_opened_the_page(two_pages: AppTest) -> None:
    assert _follow(two_pages, "first", temperature="2.5") == 2.5
    assert _follow(two_pages, "second", temperature="4") == 4.0
    assert _follow(two_pages, "first", temperature="3") == 3.0


def test_coming_back_through_the_menu_finds_the_page_as_it_was_left(two_pages: AppTest) -> None:
    assert _follow(two_pages, "first") == 1.0
    two_pages.slider(key="temperature").set_value(7.0).run()
    assert _follow(two_pages, "second") == 1.0
    assert _follow(two_pages, "first") == 7.0
    assert two_pages.query_params["temperature"] == "7"
