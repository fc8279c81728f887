"""A row of numbers in any form that people copy: from a sheet, a notebook, a log."""

from __future__ import annotations

import json
import math
import re
from typing import Final, Literal

from softmax_ui.components.logit_board.value import FEWEST, LARGEST_LOGIT, MOST

Reason = Literal["nothing", "words", "not_finite", "too_large", "too_few", "too_many", "rows"]

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NOT_FINITE: Final = re.compile(r"(?i)[+-]?\b(?:nan|inf(?:inity)?)\b")
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
    """The text is not one row of 2 to 20 finite numbers.

    Attributes:
        reason: which of the things that can be wrong it is.
        value: the piece of the text that it is about.
    """

    def __init__(self, reason: Reason, value: str) -> None:
        """Keep the reason and the piece of text for a sentence in the reader's language."""
        super().__init__(f"{reason}: {value!r}")
        self.reason = reason
        self.value = value


def read_row(text: str) -> tuple[float, ...]:
    r"""Return the row of numbers in a pasted text.

    Numbers may be separated by commas, semicolons, spaces, tabs or lines, stand in brackets, be
    JSON, or be a printed numpy array or torch tensor, with or without a name and "=" before it. A
    column of rows with one number each is a row. "1,5; 2" with semicolons has decimal commas.

    Args:
        text: what was pasted, at most 4,000 characters.

    Returns:
        2 to 20 finite floats.

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
        raise NotARow("too_many", f"{plain[:40]}…")
    row = _from_json(plain)
    if row is None:
        row = _from_text(plain)
    if len(row) < FEWEST:
        raise NotARow("too_few", str(len(row)))
    if len(row) > MOST:
        raise NotARow("too_many", str(len(row)))
    for number in row:
        if not math.isfinite(number):
            raise NotARow("not_finite", str(number))
        if abs(number) > LARGEST_LOGIT:
            raise NotARow("too_large", f"{number:g}")
    return row


def _from_json(text: str) -> tuple[float, ...] | None:
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
    for entry in found:
        if isinstance(entry, bool) or not isinstance(entry, int | float):
            raise NotARow("words", str(entry)[:40])
    try:
        return tuple(map(float, found))
    except OverflowError as error:
        raise NotARow("too_large", "10^308") from error


def _from_text(text: str) -> tuple[float, ...]:
    """Return the numbers of any other text, if there is nothing beside them."""
    bare = _WRAPPING.sub(" ", text)
    if found := _NOT_FINITE.search(bare):
        raise NotARow("not_finite", found.group())
    is_column = not re.sub(r"[\s,()\[\]]", "", _COLUMN.sub("", bare))
    if not is_column and re.search(r"\]\s*,?\s*\[", bare):
        raise NotARow("rows", str(len(re.findall(r"\]\s*,?\s*\[", bare)) + 1))
    pieces = re.sub(r"[\[\](){}]", " ", bare)
    if ";" in pieces or re.fullmatch(
        rf"\s*(?:{_DECIMAL_COMMA.pattern}\s+)+{_DECIMAL_COMMA.pattern}\s*", pieces
    ):
        pieces = re.sub(r"(?<=\d),(?=\d)", ".", pieces)
    words = [word for word in re.split(r"[\s,;|]+", pieces) if word]
    for word in words:
        if not _NUMBER.fullmatch(word):
            raise NotARow("words", word[:40])
        if abs(float(word)) > LARGEST_LOGIT:
            raise NotARow("too_large", word[:40])
    return tuple(map(float, words))
