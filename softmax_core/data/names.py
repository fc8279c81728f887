"""Names and notes that people give, without what hides in them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_NAME_LENGTH: Final = 60

_UNWRITABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_JOINERS: Final = "\u200c\u200d"


def without_hidden(text: str) -> str:
    r"""Return a text without characters that have no shape of their own but do something.

    Marks of direction turn around what stands beside a name; with characters of no width two names
    look the same. Joiners stay where scripts and emoji need them: between characters beyond ASCII.

    Args:
        text: what a person gave.

    Returns:
        The text; a name that shows nothing is "".

    Example:
        >>> without_hidden("one\u202e\u200b two\u200d"), len(without_hidden("👩\u200d💻"))
        ('one two', 3)

    Source:
        Unicode Technical Report 36, Unicode Security Considerations.
    """
    if text.isascii():
        return text
    around = zip(f" {text}", text, f"{text[1:]} ", strict=False)
    return "".join(
        character
        for before, character, after in around
        if unicodedata.category(character) != "Cf"
        or (character in _JOINERS and not (before.isascii() or after.isascii()))
    )


def is_line(text: str) -> bool:
    r"""Tell whether a text is one line that can be written down.

    Half of a surrogate pair fits no file and no database; a line break or a NUL would end a name
    in a table or a file where nobody expects it.

    >>> is_line("第一次 👩‍💻"), is_line("a\nb"), is_line("a\x00"), is_line("\ud83d")
    (True, False, False, False)
    """
    return _UNWRITABLE.search(text) is None
