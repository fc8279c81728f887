"""The server's log: a line is one line, and nobody fills it from outside."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

FEW: Final = 5
"""Lines of one kind in a minute; the next one after it says how many were left out."""
_MINUTE: Final = 60.0


def legible(text: str) -> str:
    r"""Return a text in which what steers a terminal, or hides, is written out.

    >>> legible("a\x9b31m\u202eb\n  c")
    'a\\x9b31m\\u202eb\n  c'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_written(character) for character in text)


def _written(character: str) -> str:
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    if not hidden or character in "\n\t":
        return character
    return character.encode("unicode_escape").decode()


class LegibleRecord(logging.LogRecord):
    """A record of which nothing that came from outside does anything to whoever reads it."""

    def getMessage(self) -> str:  # noqa: N802, the name is logging's
        """Return the message on one line."""
        return legible(super().getMessage()).replace("\n", "\\n")

    def __setattr__(self, name: str, value: Any) -> None:
        """Write a traceback's text so, too, which the formatter puts here."""
        if name == "exc_text" and isinstance(value, str):
            value = legible(value)
        super().__setattr__(name, value)


class Few(logging.Filter):
    """Lets few lines of a kind through a minute; a warning comes without a traceback.

    What a client may bring about again and again is warned of; a mistake of ours is an error.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, object], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is written."""
        if (decided := getattr(record, "is_one_of_few", None)) is not None:
            return bool(decided)  # by another handler of the same record
        if record.levelno <= logging.WARNING:
            record.exc_info = None
        kind, now = (record.pathname, record.lineno), monotonic()
        since, count = self._seen.get(kind, (now, 0))
        if now - since > _MINUTE:
            if count > FEW:
                record.msg, record.args = f"{record.getMessage()} ({count - FEW} more before)", None
            since, count = now, 0
        self._seen[kind] = (since, count + 1)
        record.is_one_of_few = count < FEW
        return count < FEW


@contextmanager
def legible_log() -> Iterator[None]:
    """Keep the log so for the loggers that there are; entered when the server has been imported."""
    few, factory = Few(), logging.getLogRecordFactory()
    named = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    handlers = [handler for logger in (logging.root, *named) for handler in logger.handlers]
    if logging.lastResort is not None:
        handlers.append(logging.lastResort)
    logging.setLogRecordFactory(LegibleRecord)
    for handler in handlers:
        handler.addFilter(few)
    try:
        yield
    finally:
        logging.setLogRecordFactory(factory)
        for handler in handlers:
            handler.removeFilter(few)
