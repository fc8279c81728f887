"""A number field takes each form, says what it read, and never changes a number unasked."""

import math

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from softmax_ui.addresses.state import number, optional, whole
    from softmax_ui.widgets.number_field import is_refused, number_field

    found = {
        "rate": number_field(number("rate", 1.2946154737017588, -1000, 1000), "rate"),
        "count": number_field(whole("count", 256, 1, 60_000), "count"),
        "answer": number_field(optional(number("answer", 0, -9, 9)), "answer"),
    }
    st.session_state["found"] = found
    st.session_state["refused"] = [name for name in found if is_refused(name)]
    st.button("elsewhere", key="elsewhere", on_click=st.session_state.update, args=({"rate": 7.0},))


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page).run()


def typed(app: AppTest, name: str, text: str) -> float:
    app.text_input(key=f"{name}_typed").set_value(text).run()
    assert not app.exception
    value: float = app.session_state["found"][name]
    return value


def said(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.caption, *app.markdown])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/2", 0.5), ("-1/8", -0.125), ("50%", 0.5), ("0,5", 0.5), ("ln(10)", math.log(10)),
        ("−2.5", -2.5), ("1 234,5", None), ("１．５", 1.5), ("1e-3", 0.001), ("1 - 1/4", 0.75),
        ("p = 0.5", 0.5), ("tensor(2.)", 2.0), ("½", 0.5), ("log₂3", math.log2(3)),
        ("1 1/2", 1.5), ("= 0.5", 0.5), ("[1]", 1.0), ("$-\\frac{1}{8}$", -0.125),
    ],
)  # fmt: skip
def test_a_number_is_read_in_any_form(app: AppTest, text: str, value: float | None) -> None:
    before = app.session_state["found"]["rate"]
    assert typed(app, "rate", text) == (before if value is None else value)
    assert app.text_input(key="rate_typed").value == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("about 2", "`about 2` is not a number. Write one such as"),
        ("1000.5", "must be a number from -1,000 to 1,000"),
        ("inf", "must be a number from -1,000 to 1,000"),
        ("nan", "must be a number from -1,000 to 1,000"),
        ("0.333…", "is cut off"),
        ("1, 2", "is not a number"),
        ("<b>`x`</b>", "`` <b>`x`</b> `` is not a number"),
    ],
)
def test_what_is_not_taken_is_named_and_the_number_stays(app: AppTest, text: str, why: str) -> None:
    assert typed(app, "rate", text) == 1.2946154737017588
    assert why in said(app)
    assert app.text_input(key="rate_typed").value == text
    assert app.session_state["refused"] == ["rate"]
    assert typed(app, "rate", "2") == 2.0
    assert not app.session_state["refused"]
    assert not app.caption


def test_a_cleared_field_goes_back_to_what_it_was(app: AppTest) -> None:
    assert typed(app, "rate", "5") == 5.0
    assert typed(app, "rate", "  ") == 5.0
    assert app.text_input(key="rate_typed").value == "5"


def test_a_long_number_is_shown_rounded_and_kept_whole(app: AppTest) -> None:
    assert app.text_input(key="rate_typed").value == "1.29462"
    typed(app, "rate", "x")
    assert typed(app, "rate", "1.29462") == 1.2946154737017588


def test_a_number_that_changes_elsewhere_is_shown(app: AppTest) -> None:
    typed(app, "rate", "x")
    app.button(key="elsewhere").click().run()
    assert app.text_input(key="rate_typed").value == "7"
    assert not app.session_state["refused"]


def test_what_could_be_two_numbers_is_asked(app: AppTest) -> None:
    assert typed(app, "rate", "0,125") == 0.125
    assert typed(app, "rate", "1,000") == 0.125
    assert "can be read in two ways" in said(app)
    app.button(key="rate_choice_1").click().run()
    assert app.session_state["found"]["rate"] == 1000.0
    assert typed(app, "rate", "1,500") == 1.5, "1500 is not in the field's range"


def test_a_whole_number_is_whole(app: AppTest) -> None:
    assert typed(app, "count", "10,000") == 10_000
    assert typed(app, "count", "2e2") == 200
    assert typed(app, "count", "128.0") == 128
    assert typed(app, "count", "12.5") == 128
    assert "must be a whole number from 1 to 60000" in said(app)


def test_what_has_no_number_yet_may_be_left_empty(app: AppTest) -> None:
    assert app.text_input(key="answer_typed").value == ""
    assert typed(app, "answer", "1/4") == 0.25
    assert "Read as `0.25`" in said(app)
