"""Questions with other numbers: one at the beginning of a section, ten at the end."""

from __future__ import annotations

import secrets
from random import Random
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from softmax_ui.addresses.lesson import LARGEST_SEED, LESSON_STATE, SECTIONS
from softmax_ui.questions.catalogue import QUESTIONS, drawn
from softmax_ui.questions.parts import part, say
from softmax_ui.questions.review import DRAWN, review_key, ten
from softmax_ui.screens.lesson.asking import ask_with
from softmax_ui.screens.lesson.keeping import answers, forget_reviews
from softmax_ui.text import _, language

_SESSION: Final = "lesson_recall_seed"


def recall(section: str) -> None:
    """Draw one question from an earlier section, with other numbers."""
    before = SECTIONS[: SECTIONS.index(section)]
    earlier = [q for q in QUESTIONS.values() if q.draw and q.section in before[:-1]]
    if not earlier:
        return
    seed = st.session_state.setdefault(_SESSION, secrets.randbelow(LARGEST_SEED))
    random = Random(f"{seed} {section}")  # noqa: S311
    question = random.choice(earlier)
    number = SECTIONS.index(question.section) + 1
    title = part(question.section, "title")
    with st.expander(
        _("Do you remember? A question from section {number}", number=number),
        icon=":material/history_edu:",
    ):
        ask_with(drawn(question, random), key=f"recall {section}", heading=f"{number}. {title}")


def review() -> None:
    """Draw ten questions from all sections with other numbers, and what came of them."""
    values = LESSON_STATE.values()
    say("review", "intro")
    if not values["seed"]:
        st.button(
            _("Ask me ten questions"),
            key="begin_review",
            icon=":material/shuffle:",
            type="primary",
            on_click=_begin,
        )
        return
    asked = {review_key(values["seed"], each): each for each in ten(values["seed"])}
    if values["score"] is not None and not any(key in answers() for key in asked):
        say("review", "shared", score=values["score"])
    for position, (key, each) in enumerate(asked.items(), start=1):
        section = each.question.section
        title = f"{SECTIONS.index(section) + 1}. {part(section, 'title')}"
        ask_with(each, key=key, heading=f"{position} / {DRAWN} · {title}")
    done = [answers()[key] for key in asked if key in answers() and answers()[key].is_closed]
    if len(done) == len(asked):
        _result(sum(kept.is_right for kept in done))


def _begin() -> None:
    """Draw ten other questions; of the answers to those before, none is kept."""
    forget_reviews()
    LESSON_STATE.apply(seed=1 + secrets.randbelow(LARGEST_SEED), score=None)


def _result(score: int) -> None:
    """Show how many answers were right, as a link that asks others the same questions."""
    st.session_state["score"] = score
    values = LESSON_STATE.values()
    with st.container(border=True, key="review_result"):
        say("review", "result", score=score)
        query = LESSON_STATE.query(step="review", seed=values["seed"], score=score)
        here = urlsplit(st.context.url or "")
        link = urlunsplit(here._replace(query=urlencode({**query, "lang": language()})))
        st.code(link, language=None)
        st.button(
            _("Ask me ten others"),
            key="begin_review",
            icon=":material/shuffle:",
            on_click=_begin,
        )
