r"""One number as people write it: 1e-3, 2/3, 50%, ln 10, log2(3), sqrt(2), e^2. Never `eval`.

    product = sign {("*" | "/") sign}         sign = ["+" | "-"] power
    power = atom [("^" | "**") sign]          atom = number ["%"] | e | pi | function of an atom
                                                     | "(" product {("+" | "-") product} ")"

A sum stands in parentheses: outside of them, 1-2 is more likely two numbers than one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final

FUNCTIONS: Final[Mapping[str, Callable[[float], float]]] = {
    "log10": math.log10,
    "log2": math.log2,
    "log": math.log,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "ln": math.log,
    "lg": math.log10,
}
_CONSTANTS: Final[Mapping[str, float]] = {
    "e": math.e,
    "pi": math.pi,
    "π": math.pi,
    "inf": math.inf,
    "infinity": math.inf,
    "∞": math.inf,
    "nan": math.nan,
}
_PIECE: Final = re.compile(
    r"(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|\*\*|[-+*/^()%∞π]|" + "|".join([*FUNCTIONS, r"[a-z]+"])
)
_DEEPEST: Final = 40


def value_of(word: str) -> float | None:
    """Return the number that a word without blanks stands for; None for any other word.

    >>> value_of("2/3*sqrt(9)"), value_of("50%"), value_of("-e^0"), value_of("1-2")
    (2.0, 0.5, -1.0, None)
    """
    pieces = _PIECE.findall(word.lower())
    if not pieces or "".join(pieces) != word.lower() or pieces.count("(") > _DEEPEST:
        return None
    pieces.reverse()  # the next one is the last
    try:
        value = _product(pieces)
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError, IndexError, RecursionError):
        return None
    return None if pieces else value


def _product(pieces: list[str]) -> float:
    value = _sign(pieces)
    while pieces and pieces[-1] in ("*", "/"):
        if pieces.pop() == "*":
            value *= _sign(pieces)
        else:
            value /= _sign(pieces)
    return value


def _sign(pieces: list[str]) -> float:
    if pieces[-1] in ("+", "-"):
        return -_power(pieces) if pieces.pop() == "-" else _power(pieces)
    return _power(pieces)


def _power(pieces: list[str]) -> float:
    value = _atom(pieces)
    if pieces and pieces[-1] in ("^", "**"):
        pieces.pop()
        value = math.pow(value, _sign(pieces))
    return value


def _atom(pieces: list[str]) -> float:
    piece = pieces.pop()
    if piece in FUNCTIONS:
        return FUNCTIONS[piece](_atom(pieces))
    if piece in _CONSTANTS:
        return _CONSTANTS[piece]
    if piece != "(":
        value = float(piece)
        if pieces and pieces[-1] == "%":
            pieces.pop()
            value /= 100
        return value
    value = _product(pieces)
    while (sign := pieces.pop()) in ("+", "-"):
        value += _product(pieces) if sign == "+" else -_product(pieces)
    if sign != ")":
        raise ValueError(sign)
    return value
