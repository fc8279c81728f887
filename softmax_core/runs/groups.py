"""Groups: the same settings with several seeds, and how far their results lie apart."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from softmax_core.runs.envelope import Floats
from softmax_core.runs.history import Line
from softmax_core.runs.run import Run


@dataclass(frozen=True, slots=True)
class Spread:
    """Some results of one kind.

    Attributes:
        mean: their mean.
        deviation: their standard deviation, √(Σ(x - mean)² / (n - 1)); None of a single one.
        count: how many there are, n.
    """

    mean: float
    deviation: float | None
    count: int


def spread(results: Sequence[float]) -> Spread | None:
    """Compute mean and sample standard deviation; None where there is nothing yet.

    Args:
        results: one a run; nan among them gives nan.

    Example:
        >>> spread([1.0, 2.0, 3.0])
        Spread(mean=2.0, deviation=1.0, count=3)
        >>> spread([0.5])
        Spread(mean=0.5, deviation=None, count=1)
    """
    if not results:
        return None
    deviation = statistics.stdev(results) if len(results) > 1 else None
    return Spread(statistics.fmean(results), deviation, len(results))


@dataclass(frozen=True, slots=True)
class Group:
    """The runs that were started as one group, as many of them as are still there.

    Attributes:
        id: the group's id.
        runs: its runs, in the order in which they were started; at least one.
    """

    id: str
    runs: tuple[Run, ...]

    @property
    def finished(self) -> tuple[Run, ...]:
        """The runs whose results count; what was stopped or failed has none."""
        return tuple(run for run in self.runs if run.status == "finished")


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """The curves of a group as one, as far as all of them reach.

    Attributes:
        x: float64 (k,).
        mean: their mean at each x, float64 (k,).
        deviation: their sample standard deviation there, float64 (k,).
        count: how many curves there are, n.
    """

    x: Floats
    mean: Floats
    deviation: Floats
    count: int


def band(lines: Sequence[Line]) -> Band:
    """Compute mean and standard deviation of curves, √(Σ(y - mean)² / (n - 1)).

    Args:
        lines: at least two; those at other points are interpolated at those of the shortest one.

    Example:
        >>> x = np.array([1.0, 2.0])
        >>> found = band([Line(x, np.array([1.0, 2.0])), Line(x, np.array([3.0, 2.0]))])
        >>> found.mean.tolist(), found.deviation.round(3).tolist()
        ([2.0, 2.0], [1.414, 0.0])
    """
    x = min((line.x for line in lines), key=lambda along: along[-1] if len(along) else -1.0)
    if not len(x):
        return Band(x, x, x, len(lines))
    y = np.array([np.interp(x, line.x, line.y) for line in lines])
    return Band(x, y.mean(axis=0), y.std(axis=0, ddof=1), len(lines))
