"""All questions of the lesson, and their drawing with other numbers."""

from __future__ import annotations

from random import Random
from typing import Final

from softmax_ui.questions.calibration import CALIBRATION
from softmax_ui.questions.code import CODE
from softmax_ui.questions.given import Given
from softmax_ui.questions.loss import LOSS
from softmax_ui.questions.question import Asked, Question
from softmax_ui.questions.softmax import SOFTMAX

QUESTIONS: Final[dict[str, Question]] = {q.name: q for q in (*SOFTMAX, *LOSS, *CALIBRATION, *CODE)}
"""By name, in the order of reading."""


def drawn(question: Question, random: Random) -> Asked:
    """Return a question with drawn numbers."""
    assert question.draw
    return Asked(question, _given(random), {**question.example, **question.draw(random)})


def _given(random: Random) -> Given:
    """Draw numbers as the lesson's own are: halves, no two logits equal."""

    def halves(count: int, size: int) -> tuple[float, ...]:
        return tuple(random.randint(-2 * size, 2 * size) / 2 for _ in range(count))

    logits = tuple(k / 2 for k in random.sample(range(-6, 7), 3))
    features = tuple(random.randint(1, 9) / 10 for _ in range(4))
    weights = tuple(halves(3, 4) for _ in range(4))
    return Given(logits, random.randrange(3), features, weights, halves(3, 1))
