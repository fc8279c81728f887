"""Names and notes that people give, without what hides in them."""

from __future__ import annotations

import unicodedata
from typing import Final

_BREAKS: Final = ("\n", "\r", "\t", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")
_HIDDEN: Final = ("Cc", "Cf", "Cs")


def without_hidden(text: str, keep: str = "") -> str:
    r"""Return a text without characters that are not seen but do something.

    Control characters steer a terminal that a log is read in; marks of direction turn around what
    stands beside a name; with characters of no width two names look the same.

    Args:
        text: what a person gave.
        keep: characters that stay: "\n\t" in a note. Elsewhere a break becomes a space.

    Returns:
        The text; a name that shows nothing is "".

    Example:
        >>> without_hidden("one\x9b31m\u202e\u200b"), without_hidden("two\nlines")
        ('one31m', 'two lines')

    Source:
        Unicode Technical Report 36, Unicode Security Considerations.
    """
    return "".join(
        character if character in keep else " " if character in _BREAKS else character
        for character in text
        if character in keep
        or character in _BREAKS
        or unicodedata.category(character) not in _HIDDEN
    )
