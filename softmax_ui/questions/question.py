"""The lesson's questions, graded by computing the right answer.

No right answer is stored: `compute` calls softmax_core with the numbers of the question, and the
reader's answer is compared with the result. The wrong roads that people take are computed too. The
texts are in the section's prose, as the parts `ask <name>`, `options <name>`, `because <name>`,
`road <name> <road>` and, for an option that is wrong, `hint <name> <option>`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from softmax_ui.questions.given import Given
from softmax_ui.questions.parts import listed, options, part, parts

AnswerKind = Literal["number", "choice", "order"]
Answer = float | str | tuple[str, ...]
Numbers = Mapping[str, Any]
"""The numbers of an example: the arguments of a question's functions by their names."""


@dataclass(frozen=True, slots=True)
class Road:
    """A wrong way to a number.

    Attributes:
        name: of its part in the prose.
        compute: where it leads, for the numbers of the question.
    """

    name: str
    compute: Callable[..., float]


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        name: of its parts in the prose.
        section: the section it belongs to.
        kind: "number", "choice" (one of the options) or "order" (all of them).
        compute: the right answer, from softmax_core: a float, an option's key, or keys in order;
            called with the reader's numbers and those of the example.
        roads: the wrong ways to a number that are worth a word.
        values: the values of the placeholders in its text, called as `compute`.
        example: the numbers that it is asked about, beside the reader's own.
        draw: other numbers for the example, for whom it is asked again; None where its text allows
            no others.
        d2l: the section of Dive into Deep Learning whose exercise it is, a key of
            `course.COURSE_SECTIONS`, or "".
    """

    name: str
    section: str
    kind: AnswerKind
    compute: Callable[..., Answer]
    roads: tuple[Road, ...] = ()
    values: Callable[..., Mapping[str, object]] = field(default=lambda _given, **_example: {})
    example: Numbers = field(default_factory=dict)
    draw: Callable[[Random], Numbers] | None = None
    d2l: str = ""


def asks(
    section: str, kind: AnswerKind, *, name: str = "", **rest: Any
) -> Callable[[Callable[..., Answer]], Question]:
    """Make a question of the function that computes the right answer.

    Args:
        section: the section it belongs to.
        kind: of its answer.
        name: its name, if that is not the function's.
        rest: the other attributes of the question.
    """

    def question(compute: Callable[..., Answer]) -> Question:
        return Question(name or compute.__name__, section, kind, compute, **rest)

    return question


def own(given: Given) -> dict[str, object]:
    """Return the reader's logits for the text of a question."""
    return {"o": f"({listed(given.logits)})"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the numbers that it is asked with.

    Attributes:
        question: the question.
        given: the numbers of the lesson.
        example: the numbers of the example.
    """

    question: Question
    given: Given
    example: Numbers

    def right(self) -> Answer:
        """Compute the right answer."""
        return self.question.compute(self.given, **self.example)

    def roads(self) -> dict[str, float]:
        """Compute where each wrong road leads: its name -> a number."""
        return {road.name: road.compute(self.given, **self.example) for road in self.question.roads}

    def options(self) -> dict[str, str]:
        """Return the label of each option, by its key."""
        return options(self.question.section, f"options {self.question.name}", **self._values())

    def text(self, kind: str, about: str = "", /, **values: object) -> str:
        """Return a part of the question's prose: "ask", "because", a "road" or a "hint"."""
        name = self._part(kind, about)
        return part(self.question.section, name, **{**self._values(), **values})

    def has_text(self, kind: str, about: str) -> bool:
        """Tell whether the prose says something about a road or an option."""
        return self._part(kind, about) in parts(self.question.section)

    def _part(self, kind: str, about: str) -> str:
        return f"{kind} {self.question.name} {about}".rstrip()

    def _values(self) -> Mapping[str, object]:
        return self.question.values(self.given, **self.example)
