"""An answer that is kept has been graded, once."""

from __future__ import annotations

import pytest

from softmax_ui.addresses.lesson import LESSON_STATE
from softmax_ui.questions.catalogue import QUESTIONS
from softmax_ui.questions.given import given_in
from softmax_ui.questions.grading import mark
from softmax_ui.questions.question import Asked
from softmax_ui.screens.lesson import keeping
from softmax_ui.screens.lesson.keeping import Kept


def test_an_answer_is_graded_when_it_is_kept_and_never_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graded = []

    def counted(answer: object, asked: Asked) -> object:
        graded.append(answer)
        return mark(answer, asked)

    monkeypatch.setattr(keeping, "mark", counted)
    question = QUESTIONS["distribution"]
    asked = Asked(question, given_in(LESSON_STATE.read({})[0]), question.example)
    assert not Kept(asked).is_right
    assert graded == []
    kept = Kept(asked, asked.right(), 1)
    assert [kept.is_right, kept.is_closed, kept.mark.right] == [True, True, True]
    assert graded == [asked.right()]
