"""One typed table that drives both the controls of a page and its URL.

A page lists its settings once. Their widgets take `key=setting.name` and no default of their own;
`open()` fills the session from the URL before they are drawn, `save()` writes what differs from
the defaults back. What comes from outside is checked each time: a link with nonsense in it opens
the page with the default in its place, and says so in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from softmax_ui.addresses.settings import Setting, choice, number, numbers, switch, text, whole
from softmax_ui.notices import Problem
from softmax_ui.text import SESSION_KEY as LANGUAGE_KEY

__all__ = [
    "PageState",
    "Problem",
    "Setting",
    "choice",
    "number",
    "numbers",
    "switch",
    "text",
    "whole",
]

PAGE_KEY: Final = "page_here"
"""The page that is open (`page.open_page`)."""

VISIT_KEY: Final = "page_visit"
"""Counts the changes of the page (`page.open_page`), so that a page knows it is opened anew."""

_LONGEST: Final = 4_000  # characters of one value in a URL; browsers and servers allow about 8,000


Misfits = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""The values of a page -> the name of each that does not go with the others, and what it may be."""


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
        whose links carry no settings, finds it as it was left. In later runs only the keys of
        widgets that were not drawn for a while are filled again.

        Returns:
            What was wrong with the URL, until the person changes a setting.
        """
        visit = st.session_state.get(VISIT_KEY, 0)
        memory = st.session_state.get(self._key, {})
        if memory.get("visit") == visit:
            for name, setting in self.settings.items():
                st.session_state.setdefault(name, memory["values"].get(name, setting.default))
            return memory["problems"] if self.values() == memory["opened"] else []

        given = {name: st.query_params[name] for name in self.settings if name in st.query_params}
        values, problems = self.read(given) if given or not memory else (memory["values"], [])
        st.session_state.update(values)
        st.session_state[self._key] = {
            "visit": visit,
            "values": values,
            "opened": values,
            "problems": problems,
        }
        return problems

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
        return {
            name: setting.checked(st.session_state.get(name, setting.default))
            for name, setting in self.settings.items()
        }

    def apply(self, **values: Any) -> None:
        """Set some of the settings, from a callback: a preset, a reset, a component's report."""
        for name, value in values.items():
            st.session_state[name] = self.settings[name].checked(value)

    def save(self) -> None:
        """Write what differs from the defaults into the URL; other parameters stay as they are."""
        values = self.values()
        memory = st.session_state.get(self._key)
        if memory is not None:
            st.session_state[self._key] = {**memory, "values": values}
        written = self._written(values)
        for name in self.settings:
            if name in written:
                if st.query_params.get(name) != written[name]:
                    st.query_params[name] = written[name]
            elif name in st.query_params:
                del st.query_params[name]

    def query(self, **values: Any) -> dict[str, str]:
        """Return the URL parameters of these values, or of what is set now if none are given.

        They are what `st.page_link(query_params=…)` takes.
        """
        chosen = values or self.values()
        return self._written({name: self.settings[name].checked(v) for name, v in chosen.items()})

    def link(self, page: str = "", **values: Any) -> str:
        """Return the address, relative to the app, that opens a page with these values.

        The reader's language goes along once it was chosen.
        """
        query = self.query(**values)
        if chosen := st.session_state.get(LANGUAGE_KEY):
            query["lang"] = chosen
        return f"{page}?{urlencode(query)}" if query else page

    def _written(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return the text of each value that is not its setting's default."""
        return {
            name: self.settings[name].write(value)
            for name, value in values.items()
            if value != self.settings[name].default
        }
