"""What a person wrote, without the characters that are not seen and change what is."""

from __future__ import annotations

import unicodedata
from typing import Final

_JOINERS: Final = "\u200c\u200d"  # between letters and emoji that belong together


def plain(text: str) -> str:
    r"""Return a text without controls, overrides of its direction and characters without width.

    Line breaks stay.

    >>> plain("a\u202eb\x9b\u200bc\nd")
    'abc\nd'
    """
    broken = "\n".join(text.splitlines())
    return "".join(c for c in broken if c in _JOINERS or c == "\n" or not _is_unseen(c))


def one_line(text: str) -> str:
    r"""Return what a person wrote as one line, as a name is shown.

    >>> one_line("the\tfirst\n run\u2028")
    'the first run'
    """
    return " ".join(plain(" ".join(text.split())).split())


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs")
