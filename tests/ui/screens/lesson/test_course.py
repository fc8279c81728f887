"""The course's sections: both numberings, and the edition of the reader's language."""

from __future__ import annotations

import pytest

from softmax_ui.questions.catalogue import QUESTIONS
from softmax_ui.screens.lesson import course
from softmax_ui.screens.lesson.course import COURSE_SECTIONS, course_sections


def test_a_question_names_a_section_that_the_course_has() -> None:
    assert {q.d2l for q in QUESTIONS.values() if q.d2l} <= set(COURSE_SECTIONS)


@pytest.mark.parametrize(
    ("chinese", "english", "file"),
    [
        ("3.4", "4.1", "softmax-regression"),
        ("3.5", "4.2", "image-classification-dataset"),
        ("3.6", "4.4", "softmax-regression-scratch"),
        ("3.7", "4.5", "softmax-regression-concise"),
    ],
)
def test_a_link_leads_to_the_readers_edition_and_names_both_numbers(
    chinese: str, english: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = COURSE_SECTIONS[chinese]
    assert section.link.startswith(f"[{english} ")
    assert f"(Chinese edition {chinese})" in section.link
    assert f"(https://d2l.ai/chapter_linear-classification/{file}.html)" in section.link
    assert section.link in course_sections()
    monkeypatch.setattr(course, "language", lambda: "zh")
    assert section.address == f"https://zh.d2l.ai/chapter_linear-networks/{file}.html"
