"""The logit playground's board in its URL: short, exact, and distrusted when it comes back.

`?o=1,0.5,-2&t=0&T=1&c=0&eta=0.1&names=chick,duck,goose`. Numbers are written so that they read
back as the same doubles; what has its default value is left out. A URL with anything in it that
no board may have opens the default board, with one sentence about what was wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

import streamlit as st

from softmax_core.data import CLASS_NAMES
from softmax_ui.addresses.state import VISIT_KEY
from softmax_ui.components.logit_board.value import (
    FEWEST,
    LARGEST_LOGIT,
    LARGEST_SHIFT,
    LEARNING_RATES,
    LONGEST_NAME,
    MOST,
    TEMPERATURES,
    BoardValue,
    is_name,
    problem_of,
)
from softmax_ui.notices import Problem
from softmax_ui.text import _

PARAMETERS: Final = ("o", "t", "T", "c", "eta", "names")
"""The board's parameters, in the order in which a link has them."""

FASHION: Final = "fashion"
"""What stands for the ten class names of Fashion-MNIST in a link."""

_MEMORY: Final = "logit_playground"
_LONGEST: Final = 4_000  # characters of one parameter


def default_names(n: int) -> tuple[str, ...]:
    """Return the names of n classes that nobody has named."""
    if n == 3:
        return (_("chick"), _("duck"), _("goose"))
    return tuple(_("class {number}", number=k + 1) for k in range(n))


def default_board() -> BoardValue:
    """Return the board that the page opens with: the note's three birds."""
    return BoardValue((2.0, 1.0, -1.0), default_names(3), target=1, learning_rate=1.0)


def playground_query(
    logits: Sequence[float],
    target: int | None = None,
    names: Sequence[str] | None = None,
    *,
    temperature: float = 1.0,
    shift: float = 0.0,
    learning_rate: float = 1.0,
) -> dict[str, str]:
    """Return the URL parameters that open the playground with this board.

    They are what `st.page_link(query_params=…)` and `st.switch_page` take.

    Args:
        logits: 2 to 20 finite numbers; they arrive as the same doubles.
        target: the class index that the loss is about, or None.
        names: one a class; None for default ones. Characters that no name may have are left out.
        temperature: T, 0.05 to 20.
        shift: c.
        learning_rate: η.

    >>> playground_query([1.0, 0.1, -2.5], target=0)
    {'o': '1,0.1,-2.5', 't': '0'}
    """
    n = len(logits)
    named = default_names(n) if names is None else tuple(map(_as_name, names))
    value = BoardValue(tuple(map(float, logits)), named, target, temperature, shift, learning_rate)
    return {name: text for name, text in board_query(value).items() if text is not None}


def board_query(value: BoardValue) -> dict[str, str | None]:
    """Return the URL parameters of a board; None for those that its defaults make superfluous."""
    return {
        "o": ",".join(map(_written, value.logits)),
        "t": None if value.target is None else str(value.target),
        "T": None if value.temperature == 1 else _written(value.temperature),
        "c": None if value.shift == 0 else _written(value.shift),
        "eta": None if value.learning_rate == 1 else _written(value.learning_rate),
        "names": _written_names(value.names),
    }


def read_board(given: Mapping[str, str]) -> tuple[BoardValue, list[Problem]]:
    """Return the board that a URL's parameters stand for, or the default and what was wrong.

    >>> read_board({"o": "1,nan"})[1][0].name
    'o'
    """
    if not any(name in given for name in PARAMETERS):
        return default_board(), []
    value, wrong = _parsed(given)
    if wrong is None and value is not None:
        return value, []
    name = wrong or "o"
    return default_board(), [Problem(name, given.get(name, ""), _allowed(name))]


def open_board() -> tuple[BoardValue, int]:
    """Return the board that this visit began with, and its edition.

    A fresh visit reads the URL; without a board in it, it finds the board as it was left.
    """
    visit = st.session_state.get(VISIT_KEY, 0)
    memory = st.session_state.get(_MEMORY)
    if memory is None or memory["visit"] != visit:
        given = {name: st.query_params[name] for name in PARAMETERS if name in st.query_params}
        opened, problems = read_board(given)
        if memory and not given:
            opened = memory["now"]
        edition = (memory["edition"] if memory else 0) + 1
        memory = {"visit": visit, "opened": opened, "now": opened}
        memory |= {"edition": edition, "problems": problems}
        st.session_state[_MEMORY] = memory
    return memory["opened"], memory["edition"]


