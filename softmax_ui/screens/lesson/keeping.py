"""The answers that a reader has given: kept in the session and on the device, out and in as a file.

What comes from the device or from a file is anything at all: each answer is checked, its numbers
too, and graded anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from softmax_ui.addresses.lesson import LESSON_MEMORY, LESSON_STATE, kept_section
from softmax_ui.components.device_memory import device_memory
from softmax_ui.screens.lesson.numbers import Given, given_in
from softmax_ui.screens.lesson.parts import options
from softmax_ui.screens.lesson.questions import Question
from softmax_ui.screens.lesson.questions_one import PART_ONE
from softmax_ui.screens.lesson.questions_two import PART_TWO
from softmax_ui.text import _

QUESTIONS: Final[dict[str, Question]] = {q.name: q for q in (*PART_ONE, *PART_TWO)}

_ANSWERS: Final = "lesson_answers"
_FORGOTTEN: Final = "lesson_forgotten"
_SECTION: Final = "lesson_section_kept"
_NAME: Final = "answer {}"
_SAID: Final = "lesson_file_said"
_LARGEST: Final = 1e300


def answers() -> dict[str, dict[str, Any]]:
    """Return this reader's answers: name -> answer, whether it was right, its numbers."""
    kept: dict[str, dict[str, Any]] = st.session_state.setdefault(_ANSWERS, {})
    return kept


def keep_answer(question: Question, answer: Any, numbers: Given) -> None:
    """Grade an answer and keep it."""
    answers()[question.name] = {
        "answer": answer,
        "right": question.grade(answer, numbers),
        "given": numbers,
    }


def forget(*names: str) -> None:
    """Delete answers, here and on the device."""
    for name in names:
        answers().pop(name, None)
        _forgotten().add(name)


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
            "answer": kept["answer"],
            "given": {
                setting: LESSON_STATE.settings[setting].write(value)
                for setting, value in kept["given"].settings().items()
            },
        }
        for name, kept in answers().items()
    }


def take(found: Mapping[Any, Any]) -> int:
    """Add the answers that were found to those of this session; return how many are answers.

    One that was given in this session stays as it is.
    """
    taken = 0
    for name, question in QUESTIONS.items():
        entry = found.get(_NAME.format(name))
        if not isinstance(entry, Mapping) or not isinstance(entry.get("given"), Mapping):
            continue
        values, problems = LESSON_STATE.read({str(k): str(v) for k, v in entry["given"].items()})
        answer = _checked(question, entry.get("answer"))
        if answer is None or problems:
            continue
        taken += 1
        if name not in answers():
            keep_answer(question, answer, given_in(values))
    return taken


def _checked(question: Question, answer: Any) -> Any:
    """Return the answer if it is one of the question's kind, else None."""
    if question.kind == "number":
        is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
        return float(answer) if is_number and abs(answer) < _LARGEST else None  # not nan
    keys = list(options(question.section, f"options {question.name}"))
    if question.kind == "choice":
        return answer if isinstance(answer, str) and answer in keys else None
    is_order = isinstance(answer, list | tuple) and all(isinstance(each, str) for each in answer)
    return tuple(answer) if is_order and sorted(answer) == sorted(keys) else None


def kept_answers() -> None:
    """Draw where the answers are, and the ways to delete them, to take them out and back in."""
    total = len(QUESTIONS)
    with st.expander(
        _("Your answers: {answered} of {total}", answered=len(answers()), total=total),
        icon=":material/inventory_2:",
        key="kept_answers",
    ):
        st.caption(
            _(
                "They are kept in this browser, on this device, and nowhere else. A file takes "
                "them to another one."
            )
        )
        with st.container(horizontal=True):
            st.download_button(
                _("Save as a file"),
                json.dumps(written(), ensure_ascii=False, indent=1),
                "softmax-lesson.json",
                "application/json",
                icon=":material/download:",
                key="save_answers",
                disabled=not answers(),
                on_click="ignore",
            )
            st.button(
                _("Forget my answers"),
                icon=":material/delete:",
                key="forget_answers",
                disabled=not answers(),
                on_click=lambda: forget(*QUESTIONS),
            )
        st.file_uploader(
            _("Answers from a file"),
            type="json",
            key="answers_file",
            on_change=_take_file,
        )
        said = st.session_state.pop(_SAID, None)
        if said:
            (st.success if said[0] else st.error)(said[1])


def _take_file() -> None:
    """Take up the answers of the file that was just chosen; keep what to say of it."""
    file = st.session_state.get("answers_file")
    if file is None:
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
