"""A row of numbers with its names, and what can be wrong with a text that should be one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from softmax_ui.addresses.arithmetic import value_of

Reason = Literal[
    "nothing", "words", "abbreviated", "not_finite", "too_large", "too_few", "too_many",
    "rows", "readings", "masked",
]  # fmt: skip

Cell = tuple[str, float]
"""What is written, cut to a length, and the number that it stands for."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of numbers, and what its entries are called where the text says so."""

    numbers: tuple[float, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A row as it was found in a text: not yet known to be few enough, small enough."""

    cells: Sequence[Cell]
    names: tuple[str, ...] = ()


class NotARow(ValueError):
    """The text is not one row of numbers, few enough and small enough.

    Attributes:
        reason: which of the things that can be wrong it is.
        value: the piece of the text that it is about, or how many numbers there are.
        limit: how many numbers, or how large ones, are taken.
        choices: what the person may have meant, where the text can be read in several ways.
    """

    def __init__(
        self, reason: Reason, value: str = "", limit: float = 0, choices: tuple[Row, ...] = ()
    ) -> None:
        """Keep what a sentence in the reader's language has to say."""
        super().__init__(f"{reason}: {value!r}")
        self.reason = reason
        self.value = value
        self.limit = limit
        self.choices = choices


def cell(word: str) -> Cell:
    """Return the number that a word stands for beside the word.

    Raises:
        NotARow: it stands for none; 007 is rather a name.
    """
    value = number_in(word)
    if value is None:
        raise NotARow("words", word[:40])
    return word[:40], value


def number_in(word: str) -> float | None:
    """Return the number that a word stands for, or None.

    >>> number_in("1/2"), number_in("007"), number_in("cat")
    (0.5, None, None)
    """
    digits = word.lstrip("+-")
    return None if digits[:1] == "0" and digits[1:2].isdigit() else value_of(word)
