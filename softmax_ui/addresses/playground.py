"""The logit playground's settings: its board in the URL.

`?o=1,0.5,-2&t=0&T=1&c=0&eta=0.1&names=chick,duck,goose`. Numbers are written so that they read
back as the same doubles. The component keeps the board while it is moved, so no widget has these
keys; `board_of` and `values_of` go between the settings and a board.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from softmax_core.data import CLASS_NAMES
from softmax_ui.addresses.state import PageState, Setting, number, numbers, optional, whole
from softmax_ui.components.logit_board.value import (
    FEWEST,
    LARGEST_LOGIT,
    LARGEST_SHIFT,
    LEARNING_RATE,
    LEARNING_RATES,
    LONGEST_NAME,
    MOST,
    SMOOTHINGS,
    TEMPERATURES,
    BoardValue,
    is_name,
)
from softmax_ui.notices import Problem
from softmax_ui.text import _

FIELDS: Final[Mapping[str, str]] = {
    "o": "logits",
    "t": "target",
    "T": "temperature",
    "c": "shift",
    "eta": "learning_rate",
    "eps": "smoothing",
    "names": "names",
}
"""A setting -> the board's field."""

FASHION: Final = "fashion"
"""What stands for the ten class names of Fashion-MNIST in a link."""

_BIRDS: Final = (2.0, 1.0, -1.0)


def default_names(n: int) -> tuple[str, ...]:
    """Return the names of n classes that nobody has named."""
    if n == 3:
        return (_("chick"), _("duck"), _("goose"))
    return tuple(_("class {number}", number=k + 1) for k in range(n))


def default_board() -> BoardValue:
    """Return the board that the page opens with: the note's three birds."""
    return BoardValue(_BIRDS, default_names(3), target=1)


def board_of(values: Mapping[str, Any]) -> BoardValue:
    """Return the board that the settings describe."""
    board = {field: values[name] for name, field in FIELDS.items()}
    board["names"] = board["names"] or default_names(len(board["logits"]))
    return BoardValue(**board)


def values_of(board: BoardValue) -> dict[str, Any]:
    """Return the settings that describe a board; `board_of` takes them back."""
    values = {name: getattr(board, field) for name, field in FIELDS.items()}
    # Names that the page would have given anyway are not a setting, and follow the language.
    own = board.names != default_names(len(board.names))
    return values | {"names": board.names if own else None}


def board_query(board: BoardValue) -> dict[str, str | None]:
    """Return the URL's parameters for a board; None for those that are to be left out."""
    return {**dict.fromkeys(FIELDS), **PLAYGROUND_STATE.query(**values_of(board))}


def _names() -> Setting[tuple[str, ...] | None]:
    """One name a class, or none at all: then each is called by its number."""

    def parse(text: str) -> tuple[str, ...]:
        names = CLASS_NAMES if text == FASHION else tuple(map(unquote, text.split(",")))
        if not all(map(is_name, names)):
            raise ValueError(text)
        return names

    return Setting("names", None, parse, _write_names, _allowed_names)


def _write_names(names: tuple[str, ...] | None) -> str:
    """Return names for a URL; a comma or a per cent sign inside of a name is escaped."""
    if names is None:
        raise ValueError(names)
    if tuple(names) == CLASS_NAMES:
        return FASHION
    return ",".join(_as_name(name).replace("%", "%25").replace(",", "%2C") for name in names)


def _as_name(text: str) -> str:
    """Return the nearest text that a class may be called: names come from data sets too."""
    kept = "".join(c for c in text if c.isprintable() and c not in "<>").strip()
    return kept[:LONGEST_NAME].strip() or "?"


def _allowed_names() -> str:
    return _(
        "one name a class, of at most {length} characters, without < and >, separated by commas",
        length=LONGEST_NAME,
    )


def _misfits(values: Mapping[str, Any]) -> dict[str, str]:
    """Find a target that is no class, and names that are not one a class."""
    n = len(values["o"] or _BIRDS)
    wrong = {}
    if values["t"] is not None and values["t"] >= n:
        wrong["t"] = whole("t", 0, 0, n - 1).allowed()
    if values["names"] is not None and len(values["names"]) != n:
        wrong["names"] = _allowed_names()
    return wrong


class _Board(PageState):
    """The settings of a board: they go together, so one that is wrong brings the default board."""

    def read(self, given: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
        """Return the settings that a URL's parameters stand for, and what was wrong first."""
        values, problems = super().read(given)
        if problems or not given.keys() & self.settings.keys():
            values = values_of(default_board())
        return {**values, "o": values["o"] or _BIRDS}, problems[:1]


PLAYGROUND_STATE: Final = _Board(
    # Written even where it is the default: a link with a board but without `t` has no target.
    optional(
        numbers("o", (), -LARGEST_LOGIT, LARGEST_LOGIT, shortest=FEWEST, longest=MOST, masks=True)
    ),
    optional(whole("t", 0, 0, MOST - 1)),
    number("T", 1.0, *TEMPERATURES),
    number("c", 0.0, -LARGEST_SHIFT, LARGEST_SHIFT),
    number("eta", LEARNING_RATE, *LEARNING_RATES),
    number("eps", 0.0, *SMOOTHINGS),
    _names(),
    misfits=_misfits,
)
