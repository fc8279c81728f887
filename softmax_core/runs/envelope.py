"""Curves of any length in bounded memory: the extremes over equal stretches of steps.

A screen has a few hundred columns; a run may have millions of steps. An `Envelope` keeps, for each
curve, the lowest and the highest value of every stretch, so a spike of one step stays visible, and
when it is full it joins neighbouring stretches two by two. What it holds never grows, and adding
k steps costs O(k).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curves:
    """Evenly spaced points of several curves.

    Attributes:
        first: the step of the first point.
        spacing: steps between neighbouring points.
        values: float64 (points, curves); nan where a curve has no number.
    """

    first: float
    spacing: float
    values: Floats

    @property
    def steps(self) -> Floats:
        """The step of each point, float64 (points,)."""
        return self.first + self.spacing * np.arange(len(self.values), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Lowest and highest value of each stretch, (stretches, curves), and whether low came first."""

    low: Floats
    high: Floats
    rises: npt.NDArray[np.bool_]


class Envelope:
    """The extremes of `columns` curves over equal stretches of consecutive steps.

    Of a stretch with a nan the lowest number is kept beside a nan, so a gap in a curve stays a gap
    however far it is thinned.

    Args:
        columns: how many curves.
        capacity: how many stretches are kept at most; an even number.

    Example:
        >>> envelope = Envelope(columns=1, capacity=4)
        >>> envelope.append(np.array([[5.0], [1.0], [2.0], [9.0], [3.0], [4.0]]))
        >>> envelope.points(100).values[:, 0].tolist()
        [5.0, 1.0, 2.0, 9.0, 3.0, 4.0]
        >>> envelope.points(4).values[:, 0].tolist()
        [1.0, 9.0, 3.0, 4.0]
    """

    def __init__(self, columns: int, capacity: int = 1024) -> None:
        self._columns = columns
        self._capacity = capacity
        self._width = 1
        self._count = 0
        shape = (capacity, columns)
        self._low = np.full(shape, np.nan)
        self._high = np.full(shape, np.nan)
        self._rises = np.zeros(shape, dtype=np.bool_)
        self._pending = np.empty((0, columns))

    @property
    def length(self) -> int:
        """How many steps have been added."""
        return self._count * self._width + len(self._pending)

    def append(self, values: Floats) -> None:
        """Add the next steps.

        Args:
            values: float (k, columns), one row a step.
        """
        rows = np.concatenate([self._pending, np.asarray(values, dtype=np.float64)])
        while len(rows) >= self._width:
            take = min(len(rows) // self._width, self._capacity - self._count)
            used = take * self._width
            folded = _fold(rows[:used].reshape(take, self._width, self._columns))
            self._store(self._count, folded)
            self._count += take
            rows = rows[used:]
            if self._count == self._capacity:
                self._store(0, _join_pairs(self._kept()))
                self._count //= 2
                self._width *= 2
        self._pending = rows.copy()

    def points(self, budget: int) -> Curves:
        """Return the curves in at most `budget` points each.

        Args:
            budget: points a curve, at least 2.

        Returns:
            Every step where they fit; else two points a stretch, its extremes in their order.
        """
        kept, width = self._kept(), self._width
        if len(self._pending):
            kept = _append(kept, _fold(self._pending[np.newaxis]))
        if width == 1 and len(kept.low) <= budget:
            return Curves(1.0, 1.0, kept.low)
        while 2 * len(kept.low) > max(budget, 2):
            kept, width = _join_pairs(kept), width * 2
        first = np.where(kept.rises, kept.low, kept.high)
        second = np.where(kept.rises, kept.high, kept.low)
        values = np.stack([first, second], axis=1).reshape(-1, self._columns)
        return Curves((1 + width / 2) / 2, width / 2, values)

    def _kept(self) -> _Stretches:
        kept = slice(0, self._count)
        return _Stretches(self._low[kept], self._high[kept], self._rises[kept])

    def _store(self, start: int, stretches: _Stretches) -> None:
        place = slice(start, start + len(stretches.low))
        self._low[place] = stretches.low
        self._high[place] = stretches.high
        self._rises[place] = stretches.rises


def _fold(blocks: Floats) -> _Stretches:
    """Return the extremes of blocks (stretches, width, curves)."""
    missing = np.isnan(blocks)
    lowest = np.where(missing, np.inf, blocks)
    # A nan counts as the highest, so that it survives every later join.
    highest = np.where(missing, np.inf, blocks)
    low = lowest.min(axis=1)
    low[missing.all(axis=1)] = np.nan
    return _Stretches(low, blocks.max(axis=1), lowest.argmin(axis=1) <= highest.argmax(axis=1))


def _join_pairs(stretches: _Stretches) -> _Stretches:
    """Join stretches 0 and 1, 2 and 3, …; a last one without a neighbour stays as it is."""
    paired = len(stretches.low) // 2 * 2
    low = stretches.low[:paired].reshape(paired // 2, 2, -1)
    high = stretches.high[:paired].reshape(paired // 2, 2, -1)
    rises = stretches.rises[:paired].reshape(paired // 2, 2, -1)
    low_first = ~(low[:, 1] < low[:, 0]) & ~np.isnan(low[:, 0])
    high_first = ~(high[:, 1] > high[:, 0]) & ~np.isnan(high[:, 1]) | np.isnan(high[:, 0])
    within = np.where(low_first, rises[:, 0], rises[:, 1])
    joined = _Stretches(
        np.fmin(low[:, 0], low[:, 1]),
        np.maximum(high[:, 0], high[:, 1]),
        np.where(low_first == high_first, within, low_first),
    )
    rest = slice(paired, None)
    return _append(
        joined,
        _Stretches(stretches.low[rest], stretches.high[rest], stretches.rises[rest]),
    )


def _append(first: _Stretches, second: _Stretches) -> _Stretches:
    return _Stretches(
        np.concatenate([first.low, second.low]),
        np.concatenate([first.high, second.high]),
        np.concatenate([first.rises, second.rises]),
    )
