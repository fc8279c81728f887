"""Whether an answer is right, and if it is not, what it is instead."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from softmax_ui.addresses.numbers import NotARow, bare_number, read_number
from softmax_ui.questions.question import Asked

Hint = Literal[
    "", "road", "option", "reversed", "position", "sign", "percent", "factor", "digits", "close"
]

_DECIMALS: Final = re.compile(
    r"[+-]?[\d ']*(?:[.,](?P<decimals>\d*))?"
    r"(?:(?:e|\*10(?:\^|\*\*))\(?(?P<e>[+-]?\d+)\)?)?(?P<percent>%?)"
)
_SHARE: Final = 0.05
"""How far from the right one an answer may be, however few digits it has: -0.1 is no -0.125."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer is.

    Attributes:
        right: whether it is right.
        hint: what is wrong with it: it lies on a wrong "road" or is a wrong "option" (`about` is
            its name), is the right order "reversed" or wrong from the "position" `about` on; its
            "sign" is, or it is a "percent" too many; it is a "factor" `about` of the right one;
            its last "digits" are not right, or it is only "close".
        about: see `hint`.
    """

    right: bool
    hint: Hint = ""
    about: str = ""


def mark(answer: Any, asked: Asked) -> Mark:
    """Grade an answer: what was typed for a number, an option's key, or keys in order."""
    right = asked.right()
    if isinstance(right, float):
        return mark_number(str(answer), right, asked.roads())
    if isinstance(right, tuple):
        if tuple(answer) == right[::-1]:
            return Mark(False, "reversed")
        same = [said == true for said, true in zip(answer, right, strict=True)]
        return Mark(True) if all(same) else Mark(False, "position", str(same.index(False) + 1))
    return Mark(True) if answer == right else Mark(False, "option", str(answer))


def number_of(answer: object) -> float | None:
    """Return the number that was typed for an answer; None for a text that is none.

    >>> number_of("-1/8"), number_of("an eighth"), number_of("inf")
    (-0.125, None, None)
    """
    try:
        number = read_number(str(answer))
    except NotARow:
        return None
    return number if math.isfinite(number) else None


def half_a_digit(text: str) -> float | None:
    """Return half a unit of the last digit that a person wrote; None for a formula.

    >>> half_a_digit("-0,12"), half_a_digit("１２．５％"), half_a_digit("ln 10")
    (0.005, 0.0005, None)
    """
    found = _DECIMALS.fullmatch(bare_number(text).lower())
    if found is None:
        return None
    digits = len(found["decimals"] or "") - int(found["e"] or 0)
    return float(f"{0.005 if found['percent'] else 0.5}e{-digits}")


def mark_number(text: str, right: float, roads: dict[str, float]) -> Mark:
    """Grade a number by the digits that were given.

    Args:
        text: what was typed.
        right: the right number.
        roads: where wrong ways lead: name -> number.
    """
    answer = number_of(text)
    if answer is None:
        return Mark(False)
    half = half_a_digit(text)

    def is_rounded(true: float) -> bool:
        if half is None:
            return math.isclose(answer, true, rel_tol=1e-6, abs_tol=1e-9)
        bound = min(half, _SHARE * abs(true))
        return abs(answer - true) <= bound * (1 + 1e-9) + 1e-12

    on = [name for name, end in roads.items() if not math.isclose(end, right) and is_rounded(end)]
    nearest = min(on, key=lambda name: abs(answer - roads[name]), default="")
    # Few digits may round the right number and a wrong one alike: then they are right, unless they
    # are the wrong one itself.
    is_the_road = nearest and math.isclose(answer, roads[nearest], rel_tol=1e-6)
    if is_rounded(right) and (not is_the_road or math.isclose(answer, right, rel_tol=1e-6)):
        return Mark(True)
    if nearest:
        return Mark(False, "road", nearest)
    return _resemblance(answer, right, half, is_rounded)


def _resemblance(
    answer: float, right: float, half: float | None, is_rounded: Callable[[float], bool]
) -> Mark:
    """Tell what a wrong number has in common with the right one."""
    if right and is_rounded(-right):
        return Mark(False, "sign")
    if 0 < abs(right) <= 1 and is_rounded(100 * right):
        return Mark(False, "percent")
    for factor in (2, 3, 4, 10, 100):
        for times, name in ((factor, f"{factor}"), (1 / factor, f"1/{factor}")):
            if right and is_rounded(times * right):
                return Mark(False, "factor", name)
    if half is not None and abs(answer - right) <= 2.5 * half < _SHARE * abs(right):
        return Mark(False, "digits")
    return Mark(False, "close" if abs(answer - right) <= _SHARE * abs(right) else "")
