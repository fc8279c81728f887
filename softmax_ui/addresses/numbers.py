"""A row of numbers in any form that people type or copy: from a sheet, a notebook, a log."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from softmax_ui.addresses.state import Setting, shown, whole, written
from softmax_ui.components.logit_board.value import FEWEST, LARGEST_LOGIT, MOST
from softmax_ui.text import _

Reason = Literal["nothing", "words", "not_finite", "too_large", "too_few", "too_many", "rows"]

_NUMBER: Final = re.compile(r"(?i)[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|inf(?:inity)?)")
# What a printed array or tensor has around its numbers.
_WRAPPING: Final = re.compile(
    r"(?i)\b(?:torch\.|np\.|numpy\.)?(?:tensor|array|parameter|float(?:16|32|64)?)\s*\(|"
    r"\b(?:dtype|device|requires_grad|grad_fn)\s*=\s*(?:<[^>]*>|'[^']*'|[\w.:]+)"
)
# "logits = ", ">>> o = " and what torch prints before a parameter.
_LABEL: Final = re.compile(r"\A(?:>>>\s*)?(?:[A-Za-z_][\w.]*\s*=(?!=)|Parameter containing:)\s*")
_COLUMN: Final = re.compile(r"\[\s*[^\[\],\s]+\s*\]")
_ASCII: Final = str.maketrans(
    # What an input method for Chinese types: digits and signs as wide as its characters.
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {ord("−"): "-", ord("–"): "-", ord("\u00a0"): " ", ord("\u3000"): " ", ord("、"): ","}
)
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
_LONGEST: Final = 4_000


class NotARow(ValueError):
    """The text is not one row of finite numbers, few enough and small enough.

    Attributes:
        reason: which of the things that can be wrong it is.
        value: the piece of the text that it is about, or how many numbers there are.
        limit: how many numbers, or how large ones, are taken.
    """

    def __init__(self, reason: Reason, value: str, limit: float = 0) -> None:
        """Keep what a sentence in the reader's language has to say."""
        super().__init__(f"{reason}: {value!r}")
        self.reason = reason
        self.value = value
        self.limit = limit


def read_row(text: str, *, most: int = MOST, largest: float = LARGEST_LOGIT) -> tuple[float, ...]:
    r"""Return the row of numbers in a text; every place where a person gives one reads it so.

    Numbers may be separated by commas, semicolons, spaces, tabs or lines, stand in brackets, be
    JSON, or be a printed numpy array or torch tensor, with or without a name and "=" before it. A
    column of rows with one number each is a row. "1,5; 2" with semicolons has decimal commas.

    Args:
        text: what was typed or pasted, at most 4,000 characters.
        most: how many numbers are taken.
        largest: how large they may be, with either sign.

    Returns:
        2 to `most` finite floats.

    Raises:
        NotARow: there is something else in the text, or too few or too many numbers.

    >>> read_row("tensor([ 1.2000, -0.5000,  3.0000], device='cuda:0')")
    (1.2, -0.5, 3.0)
    >>> read_row("1\n2\n3e-1")
    (1.0, 2.0, 0.3)
    """
    plain = _LABEL.sub("", text.translate(_ASCII).strip())
    if not plain:
        raise NotARow("nothing", "")
    if len(plain) > _LONGEST:
        raise NotARow("too_many", f"{plain[:40]}…", most)
    found = _from_json(plain)
    if found is None:
        found = _from_text(plain)
    if len(found) < FEWEST:
        raise NotARow("too_few", str(len(found)), FEWEST)
    if len(found) > most:
        raise NotARow("too_many", str(len(found)), most)
    for word, number in found:
        if not math.isfinite(number) and not any(map(str.isdigit, word)):
            raise NotARow("not_finite", word, largest)
        if abs(number) > largest:
            raise NotARow("too_large", word, largest)
    return tuple(number for _word, number in found)


def _from_json(text: str) -> list[tuple[str, float]] | None:
    """Return the row of a JSON list, an object's values, or a list of one list."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict):
        found = list(found.values())
    while isinstance(found, list) and found and all(isinstance(part, list) for part in found):
        if len(found) > 1 and any(len(part) != 1 for part in found):
            raise NotARow("rows", str(len(found)))
        found = [entry for part in found for entry in part]
    if not isinstance(found, list):
        return None
    return [_number(repr(entry)) for entry in found]


def _from_text(text: str) -> list[tuple[str, float]]:
    """Return the numbers of any other text, if there is nothing beside them."""
    bare = _WRAPPING.sub(" ", text)
    is_column = not re.sub(r"[\s,()\[\]]", "", _COLUMN.sub("", bare))
    if not is_column and re.search(r"\]\s*,?\s*\[", bare):
        raise NotARow("rows", str(len(re.findall(r"\]\s*,?\s*\[", bare)) + 1))
    pieces = re.sub(r"[\[\](){}]", " ", bare)
    if ";" in pieces or re.fullmatch(
        rf"\s*(?:{_DECIMAL_COMMA.pattern}\s+)+{_DECIMAL_COMMA.pattern}\s*", pieces
    ):
        pieces = re.sub(r"(?<=\d),(?=\d)", ".", pieces)
    return [_number(word) for word in re.split(r"[\s,;|]+", pieces) if word]


def _number(word: str) -> tuple[str, float]:
    """Return a word, cut to a length, and the number that it is."""
    if not _NUMBER.fullmatch(word):
        raise NotARow("words", word[:40])
    return word[:40], float(word)


def as_text(row: Sequence[float]) -> str:
    """Return a row as a person types it; it reads back as the same numbers.

    >>> as_text((2.0, 1.0, 0.1))
    '2, 1, 0.1'
    """
    return ", ".join(map(written, row))


def row_of(text: str) -> tuple[float, ...]:
    """Return the numbers of a row that `as_text` wrote.

    >>> row_of("2, 1, 0.1")
    (2.0, 1.0, 0.1)
    """
    return tuple(map(float, text.split(",")))


def logits_text(name: str, default: str, *, largest: float, most: int) -> Setting[str]:
    """A row of 2 to `most` numbers from -largest to largest, in a field that takes any form.

    >>> logits_text("logits", "1, 0", largest=10, most=3).parse("tensor([2., -1.5])")
    '2, -1.5'
    """
    return Setting(
        name,
        default,
        lambda text: as_text(read_row(text, most=most, largest=largest)),
        str,
        lambda: _(
            "2 to {most} numbers from {low} to {high}, separated by commas",
            most=most,
            low=shown(-largest),
            high=shown(largest),
        ),
    )


def target_outside(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what the target may be where it is none of the classes that the logits have.

    >>> target_outside({"logits": "2, 1, 0", "target": 2})
    {}
    >>> target_outside({"logits": "2, 1, 0", "target": 3})
    {'target': 'a whole number from 0 to 2'}
    """
    last = len(row_of(values["logits"])) - 1
    return {} if values["target"] <= last else {"target": whole("target", 0, 0, last).allowed()}
