"""The class beside its questions: opening, who is there, the table to take away, deletion."""

from __future__ import annotations

import streamlit as st

from softmax_core.classroom import Classroom
from softmax_core.runs.spreadsheet import cell, rows_writer
from softmax_ui.cache import classroom
from softmax_ui.questions.catalogue import QUESTIONS
from softmax_ui.questions.posed import posed
from softmax_ui.questions.tally import as_rows, seed_of
from softmax_ui.steering import as_teacher, for_teacher
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.text import _, language, speaking


def opening() -> None:
    """Draw the button that opens a class."""
    st.markdown(
        _(
            "Open a class: a code and a QR picture appear here. Phones open the page without any "
            "account, and answer what you ask."
        )
    )
    st.button(
        _("Open a class"),
        key="class_open",
        type="primary",
        icon=":material/school:",
        on_click=as_teacher,
        args=(_open,),
    )


def _open() -> None:
    """Open a class, unless another window has opened one: that one would be deleted."""
    room = classroom()
    room.refresh()
    if room.current is None:
        room.open()


def who_is_here() -> None:
    """Draw the learners who typed a name; all others are counted only."""
    named = [learner for learner in classroom().learners() if learner.name]
    if not named:
        return
    with st.expander(_("Who typed a name ({n})", n=len(named)), icon=":material/badge:"):
        for learner in named:
            st.markdown(
                _(
                    "{name}: {answered} of {total} lesson questions answered, {right} right",
                    name=as_markdown(learner.name),
                    answered=learner.answered,
                    total=len(QUESTIONS),
                    right=learner.right,
                )
            )


def taking_away() -> None:
    """Draw the table to take away, and the deletion of the whole class."""
    with st.container(horizontal=True, gap="small", key="class_keeping"):
        st.download_button(
            _("All answers as CSV"),
            for_teacher(speaking(language())(lambda: as_csv(classroom()))),
            "class.csv",
            "text/csv",
            key="class_csv",
            icon=":material/download:",
            on_click="ignore",
        )
        with st.popover(_("End the class"), icon=":material/delete:"):
            st.markdown(_("All of it is deleted: the answers, the names, the code."))
            st.button(
                _("Delete all of this class"),
                key="class_delete",
                type="primary",
                on_click=as_teacher,
                args=(classroom().delete,),
            )


def as_csv(room: Classroom) -> bytes:
    """Return all answers as CSV in UTF-8, in which no text is a formula."""
    heads = (_("Round"), _("Question"), _("Learner"), _("Name"), _("Answer"), _("Right"))
    out, writer = rows_writer(*heads, line_end="\r\n")
    opened = room.current
    if opened is None:
        return out.getvalue().encode()
    learners = {learner.voter: (n, learner) for n, learner in enumerate(room.learners(), 1)}
    for one in room.rounds:
        asked = cell(posed(one.question).plain())
        seed = seed_of(opened.id, one.number)
        for voter, answer, right in as_rows(one.question, seed, room.votes(one.number)):
            number, learner = learners.get(voter, ("", None))
            name = cell(learner.name) if learner else ""
            graded = "" if right is None else _("yes") if right else _("no")
            writer.writerow((one.number, asked, number, name, cell(answer), graded))
    return out.getvalue().encode()
