r"""One number as people write it: 1e-3, 2/3, 50%, ln 10, log2(3), sqrt(2), e^2, 2π. Never `eval`.

    sum = product {("+" | "-") product}      product = sign {("*" | "/") sign | tail}
    sign = ["+" | "-"] power                 tail = function of an atom | pi
    power = atom [("^" | "**") sign]         atom = number ["%"] | e | pi | function of an atom
                                                    | "(" sum ")"

In a row a sum stands in parentheses: outside of them, 1-2 is more likely two numbers than one.
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
    "√": math.sqrt,
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
_SHARES: Final[Mapping[str, float]] = {"%": 100, "‰": 1000}
_PIECE: Final = re.compile(
    # 1.5f of C, 2L of R and 1d-3 of Fortran are numbers too.
    r"(?:\d+\.?\d*|\.\d+)(?:[ed][+-]?\d+)?(?:[fl](?![a-z0-9]))?|\*\*|[-+*/^()%‰∞π]|"
    + "|".join([*FUNCTIONS, r"[a-z]+"])
)
_DEEPEST: Final = 40


def value_of(word: str, *, sums: bool = False) -> float | None:
    """Return the number that a word without blanks stands for; None for any other word.

    Args:
        word: the text.
        sums: whether 1-2 is a number, as where a person gives only one.

    >>> value_of("2/3*sqrt(9)"), value_of("50%"), value_of("-e^0"), value_of("1-2")
    (2.0, 0.5, -1.0, None)
    """
    pieces = _PIECE.findall(word.lower())
    if not pieces or "".join(pieces) != word.lower() or pieces.count("(") > _DEEPEST:
        return None
    pieces.reverse()  # the next one is the last
    try:
        value = _sum(pieces) if sums else _product(pieces)
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError, IndexError, RecursionError):
        return None
    return None if pieces else value


def _sum(pieces: list[str]) -> float:
    value = _product(pieces)
    while pieces and pieces[-1] in ("+", "-"):
        value += _product(pieces) if pieces.pop() == "+" else -_product(pieces)
    return value


def _product(pieces: list[str]) -> float:
    value = _sign(pieces)
    while pieces and (pieces[-1] in ("*", "/", "pi", "π") or pieces[-1] in FUNCTIONS):
        if pieces[-1] == "/":
            pieces.pop()
            value /= _sign(pieces)
        else:
            if pieces[-1] == "*":
                pieces.pop()
            value *= _sign(pieces)
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
    if piece == "(":
        value = _sum(pieces)
        if pieces.pop() != ")":
            raise ValueError(piece)
    else:
        value = float(piece.rstrip("fl").replace("d", "e"))
    if pieces and pieces[-1] in _SHARES:
        value /= _SHARES[pieces.pop()]
    return value
