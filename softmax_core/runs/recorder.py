"""When the results of a training are stored, and its clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Final, Protocol

import torch

from softmax_core.runs.run import Run, Status
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.engine import Training
from softmax_core.training.records import EpochRecord, RateChange, StepRecord

FLUSH_SECONDS: Final = 0.25  # the most that is lost when the process is killed
DURABLE_SECONDS: Final = 1.0  # the most that is lost in a power cut
CHECKPOINT_SECONDS: Final = 2.5  # the most that is recomputed; also the age of live weights


class Records(Protocol):
    """What a training needs of a `Store`; a worker's own refuses to write once its run is taken."""

    def run(self, run_id: str) -> Run:
        """See `Store.run`."""

    def checkpoint(self, run_id: str) -> Checkpoint | None:
        """See `Store.checkpoint`."""

    def rate_changes(self, run_id: str) -> list[RateChange]:
        """See `Store.rate_changes`."""

    def seconds(self, run_id: str) -> float:
        """See `Store.seconds`."""

    def append(
        self,
        run_id: str,
        steps: Sequence[StepRecord] = (),
        epochs: Sequence[EpochRecord] = (),
        checkpoint: Checkpoint | None = None,
        epoch_weights: tuple[int, torch.Tensor, torch.Tensor] | None = None,
        *,
        velocities: tuple[torch.Tensor, torch.Tensor] | None = None,
        rate_changes: Iterable[RateChange] = (),
        seconds: tuple[float, float] = (0.0, 0.0),
        durable: bool = True,
    ) -> None:
        """See `Store.append`."""

    def set_total_steps(self, run_id: str, total_steps: int) -> None:
        """See `Store.set_total_steps`."""

    def set_status(self, run_id: str, status: Status, error: str | None = None) -> None:
        """See `Store.set_status`."""

    def say_status(self, run_id: str, status: Status, error: str | None) -> None:
        """See `Store.say_status`."""


class Recorder:
    """Collects the records of a run between flushes, and measures its training time.

    Attributes:
        pending: step records not yet stored.
        rate_changes: changes of learning rates not yet stored.
        due: when the next flush is due, by `monotonic`.
        steps_per_second: the recent pace.
        steps_left: number of steps still to make.

    Args:
        store: the store for the records.
        run_id: the run.
        steps_left: number of steps to make.
    """

    def __init__(self, store: Records, run_id: str, steps_left: int) -> None:
        self.pending: list[StepRecord] = []
        self.rate_changes: list[RateChange] = []
        self.due = 0.0
        self.steps_per_second = 0.0
        self.steps_left = steps_left
        self._store = store
        self._run_id = run_id
        self._next_durable = self._next_checkpoint = 0.0
        self._seconds = self._since = self._stored_seconds = 0.0

    def begin(self) -> None:
        """Start the clock from the training time in the store."""
        self._stored_seconds = self._seconds = self._store.seconds(self._run_id)
        self._since = monotonic()

    def hold(self) -> None:
        """Stop the clock until `go_on`."""
        self._seconds, self._since = self._clock(), monotonic()

    def go_on(self) -> None:
        """Start the clock again."""
        self._since = monotonic()

    def exclude(self, seconds: float) -> None:
        """Exclude waiting from training time."""
        self._since += seconds

    def store_initial(self, training: Training) -> None:
        """Store the state before the first step."""
        initial = training.checkpoint()
        self._store.append(
            self._run_id,
            checkpoint=initial,
            epoch_weights=(0, initial.weights, initial.bias),
        )

    def flush(
        self, training: Training, epoch: EpochRecord | None = None, save: bool = False
    ) -> None:
        """Store what is pending; with a checkpoint after an epoch, on request, and periodically."""
        began, clock = monotonic(), self._clock()
        durable = save or began >= self._next_durable
        save = save or epoch is not None or began >= self._next_checkpoint
        checkpoint = training.checkpoint() if save else None
        weights = velocities = None
        if epoch is not None and checkpoint is not None:
            weights = (epoch.epoch, checkpoint.weights, checkpoint.bias)
            if any(variant.momentum for variant in training.experiment.variants):
                velocities = (checkpoint.weights_velocity, checkpoint.bias_velocity)
        self._store.append(
            self._run_id,
            self.pending,
            [] if epoch is None else [epoch],
            checkpoint,
            weights,
            velocities=velocities,
            rate_changes=self.rate_changes,
            seconds=(self._stored_seconds, clock),
            durable=durable,
        )
        self._measure(training, clock)
        self.pending.clear()
        self.rate_changes.clear()
        self.due = began + FLUSH_SECONDS
        if durable:
            self._next_durable = began + DURABLE_SECONDS
        if save:
            self._next_checkpoint = began + CHECKPOINT_SECONDS

    def _clock(self) -> float:
        return self._seconds + monotonic() - self._since

    def _measure(self, training: Training, clock: float) -> None:
        """Update the recent pace, from which the waiting time of the queue is estimated."""
        passed = clock - self._stored_seconds
        if self.pending and passed > 0:
            pace = len(self.pending) / passed
            self.steps_per_second += 0.3 * (pace - self.steps_per_second)
        if self.pending:
            self._stored_seconds = clock
        self.steps_left = training.total_steps - training.step
