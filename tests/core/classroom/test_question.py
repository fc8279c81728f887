"""Questions to a class: what is one, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from softmax_core.classroom import ClassQuestion
from softmax_core.errors import InvalidQuestion

SOUND = [
    ClassQuestion("lesson", "shift"),
    ClassQuestion("choice", "Which one?", ("a", "=1+1", "<b>"), right=2),
    ClassQuestion("choice", "An opinion?", ("yes", "no")),
    ClassQuestion("number", "How much?", right=-0.125),
    ClassQuestion("order", "Sort them", ("first", "second")),
    ClassQuestion("logits", "Drag", probabilities=(0.7, 0.2, 0.1)),
    ClassQuestion("logits", "Drag"),
]


@pytest.mark.parametrize("question", SOUND, ids=range(len(SOUND)))
def test_a_question_is_the_same_after_the_store(question: ClassQuestion) -> None:
    assert ClassQuestion.from_json(question.to_json()) == question


@pytest.mark.parametrize(
    ("part", "given"),
    [
        ("kind", {"kind": "essay"}),
        ("text", {"text": " \n"}),
        ("text", {"text": "x" * 501}),
        ("text", {"text": "a\x00b"}),
        ("text", {"text": "\ud83d"}),
        ("options", {"options": ("a",)}),
        ("options", {"options": tuple("abcdefghi")}),
        ("options", {"options": ()}),
        ("options", {"kind": "number"}),
        ("option", {"options": ("a", " ")}),
        ("option", {"options": ("a", "x" * 121)}),
        ("same", {"options": ("a", "a")}),
        ("right", {"right": 2}),
        ("right", {"right": -1}),
        ("right", {"right": 0.5}),
        ("right", {"kind": "number", "options": (), "right": float("nan")}),
        ("right", {"kind": "order", "right": 1}),
        ("probabilities", {"probabilities": (0.5, 0.5)}),
        ("probabilities", {"kind": "logits", "options": (), "probabilities": (0.5, 0.4)}),
        ("probabilities", {"kind": "logits", "options": (), "probabilities": (1.0, 0.0)}),
        ("probabilities", {"kind": "logits", "options": (), "probabilities": (1.0,)}),
    ],
)
def test_what_is_no_question_is_refused_by_its_part(part: str, given: dict[str, Any]) -> None:
    whole = {"kind": "choice", "text": "Which?", "options": ("a", "b"), **given}
    with pytest.raises(InvalidQuestion) as refused:
        ClassQuestion(**whole)
    assert refused.value.part == part