def keep_board(value: BoardValue) -> list[Problem]:
    """Remember the board, so that coming back to the page finds it.

    Returns:
        What was wrong with the URL, until the board is moved.
    """
    memory = st.session_state[_MEMORY]
    if value != memory["opened"]:
        memory["problems"] = []
    memory["now"] = value
    problems: list[Problem] = memory["problems"]
    return problems


def put_board(value: BoardValue) -> None:
    """Begin anew with this board, from a callback."""
    memory = st.session_state[_MEMORY]
    memory.update(opened=value, now=value, edition=memory["edition"] + 1, problems=[])


def board_now() -> BoardValue:
    """Return the board as it was kept last."""
    value: BoardValue = st.session_state[_MEMORY]["now"]
    return value


def _parsed(given: Mapping[str, str]) -> tuple[BoardValue | None, str | None]:
    """Return the board, or the name of the first parameter that cannot be one's."""
    fields: dict[str, Any] = {}
    for name, (field, read) in _READERS.items():
        text = given.get(name)
        if text is None:
            continue
        try:
            if len(text) > _LONGEST:
                return None, name
            fields[field] = read(text)
        except (ValueError, OverflowError):
            return None, name
    fields.setdefault("logits", default_board().logits)
    if "names" not in fields:
        fields["names"] = default_names(min(len(fields["logits"]), MOST + 1))
    value = BoardValue(**{"learning_rate": 1.0, **fields})
    problem = problem_of(value)
    short = {field: name for name, (field, _read) in _READERS.items()}
    return value, short[problem] if problem else None


def _allowed(name: str) -> str:
    """Say what a parameter may be."""
    return {
        "o": lambda: _(
            "{fewest} to {most} numbers of at most {largest}, separated by commas",
            fewest=FEWEST,
            most=MOST,
            largest=f"±{LARGEST_LOGIT:,.0f}",
        ),
        "t": lambda: _("the position of a class, from 0 on"),
        "T": lambda: _range(*TEMPERATURES),
        "c": lambda: _range(-LARGEST_SHIFT, LARGEST_SHIFT),
        "eta": lambda: _range(*LEARNING_RATES),
        "names": lambda: _(
            "one name a class, of at most {length} characters, without < and >, "
            "separated by commas",
            length=LONGEST_NAME,
        ),
    }[name]()


def _range(low: float, high: float) -> str:
    """Say that a number must lie in a range."""
    return _("a number from {low} to {high}", low=f"{low:g}", high=f"{high:g}")


def _number(text: str) -> float:
    """Return the float that a text is; Python's underscores in numbers are not meant."""
    if "_" in text:
        raise ValueError(text)
    return float(text)


def _read_names(text: str) -> tuple[str, ...]:
    """Return the names in a URL."""
    return CLASS_NAMES if text == FASHION else tuple(map(unquote, text.split(",", MOST)))


_READERS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "o": ("logits", lambda text: tuple(map(_number, text.split(",", MOST)))),
    "t": ("target", int),
    "T": ("temperature", _number),
    "c": ("shift", _number),
    "eta": ("learning_rate", _number),
    "names": ("names", _read_names),
}
"""URL parameter -> the board's field, and how its text is read."""


def _written(value: float) -> str:
    """Return the shortest text that reads back as the same float."""
    return repr(float(value)).removesuffix(".0")


def _written_names(names: Sequence[str]) -> str | None:
    """Return names for a URL; a comma or a per cent sign inside of a name is escaped."""
    if tuple(names) == default_names(len(names)):
        return None
    if tuple(names) == CLASS_NAMES:
        return FASHION
    return ",".join(name.replace("%", "%25").replace(",", "%2C") for name in names)


def _as_name(text: str) -> str:
    """Return the nearest text that a class may be called."""
    kept = "".join(c for c in text if c.isprintable() and c not in "<>").strip()[:LONGEST_NAME]
    return kept.strip() if is_name(kept.strip()) else "?"
