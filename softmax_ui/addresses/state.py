"""One typed table that drives both the controls of a page and its URL.

A page lists its settings once. Their widgets take `key=setting.name` and no default of their own;
`open()` fills the session from the URL before they are drawn, `save()` writes what differs from
the defaults back. What comes from outside is checked each time: a link with nonsense in it opens
the page with the default in its place, and says so in one sentence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar, cast

import streamlit as st

from softmax_ui.notices import Problem
from softmax_ui.streamlit_inside.script_run import is_unsaid
from softmax_ui.text import _

PAGE_KEY: Final = "page_here"
"""The page that is open (`page.open_page`)."""

VISIT_KEY: Final = "page_visit"
"""Counts the changes of the page (`page.open_page`), so that a page knows it is opened anew."""

_LONGEST: Final = 4_000  # characters of one value in a URL; browsers and servers allow about 8,000

T = TypeVar("T")
Number = TypeVar("Number", int, float)

Misfits = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""The values of a page -> the name of each that does not go with the others, and what it may be."""


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
        if value is self.default:
            return self.default
        try:
            return self.parse(self.write(value))  # type: ignore[arg-type]
        except (ValueError, TypeError, AttributeError, OverflowError):
            return self.default


def fill(key: str, value: Any) -> None:
    """Give a widget its value before it is drawn, unless the browser has said what stands in it."""
    if key not in st.session_state:
        st.session_state[key] = value
    elif is_unsaid(key):
        st.session_state[key] = st.session_state[key]


def written(value: float) -> str:
    """Return the shortest text that reads back as the same float.

    >>> written(2.0), written(0.1 + 0.2)
    ('2', '0.30000000000000004')
    """
    return repr(float(value)).removesuffix(".0")


def shown(limit: float) -> str:
    """Return a limit as a sentence names it.

    >>> shown(0.05), shown(-1e12)
    ('0.05', '-1,000,000,000,000')
    """
    return f"{limit:,.15g}"


def _within(value: Number, text: str, low: float, high: float) -> Number:
    """Return the value in [low, high] that the text was read as; Python's 1_000 is not meant."""
    if "_" in text or not low <= value <= high:
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
        # -0.0 becomes 0.0, which a slider shows without a sign.
        lambda text: _within(float(text), text, low, high) + 0.0,
        written,
        lambda: _("a number from {low} to {high}", low=shown(low), high=shown(high)),
    )


def whole(name: str, default: int, low: int, high: int) -> Setting[int]:
    """A whole number in the closed range [low, high].

    >>> whole("classes", 3, 3, 10).checked(1000)
    3
    """
    return Setting(
        name,
        default,
        lambda text: _within(int(text), text, low, high),
        _write_whole,
        lambda: _("a whole number from {low} to {high}", low=low, high=high),
    )


def whole_numbers(
    name: str, default: Sequence[int], low: int, high: int, *, longest: int
) -> Setting[tuple[int, ...]]:
    """Different whole numbers in the closed range [low, high], separated by commas in the URL.

    >>> whole_numbers("pins", (), 0, 99, longest=3).parse("7,0,7")
    (7, 0)
    """

    def parse(text: str) -> tuple[int, ...]:
        parts = text.split(",", longest) if text else []
        if len(parts) > longest:
            raise ValueError(text)
        return tuple(dict.fromkeys(_within(int(part), part, low, high) for part in parts))

    return Setting(
        name,
        tuple(default),
        parse,
        lambda row: ",".join(map(_write_whole, row)),
        lambda: _(
            "at most {n} whole numbers from {low} to {high}, separated by commas",
            n=longest,
            low=low,
            high=f"{high:,}",
        ),
    )


def numbers(
    name: str,
    default: Sequence[float],
    low: float,
    high: float,
    *,
    shortest: int = 1,
    longest: int = 16,
    masks: bool = False,
) -> Setting[tuple[float, ...]]:
    """A row of floats, separated by commas in the URL; -inf among them where it may mask.

    >>> numbers("logits", (2.0, 1.0), -20, 20).parse("1,-0.5,3")
    (1.0, -0.5, 3.0)
    """

    def parse(text: str) -> tuple[float, ...]:
        parts = text.split(",", longest)
        if not shortest <= len(parts) <= longest:
            raise ValueError(text)
        row = tuple(
            -math.inf if masks and part == "-inf" else _within(float(part), part, low, high)
            for part in parts
        )
        if not any(map(math.isfinite, row)):
            raise ValueError(text)
        return row

    return Setting(
        name,
        tuple(map(float, default)),
        parse,
        lambda row: ",".join(map(written, row)),
        lambda: _row_allowed(shortest, longest, low, high),
    )


