"""Questions, with the solution once they are answered, and the note's errors, corrected."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import streamlit as st

from softmax_ui.screens.lesson.keeping import QUESTIONS, answers, forget, keep_answer
from softmax_ui.screens.lesson.numbers import Given, given
from softmax_ui.screens.lesson.parts import options, part
from softmax_ui.screens.lesson.questions import Question
from softmax_ui.text import _


def ask(name: str, look: Callable[[], None] | None = None) -> None:
    """Draw a question; once it is answered, its grade, the reason and a live demonstration."""
    question = QUESTIONS[name]
    with st.container(border=True, key=f"question_{name}"):
        if question.d2l:
            st.caption(_("Predict, then look · an exercise of d2l {chapter}", chapter=question.d2l))
        else:
            st.caption(_("Predict, then look"))
        answered = answers().get(name)
        numbers = answered["given"] if answered else given()
        st.markdown(part(question.section, f"ask {name}", **question.values(numbers)))
        if answered is None:
            _form(question, numbers)
            return
        _verdict(question, answered)
        if look:
            look()
        _how_graded(question)
        st.button(
            _("Ask me again"),
            key=f"again_{name}",
            type="tertiary",
            icon=":material/replay:",
            on_click=forget,
            args=(name,),
        )


def _form(question: Question, numbers: Given) -> None:
    """Draw the field for the answer and the button that submits it."""
    key, label = f"answer_{question.name}", _("Your answer")
    if question.kind == "number":
        st.number_input(label, value=None, step=None, format="%g", key=key, width=240)
    else:
        labels = _options(question, numbers)
        if question.kind == "choice":
            st.radio(label, list(labels), index=None, format_func=labels.__getitem__, key=key)
        else:
            st.multiselect(
                _("Your order: choose the first one first"),
                list(labels),
                format_func=labels.__getitem__,
                key=key,
                placeholder=_("Choose one after the other"),
            )
    hint = st.session_state.pop(f"hint_{question.name}", False)
    # Never disabled: a typed number arrives only with the click on the button.
    st.button(
        _("Commit to it"),
        key=f"commit_{question.name}",
        on_click=_commit,
        args=(question, len(labels) if question.kind == "order" else 1),
    )
    if hint:
        st.caption(_("Give an answer first. A guess is fine; not looking is the point."))


def _options(question: Question, numbers: Given) -> dict[str, str]:
    """Return the label of each option."""
    return options(question.section, f"options {question.name}", **question.values(numbers))


def _commit(question: Question, wanted: int) -> None:
    """Store an answer, its grade and its numbers; ask for one if it has not all that is wanted."""
    answer, numbers = st.session_state.get(f"answer_{question.name}"), given()
    if question.kind == "order":
        answer = tuple(answer) if answer and len(answer) == wanted else None
    if answer is None:
        st.session_state[f"hint_{question.name}"] = True
        return
    keep_answer(question, answer, numbers)


def _verdict(question: Question, answered: dict[str, Any]) -> None:
    """Show whether the answer was right, the right one, and the reason."""
    numbers: Given = answered["given"]
    yours = _said(question, answered["answer"], numbers)
    right = _said(question, question.compute(numbers), numbers)
    if answered["right"]:
        st.success(_("Right: {right}", right=right), icon=":material/check:")
    else:
        st.info(
            _("You said: {yours}. It is: {right}", yours=yours, right=right),
            icon=":material/lightbulb:",
        )
    values = {**question.values(numbers), "right": right}
    st.markdown(part(question.section, f"because {question.name}", **values))


def _said(question: Question, answer: Any, numbers: Given) -> str:
    """Format an answer as text."""
    if question.kind == "number":
        return f"{float(answer) + 0.0:.5g}" if abs(float(answer)) > 1e-9 else "0"
    labels = _options(question, numbers)
    if question.kind == "order":
        return " → ".join(labels[key] for key in answer)
    return labels[answer]


def _how_graded(question: Question) -> None:
    """Show the function that graded the answer."""
    with st.expander(_("How this was graded"), icon=":material/code:"):
        st.caption(_("The right answer is stored nowhere; this function has just computed it:"))
        st.code(inspect.getsource(question.compute), language="python")


def progress() -> tuple[int, int, int]:
    """Return the number of questions, of answers, and of right answers."""
    kept = answers()
    return len(QUESTIONS), len(kept), sum(answer["right"] for answer in kept.values())


def correct(section: str, name: str, /, *, behind: str = "", **values: object) -> None:
    """Draw one of the note's errors with the right statement, the part `error <name>`.

    Args:
        section: the section's name.
        name: of the error.
        behind: the question whose answer it would give away, or "".
        values: the values of the text's placeholders.
    """
    with st.container(border=True, key=f"correction_{name}"):
        heading = _("The note, corrected")
        st.caption(f":material/edit: {heading}")
        if behind and behind not in answers():
            st.markdown(_("The note errs here. Answer the question above first, then look."))
            return
        st.markdown(part(section, f"error {name}", **values))
