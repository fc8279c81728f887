"""The front of the class: the code, the board, the rounds of a question and its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import segno
import streamlit as st

from softmax_core.classroom import Class, Round
from softmax_ui.cache import classroom
from softmax_ui.components.arrival import arrival_at, reveal
from softmax_ui.components.class_board import class_board
from softmax_ui.live.classroom import PATH, standing, state_of
from softmax_ui.page import page_link
from softmax_ui.pages import CLASS, LESSON
from softmax_ui.questions.posed import has_own_numbers, posed
from softmax_ui.server.classroom import board_ticket
from softmax_ui.sharing import OWN_MACHINE
from softmax_ui.steering import as_teacher
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.text import _, language

QUESTION: Final = "class_question"
_LABELS: Final = "ABCDEFGH"


def front(opened: Class) -> None:
    """Draw the question, what can be done with it, and the board."""
    rounds = classroom().rounds
    if rounds:
        _question(rounds[-1])
    with st.container(horizontal=True, gap="small", key="class_round"):
        _orders(rounds)
    link = joining_link(opened.code)
    class_board(
        f"{PATH}/board?{urlencode({'lang': language()})}",
        board_ticket(),
        standing(opened, rounds),
        {
            "votes": _("Answers: {n}", n="{n}"),
            "round": _("Round {n}", n="{n}"),
            "learners": _("In the class: {n}", n="{n}"),
            "right": _("Right: {n}", n="{n}"),
            "own": _("Each phone has numbers of its own; each answer is graded with them."),
            "progress": _("Where the class is in the lesson"),
            "done": _("Lesson questions answered: {done}, right: {right}",
                      done="{done}", right="{right}"),
        },
        {
            "code": opened.code,
            "link": link.partition("://")[2],
            "picture": _picture(link),
        },
    )  # fmt: skip
    host = urlsplit(link).hostname or ""
    if host in OWN_MACHINE:
        st.warning(
            _(
                "A phone cannot open {host}: every machine calls itself that. Open this page by "
                "this machine's name or by its address in your network; the QR code then leads "
                "there.",
                host=f"`{host}`",
            ),
            icon=":material/wifi_off:",
        )


def _picture(link: str) -> str:
    return segno.make(link, error="m").svg_data_uri(border=3, dark="#000", light="#fff")


def joining_link(code: str) -> str:
    """Return the address that a phone opens."""
    parts = urlsplit(st.context.url or "")
    root = parts.path.rstrip("/").removesuffix(f"/{CLASS.address}")
    query = urlencode({"code": code})
    return urlunsplit((parts.scheme, parts.netloc, f"{root}/{PATH}", query, ""))


def _question(last: Round) -> None:
    """Draw what is asked, as it is for everybody, or with the lesson's own numbers."""
    one = posed(last.question)
    with st.container(key=QUESTION):
        arrival_at(QUESTION, QUESTION, takes_focus=False)
        if one.asked:
            st.markdown(f"### {one.asked.text('ask')}")
            labels = list(one.asked.options().values()) if one.kind != "number" else []
        else:
            st.markdown(f"### {as_markdown(one.plain())}")
            labels = [as_markdown(option) for option in last.question.options]
            if one.kind == "order":  # as they stand they would be the answer
                labels.sort()
        if one.kind == "choice":
            st.markdown("\n".join(f"{_LABELS[k]}. {label}  " for k, label in enumerate(labels)))
        elif labels:
            st.markdown(" · ".join(labels))
        if one.asked and has_own_numbers(last.question):
            st.caption(_("Each phone has numbers of its own; these are the lesson's."))
        if last.solved and one.kind != "gone":
            _answer(last)


def _answer(last: Round) -> None:
    """Draw the answer, computed now, with the reason and the way to the demonstration."""
    one = posed(last.question)
    right = one.right()
    if not right:
        st.info(_("There is no right answer: it was a question of opinion."))
        return
    st.success(_("Right: {right}", right=as_markdown(right)), icon=":material/check:")
    if one.asked:
        st.markdown(one.asked.text("because", right=as_markdown(right)))
        page_link(
            LESSON,
            _("See it move: the lesson's section with its demonstration"),
            icon=":material/arrow_forward:",
            query={"step": one.asked.question.section},
        )


def and_show(act: Callable[[], object]) -> None:
    """Do something to the question, from a callback, and bring it into view."""
    act()
    reveal(QUESTION)


def _orders(rounds: tuple[Round, ...]) -> None:
    """Draw the buttons for the round: close, ask again, show the answer."""
    state = state_of(rounds)
    if state == "waiting":
        st.caption(_("No question has been asked yet. Choose one below."))
        return
    room = classroom()
    st.button(
        _("Close the vote"),
        key="class_close",
        icon=":material/lock:",
        type="primary" if state == "open" else "secondary",
        disabled=state != "open",
        on_click=as_teacher,
        args=(and_show, room.close),
    )
    st.button(
        _("Vote again"),
        key="class_again",
        icon=":material/replay:",
        disabled=state == "open",
        help=_("The same question once more, after a talk; both rounds stand side by side."),
        on_click=as_teacher,
        args=(and_show, room.ask_again),
    )
    st.button(
        _("Show the answer"),
        key="class_solve",
        icon=":material/lightbulb:",
        type="primary" if state == "closed" else "secondary",
        disabled=state == "solved",
        on_click=as_teacher,
        args=(and_show, room.solve),
    )
