"""What a board holds, and what softmax_core says about it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

FEWEST: Final = 2
MOST: Final = 20
LARGEST_LOGIT: Final = 1e6
"""The largest logit that is taken, with either sign, wherever a person sets logits."""
LARGEST_SHIFT: Final = 1000.0
TEMPERATURES: Final = (0.05, 20.0)
LEARNING_RATES: Final = (0.001, 100.0)
SMOOTHINGS: Final = (0.0, 1.0)
LEARNING_RATE: Final = 1.0
"""η of a board until the person chooses one."""
LONGEST_NAME: Final = 24


@dataclass(frozen=True, slots=True)
class BoardValue:
    """One board: softmax is applied to z = (o + c) / T.

    Attributes:
        logits: o, 2 to 20 numbers, at least one of them finite; -inf masks its class.
        names: one name a class.
        target: the class index that the loss is about, or None.
        temperature: T, 0.05 to 20.
        shift: c, added to each logit.
        learning_rate: η of a descent step on the logits.
        smoothing: ε of the label that the loss compares with, 0 (one-hot) to 1 (uniform).
    """

    logits: tuple[float, ...]
    names: tuple[str, ...]
    target: int | None = None
    temperature: float = 1.0
    shift: float = 0.0
    learning_rate: float = LEARNING_RATE
    smoothing: float = 0.0

    @property
    def arguments(self) -> tuple[float, ...]:
        """Return z, what softmax is applied to.

        >>> BoardValue((1.0, 3.0), ("a", "b"), temperature=2.0, shift=1.0).arguments
        (1.0, 2.0)
        """
        return tuple((o + self.shift) / self.temperature for o in self.logits)


def is_name(text: str) -> bool:
    r"""Tell whether a class may be called so: 1 to 24 printable characters, no < or >.

    >>> is_name("goose"), is_name("<b>"), is_name(""), is_name("a\nb")
    (True, False, False, False)
    """
    fits = 0 < len(text) <= LONGEST_NAME and text.isprintable()
    return fits and text == text.strip() and not {"<", ">"} & set(text)


def problem_of(value: BoardValue) -> str | None:
    """Return the name of the first field that no board may have, or None.

    >>> problem_of(BoardValue((1.0, float("nan")), ("a", "b")))
    'logits'
    """
    n = len(value.logits)
    checks = {
        "logits": FEWEST <= n <= MOST
        and all(o == -math.inf or _within(o, LARGEST_LOGIT) for o in value.logits)
        and any(map(math.isfinite, value.logits)),
        "names": len(value.names) == n and all(map(is_name, value.names)),
        "target": value.target is None or 0 <= value.target < n,
        "temperature": TEMPERATURES[0] <= value.temperature <= TEMPERATURES[1],
        "shift": _within(value.shift, LARGEST_SHIFT),
        "learning_rate": LEARNING_RATES[0] <= value.learning_rate <= LEARNING_RATES[1],
        "smoothing": SMOOTHINGS[0] <= value.smoothing <= SMOOTHINGS[1],
    }
    return next((name for name, good in checks.items() if not good), None)


def board_from(state: Mapping[str, Any]) -> BoardValue | None:
    """Return the board that the browser reported, or None for anything that is not one.

    >>> board_from({"logits": [1, 2], "names": ["a", "b"], "target": 5}) is None
    True
    """
    try:
        target = state["target"]
        value = BoardValue(
            logits=tuple(map(float, state["logits"])),
            names=tuple(map(str, state["names"])),
            target=None if target is None else int(target),
            temperature=float(state["temperature"]),
            shift=float(state["shift"]),
            learning_rate=float(state["learning_rate"]),
            smoothing=float(state["smoothing"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return value if problem_of(value) is None else None


def _within(number: float, largest: float) -> bool:
    """Tell whether a number is finite and no larger than allowed; nan is not."""
    return math.isfinite(number) and abs(number) <= largest
