"""The records of a run as curves, read once for everybody who looks at it.

A hundred people may watch the same run, and a comparison draws all its variants. A `History` reads
each record from the store once and keeps the curves in bounded memory; the dashboard, the
comparison of runs, reports and the list of runs use it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from threading import RLock
from time import monotonic
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from softmax_core.runs.blocks import STEP_MEASURES, StepColumns, StepMeasure
from softmax_core.runs.envelope import Curves, Envelope, Floats
from softmax_core.runs.store import Store
from softmax_core.training.records import EpochRecord, RateChange

EpochMeasure = Literal[
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "test_loss",
    "test_accuracy",
]
Measure = StepMeasure | EpochMeasure
Axis = Literal["step", "epoch", "time"]

EPOCH_MEASURES: Final[tuple[EpochMeasure, ...]] = get_args(EpochMeasure)

# The store is read at most ten times per second, however many people watch.
_UPDATE_SECONDS: Final = 0.1
_STEPS_AT_ONCE: Final = 20_000
_CLOCK_POINTS: Final = 1024
_GLANCE_POINTS: Final = 40


@dataclass(frozen=True, slots=True, eq=False)
class EpochColumns:
    """The records of E epochs of a run with R variants.

    Attributes:
        step: number of updates at the end of each epoch, int64 (E,).
        train_loss: float64 (E, R).
        train_accuracy: float64 (E, R).
        validation_loss: float64 (E, R); nan without validation pictures.
        validation_accuracy: float64 (E, R); nan without validation pictures.
        test_loss: float64 (E, R).
        test_accuracy: float64 (E, R).
        confusion: counts on the test set, int32 (E, R, classes, classes), [true][predicted].
    """

    step: NDArray[np.int64]
    train_loss: NDArray[np.float64]
    train_accuracy: NDArray[np.float64]
    validation_loss: NDArray[np.float64]
    validation_accuracy: NDArray[np.float64]
    test_loss: NDArray[np.float64]
    test_accuracy: NDArray[np.float64]
    confusion: NDArray[np.int32]

    def __len__(self) -> int:
        """Return the number of epochs, E."""
        return len(self.step)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One variant's curve.

    Attributes:
        x: steps, epochs or seconds of training, float64 (k,).
        y: the measure, float64 (k,).
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Glance:
    """A summary of a run for a list of runs.

    Attributes:
        best: the position of the variant with the best latest test accuracy, 0 if there is none.
        curve: its training loss at up to 40 points; None where it is not finite.
        test_accuracy: its accuracy at the end of the last epoch, or None.
        test_loss: its loss there, or None; nan if it diverged.
        seconds: training time so far.
    """

    best: int = 0
    curve: tuple[float | None, ...] = ()
    test_accuracy: float | None = None
    test_loss: float | None = None
    seconds: float = 0.0


class History:
    """The records of one run, growing with the run. Safe to use from any thread.

    Args:
        store: the store of the run.
        run_id: the run.

    Raises:
        RunNotFound: there is no such run.
    """

    def __init__(self, store: Store, run_id: str) -> None:
        self._store = store
        self._run = store.run(run_id)
        self._variants = len(self._run.experiment.variants)
        self._classes = len(self._run.data.class_names)
        self._lock = RLock()
        self._updated_at = -_UPDATE_SECONDS
        self._begin()

    def _begin(self) -> None:
        variants = self._variants
        self.last_step = 0
        self.seconds = 0.0
        self.latest: dict[StepMeasure, NDArray[np.float64]] = {}
        self.first_nan = np.zeros(variants, dtype=np.int64)
        self.first_inf = np.zeros(variants, dtype=np.int64)
        self.rate_changes: list[RateChange] = []
        self.epochs = _epoch_columns([], variants, self._classes)
        self._envelopes: dict[Measure, Envelope] = {
            measure: Envelope(variants) for measure in (*STEP_MEASURES, *EPOCH_MEASURES)
        }
        self._clock = Envelope(1)
        # All variants' curves at once: they are asked for one by one, and again at every drawing.
        self._means: dict[tuple[Measure, int], tuple[Floats, Floats]] = {}

    def update(self, *, at_once: bool = False) -> None:
        """Read the records that are new in the store.

        This updates `last_step`, `seconds` (training time), `latest` (the newest value of each
        measure, (R,)), `first_nan` (the step at which a variant's loss was first nan, 0 for
        never), `first_inf` (the same for inf), `rate_changes`, `epochs` and the curves. It is fast
        when nothing is new.

        Args:
            at_once: read even if the last update was a moment ago, as for a run that has ended.

        Raises:
            RunNotFound: the run was deleted.
            RunDamaged: its records differ from what was written.
        """
        with self._lock:
            if not at_once and monotonic() - self._updated_at < _UPDATE_SECONDS:
                return
            self._read_changes()
            while len(columns := self._new_steps()):
                self._take(columns)
            self._read_epochs()
            self._updated_at = monotonic()

    def curves(self, measure: StepMeasure, points: int) -> Curves:
        """Return the curves of a measure, thinned by their extremes: spikes and gaps stay visible.

        Args:
            measure: a measure of the steps.
            points: largest number of points per curve.

        Returns:
            Evenly spaced points, one column per variant.
        """
        with self._lock:
            return self._envelopes[measure].extremes(points)

    def smoothed(self, measure: StepMeasure, smoothing: float, points: int) -> Curves:
        """Return the curves of a measure as exponential moving averages (`Envelope.smoothed`).

        Args:
            measure: a measure of the steps.
            smoothing: the share that is kept of the average at each step, in [0, 1).
            points: largest number of points per curve.

        Returns:
            Evenly spaced points, one column per variant.
        """
        with self._lock:
            return self._envelopes[measure].smoothed(smoothing, points)

    def line(self, variant: int, measure: Measure, axis: Axis = "step", points: int = 400) -> Line:
        """Return the curve of one variant, thinned by its means: smooth beside many others.

        Args:
            variant: its position in the experiment.
            measure: a measure of the steps, or of the epochs with one point per epoch.
            axis: the x axis: steps, epochs, or seconds of training.
            points: largest number of points; more steps (or epochs) are averaged.

        Returns:
            The curve; empty if there are no records.
        """
        with self._lock:
            steps_per_epoch = self._steps_per_epoch()
            key = measure, points
            if key not in self._means:
                self._means[key] = self._envelopes[measure].means(points)
            x, y = self._means[key]
            if measure in EPOCH_MEASURES:
                x = x * steps_per_epoch
            if axis == "epoch":
                x = x / steps_per_epoch
            elif axis == "time":
                steps, seconds = self._clock.means(_CLOCK_POINTS)
                x = np.interp(x, [*steps, self.last_step], [*seconds[:, 0], self.seconds])
            return Line(x, y[:, variant])

    def glance(self) -> Glance:
        """Summarise the run."""
        with self._lock:
            ended = len(self.epochs) > 0
            # A diverged variant has an accuracy, too.
            best = int(self.epochs.test_accuracy[-1].argmax()) if ended else 0
            loss = self.line(best, "loss", points=_GLANCE_POINTS).y.tolist()
            return Glance(
                best,
                tuple(value if math.isfinite(value) else None for value in loss),
                float(self.epochs.test_accuracy[-1, best]) if ended else None,
                float(self.epochs.test_loss[-1, best]) if ended else None,
                self.seconds,
            )

    def _steps_per_epoch(self) -> int:
        if len(self.epochs):
            return int(self.epochs.step[0])
        # An estimate, which the store corrects once the data set is known.
        run = self._run = self._store.run(self._run.id)
        return max(run.total_steps // run.experiment.epochs, 1)

    def _read_changes(self) -> None:
        changes = self._store.rate_changes(self._run.id)
        # Read before the steps, so a new change is at or after the last known step, unless the run
        # was resumed from an older checkpoint with another rate; then our records are obsolete.
        if any(change.step < self.last_step for change in changes[len(self.rate_changes) :]):
            self._begin()
        self.rate_changes = changes

    def _new_steps(self) -> StepColumns:
        last = self.last_step
        return self._store.steps(self._run.id, after=last, up_to=last + _STEPS_AT_ONCE)

    def _take(self, columns: StepColumns) -> None:
        self._means.clear()
        for first, lost in (
            (self.first_nan, np.isnan(columns.loss)),
            (self.first_inf, np.isinf(columns.loss)),
        ):
            fresh = lost.any(axis=0) & (first == 0)
            first[fresh] = columns.step[lost.argmax(axis=0)][fresh]
        for measure in STEP_MEASURES:
            values: NDArray[np.float64] = getattr(columns, measure)
            self._envelopes[measure].append(values)
            self.latest[measure] = values[-1].copy()
        self._clock.append(columns.seconds[:, np.newaxis])
        self.last_step = int(columns.step[-1])
        self.seconds = float(columns.seconds[-1])

    def _read_epochs(self) -> None:
        new = self._store.epochs(self._run.id, after=len(self.epochs))
        if new:
            self._means.clear()
            added = _epoch_columns(new, self._variants, self._classes)
            for measure in EPOCH_MEASURES:
                self._envelopes[measure].append(getattr(added, measure))
            self.epochs = EpochColumns(
                *(
                    np.concatenate([getattr(self.epochs, field.name), getattr(added, field.name)])
                    for field in fields(EpochColumns)
                )
            )


def _epoch_columns(records: list[EpochRecord], variants: int, classes: int) -> EpochColumns:
    def rows(name: str) -> NDArray[np.float64]:
        found = [getattr(record, name) for record in records]
        nothing = [np.nan] * variants
        return np.array([nothing if row is None else row for row in found], dtype=np.float64)

    count = len(records)
    measured = {measure: rows(measure).reshape(count, variants) for measure in EPOCH_MEASURES}
    confusion = np.array([record.confusion for record in records], dtype=np.int32)
    return EpochColumns(
        step=np.array([record.step for record in records], dtype=np.int64),
        confusion=confusion.reshape(count, variants, classes, classes),
        **measured,
    )
