"""The prose of a question as pieces of text, for where nothing reads Markdown or TeX: a phone."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

Segment = tuple[str, str]
"""How it is written ("", "em", "strong", "code", "sub", "sup", "math"), and the text."""

_PIECE: Final = re.compile(
    r"\$\$?(?P<math>[^$]+)\$\$?|`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*"
)
_WORDS: Final = {
    r"\ln": "ln", r"\log": "log", r"\max": "max", r"\cdot": "·", r"\approx": "≈", r"\neq": "≠",
    r"\varepsilon": "ε", r"\lambda": "λ", r"\delta": "δ", r"\partial": "∂", r"\sum": "∑",
    r"\infty": "∞", r"\top": "⊤", r"\,": " ", r"\ ": " ", r"\|": "‖", r"\eta": "η",
    r"\times": "×",
}  # fmt: skip
_WORD: Final = re.compile(r"\\([a-zA-Z]+|[, |])")
_FRACTION: Final = re.compile(r"\\t?frac(?:\{([^{}]*)\}\{([^{}]*)\}|(\d)(\d))")
_FONT: Final = re.compile(r"\\(?:mathbf|mathrm|operatorname)\{([^{}]*)\}")
_RAISED: Final = re.compile(r"([_^])(?:\{([^{}]*)\}|(\S))")


@lru_cache(maxsize=2048)
def segments(text: str) -> tuple[Segment, ...]:
    r"""Cut a line of our own prose into pieces.

    >>> segments("*Add* $p_t$ to `x`")
    (('em', 'Add'), ('', ' '), ('math', 'p'), ('sub', 't'), ('', ' to '), ('code', 'x'))
    """
    found: list[Segment] = []
    at = 0
    for piece in _PIECE.finditer(text):
        found.append(("", text[at : piece.start()]))
        at = piece.end()
        kind = piece.lastgroup or ""
        found += _formula(piece["math"]) if kind == "math" else [(kind, piece[kind])]
    found.append(("", text[at:]))
    return tuple(each for each in found if each[1])


def in_a_line(text: str) -> str:
    r"""Return a line of our own prose as plain text.

    >>> in_a_line(r"$\tfrac12 \cdot e^{-1}$ of `x`")
    '1/2·e^-1 of x'
    """
    marks = {"sub": "_", "sup": "^"}
    return "".join(marks.get(kind, "") + said for kind, said in segments(text))


def _formula(tex: str) -> list[Segment]:
    """Return a short formula: Latin and Greek letters, fractions in a line, raised and lowered."""
    plain = _FRACTION.sub(lambda f: f"{f[1] or f[3]}/{f[2] or f[4]}", tex)
    plain = _FONT.sub(r"\1", plain)
    # The words first: without the space after it \cdot would swallow the letter that follows.
    plain = _WORD.sub(lambda word: _WORDS.get(word[0], ""), plain)
    plain = re.sub(r" *· *", "·", re.sub(r"\s+", " ", plain))
    found: list[Segment] = []
    at = 0
    for raised in _RAISED.finditer(plain):
        found.append(("math", plain[at : raised.start()]))
        at = raised.end()
        found.append(("sub" if raised[1] == "_" else "sup", raised[2] or raised[3]))
    found.append(("math", plain[at:]))
    return [(kind, said.replace("{", "").replace("}", "")) for kind, said in found if said]
