"""A class's question as one learner is asked it, with numbers of their own, and its grading."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from softmax_core.classroom import ClassQuestion
from softmax_ui.addresses.lesson import LESSON_STATE
from softmax_ui.addresses.playground import default_names
from softmax_ui.questions.catalogue import QUESTIONS, drawn
from softmax_ui.questions.given import given_in
from softmax_ui.questions.grading import Mark, mark, mark_number, number_of
from softmax_ui.questions.parts import result
from softmax_ui.questions.question import Asked
from softmax_ui.questions.segments import Segment, in_a_line, segments
from softmax_ui.text import _

NEAR: Final = 0.05
"""How far the probabilities of dragged logits may be: half the sum of the differences."""

LARGEST_DRAGGED: Final = 6.0
_LONGEST: Final = 60  # characters of a typed number


@dataclass(frozen=True, slots=True)
class Posed:
    """A question with one learner's numbers.

    Attributes:
        question: what the class is asked.
        asked: the lesson's question with the learner's numbers, or None; also None for one that a
            class was asked before and the lesson no longer has.
        order: the positions of the options, as they stand on this learner's screen.
        probabilities: what dragged logits have to give, or ().
    """

    question: ClassQuestion
    asked: Asked | None
    order: tuple[int, ...]
    probabilities: tuple[float, ...]

    @property
    def kind(self) -> str:
        """How it is answered: "choice", "number", "order" or "logits"; "gone" for not at all."""
        if self.asked:
            return self.asked.question.kind
        return "gone" if self.question.kind == "lesson" else self.question.kind

    def text(self) -> tuple[Segment, ...]:
        """Return what is asked, in the reader's language; what a teacher wrote as it stands."""
        if self.asked:
            return segments(self.asked.text("ask"))
        if self.kind == "gone":
            return (("", _("This question is no longer in the lesson.")),)
        return (("", self.question.text),)

    def plain(self) -> str:
        """Return what is asked in a line of plain text."""
        if self.asked:
            return in_a_line(self.asked.text("ask"))
        return "".join(text for _kind, text in self.text())

    def options(self) -> dict[str, tuple[Segment, ...]]:
        """Return the answers to choose from, by their keys."""
        if self.asked:
            if self.kind == "number":
                return {}
            return {key: segments(label) for key, label in self.asked.options().items()}
        return {str(position): (("", self.question.options[position]),) for position in self.order}

    def taken(self, answer: object) -> Any | None:
        """Return an answer that is one of the question's kind; None for anything else."""
        match self.kind:
            case "number":
                is_short = isinstance(answer, str) and len(answer) <= _LONGEST
                return answer if is_short and number_of(answer) is not None else None
            case "choice":
                return answer if isinstance(answer, str) and answer in self.options() else None
            case "order":
                keys = self.options()
                if not isinstance(answer, list) or len(answer) != len(keys):
                    return None
                is_whole = all(isinstance(each, str) for each in answer) and set(answer) == {*keys}
                return answer if is_whole else None
            case "gone":
                return None
        return self._dragged(answer)

    def mark(self, answer: Any) -> Mark | None:
        """Grade an answer that was `taken`, by computing; None where there is no right one."""
        if self.asked:
            return mark(tuple(answer) if self.kind == "order" else answer, self.asked)
        right = self.question.right
        match self.kind:
            case "number":
                return None if right is None else mark_number(answer, float(right), {})
            case "choice":
                return None if right is None else Mark(answer == str(int(right)))
            case "order":
                return Mark(list(map(int, answer)) == sorted(self.order))
            case "gone":
                return None
        return Mark(distance(answer, self.probabilities) <= NEAR)

    def right(self) -> str:
        """Return the right answer in words, "" where there is none."""
        if self.asked:
            return _in_words(self.asked.right(), self.asked)
        right = self.question.right
        match self.kind:
            case "number":
                return "" if right is None else f"{right:.6g}".replace("-", "−")
            case "choice":
                return "" if right is None else self.question.options[int(right)]
            case "order":
                return " → ".join(self.question.options)
            case "gone":
                return ""
        return f"{_row(map(math.log, self.probabilities))} + c"

    def _dragged(self, answer: object) -> list[float] | None:
        if not isinstance(answer, list) or len(answer) != len(self.probabilities):
            return None
        if any(isinstance(each, bool) or not isinstance(each, int | float) for each in answer):
            return None
        is_within = all(abs(each) <= LARGEST_DRAGGED for each in answer)  # nan is not
        return [float(each) for each in answer] if is_within else None


