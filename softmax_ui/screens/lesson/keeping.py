"""The answers that a reader has given: kept in the session and on the device, out and in as a file.

What comes from the device or from a file is anything at all: each answer is checked, its numbers
too, and graded anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, Final

import streamlit as st

from softmax_ui.addresses.lesson import LESSON_MEMORY, LESSON_STATE, kept_section
from softmax_ui.components.device_memory import device_memory
from softmax_ui.questions.catalogue import QUESTIONS
from softmax_ui.questions.given import given_in
from softmax_ui.questions.grading import Mark, mark, number_of
from softmax_ui.questions.question import Asked
from softmax_ui.questions.review import DRAWN, asked_in_review
from softmax_ui.text import _

_ANSWERS: Final = "lesson_answers"
_FORGOTTEN: Final = "lesson_forgotten"
_SECTION: Final = "lesson_section_kept"
_NAME: Final = "answer {}"
_SAID: Final = "lesson_file_said"
_LONGEST: Final = 200  # characters of an answer
MOST_TRIES: Final = 2


@dataclass(frozen=True, slots=True)
class Kept:
    """What a reader has answered.

    Attributes:
        asked: the question, with the numbers that it was asked with.
        answer: the last answer: what was typed, an option's key, keys in order, or None.
        tries: how many answers there were.
        shown: whether the reader asked to see the solution.
        mark: what the answer is, graded once: a page counts all answers in each run.
    """

    asked: Asked
    answer: Any = None
    tries: int = 0
    shown: bool = False
    mark: Mark = field(init=False)

    def __post_init__(self) -> None:
        """Grade the answer."""
        marked = Mark(False) if self.answer is None else mark(self.answer, self.asked)
        object.__setattr__(self, "mark", marked)

    @property
    def is_closed(self) -> bool:
        """Whether the solution is to be shown: it was found, asked for, or missed twice."""
        return self.shown or self.tries >= MOST_TRIES or self.is_right

    @property
    def is_right(self) -> bool:
        """Whether the reader found the answer."""
        return not self.shown and self.mark.right


def answers() -> dict[str, Kept]:
    """Return this reader's answers; those to the lesson's own questions under their names."""
    kept: dict[str, Kept] = st.session_state.setdefault(_ANSWERS, {})
    return kept


def progress() -> tuple[int, int, int]:
    """Return the number of questions, of those that are done, and of those answered rightly."""
    done = [kept for name, kept in answers().items() if name in QUESTIONS and kept.is_closed]
    return len(QUESTIONS), len(done), sum(kept.is_right for kept in done)


def forget(*names: str) -> None:
    """Delete answers, here and on the device."""
    for name in names:
        answers().pop(name, None)
        _forgotten().add(name)


def forget_reviews() -> None:
    """Delete the answers to the review's questions."""
    forget(*(name for name in [*answers()] if asked_in_review(name)))


def _forgotten() -> set[str]:
    """Return the questions whose answers were deleted in this session."""
    forgotten: set[str] = st.session_state.setdefault(_FORGOTTEN, set())
    return forgotten


def remember(section: str) -> str | None:
    """Keep answers and section on the device; take up what it has kept, once a session.

    Args:
        section: the one to continue at another time, or "" while nobody has chosen one.

    Returns:
        The section at which this reader was the last time, or None.
    """
    found = device_memory(
        LESSON_MEMORY,
        key="lesson_memory",
        entries=written() | ({"section": section} if section else {}),
        forget=[_NAME.format(name) for name in sorted(_forgotten() - answers().keys())],
    )
    if isinstance(found, Mapping) and _SECTION not in st.session_state:
        st.session_state[_SECTION] = kept_section(found)
        take(found)
    last: str | None = st.session_state.get(_SECTION)
    return last


def written() -> dict[str, Any]:
    """Return the answers as JSON can hold them, each under a name of its own."""
    return {
        _NAME.format(name): {
            "answer": kept.answer,
            "tries": kept.tries,
            "shown": kept.shown,
            "given": {
                setting: LESSON_STATE.settings[setting].write(value)
                for setting, value in kept.asked.given.settings().items()
            },
        }
        for name, kept in answers().items()
        if name in QUESTIONS or asked_in_review(name)
    }


