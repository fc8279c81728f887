"""Codes and the words that stand for them on a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from softmax_ui.text import catalogue, language

Code = TypeVar("Code", bound=str)


def N_(message: str, /) -> str:  # noqa: N802 - gettext's own name for a marked message
    """Mark a message for the catalogue; it is translated later, when it is shown."""
    return message


class Names(Generic[Code]):
    """The name of each code of one kind, translated whenever it is asked for.

    Args:
        messages: code -> its English name, marked by `N_`.

    Raises:
        ValueError: on a call with a code that has no name.

    >>> split_name = Names({"test": N_("test set")})
    >>> split_name("test"), list(split_name)
    ('test set', ['test'])
    """

    def __init__(self, messages: Mapping[Code, str]) -> None:
        self._messages = messages

    def __call__(self, code: Code) -> str:
        """Return the code's name in the reader's language."""
        if code not in self._messages:
            raise ValueError(f"{code!r} is none of {', '.join(self._messages)}")
        return catalogue(language()).gettext(self._messages[code])

    def __iter__(self) -> Iterator[Code]:
        """Go through the codes."""
        return iter(self._messages)
