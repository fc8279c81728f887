"""Groups: the same settings with several seeds, and how far their results lie apart."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

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
