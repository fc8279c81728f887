"""The questions that a class can be asked: the lesson's, and the teacher's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from softmax_core.classroom import ClassQuestion, Kind
from softmax_core.classroom.question import MAX_TEXT, MOST_OPTIONS, cleaned
from softmax_core.errors import InvalidQuestion
from softmax_ui.addresses.lesson import SECTIONS
from softmax_ui.addresses.numbers import NotARow, read_number, read_row
from softmax_ui.cache import classroom
from softmax_ui.questions.catalogue import QUESTIONS
from softmax_ui.questions.parts import part
from softmax_ui.questions.posed import posed
from softmax_ui.questions.segments import in_a_line
from softmax_ui.screens.classroom.front import and_show
from softmax_ui.steering import as_teacher
from softmax_ui.text import N_, Names, _

_OWN: Final[tuple[Kind, ...]] = ("choice", "number", "order", "logits")
_kind_name: Final = Names[str](
    {
        "choice": N_("one of several answers"),
        "number": N_("a number"),
        "order": N_("an order"),
        "logits": N_("drag the logits"),
    }
)


def questions() -> None:
    """Draw the choice of a question, and the button that asks it."""
    lessons, own = st.tabs([_("A question of the lesson"), _("A question of my own")])
    with lessons:
        _of_the_lesson()
    with own:
        _of_ones_own()


def _of_the_lesson() -> None:
    st.selectbox(
        _("Question"),
        list(QUESTIONS),
        key="class_lesson_question",
        format_func=_title_of,
    )
    chosen = st.session_state["class_lesson_question"]
    found = QUESTIONS[chosen]
    with st.container(border=True):
        st.markdown(posed_text(chosen))
        if found.draw:
            st.caption(_("Each phone gets numbers of its own."))
    _ask_button("class_ask_lesson", _ask_of_lesson)


def posed_text(name: str) -> str:
    """Return what a question of the lesson asks, with the lesson's own numbers, as Markdown."""
    one = posed(ClassQuestion("lesson", name))
    return one.asked.text("ask") if one.asked else ""


def _title_of(name: str) -> str:
    section = QUESTIONS[name].section
    number = SECTIONS.index(section) + 1
    return f"{number}. {part(section, 'title')}: {in_a_line(posed_text(name))}"


def _of_ones_own() -> None:
    st.selectbox(_("Answered with"), _OWN, key="class_kind", format_func=_kind_name, width=280)
    kind = st.session_state["class_kind"]
    st.text_area(_("Question"), key="class_text", max_chars=MAX_TEXT, height=90)
    if kind in ("choice", "order"):
        st.text_area(
            _("Answers in the right order, a line each")
            if kind == "order"
            else _("Answers to choose from, a line each; * before the right one"),
            key="class_options",
            height=130,
            help=_("2 to {n} lines", n=MOST_OPTIONS),
        )
    elif kind == "number":
        st.text_input(_("The right number, if there is one"), key="class_right", max_chars=60)
    else:
        st.text_input(
            _("The probabilities that softmax has to give, such as 0.7, 0.2, 0.1"),
            key="class_probabilities",
            max_chars=80,
            help=_("Left empty, each phone gets others."),
        )
    _ask_button("class_ask_own", _ask_ones_own)


def _ask_button(key: str, act: Callable[[], object]) -> None:
    st.button(
        _("Ask the class"),
        key=key,
        type="primary",
        icon=":material/campaign:",
        on_click=as_teacher,
        args=(and_show, act),
    )


def _ask_of_lesson() -> None:
    classroom().ask(ClassQuestion("lesson", st.session_state["class_lesson_question"]))


def _ask_ones_own() -> None:
    classroom().ask(written())


def written() -> ClassQuestion:
    """Return the question that was written.

    Raises:
        InvalidQuestion: it is not whole.
    """
    state = st.session_state
    kind, text = state.get("class_kind", "choice"), cleaned(state.get("class_text", ""))
    match kind:
        case "choice" | "order":
            lines = [cleaned(line) for line in state.get("class_options", "").splitlines()]
            lines = [line for line in lines if line]
            if kind == "order":
                return ClassQuestion("order", text, tuple(lines))
            right = [k for k, line in enumerate(lines) if line.startswith("*")]
            if len(right) > 1:
                raise InvalidQuestion("right", " ".join(lines[k] for k in right))
            options = tuple(line.removeprefix("*").strip() for line in lines)
            return ClassQuestion("choice", text, options, right=right[0] if right else None)
        case "number":
            return ClassQuestion("number", text, right=_number(state.get("class_right", "")))
    return ClassQuestion("logits", text, probabilities=_row(state.get("class_probabilities", "")))


def _number(typed: str) -> float | None:
    if not typed.strip():
        return None
    try:
        return read_number(typed)
    except NotARow:
        raise InvalidQuestion("right", typed) from None


def _row(typed: str) -> tuple[float, ...]:
    if not typed.strip():
        return ()
    try:
        return read_row(typed).numbers
    except NotARow:
        raise InvalidQuestion("probabilities", typed) from None
