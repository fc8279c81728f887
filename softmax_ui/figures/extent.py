"""How far an axis reaches: what matters of the curves on it, and what lies beyond.

A single huge value would press all the others into a line. So an axis ends where nearly all of what
is drawn does; what lies beyond it stays in the chart, and a note says how far it goes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Scale = Literal["auto", "linear", "log"]

_SHARE: Final = 0.02  # of what is drawn, at either end, that may lie beyond
# How far beyond the rest a value may lie and still be shown, in heights of that rest: a loss that
# falls from 2.3 to 0.4 is shown whole, one that leaps to 30 is not.
_NEAR: Final = 4.0
_NEAR_IN_DECADES: Final = 1.0
_DECADES: Final = 1.5
_ROOM: Final = 0.04
_LEVEL: Final = 0.02  # of the way to what is compared with, below which curves are level


@dataclass(frozen=True, slots=True)
class Extent:
    """The ends of an axis.

    Attributes:
        low: the lowest value shown.
        high: the highest.
        logarithmic: whether the axis is.
    """

    low: float
    high: float
    logarithmic: bool

    @property
    def range(self) -> list[float]:
        """The ends as plotly has them: of a logarithmic axis the powers of ten."""
        ends = (self.low, self.high)
        return [float(f"{math.log10(end) if self.logarithmic else end:.6g}") for end in ends]

    @property
    def ticks(self) -> dict[str, str]:
        """What plotly has to know of the ticks: within two decades 1, 2 and 5 are enough."""
        low, high = self.range
        return {"dtick": "D2"} if self.logarithmic and high - low < 2 else {}

    def place(self, value: float) -> float:
        """Return where a value is drawn, as plotly's annotations name it; beyond it, the end."""
        kept = min(max(value, self.low), self.high)
        return float(f"{math.log10(kept) if self.logarithmic else kept:.6g}")

    def share(self, value: float) -> float:
        """Return how far up the axis a value is, from 0 to 1."""
        low, high = self.range
        return (self.place(value) - low) / (high - low)


def extent(
    curves: Sequence[Floats], scale: Scale = "auto", compared: Sequence[float] | Floats = ()
) -> Extent | None:
    """Choose the ends of an axis by what is drawn on it.

    It has the values between the quantiles of 2 and 98 percent, and those that lie near these.
    "auto" is logarithmic where these span more than a decade and a half, and not by one leap alone.

    Args:
        curves: what is drawn, of any shape; nan and inf are not.
        scale: of the axis, or "auto".
        compared: values that curves are compared with: where all that is drawn is level, as of a
            model that is always right, the axis reaches to them, and not into the seventh digit.

    Returns:
        The ends; None where nothing can be drawn.

    >>> extent([np.array([2.3, 1.0, 0.5, 0.4]), np.array([2.3, 40.0] + 98 * [0.5])]).high
    2.376
    >>> extent([np.array([1.0, 10.0, 1000.0])]).range
    [-0.12, 3.12]
    """
    drawn = np.concatenate([np.ravel(curve) for curve in curves]) if curves else np.empty(0)
    drawn = drawn[np.isfinite(drawn)]
    logarithmic = scale == "log" or (scale == "auto" and _spans_decades(drawn))
    if logarithmic:
        drawn = np.log10(drawn[drawn > 0])
    if not len(drawn):
        return None
    low, high = _most(drawn, _NEAR_IN_DECADES if logarithmic else _NEAR)
    if not logarithmic and len(compared):
        far = max(abs(value - end) for value in compared for end in (low, high))
        if high - low < _LEVEL * far:
            low, high = min(low, *compared), max(high, *compared)
    room = _ROOM * (high - low) or _ROOM * max(abs(high), 1e-12)
    low, high = low - room, high + room
    if logarithmic:
        return Extent(10**low, 10**high, True)
    return Extent(low, high, False)


def _most(drawn: Floats, near: float) -> tuple[float, float]:
    """Return the lowest and the highest value of those near the quantiles."""
    low, high = np.quantile(drawn, (_SHARE, 1 - _SHARE))
    room = near * (high - low)
    shown = drawn[(drawn >= low - room) & (drawn <= high + room)]
    return float(shown.min()), float(shown.max())


def _spans_decades(drawn: Floats) -> bool:
    if not len(drawn) or drawn.min() <= 0:
        return False
    low, high = np.quantile(drawn, (_SHARE, 1 - _SHARE))
    least, most = _most(drawn, _NEAR)
    return bool(most >= least * 10**_DECADES and high >= 10 * low)
