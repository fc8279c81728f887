"""The kinds of thing that a person can set: each reads, writes and limits its own values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from softmax_ui.text import _

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One thing that a person can set.

    Attributes:
        name: the widget's key, the session's key and the URL's parameter.
        default: what it is until it is set.
        parse: text -> value; ValueError for text that is no value of this setting.
        write: value -> text, so that `parse(write(value)) == value`.
        allowed: what `parse` takes, in the reader's words.
    """

    name: str
    default: T
    parse: Callable[[str], T]
    write: Callable[[T], str]
    allowed: Callable[[], str]

    def checked(self, value: object) -> T:
        """Return the value if it is one of this setting, else the default."""
        try:
            return self.parse(self.write(value))  # type: ignore[arg-type]
        except (ValueError, TypeError, AttributeError, OverflowError):
            return self.default


def _write_number(value: float) -> str:
    """Return the shortest text that reads back as the same float."""
    text = repr(float(value))
    return text.removesuffix(".0")


def _parse_number(text: str, low: float, high: float) -> float:
    """Return the finite float in [low, high] that the text is."""
    value = float(text)
    if not math.isfinite(value) or not low <= value <= high:
        raise ValueError(text)
    return value + 0.0  # -0.0 becomes 0.0, which a slider shows without a sign


def _parse_whole(text: str, low: int, high: int) -> int:
    """Return the whole number in [low, high] that the text is."""
    value = int(text)
    if not low <= value <= high:
        raise ValueError(text)
    return value


def _write_whole(value: int) -> str:
    """Return a whole number as text; ValueError for anything that is not whole."""
    if isinstance(value, bool) or value != int(value):
        raise ValueError(value)
    return str(int(value))


def number(name: str, default: float, low: float, high: float) -> Setting[float]:
    """A float in the closed range [low, high].

    >>> number("temperature", 1.0, 0.05, 20.0).parse("2.5")
    2.5
    """
    return Setting(
        name,
        float(default),
        lambda text: _parse_number(text, low, high),
        _write_number,
        lambda: _("a number from {low} to {high}", low=f"{low:g}", high=f"{high:g}"),
    )


def whole(name: str, default: int, low: int, high: int) -> Setting[int]:
    """A whole number in the closed range [low, high].

    >>> whole("classes", 3, 3, 10).checked(1000)
    3
    """
    return Setting(
        name,
        default,
        lambda text: _parse_whole(text, low, high),
        _write_whole,
        lambda: _("a whole number from {low} to {high}", low=low, high=high),
    )


def numbers(
    name: str,
    default: Sequence[float],
    low: float,
    high: float,
    *,
    shortest: int = 1,
    longest: int = 16,
) -> Setting[tuple[float, ...]]:
    """A row of floats, separated by commas in the URL.

    >>> numbers("logits", (2.0, 1.0), -20, 20).parse("1,-0.5,3")
    (1.0, -0.5, 3.0)
    """

    def parse(text: str) -> tuple[float, ...]:
        parts = text.split(",", longest)
        if not shortest <= len(parts) <= longest:
            raise ValueError(text)
        return tuple(_parse_number(part, low, high) for part in parts)

    return Setting(
        name,
        tuple(map(float, default)),
        parse,
        lambda row: ",".join(map(_write_number, row)),
        lambda: _(
            "{shortest} to {longest} numbers from {low} to {high}, separated by commas",
            shortest=shortest,
            longest=longest,
            low=f"{low:g}",
            high=f"{high:g}",
        ),
    )


def choice(name: str, default: str, options: Sequence[str]) -> Setting[str]:
    """One of a few words.

    >>> choice("loss", "cross_entropy", ["cross_entropy", "squared_error"]).checked("<b>")
    'cross_entropy'
    """
    known = {option: option for option in options}

    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return known[text]

    return Setting(
        name, default, parse, str, lambda: _("one of {options}", options=", ".join(known))
    )


def switch(name: str, default: bool) -> Setting[bool]:
    """On or off; 1 or 0 in the URL.

    >>> switch("log_scale", False).write(True)
    '1'
    """
    words = {"1": True, "0": False}

    def parse(text: str) -> bool:
        if text not in words:
            raise ValueError(text)
        return words[text]

    return Setting(name, default, parse, lambda on: str(int(on)), lambda: _("1 or 0"))


def text(name: str, default: str, max_length: int) -> Setting[str]:
    """A line of text. It is shown as it is, never as markup: the page that draws it sees to that.

    >>> text("name", "", 5).checked("too long")
    ''
    """

    def parse(value: str) -> str:
        if len(value) > max_length or not value.isprintable():
            raise ValueError(value)
        return value

    return Setting(
        name,
        default,
        parse,
        str,
        lambda: _("a line of at most {length} characters", length=max_length),
    )
