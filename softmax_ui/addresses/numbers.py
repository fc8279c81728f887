"""A row of logits in one text field: its setting, its widget, and what it stands for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from softmax_ui.addresses.state import Setting, whole
from softmax_ui.text import _

_SEPARATORS: Final = re.compile(r"[,;\s，；、]+")
_MINUS: Final = str.maketrans({"−": "-", "–": "-", "[": " ", "]": " "})
_LONGEST: Final = 400


def row_of(text: str) -> tuple[float, ...]:
    """Return the numbers of a text that separates them by commas, semicolons or spaces.

    Args:
        text: what was typed.

    Raises:
        ValueError: there is something else in it.

    >>> row_of("[20, −0.5 1e8]")
    (20.0, -0.5, 100000000.0)
    """
    return tuple(float(part) for part in _SEPARATORS.split(text.translate(_MINUS).strip()))


def logits_text(name: str, default: str, *, largest: float, most: int) -> Setting[str]:
    """A row of 2 to `most` numbers from -largest to largest, kept as it was typed.

    >>> logits_text("logits", "1, 0", largest=10, most=3).checked("99, 0")
    '1, 0'
    """

    def parse(text: str) -> str:
        if len(text) > _LONGEST:
            raise ValueError(text[:20])
        row = row_of(text)
        if not 2 <= len(row) <= most or not all(
            math.isfinite(value) and abs(value) <= largest for value in row
        ):
            raise ValueError(text)
        return text

    return Setting(
        name,
        default,
        parse,
        str,
        lambda: _(
            "2 to {most} numbers from {low} to {high}, separated by commas",
            most=most,
            low=f"{-largest:g}",
            high=f"{largest:g}",
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
