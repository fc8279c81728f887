"""The lesson's questions, graded by computing the right answer.

No right answer is stored: `compute` calls softmax_core with the numbers of the question, and the
reader's answer is compared with the result. The texts are in the section's prose, as the parts
`ask <name>`, `options <name>` and `because <name>`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from softmax_ui.screens.lesson.numbers import Given

AnswerKind = Literal["number", "choice", "order"]
Answer = float | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        name: of its parts in the prose.
        section: the section it belongs to.
        kind: "number", "choice" (one of the options) or "order" (all of them).
        compute: the right answer, from softmax_core: a float, an option's key, or keys in order.
        tolerance: the largest error of a number that counts as right.
        values: the values of the placeholders in its text.
        d2l: the chapter of Dive into Deep Learning whose exercise it is, or "".
    """

    name: str
    section: str
    kind: AnswerKind
    compute: Callable[[Given], Answer]
    tolerance: float = 0.005
    values: Callable[[Given], Mapping[str, object]] = field(default=lambda _given: {})
    d2l: str = ""

    def grade(self, answer: Any, given: Given) -> bool:
        """Check whether an answer is right for the numbers that it was asked about."""
        right = self.compute(given)
        if self.kind == "number":
            assert isinstance(right, float)
            is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
            return is_number and abs(answer - right) <= self.tolerance  # never so for nan and inf
        if self.kind == "order":
            return isinstance(answer, Sequence) and tuple(answer) == right
        return bool(answer == right)
