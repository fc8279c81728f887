"""One run in its training thread: train, store, and obey orders between steps.

The thread owns all attributes except `orders`, `idle`, `done` and what `seen` uses, which the lock
of `changed` protects. It checks for orders after each group of steps (some tens of milliseconds).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

import torch

from softmax_core.errors import DatasetMissing, RunTaken, SoftmaxError, StoreError
from softmax_core.runs.recorder import FLUSH_SECONDS, Recorder, Records
from softmax_core.runs.run import Run, Status, reason
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.engine import Training
from softmax_core.training.records import EpochRecord, RateChange, StepRecord

LIGHT_PICTURES: Final = 25_600
"""Pictures a second (100 minibatches of 256) up to which a run leaves most of a core to others."""


SEEN_SECONDS: Final = 0.25
"""How old the weights may be that a run shows to those who watch it."""
_WATCHED_SECONDS: Final = 3.0
"""For how long it copies them after somebody has asked: longer than between two questions."""

_REST: Final = 3.0
"""How many times as long it rests as it works while it gives way."""


@dataclass(frozen=True, slots=True)
class Go:
    """Train for some more steps and then pause, or to the end with None. 0 pauses at once."""

    steps: int | None


@dataclass(frozen=True, slots=True)
class GoToEpochEnd:
    """Train to the end of the epoch of the next step, or of one more, then pause."""

    epochs: int = 1


@dataclass(frozen=True, slots=True)
class GoTo:
    """Train to a step and then pause, however often it is said; at once where that is made."""

    step: int


@dataclass(frozen=True, slots=True)
class Speed:
    """Limit the steps per second; None for full speed."""

    steps_per_second: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """Change the learning rate of a variant."""

    variant: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Leave:
    """Store the state and end the thread with this status; "queued" waits for another turn."""

    status: Status


@dataclass(frozen=True, slots=True)
class Heard:
    """Say that the orders before it are obeyed; `number` is that of the newest command."""

    number: int


Order = Go | GoToEpochEnd | GoTo | Speed | Rate | Leave | Heard


class Job:
    """A run that has a training thread or waits for one.

    Args:
        run: the run.
        store: the store for its records.
        begin: creates the training from a checkpoint (or None) and the rate changes so far.
        changed: protects `orders`, `idle` and `done`; notified when orders arrive and when they
            have been obeyed.
        first: the first orders, `Go(None)` unless the run is to make single steps.
        rest: called with the lock held whenever the run begins to wait for orders.
        heard: called with the number of a `Heard` once what was ordered before is obeyed.
        gives_way: tells whether others need the processors more just now.
    """

    def __init__(
        self,
        run: Run,
        store: Records,
        begin: Callable[[Run, Checkpoint | None, list[RateChange]], Training],
        changed: threading.Condition,
        first: list[Order],
        rest: Callable[[], None],
        heard: Callable[[int], None] = lambda _number: None,
        gives_way: Callable[[], bool] = lambda: False,
    ) -> None:
        self.run_id = run.id
        self.variants = len(run.experiment.variants)
        self.orders = first
        self.again: list[Order] = []  # the first orders of its next turn, if it has to wait for one
        self.status: Status = "queued"
        self.step = run.step  # where it is, for an order to go to another one
        self.idle = False  # paused and waiting
        self.done = False
        self.speed: float | None = None  # limit of steps per second
        self._run = run
        self._batch_size = run.experiment.batch_size
        self._store = store
        self.recorder = Recorder(store, run.id, max(run.total_steps - run.step, 0))
        self._begin = begin
        self._changed = changed
        self._rest = rest
        self._heard = heard
        self._gives_way = gives_way
        self._left: int | None = None
        self._leaving: Status | None = None
        self._due = 0.0
        self._epoch_steps = max(run.total_steps // run.experiment.epochs, 1)
        self._seen: tuple[int, torch.Tensor, torch.Tensor] | None = None
        self._seen_next = 0.0
        self._watched_until = 0.0

    @property
    def leaving(self) -> Status | None:
        """The status with which the thread is about to end; needs the lock."""
        given = [order.status for order in self.orders if isinstance(order, Leave)]
        return given[-1] if given else self._leaving

    @property
    def left(self) -> int | None:
        """Steps until it pauses, None for all there are."""
        return self._left

    def is_stepping(self) -> bool:
        """Whether it pauses by itself, so that more steps can be ordered; needs the lock."""
        given = [order for order in self.orders if isinstance(order, Go | GoToEpochEnd)]
        if not given:
            return self._left is not None
        return all(order != Go(None) for order in given)

    def is_light(self, *more: Order) -> bool:
        """Whether it costs little: at a slow pace, or for a few steps; needs the lock.

        Args:
            more: orders that it would get besides.
        """
        left, pace = self._left, self.speed
        for order in (*self.orders, *more):
            match order:
                case Go(int(steps)) if steps:
                    left = steps + (left or 0)
                case Go(steps):
                    left = steps
                case GoToEpochEnd(epochs):
                    left = epochs * self._epoch_steps + (left or 0)
                case GoTo(step):
                    left = step - self.step
                case Speed(steps_per_second):
                    pace = steps_per_second
        few = left is not None and left * self._batch_size <= LIGHT_PICTURES
        return few or (pace is not None and is_light(pace, self._batch_size))

    def seen(self) -> tuple[int, torch.Tensor, torch.Tensor] | None:
        """Return (step, W, b) of a moment ago, and go on copying them for a while; needs the lock.

        None where the store has newer ones: at rest, and until the thread has copied the first.
        """
        now = monotonic()
        if self.idle or now > self._watched_until:
            self._seen = None
        self._watched_until = now + _WATCHED_SECONDS
        return self._seen

    def train(self) -> None:
        """Train until the end, an order to leave, or an error; store the final status."""
        try:
            status, error = self._to_the_end(), None
        except RunTaken:  # whoever has it now says what becomes of it
            return
        except (StoreError, DatasetMissing) as problem:
            # The run can be resumed from what was stored before, or once the data set is there.
            status, error = "interrupted", reason(problem)
        except SoftmaxError as problem:
            status, error = "failed", reason(problem)
        except Exception as problem:  # any error must show in the run's status
            status, error = "failed", reason(problem)
        try:
            self._store.set_status(self.run_id, status, error)
        except RunTaken:
            return
        except StoreError as problem:
            self._store.say_status(self.run_id, status, error or reason(problem))
        self.status = status

    def _to_the_end(self) -> Status:
        run = self._store.run(self.run_id)
        start = self._store.checkpoint(run.id)
        training = self._begin(run, start, self._store.rate_changes(run.id))
        self._epoch_steps = training.total_steps // run.experiment.epochs
        self.step = training.step
        self.recorder.begin()
        if training.total_steps != run.total_steps:
            self._store.set_total_steps(run.id, training.total_steps)
        if start is None:
            self.recorder.store_initial(training)
        if self._attend(training):
            return self._leave(training)
        return self._loop(training)

    def _loop(self, training: Training) -> Status:
        """The hot loop: one append per step; two clocks and three checks per group."""
        recorder, orders, epoch_steps = self.recorder, self.orders, self._epoch_steps
        while made := self._advance(training):
            self.step = training.step
            self._show(training)
            for record in made:
                if isinstance(record, StepRecord):
                    recorder.pending.append(record)
                else:
                    self._flush(training, epoch=record)
            if isinstance(made[-1], StepRecord):
                if monotonic() >= recorder.due:
                    self._flush(training)
                if self._left is not None:
                    self._left -= len(made)
                if training.step % epoch_steps == 0:
                    continue  # the epoch is evaluated before anything else
                if self.speed is not None:
                    self._pace(training)
            elif training.step == training.total_steps:
                continue  # nothing is left to pause or to stop
            if (orders or self._left == 0) and self._attend(training):
                return self._leave(training)
        self._flush(training, save=True)
        return "finished"

    def _advance(self, training: Training) -> list[StepRecord | EpochRecord]:
        """Make a group of steps; who gives way then rests several times as long."""
        if self.speed is not None:
            return training.advance(1)
        began = monotonic()
        made = training.advance(self._left)
        if made and self._gives_way():
            worked = monotonic() - began
            with self._changed:
                if not self.orders:
                    self._changed.wait(min(_REST * worked, FLUSH_SECONDS))
            self.recorder.exclude(monotonic() - began - worked)
        return made

    def _show(self, training: Training) -> None:
        """Copy the weights for those who watch, a few times a second."""
        now = monotonic()
        if not self._seen_next <= now < self._watched_until:
            return
        self._seen_next = now + SEEN_SECONDS
        copied = training.checkpoint()
        with self._changed:
            self._seen = copied.step, copied.weights, copied.bias

    # -- orders ----------------------------------------------------------------------------------

    def _attend(self, training: Training) -> bool:
        """Obey the orders, wait while paused, and return whether to leave."""
        while True:
            with self._changed:
                taken = list(self.orders)
            for order in taken:
                self._do(order, training)
            paused = self._left is not None and self._left <= 0
            if self._leaving is None:
                self._tell(training, paused)
                for order in taken:
                    if isinstance(order, Heard):
                        self._heard(order.number)
            with self._changed:
                del self.orders[: len(taken)]
                self.idle = paused and self._leaving is None and not self.orders
                self._changed.notify_all()
                if self._leaving is not None:
                    return True
                if not paused and not self.orders:
                    return False
                self._rest()
                self._wait_for_orders()
                self.idle = False
            self.recorder.go_on()

    def _do(self, order: Order, training: Training) -> None:
        match order:
            case Go(int(steps)) if steps:
                self._left = steps + max(self._left or 0, 0)
            case Go(steps):
                self._left = steps
            case GoToEpochEnd(epochs):
                end = (training.step + (self._left or 0)) // self._epoch_steps + epochs
                self._left = end * self._epoch_steps - training.step
            case GoTo(step):
                self._left = max(step - training.step, 0)
            case Speed(steps_per_second):
                self.speed, self._due = steps_per_second, monotonic()
            case Rate(variant, learning_rate):
                self.recorder.rate_changes.append(
                    training.change_learning_rate(variant, learning_rate)
                )
                # Stored at once, so that it shows even if the next step is far away.
                self._flush(training)
            case Leave(status):
                self._leaving = status

    def _tell(self, training: Training, paused: bool) -> None:
        """Store the status if it has changed to paused or running."""
        if paused:
            self._flush(training, save=True)
            self.recorder.hold()
        status: Status = "paused" if paused else "running"
        single = self.status == "paused" and self._left == 1  # too short to change the status
        if status != self.status and not single:
            self._store.set_status(self.run_id, status)
            self.status = status

    def _wait_for_orders(self) -> None:
        while not self.orders:
            # Python joins this thread before it runs exit handlers, so it must check by itself.
            if not threading.main_thread().is_alive():
                self.orders.append(Leave("interrupted"))
                return
            self._changed.wait(FLUSH_SECONDS)

    def _pace(self, training: Training) -> None:
        """Wait until the next step is due, or an order arrives."""
        assert self.speed is not None
        self._due = max(self._due + 1 / self.speed, monotonic() - FLUSH_SECONDS)
        while (moment := monotonic()) < self._due and not self.orders:
            if self.recorder.pending and moment >= self.recorder.due:
                self._flush(training)
            with self._changed:
                if not self.orders:
                    self._changed.wait(min(self._due - moment, FLUSH_SECONDS))
            self.recorder.exclude(monotonic() - moment)

    def _leave(self, training: Training) -> Status:
        assert self._leaving is not None
        self._flush(training, save=True)
        return self._leaving

    def _flush(
        self, training: Training, epoch: EpochRecord | None = None, save: bool = False
    ) -> None:
        self.recorder.flush(training, epoch, save)
        if not threading.main_thread().is_alive():
            with self._changed:
                self.orders.append(Leave("interrupted"))


def is_light(steps_per_second: float, batch_size: int) -> bool:
    """Tell whether a pace leaves most of a core to others.

    Example:
        >>> is_light(100, 256), is_light(101, 256)
        (True, False)
    """
    return steps_per_second * batch_size <= LIGHT_PICTURES
