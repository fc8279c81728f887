"""Questions to commit to before looking, graded by computing.

No answer is stored: `compute` calls softmax_core with the numbers of the question, and the person's
answer is held against what comes out. The texts are in the section's prose, as the parts
`ask <name>`, `options <name>` and `because <name>`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from softmax_ui.screens.lesson.numbers import Given

Kind = Literal["number", "choice", "order"]
Answer = float | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        name: what its parts in the prose are called.
        section: where it is asked.
        kind: "number", "choice" (one of the options) or "order" (all of them).
        compute: the right answer, from softmax_core: a float, an option's key, or keys in order.
        tolerance: how far a number may be off.
        values: what the placeholders of its text stand for.
        d2l: the chapter of Dive into Deep Learning whose exercise it is, or "".
    """

    name: str
    section: str
    kind: Kind
    compute: Callable[[Given], Answer]
    tolerance: float = 0.005
    values: Callable[[Given], Mapping[str, object]] = field(default=lambda _given: {})
    d2l: str = ""

    def grade(self, answer: Any, given: Given) -> bool:
        """Tell whether an answer is right for these numbers.

        Args:
            answer: a number, an option's key, or keys in order.
            given: the numbers that it was asked about.
        """
        right = self.compute(given)
        if self.kind == "number":
            assert isinstance(right, float)
            return _is_number(answer) and abs(float(answer) - right) <= self.tolerance
        if self.kind == "order":
            return isinstance(answer, Sequence) and tuple(answer) == right
        return bool(answer == right)


def _is_number(answer: Any) -> bool:
    """Tell whether an answer is a finite number."""
    return (
        isinstance(answer, int | float) and not isinstance(answer, bool) and math.isfinite(answer)
    )
