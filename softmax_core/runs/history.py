"""What a run has done so far, read once for everybody who watches it.

A hundred people may watch the same run. A `History` reads each record from the store once, as it
is written, and keeps the curves in bounded memory; a page takes as many points as it can draw.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from threading import RLock
from time import monotonic
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from softmax_core.runs.blocks import FIGURES, StepColumns
from softmax_core.runs.envelope import Curves, Envelope
from softmax_core.runs.store import Store
from softmax_core.training.records import EpochRecord, RateChange

Figure = Literal["loss", "accuracy", "saturation", "gradient_norm"]

# However many watch, the store is asked ten times a second at the most.
_READ_SECONDS: Final = 0.1
_STEPS_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class EpochColumns:
    """The records of E epochs of a run with R variants.

    Attributes:
        step: updates made by each epoch's end, int64 (E,).
        train_loss: float64 (E, R).
        train_accuracy: float64 (E, R).
        validation_loss: float64 (E, R); nan where nothing is held out.
        validation_accuracy: float64 (E, R); nan where nothing is held out.
        test_loss: float64 (E, R).
        test_accuracy: float64 (E, R).
        confusion: counts on the test set, int32 (E, R, 10, 10), [true][predicted].
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


class History:
    """The records of one run, growing as the run does. Any thread may use it.

    Args:
        store: where the run is.
        run_id: the run.

    Raises:
        RunNotFound: there is no such run.
    """

    def __init__(self, store: Store, run_id: str) -> None:
        self._store = store
        self._run_id = run_id
        self._variants = len(store.run(run_id).experiment.variants)
        self._lock = RLock()
        self._read_at = -_READ_SECONDS
        self._begin()

    def _begin(self) -> None:
        variants = self._variants
        self.last_step = 0
        self.seconds = 0.0
        self.latest: dict[Figure, NDArray[np.float64]] = {}
        self.first_nan = np.zeros(variants, dtype=np.int64)
        self.rate_changes: list[RateChange] = []
        self.epochs = _epoch_columns([], variants)
        self._envelopes = {figure: Envelope(variants) for figure in FIGURES}

    def read(self, *, at_once: bool = False) -> None:
        """Take in what the store has got since the last time.

        Afterwards `last_step`, `seconds` (training time), `latest` (the newest value of each
        figure, (R,)), `first_nan` (the step at which a variant's loss first was no number, 0 for
        never), `rate_changes`, `epochs` and `curves()` are those of the store.

        Args:
            at_once: also when that was a moment ago, as for a run of which nothing more will come.
        """
        with self._lock:
            if not at_once and monotonic() - self._read_at < _READ_SECONDS:
                return
            self._read_changes()
            while len(columns := self._new_steps()):
                self._take(columns)
            self._read_epochs()
            self._read_at = monotonic()

    def curves(self, figure: Figure, points: int) -> Curves:
        """Return a figure's curves at the steps, at most `points` of them a curve.

        Args:
            figure: which one.
            points: how many points can be drawn.

        Returns:
            Evenly spaced points, a column a variant; extremes and gaps are kept.
        """
        with self._lock:
            return self._envelopes[figure].points(points)

    def _read_changes(self) -> None:
        changes = self._store.rate_changes(self._run_id)
        # Read before the steps, a new change is at or after the last step known; unless the run
        # went on from an older checkpoint with another rate, and then what we know is not so.
        if any(change.step < self.last_step for change in changes[len(self.rate_changes) :]):
            self._begin()
        self.rate_changes = changes

    def _new_steps(self) -> StepColumns:
        last = self.last_step
        return self._store.steps(self._run_id, after=last, up_to=last + _STEPS_AT_ONCE)

    def _take(self, columns: StepColumns) -> None:
        missing = np.isnan(columns.loss)
        fresh = missing.any(axis=0) & (self.first_nan == 0)
        self.first_nan[fresh] = columns.step[missing.argmax(axis=0)][fresh]
        for figure in FIGURES:
            values: NDArray[np.float64] = getattr(columns, figure)
            self._envelopes[figure].append(values)
            self.latest[figure] = values[-1].copy()
        self.last_step = int(columns.step[-1])
        self.seconds = float(columns.seconds[-1])

    def _read_epochs(self) -> None:
        new = self._store.epochs(self._run_id, after=len(self.epochs))
        if new:
            added = _epoch_columns(new, self._variants)
            self.epochs = EpochColumns(
                *(
                    np.concatenate([getattr(self.epochs, field.name), getattr(added, field.name)])
                    for field in fields(EpochColumns)
                )
            )


def _epoch_columns(records: list[EpochRecord], variants: int) -> EpochColumns:
    def rows(name: str) -> NDArray[np.float64]:
        found = [getattr(record, name) for record in records]
        nothing = [np.nan] * variants
        return np.array([nothing if row is None else row for row in found], dtype=np.float64)

    count = len(records)
    measured = {
        field.name: rows(field.name).reshape(count, variants)
        for field in fields(EpochColumns)
        if field.name not in ("step", "confusion")
    }
    confusion = np.array([record.confusion for record in records], dtype=np.int32)
    return EpochColumns(
        step=np.array([record.step for record in records], dtype=np.int64),
        confusion=confusion.reshape(count, variants, 10, 10),
        **measured,
    )