def _row_allowed(shortest: int, longest: int, low: float, high: float) -> str:
    """Say how many numbers a row has, and how large they may be."""
    limits = {"low": shown(low), "high": shown(high)}
    if shortest == longest:
        return _("{n} numbers from {low} to {high}, separated by commas", n=longest, **limits)
    return _(
        "{shortest} to {longest} numbers from {low} to {high}, separated by commas",
        shortest=shortest,
        longest=longest,
        **limits,
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


def optional(setting: Setting[T]) -> Setting[T | None]:
    """The same setting, but one may leave it open: None, which no link mentions.

    >>> optional(whole("target", 0, 0, 9)).checked(None) is None
    True
    """
    return replace(cast(Setting[T | None], setting), default=None)


def typed_key(name: str) -> str:
    """Return the session's key of the text in a setting's field (`widgets.number_field`)."""
    return f"{name}_typed"


class PageState:
    """The settings of one page, in the session and in the URL."""

    def __init__(self, *settings: Setting[Any], misfits: Misfits = lambda _values: {}) -> None:
        """Take the page's settings.

        Args:
            settings: in the order of the URL's parameters.
            misfits: finds those of a URL that, each right by itself, do not go with the others.
                With the default in their place they have to.
        """
        self.settings: dict[str, Setting[Any]] = {setting.name: setting for setting in settings}
        self._misfits = misfits

    @property
    def _key(self) -> str:
        """Where the session remembers these settings: pages may share names, not values."""
        page = st.session_state.get(PAGE_KEY, "")
        return f"page_state:{page}:{','.join(self.settings)}"

    def open(self) -> list[Problem]:
        """Fill the session for the widgets, on a fresh visit from the URL.

        A visit is fresh when the page was just opened. Coming back to a page through the menu,
        whose links carry no settings, finds it as it was left. In later runs what no widget shows
        is set again, for the widget that may take it next.

        Returns:
            What was wrong with the URL, until the person changes a setting.
        """
        visit = st.session_state.get(VISIT_KEY, 0)
        memory = st.session_state.get(self._key, {})
        if memory.get("visit") == visit:
            for name, setting in self.settings.items():
                fill(name, memory["values"].get(name, setting.default))
            return self.problems()

        in_url = st.query_params.to_dict()
        given = {name: in_url[name] for name in self.settings if name in in_url}
        values, problems = self.read(given) if given or not memory else (memory["values"], [])
        st.session_state.update(values)
        typed = set(map(typed_key, values))
        for key in typed & st.session_state.to_dict().keys():
            del st.session_state[key]  # what stood in a field of another page is not this one's
        st.session_state[self._key] = {
            "visit": visit,
            "values": values,
            "opened": values,
            "problems": problems,
        }
        return problems

    def problems(self) -> list[Problem]:
        """Return what was wrong with the URL, until the person changes a setting."""
        memory = st.session_state[self._key]
        problems: list[Problem] = memory["problems"]
        return problems if self.values() == memory["opened"] else []

    def read(self, given: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
        """Return the values that a URL's parameters stand for, and what was wrong with them."""
        values, problems = {}, []
        for name, setting in self.settings.items():
            values[name] = setting.default
            raw = given.get(name)
            if raw is None:
                continue
            try:
                if len(raw) > _LONGEST:
                    raise ValueError(raw)
                values[name] = setting.parse(raw)
            except (ValueError, OverflowError):
                problems.append(Problem(name, raw, setting.allowed()))
        for name, allowed in self._misfits(values).items():
            values[name] = self.settings[name].default
            problems.append(Problem(name, given[name], allowed))
        return values, problems

    def values(self) -> dict[str, Any]:
        """Return what is set now, each value checked: a widget's limits only bind its browser."""
        # Of a hundred settings each lookup for itself takes twice as long.
        stored = st.session_state.to_dict()
        return {
            name: setting.checked(stored.get(name, setting.default))
            for name, setting in self.settings.items()
        }

    def value(self, name: str) -> Any:
        """Return what one of the settings is now, checked."""
        setting = self.settings[name]
        return setting.checked(st.session_state.get(name, setting.default))

    def apply(self, **values: Any) -> None:
        """Set some of the settings, from a callback: a preset, a reset, a component's report."""
        for name, value in values.items():
            st.session_state[name] = self.settings[name].checked(value)
            st.session_state.pop(typed_key(name), None)

    def keep(self) -> dict[str, Any]:
        """Remember what is set now, so that coming back to the page finds it, and return it."""
        values = self.values()
        memory = st.session_state.get(self._key)
        if memory is not None:
            st.session_state[self._key] = {**memory, "values": values}
        return values

    def save(self) -> None:
        """Write what differs from the defaults into the URL; other parameters stay as they are."""
        written = self._written(self.keep())
        in_url = st.query_params.to_dict()
        for name in self.settings:
            if name in written:
                if in_url.get(name) != written[name]:
                    st.query_params[name] = written[name]
            elif name in in_url:
                del st.query_params[name]

    def query(self, **values: Any) -> dict[str, str]:
        """Return the URL parameters of these values, for `st.page_link(query_params=…)`."""
        return self._written({name: self.settings[name].checked(v) for name, v in values.items()})

    def _written(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return the text of each value that is not its setting's default."""
        return {
            name: self.settings[name].write(value)
            for name, value in values.items()
            if value != self.settings[name].default
        }