def posed(question: ClassQuestion, seed: str = "") -> Posed:
    """Return a question as a learner is asked it.

    Args:
        question: what the class is asked.
        seed: the same one gives the same numbers and order; "" gives the lesson's own.
    """
    random = Random(seed)  # noqa: S311
    if question.kind == "lesson":
        found = QUESTIONS.get(question.text)
        if found is None:  # a class keeps what it was asked by an older version of the lesson
            return Posed(question, None, (), ())
        if seed and found.draw:
            return Posed(question, drawn(found, random), (), ())
        given = given_in({s.name: s.default for s in LESSON_STATE.settings.values()})
        return Posed(question, Asked(found, given, found.example), (), ())
    order = list(range(len(question.options)))
    if seed and question.kind == "order":
        while len(order) > 1 and order == sorted(order):  # the right one would be a gift
            random.shuffle(order)
    probabilities = question.probabilities
    if question.kind == "logits" and not probabilities:
        parts = random.sample(range(1, 8), 3)
        tenths = [math.floor(10 * part / sum(parts)) or 1 for part in parts]
        tenths[tenths.index(max(tenths))] += 10 - sum(tenths)
        probabilities = tuple(tenth / 10 for tenth in tenths)
    return Posed(question, None, tuple(order), probabilities)


def has_own_numbers(question: ClassQuestion) -> bool:
    """Tell whether each learner has numbers of their own."""
    if question.kind == "lesson":
        found = QUESTIONS.get(question.text)
        return found is not None and found.draw is not None
    return question.kind == "logits" and not question.probabilities


def message(one: Posed) -> Mapping[str, Any]:
    """Return a question as the phone that asks it needs it."""
    said: dict[str, Any] = {
        "kind": one.kind,
        "text": one.text(),
        "options": list(one.options().items()),
    }
    if one.kind == "logits":
        names = default_names(len(one.probabilities))
        said["classes"] = list(zip(names, one.probabilities, strict=True))
        said["largest"] = LARGEST_DRAGGED
    return said


def distance(logits: Sequence[float], probabilities: Sequence[float]) -> float:
    """Return half the sum of the differences between softmax of logits and some probabilities.

    >>> round(distance((0.0, 0.0), (0.8, 0.2)), 6)
    0.3
    """
    import torch

    from softmax_core import softmax

    found = softmax(torch.tensor(logits, dtype=torch.float64))
    wanted = torch.tensor(probabilities, dtype=torch.float64)
    return (found - wanted).abs().sum().item() / 2


def said(one: Posed, answer: Any) -> str:
    """Return an answer in words, as plain text."""
    labels = {key: "".join(text for _kind, text in label) for key, label in one.options().items()}
    match one.kind:
        case "choice":
            return labels.get(answer, "")
        case "order":
            return " → ".join(labels.get(key, "") for key in answer)
        case "logits":
            return _row(answer)
    return str(answer)


def _row(numbers: Iterable[float]) -> str:
    return "(" + ", ".join(f"{each:.2f}".replace("-", "−") for each in numbers) + ")"


def _in_words(right: Any, asked: Asked) -> str:
    if isinstance(right, float):
        return result(right)
    labels = {
        key: "".join(text for _kind, text in segments(label))
        for key, label in asked.options().items()
    }
    return " → ".join(labels[key] for key in right) if isinstance(right, tuple) else labels[right]
