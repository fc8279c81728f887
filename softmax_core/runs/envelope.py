"""Curves of any length in bounded memory: extremes and means over equal stretches of steps.

A screen has a few hundred columns; a run may have millions of steps. An `Envelope` keeps, for each
curve, the lowest value, the highest value and the sum of every stretch. When it is full it joins
neighbouring stretches two by two, so its memory never grows, and adding k steps costs O(k). This is
the only place where curves are thinned: `extremes` keeps a spike of a single step visible, `means`
is smooth enough for many curves on the same axes, `smoothed` is a moving average over the steps.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

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
        """The steps of the points, float64 (points,)."""
        return self.first + self.spacing * np.arange(len(self.values), dtype=np.float64)


class _Stretches(NamedTuple):
    """Lowest value, highest value and sum of each stretch, and whether the lowest came first.

    All are (stretches, curves).
    """

    low: npt.NDArray[Any]
    high: npt.NDArray[Any]
    total: npt.NDArray[Any]
    rises: npt.NDArray[Any]


class Envelope:
    """Extremes and means of `columns` curves over equal stretches of consecutive steps.

    A gap in a curve stays a gap however far it is thinned: a stretch that contains a nan has the
    lowest number and a nan as its extremes, and nan as its mean.

    Args:
        columns: number of curves.
        capacity: largest number of stretches, even.

    Example:
        >>> envelope = Envelope(columns=1, capacity=4)
        >>> envelope.append(np.array([[5.0], [1.0], [2.0], [9.0], [3.0], [4.0]]))
        >>> envelope.extremes(4).values[:, 0].tolist()
        [1.0, 9.0, 3.0, 4.0]
        >>> steps, values = envelope.means(4)
        >>> steps.tolist(), values[:, 0].tolist()
        ([1.5, 3.5, 5.5], [3.0, 5.5, 3.5])
    """

    def __init__(self, columns: int, capacity: int = 1024) -> None:
        self._columns = columns
        self._capacity = capacity
        self._width = 1
        self._count = 0
        self._stretches = _fold(np.full((capacity, 1, columns), np.nan))
        self._pending = np.empty((0, columns))

    @property
    def length(self) -> int:
        """Number of steps added so far."""
        return self._count * self._width + len(self._pending)

    def append(self, values: Floats) -> None:
        """Append steps.

        Args:
            values: float (k, columns), one row per step.
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

    def extremes(self, points: int) -> Curves:
        """Return the curves by their lowest and highest values.

        Args:
            points: largest number of points per curve, at least 2.

        Returns:
            All steps if they fit; else two points per stretch, its extremes in their order.
        """
        kept, width = self._kept(), self._width
        if len(self._pending):
            kept = _append(kept, _fold(self._pending[np.newaxis]))
        if width == 1 and len(kept.low) <= points:
            return Curves(1.0, 1.0, kept.low)
        while 2 * len(kept.low) > max(points, 2):
            kept, width = _join_pairs(kept), width * 2
        first = np.where(kept.rises, kept.low, kept.high)
        second = np.where(kept.rises, kept.high, kept.low)
        values = np.stack([first, second], axis=1).reshape(-1, self._columns)
        return Curves((1 + width / 2) / 2, width / 2, values)

    def means(self, points: int) -> tuple[Floats, Floats]:
        """Return the curves by their means.

        Args:
            points: largest number of points per curve, at least 1.

        Returns:
            The middle step of each stretch, float64 (k,), and the means, float64 (k, columns).
            The remainder at the end is part of the last stretch, so that no point is the mean of
            only a few steps.
        """
        if not self._count:
            return np.empty(0), np.empty((0, self._columns))
        joined = -(-self._count // points)
        starts = np.arange(self._count // joined) * joined
        totals = np.add.reduceat(self._stretches.total[: self._count], starts)
        totals[-1] += self._pending.sum(axis=0)
        ends = np.append(starts[1:] * self._width, self.length)
        starts *= self._width
        return (starts + 1 + ends) / 2, totals / (ends - starts)[:, np.newaxis]

    def smoothed(self, smoothing: float, points: int) -> Curves:
        """Return the exponential moving averages of the curves, corrected for their start.

        After t steps it is s_t = (1 - β) Σ β^(t-i) x_i / (1 - β^t), so the first is x_1 itself.
        The average runs over all steps before it is thinned. The steps of a stretch weigh alike,
        so it is exact as long as a stretch is one step, and else differs by what the noise within
        a stretch leaves; where a stretch is longer than 1 / (1 - β) steps, its mean is what is left
        of the average. A stretch with a nan or an inf is a gap: it has no average, and no weight in
        those after it.

        Args:
            smoothing: β, the share that is kept of the average at each step, in [0, 1).
            points: largest number of points per curve, at least 1.

        Returns:
            The averages after the steps, evenly spaced; steps after the last whole stretch are
            not in it yet.
        """
        means = self._stretches.total[: self._count] / self._width
        known = np.isfinite(means)
        fade = smoothing**self._width
        both = np.concatenate([np.where(known, means, 0.0), known], axis=1)
        total, weight = np.hsplit(_fading_sums(both, fade), 2)
        values = np.divide(total, weight, out=np.full_like(total, np.nan), where=known)
        every = 1
        while self._count > every * points:  # 1, 2, 3, 4, 6, 8, 12, …: the points seldom move
            every += max((1 << every.bit_length()) >> 2, 1)
        spacing = float(every * self._width)
        return Curves(spacing, spacing, values[every - 1 :: every])

    def _kept(self) -> _Stretches:
        return _Stretches(*(part[: self._count] for part in self._stretches))

    def _store(self, start: int, stretches: _Stretches) -> None:
        for kept, new in zip(self._stretches, stretches, strict=True):
            kept[start : start + len(new)] = new


_BLOCK: Final = 32


def _fading_sums(values: Floats, fade: float) -> Floats:
    """Return S_k = values_k + fade S_(k-1) down each column, a block of rows at a time."""
    rows, columns = values.shape
    blocks = np.zeros((-(-rows // _BLOCK), _BLOCK, columns))
    blocks.reshape(-1, columns)[:rows] = values
    ages = np.arange(_BLOCK)
    weights = np.tril(fade ** np.abs(ages[:, np.newaxis] - ages))
    sums: Floats = weights @ blocks
    handed_on = fade ** (ages + 1.0)[:, np.newaxis]
    for before, after in itertools.pairwise(sums):
        after += handed_on * before[-1]
    return sums.reshape(-1, columns)[:rows]


def _fold(blocks: Floats) -> _Stretches:
    """Reduce blocks (stretches, width, curves) to stretches."""
    missing = np.isnan(blocks)
    lowest = np.where(missing, np.inf, blocks)
    # A nan counts as the highest value, so that it survives every later join.
    highest = np.where(missing, np.inf, blocks)
    low = lowest.min(axis=1)
    low[missing.all(axis=1)] = np.nan
    rises = lowest.argmin(axis=1) <= highest.argmax(axis=1)
    return _Stretches(low, blocks.max(axis=1), blocks.sum(axis=1), rises)


def _join_pairs(stretches: _Stretches) -> _Stretches:
    """Join stretches 0 and 1, 2 and 3, …; an odd last one stays as it is."""
    paired = len(stretches.low) // 2 * 2
    low, high, total, rises = (part[:paired].reshape(paired // 2, 2, -1) for part in stretches)
    low_first = ~(low[:, 1] < low[:, 0]) & ~np.isnan(low[:, 0])
    high_first = ~(high[:, 1] > high[:, 0]) & ~np.isnan(high[:, 1]) | np.isnan(high[:, 0])
    within = np.where(low_first, rises[:, 0], rises[:, 1])
    joined = _Stretches(
        np.fmin(low[:, 0], low[:, 1]),
        np.maximum(high[:, 0], high[:, 1]),
        total.sum(axis=1),
        np.where(low_first == high_first, within, low_first),
    )
    return _append(joined, _Stretches(*(part[paired:] for part in stretches)))


def _append(first: _Stretches, second: _Stretches) -> _Stretches:
    pairs = zip(first, second, strict=True)
    return _Stretches(*(np.concatenate(pair) for pair in pairs))
