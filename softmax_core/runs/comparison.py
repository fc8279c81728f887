"""Any variants of any runs beside each other: the same axis for all, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from softmax_core.runs.run import Run
from softmax_core.runs.store import Store

Axis = Literal["step", "epoch", "time"]
Measure = Literal["loss", "accuracy", "saturation", "gradient_norm", "test_loss", "test_accuracy"]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One variant's curve.

    Attributes:
        x: steps, epochs or seconds of training, float64 (k,).
        y: the measure, float64 (k,).
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]


def line(
    store: Store, run: Run, variant: int, measure: Measure, axis: Axis, points: int = 400
) -> Line:
    """Return the curve of one variant of a run.

    A measure of the steps is averaged over equal stretches when there are more than `points`; a
    measure of the epochs has a point an epoch.

    Args:
        store: where the run is.
        run: the run.
        variant: the variant's position.
        measure: what is drawn.
        axis: against what.
        points: how many points can be drawn.

    Returns:
        The curve, empty while there are no records.
    """
    columns = store.steps(run.id)
    steps_per_epoch = max(run.total_steps // run.experiment.epochs, 1)
    if measure in ("test_loss", "test_accuracy"):
        records = store.epochs(run.id)
        step = np.array([record.step for record in records], dtype=np.float64)
        y = np.array([getattr(record, measure)[variant] for record in records], dtype=np.float64)
    else:
        step = columns.step.astype(np.float64)
        y = getattr(columns, measure)[:, variant]
    if axis == "epoch":
        x = step / steps_per_epoch
    elif axis == "time":
        x = np.interp(step, columns.step, columns.seconds) if len(columns) else step
    else:
        x = step
    return Line(_averaged(x, points), _averaged(y, points))


def differences(chosen: Sequence[tuple[Run, int]]) -> dict[str, list[Any]]:
    """Return the settings in which some chosen variants differ.

    Args:
        chosen: runs, each with the position of one of its variants.

    Returns:
        Field -> its value for each of the chosen, in their order; fields in which all agree are
        left out. The variants' names are not settings.

    Example:
        >>> from softmax_core.training.experiment import Experiment, Variant
        >>> race = Experiment([Variant("slow", 0.01), Variant("fast", 1.0)])
        >>> run = Run("id", race, "finished", "", None, None, 0, 0, None, "", "")
        >>> differences([(run, 0), (run, 1)])
        {'learning_rate': [0.01, 1.0]}
    """
    settings = []
    for run, variant in chosen:
        described = run.experiment.to_dict()
        own = described.pop("variants")[variant]
        own.pop("name")
        settings.append({**own, **described})
    if not settings:
        return {}
    return {
        field: [each[field] for each in settings]
        for field in settings[0]
        if len({repr(each[field]) for each in settings}) > 1
    }


def _averaged(values: NDArray[np.float64], points: int) -> NDArray[np.float64]:
    width = -(-len(values) // points)
    if width <= 1:
        return values.astype(np.float64)
    # The last stretch is as long as the others, so the newest steps have no more weight.
    whole = len(values) // width * width
    averaged: NDArray[np.float64] = values[len(values) - whole :].reshape(-1, width).mean(axis=1)
    return averaged