def take(found: Mapping[Any, Any]) -> int:
    """Add the answers that were found to those of this session; return how many are answers.

    One that was given in this session stays as it is.
    """
    taken = 0
    kept = (str(name).removeprefix(_NAME.format("")) for name in found)
    reviewed = islice((name for name in kept if name.startswith("review ")), DRAWN)
    for name in (*QUESTIONS, *reviewed):
        entry = found.get(_NAME.format(name))
        if not isinstance(entry, Mapping):
            continue
        asked = _asked(name, entry.get("given"))
        if asked is None:
            continue
        answer, shown = _checked(asked, entry.get("answer")), entry.get("shown") is True
        if answer is None and not shown:
            continue
        taken += 1
        tries = MOST_TRIES if entry.get("tries") == MOST_TRIES else 1
        answers().setdefault(name, Kept(asked, answer, tries, shown))
    return taken


def _asked(name: str, given: object) -> Asked | None:
    """Return the question of an answer that was found, with the numbers that it was asked with."""
    question = QUESTIONS.get(name)
    if question is None:
        return asked_in_review(name)
    if not isinstance(given, Mapping):
        return None
    values, problems = LESSON_STATE.read({str(k): str(v) for k, v in given.items()})
    return None if problems else Asked(question, given_in(values), question.example)


def _checked(asked: Asked, answer: Any) -> Any:
    """Return the answer if it is one of the question's kind, else None."""
    kind = asked.question.kind
    if kind == "number":
        is_short = isinstance(answer, str) and len(answer) <= _LONGEST
        return answer if is_short and number_of(answer) is not None else None
    keys = list(asked.options())
    if kind == "choice":
        return answer if isinstance(answer, str) and answer in keys else None
    is_order = isinstance(answer, list | tuple) and all(isinstance(each, str) for each in answer)
    return tuple(answer) if is_order and sorted(answer) == sorted(keys) else None


def kept_answers() -> None:
    """Draw where the answers are, and the ways to delete them, to take them out and back in."""
    total, done, _right = progress()
    with st.expander(
        _("Your answers: {answered} of {total}", answered=done, total=total),
        icon=":material/inventory_2:",
        key="kept_answers",
    ):
        st.caption(
            _(
                "They are kept in this browser, on this device, and nowhere else. Save "
                "them as a file to take them to another device."
            )
        )
        with st.container(horizontal=True):
            st.download_button(
                _("Save as a file"),
                # Made at the click: a file for each run would be gone when the browser asks for it.
                partial(json.dumps, written(), ensure_ascii=False, indent=1),
                "softmax-lesson.json",
                "application/json",
                icon=":material/download:",
                key="save_answers",
                disabled=not written(),
                on_click="ignore",
            )
            st.button(
                _("Forget my answers"),
                icon=":material/delete:",
                key="forget_answers",
                disabled=not written(),
                on_click=lambda: forget(*answers()),
            )
        st.file_uploader(
            _("Answers from a file"),
            type="json",
            key="answers_file",
            max_upload_size=1,
            on_change=_take_file,
        )
        said = st.session_state.get(_SAID)
        if said:
            (st.success if said[0] else st.error)(said[1])


def _take_file() -> None:
    """Take up the answers of the file that was just chosen; keep what to say of it."""
    file = st.session_state.get("answers_file")
    if file is None:
        st.session_state.pop(_SAID, None)
        return
    try:
        found = json.loads(file.getvalue().decode("utf-8-sig"))
        taken = take(found) if isinstance(found, Mapping) else 0
    except (ValueError, RecursionError):  # no UTF-8, no JSON, or nested without end
        taken = 0
    if taken:
        said = _("Answers taken from the file: {taken}", taken=taken)
    else:
        said = _("There are no answers of this lesson in the file. It may be another one.")
    st.session_state[_SAID] = (bool(taken), said)
