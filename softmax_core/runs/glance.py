"""A run in one line: how its loss went and what it came to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from softmax_core.runs.comparison import line
from softmax_core.runs.run import Run
from softmax_core.runs.store import Store

POINTS: Final = 40


@dataclass(frozen=True, slots=True)
class Glance:
    """What a list shows of a run besides its settings.

    Attributes:
        best: the position of the variant with the best test accuracy so far, 0 without one.
        curve: that variant's training loss at up to 40 points; None where it is no number.
        test_accuracy: that variant's accuracy at the last epoch's end, or None.
        test_loss: its loss there, or None; nan where it diverged.
        seconds: training time so far.
    """

    best: int
    curve: tuple[float | None, ...]
    test_accuracy: float | None
    test_loss: float | None
    seconds: float


NOTHING: Final = Glance(0, (), None, None, 0.0)
"""What a run without records has come to."""


def glance(store: Store, run: Run) -> Glance:
    """Sum a run up.

    Args:
        store: where it is.
        run: the run.

    Returns:
        What it has come to so far.
    """
    epochs = store.epochs(run.id)
    last = epochs[-1] if epochs else None
    best = 0
    if last is not None:
        best = max(range(len(last.test_accuracy)), key=last.test_accuracy.__getitem__)
    loss = line(store, run, best, "loss", "step", POINTS).y.tolist()
    return Glance(
        best,
        tuple(value if math.isfinite(value) else None for value in loss),
        None if last is None else last.test_accuracy[best],
        None if last is None else last.test_loss[best],
        store.seconds(run.id),
    )
