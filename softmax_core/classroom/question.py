"""A question to a class, as data: one of the lesson's, or one that the teacher wrote."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self, get_args

from softmax_core.data.names import without_hidden
from softmax_core.errors import InvalidQuestion

Kind = Literal["lesson", "choice", "number", "order", "logits"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

MAX_TEXT: Final = 500
MAX_OPTION: Final = 120
MOST_OPTIONS: Final = 8
MOST_CLASSES: Final = 5
_LARGEST: Final = 1e12
_OFF: Final = 1e-6  # how far from 1 the sum of probabilities may be


@dataclass(frozen=True, slots=True)
class ClassQuestion:
    """What a class is asked.

    Attributes:
        kind: "lesson" (a question of the lesson), "choice" of one option, "number", "order" of all
            options, or "logits" that have to be dragged so that softmax gives some probabilities.
        text: what the teacher wrote; for "lesson" the question's name.
        options: of a choice; of an order, in the right one.
        right: the right option's position, or the right number; None where there is no right one.
        probabilities: those that "logits" have to give; () for others for each learner.

    Raises:
        InvalidQuestion: a part is missing, too long, or does not fit the kind.

    Example:
        >>> question = ClassQuestion("number", "What is softmax(0, 0)?", right=0.5)
        >>> ClassQuestion.from_json(question.to_json()) == question
        True
    """

    kind: Kind
    text: str
    options: tuple[str, ...] = ()
    right: float | None = None
    probabilities: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Check all parts."""
        if self.kind not in KINDS:
            raise InvalidQuestion("kind", self.kind)
        if not _is_text(self.text, MAX_TEXT):
            raise InvalidQuestion("text", self.text)
        has_options = self.kind in ("choice", "order")
        if has_options != bool(self.options):
            raise InvalidQuestion("options", len(self.options))
        if has_options and not 2 <= len(self.options) <= MOST_OPTIONS:
            raise InvalidQuestion("options", len(self.options))
        for option in self.options:
            if not _is_text(option, MAX_OPTION):
                raise InvalidQuestion("option", option)
        if len(set(self.options)) < len(self.options):
            raise InvalidQuestion("same", "")
        self._check_right()
        self._check_probabilities()

    def _check_right(self) -> None:
        right = self.right
        if right is None:
            return
        if self.kind not in ("choice", "number") or isinstance(right, bool):
            raise InvalidQuestion("right", right)
        if not (math.isfinite(right) and abs(right) <= _LARGEST):
            raise InvalidQuestion("right", right)
        if self.kind == "choice" and right not in range(len(self.options)):
            raise InvalidQuestion("right", right)

    def _check_probabilities(self) -> None:
        given = self.probabilities
        if not given:
            return
        is_row = all(math.isfinite(each) and 0 < each < 1 for each in given)
        whole = is_row and abs(sum(given) - 1) <= _OFF
        if self.kind != "logits" or not (whole and 2 <= len(given) <= MOST_CLASSES):
            raise InvalidQuestion("probabilities", list(given))

    def to_json(self) -> str:
        """Return the question as the store keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the question that `to_json` has written."""
        found: Mapping[str, Any] = json.loads(text)
        rows = {name: tuple(found[name]) for name in ("options", "probabilities")}
        return cls(**{**found, **rows})


def cleaned(text: str) -> str:
    r"""Return what a person wrote without what is not seen, and without spaces around it.

    >>> cleaned(" one\u202e two ")
    'one two'
    """
    return without_hidden(text).strip()


def _is_text(text: object, longest: int) -> bool:
    return (
        isinstance(text, str)
        and bool(text.strip())
        and len(text) <= longest
        and not any(c < " " and c != "\n" for c in text)
        and not any("\ud800" <= c <= "\udfff" for c in text)
    )
