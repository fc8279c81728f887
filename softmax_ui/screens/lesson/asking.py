"""Questions: an answer, a word on what is wrong with it, a second try, and then the solution."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from softmax_ui.addresses.state import Setting, number, optional, typed_key
from softmax_ui.notices import quoted
from softmax_ui.questions.catalogue import QUESTIONS
from softmax_ui.questions.parts import result
from softmax_ui.questions.question import Asked
from softmax_ui.questions.replies import what_is_wrong
from softmax_ui.screens.lesson.course import COURSE_SECTIONS
from softmax_ui.screens.lesson.keeping import Kept, answers, forget
from softmax_ui.screens.lesson.numbers import given
from softmax_ui.text import _, joined, ngettext
from softmax_ui.widgets.number_field import number_field, say_what_was_read, take_typed

_LARGEST = 1e12


def ask(name: str, look: Callable[[], None] | None = None) -> None:
    """Draw a question of the section.

    Args:
        name: the question's.
        look: draws a live demonstration, once the question is done.
    """
    question = QUESTIONS[name]
    heading = _("Predict, then look")
    if question.d2l:
        section = COURSE_SECTIONS[question.d2l].link
        heading = f"{heading} · " + _("an exercise of the course, {section}", section=section)
    ask_with(Asked(question, given(), question.example), key=name, heading=heading, look=look)


def ask_with(
    asked: Asked, *, key: str, heading: str, look: Callable[[], None] | None = None
) -> None:
    """Draw a question with the numbers that it is asked with.

    Args:
        asked: the question and its numbers; one that has been answered keeps the numbers that it
            was answered with.
        key: under which its answer is kept.
        heading: what stands above it.
        look: draws a live demonstration, once the question is done.
    """
    with st.container(border=True, key=f"question_{key}"):
        st.caption(heading)
        kept = answers().get(key, Kept(asked))
        st.markdown(kept.asked.text("ask"))
        if not kept.is_closed:
            if kept.tries:
                st.info(_reply(kept), icon=":material/lightbulb:")
            _form(kept, key)
            return
        _solution(kept)
        if look:
            look()
        _how_graded(kept.asked)
        st.button(
            _("Ask me again"),
            key=f"again_{key}",
            type="tertiary",
            icon=":material/replay:",
            on_click=_ask_again,
            args=(key,),
        )


def _ask_again(key: str) -> None:
    """Delete an answer, so that the question can be asked again."""
    forget(key)
    for field in (f"answer_{key}", typed_key(f"answer_{key}")):
        st.session_state.pop(field, None)


def _form(kept: Kept, key: str) -> None:
    """Draw the field for the answer, the button that submits it and the one that gives up."""
    field, label = f"answer_{key}", _("Your answer")
    kind = kept.asked.question.kind
    if kind == "number":
        number_field(_number_asked(key), label, width=240, says_what_it_read=False)
    else:
        labels = kept.asked.options()
        if kind == "choice":
            st.radio(label, list(labels), index=None, format_func=labels.__getitem__, key=field)
        else:
            st.multiselect(
                _("Your order, from first to last"),
                list(labels),
                format_func=labels.__getitem__,
                key=field,
                placeholder=_("Choose them in order"),
                select_all=False,  # that would be an order that nobody chose
            )
    hint: str = st.session_state.pop(f"hint_{key}", "")
    with st.container(horizontal=True, key=f"answering_{key}"):
        # Never disabled: a typed number arrives only with the click on the button.
        st.button(_("Check my answer"), key=f"commit_{key}", on_click=_commit, args=(kept, key))
        st.button(
            _("Show me"), key=f"show_{key}", type="tertiary", on_click=_show, args=(kept, key)
        )
    with st.container(key=f"said_of_{key}", gap=None):
        # Below the buttons: a press on one takes the focus out of the field, and what is said of it
        # then may not push the button from under the pointer before the release.
        if kind == "number":
            say_what_was_read(_number_asked(key))
        if hint:
            st.caption(hint)


def _number_asked(key: str) -> Setting[float | None]:
    """Return the setting that holds a number for an answer, None until there is one."""
    return optional(number(f"answer_{key}", 0, -_LARGEST, _LARGEST))


def _commit(kept: Kept, key: str) -> None:
    """Keep an answer; ask for one if it has not all that is wanted."""
    kind = kept.asked.question.kind
    if kind == "number" and not take_typed(_number_asked(key)):
        return  # what was not understood is said below the button
    answer: Any = st.session_state.get(f"answer_{key}")
    if kind == "number" and answer is not None:
        answer = st.session_state[typed_key(f"answer_{key}")]  # its digits say how exact it is
    if kind == "order":
        is_whole = answer and len(answer) == len(kept.asked.options())
        answer = tuple(answer) if is_whole else None
    if answer is None:
        st.session_state[f"hint_{key}"] = _what_is_missing(kept, key)
        return
    if kept.tries and answer == kept.answer:
        return  # the button was pressed twice: that is no second try
    answers()[key] = replace(kept, answer=answer, tries=kept.tries + 1)


def _what_is_missing(kept: Kept, key: str) -> str:
    """Say what an answer still lacks."""
    if chosen := len(st.session_state.get(f"answer_{key}") or ()):
        missing = len(kept.asked.options()) - chosen
        return ngettext("{n} is still missing.", "{n} are still missing.", missing)
    return _("Give an answer first. A guess is fine: the point is to predict before you look.")


def _show(kept: Kept, key: str) -> None:
    """Give up: the solution is shown."""
    answers()[key] = replace(kept, shown=True)


def _reply(kept: Kept) -> str:
    """Say what is wrong with an answer, without the right one."""
    said = _("You said: {yours}.", yours=_said(kept.asked, kept.answer))
    return joined(said, what_is_wrong(kept.mark, kept.asked), _("Try once more."))


def _solution(kept: Kept) -> None:
    """Show whether the answer was right, the right one, and the reason."""
    right = _said(kept.asked, kept.asked.right())
    if kept.is_right:
        st.success(_("Right: {right}", right=right), icon=":material/check:")
    else:
        told = [_("The answer: {right}", right=right)]
        # What is said of a wrong answer stands beside it, before the right one.
        if not kept.mark.right and kept.mark.hint not in ("", "position"):
            told.insert(0, what_is_wrong(kept.mark, kept.asked))
        if kept.answer is not None:
            told.insert(0, _("You said: {yours}.", yours=_said(kept.asked, kept.answer)))
        st.info(joined(*told), icon=":material/lightbulb:")
    st.markdown(kept.asked.text("because", right=right))


def _said(asked: Asked, answer: Any) -> str:
    """Format an answer as text: a number that was typed as it was typed."""
    if asked.question.kind == "number":
        if isinstance(answer, str):
            return quoted(answer)
        return result(answer)
    labels = asked.options()
    if asked.question.kind == "order":
        return " → ".join(labels[key] for key in answer)
    return labels[answer]


def _how_graded(asked: Asked) -> None:
    """Show the function that graded the answer."""
    with st.expander(_("How this was graded"), icon=":material/code:"):
        st.caption(
            _("The right answer is not stored anywhere; this function has just computed it:")
        )
        source = inspect.getsource(asked.question.compute)
        st.code(source[source.index("def ") :], language="python")  # without its wrong roads
