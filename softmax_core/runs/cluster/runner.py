"""The runner of a process that shows runs: it says what is wanted of them, and trains none."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, Final

import torch

from softmax_core.data import Dataset, Description
from softmax_core.errors import InvalidExperiment, QueueFull, RunNotSteerable
from softmax_core.runs import rows
from softmax_core.runs.cluster import queue
from softmax_core.runs.cluster.claims import take
from softmax_core.runs.cluster.desired import (
    LOST_SECONDS,
    OBEYED_CHANNEL,
    Desired,
    desired,
    notify,
    want,
)
from softmax_core.runs.cluster.listening import Listener
from softmax_core.runs.database import Connection
from softmax_core.runs.job import is_light
from softmax_core.runs.limits import PERSONAL, Limits
from softmax_core.runs.postgres import PostgresDatabase
from softmax_core.runs.postgres_schema import LOCK
from softmax_core.runs.run import RESUMABLE, Run
from softmax_core.runs.starting import Starting
from softmax_core.runs.store import Store
from softmax_core.runs.waits import expected_waits
from softmax_core.training.experiment import rate_change

_ANSWER_SECONDS: Final = 1.0  # how long a command waits until it is obeyed
_ADMITTING: Final = LOCK + 3
_LOOK_SECONDS: Final = 0.25  # how long who waits trusts that a notification comes
_ALIVE: Final = f"seen > now() - interval '{LOST_SECONDS} seconds'"


class ClusterRunner(Starting):
    """The `Runner` of a store in PostgreSQL, whose runs are trained by workers.

    Any number of processes have one; what one of them orders, the others see. Its end changes
    nothing: the runs go on. `limits.active` has no meaning here, the workers' slots count.

    Args:
        store: the store, in a PostgreSQL database.
        load_dataset: returns the data set of a description, or raises `DatasetMissing`; to fork.
        limits: how many runs it accepts.
        device: the torch device, to fork.
    """

    def __init__(
        self,
        store: Store,
        load_dataset: Callable[[Description], Dataset],
        limits: Limits = PERSONAL,
        device: str = "cpu",
    ) -> None:
        super().__init__(store, load_dataset, limits, device)
        assert isinstance(store.database, PostgresDatabase)
        self._database = store.database
        queue.make_tables(self._database)
        self._alone = threading.Lock()
        self._obeyed = threading.Condition()
        self._news: dict[str, _News] = {}
        self._listener = Listener(
            self._database,
            [OBEYED_CHANNEL],
            self._wake,
            every=5.0,
            tick=lambda connection: connection.execute("SELECT 1"),
            name="obeyed",
        )

    # -- commands --------------------------------------------------------------------------------

    def allow(self, limits: Limits) -> None:
        """See `Runner.allow`."""
        self.limits = limits

    def give_way(self, seconds: float) -> None:
        """See `Runner.give_way`: nothing trains in this process."""

    def pause(self, run_id: str) -> None:
        """See `Runner.pause`."""
        self._end(run_id, "be paused", "pause")

    def stop(self, run_id: str) -> None:
        """See `Runner.stop`."""
        self._end(run_id, "be stopped", "stop")

    def resume(self, run_id: str) -> None:
        """See `Runner.resume`."""
        self._go_on(run_id, "be resumed", None)

    def step(self, run_id: str, steps: int = 1) -> None:
        """See `Runner.step`."""
        if steps < 1:
            raise InvalidExperiment("steps", steps, "at least 1")
        self._go_on(run_id, "make single steps", lambda at, _epoch: at + steps)

    def step_epoch(self, run_id: str, epochs: int = 1) -> None:
        """See `Runner.step_epoch`."""
        if epochs < 1:
            raise InvalidExperiment("epochs", epochs, "at least 1")
        self._go_on(run_id, "make a single epoch", lambda at, epoch: (at // epoch + epochs) * epoch)

    def change_learning_rate(self, run_id: str, variant: int, learning_rate: float) -> None:
        """See `Runner.change_learning_rate`."""
        run = self.store.run(run_id)
        checked = rate_change(run.experiment, run.step, variant, learning_rate)
        with self._changing(run_id) as (connection, now):
            if now.status == "paused" and now.rests and not now.held:
                change = replace(checked, step=now.kept)
                rows.write(
                    connection,
                    "rate_changes",
                    [(run_id, change.step, change.variant, change.learning_rate)],
                )
                return
            if now.status not in ("queued", "running", "paused"):
                raise RunNotSteerable(run_id, "change its learning rate", now.status)
            connection.execute(
                "INSERT INTO rates_wanted (run, variant, rate) VALUES (?, ?, ?)",
                (run_id, checked.variant, checked.learning_rate),
            )
            want(connection, run_id, now.wanted, now.until)
        if now.held:
            self._until_obeyed(run_id, now.ordered + 1)

    def set_speed(self, run_id: str, steps_per_second: float | None) -> None:
        """See `Runner.set_speed`."""
        if steps_per_second is not None and not 0 < steps_per_second < math.inf:
            raise InvalidExperiment("speed", steps_per_second, "more than 0 steps a second")
        batch = self.store.run(run_id).experiment.batch_size
        with self._changing(run_id) as (connection, now):
            if now.status not in ("queued", "running", "paused"):
                raise RunNotSteerable(run_id, "change its speed", now.status)
            light = steps_per_second is not None and is_light(steps_per_second, batch)
            queue.move(connection, run_id, queue.LIGHT if light else queue.QUEUE)
            connection.execute("UPDATE runs SET speed = ? WHERE id = ?", (steps_per_second, run_id))
            want(connection, run_id, now.wanted, now.until)
        if now.held:
            self._until_obeyed(run_id, now.ordered + 1)

    # -- what a page asks ------------------------------------------------------------------------

    def place(self, run_id: str) -> int | None:
        """See `Runner.place`."""
        with self._database.reading() as connection:
            waiting = queue.waiting(connection)
        return waiting.index(run_id) + 1 if run_id in waiting else None

    def speed(self, run_id: str) -> float | None:
        """See `Runner.speed`."""
        return self._desired(run_id).speed

    def seen_weights(
        self,
        run_id: str,  # noqa: ARG002 - as of every runner
    ) -> tuple[int, torch.Tensor, torch.Tensor] | None:
        """Return None: the newest weights are in the store, at most 2.5 s old."""
        return None

    def is_under_way(self, run_id: str) -> bool:
        """See `Runner.is_under_way`."""
        return not self._desired(run_id).rests

    def is_stepping(self, run_id: str) -> bool:
        """See `Runner.is_stepping`."""
        return self._desired(run_id).stepping

    def is_served(self) -> bool:
        """See `Runner.is_served`."""
        with self._database.reading() as connection:
            return _slots(connection) > 0

    def expected_wait(self, run_id: str) -> float | None:
        """See `Runner.expected_wait`."""
        with self._database.reading() as connection:
            waiting, slots = queue.waiting(connection), _slots(connection)
            if run_id not in waiting or not slots:
                return None
            active = queue.paces(connection)
            left = dict(
                connection.execute(
                    "SELECT id, total_steps - step FROM runs WHERE status = 'queued'"
                ).fetchall()
            )
        steps = [int(left.get(each, 0)) for each in waiting]
        return expected_waits(active[:slots], steps, slots)[waiting.index(run_id)]

    def wait(self, run_id: str, timeout: float | None = None) -> Run:
        """See `Runner.wait`."""
        self._until(run_id, lambda now: now.rests, timeout)
        return self.store.run(run_id)

    def close(self, timeout: float = 3.0) -> None:
        """End nothing but this: the runs go on in their workers."""
        self._listener.close(timeout)

    # -- inside ----------------------------------------------------------------------------------

    @contextmanager
    def _admitting(self) -> Iterator[None]:
        # Of this process one at a time, so that a burst does not take every connection.
        with self._alone, self._database.writing() as connection:
            connection.execute("SET LOCAL idle_in_transaction_session_timeout = '10s'")
            connection.execute("SELECT pg_advisory_xact_lock(?)", (_ADMITTING,))
            yield

    def _refuse_when_full(self) -> None:
        with self._database.reading() as connection:
            slots, under_way = _slots(connection), queue.under_way(connection)
        if under_way >= slots + self.limits.waiting:
            raise QueueFull(under_way - slots, self.limits.waiting)

    def _enqueue(self, run: Run) -> None:
        with self._database.writing() as connection:
            connection.execute("UPDATE runs SET seen = now() WHERE id = ?", (run.id,))
            queue.submit(connection, run.id)

    def _end(self, run_id: str, command: str, wanted: Any) -> None:
        """Let a run pause or stop: by its worker, or at once where none has it."""
        with self._changing(run_id) as (connection, now):
            paused = now.status == "paused" and now.rests
            if now.status not in ("queued", "running", "paused") or (paused and wanted == "pause"):
                raise RunNotSteerable(run_id, command, now.status)
            want(connection, run_id, wanted)
            if now.held:
                number = now.ordered + 1
            else:
                queue.withdraw(connection, run_id)
                take(connection, run_id, "paused" if wanted == "pause" else "stopped")
                number = 0
        if number:
            self._until_obeyed(run_id, number)

    def _go_on(self, run_id: str, command: str, until: Callable[[int, int], int] | None) -> None:
        """Let a run that rests train, or one that makes single steps make more of them.

        Args:
            run_id: the run.
            command: what is done, for the error.
            until: returns, for where it stands and the steps of an epoch, where it pauses.
        """
        if not self._desired(run_id).held:
            self.store.verify(run_id)
        epochs = self.store.run(run_id).experiment.epochs
        with self._changing(run_id) as (connection, now):
            more = until is not None and now.stepping
            if not more and not (now.rests and now.status in RESUMABLE):
                raise RunNotSteerable(run_id, command, now.status)
            at = now.until if more and now.until is not None else now.kept
            epoch = max(now.total_steps // epochs, 1)
            want(connection, run_id, "go", None if until is None else until(at, epoch))
            if not now.held and now.rests:
                self._refuse_when_full()
                connection.execute(
                    "UPDATE runs SET status = 'queued', error = NULL, ended = NULL, worker = '',"
                    " seen = now() WHERE id = ?",
                    (run_id,),
                )
                queue.submit(connection, run_id)
                notify(connection, OBEYED_CHANNEL, run_id)
        if more:
            return
        number = now.ordered + 1
        self._until(
            run_id,
            lambda then: (
                (then.obeyed >= number and (until is None or then.rests))
                or (then.status == "queued" and not self._has_room())
                or then.status not in ("queued", "running", "paused")
            ),
            _ANSWER_SECONDS,
        )

    @contextmanager
    def _changing(self, run_id: str) -> Iterator[tuple[Connection, Desired]]:
        """Provide what is wanted of a run, for the only one who changes it now.

        Who is about to stop, or to leave its worker, has a moment to do so.
        """
        self._until(
            run_id,
            lambda now: not (now.held and now.wanted == "stop" and now.obeyed < now.ordered),
            _ANSWER_SECONDS,
        )
        with self._database.writing() as connection:
            yield connection, desired(connection, run_id, locked=True)

    def _desired(self, run_id: str) -> Desired:
        with self._database.reading() as connection:
            return desired(connection, run_id)

    def _has_room(self) -> bool:
        """Whether a slot is free, so that who waits is about to begin."""
        with self._database.reading() as connection:
            return queue.under_way(connection) <= _slots(connection)

    def _until_obeyed(self, run_id: str, number: int) -> None:
        self._until(run_id, lambda now: now.obeyed >= number, _ANSWER_SECONDS)

    def _until(
        self, run_id: str, reached: Callable[[Desired], bool], timeout: float | None
    ) -> None:
        """Wait until a run is as it should be; its worker's notifications are heard at once."""
        deadline = math.inf if timeout is None else monotonic() + timeout
        with self._obeyed:
            news = self._news.setdefault(run_id, _News())
            news.waiting += 1
        try:
            while True:
                heard = news.heard
                if reached(self._desired(run_id)) or (left := deadline - monotonic()) <= 0:
                    return
                with self._obeyed:
                    self._obeyed.wait_for(
                        lambda heard=heard: news.heard != heard,  # type: ignore[misc]
                        min(left, _LOOK_SECONDS),
                    )
        finally:
            with self._obeyed:
                news.waiting -= 1
                if not news.waiting:
                    del self._news[run_id]

    def _wake(self, _channel: str, run_id: str) -> None:
        with self._obeyed:
            if (news := self._news.get(run_id)) is not None:
                news.heard += 1
                self._obeyed.notify_all()


@dataclass(slots=True)
class _News:
    """How often a run was notified of, while so many wait for it."""

    heard: int = 0
    waiting: int = 0


def _slots(connection: Connection) -> int:
    """Return how many runs the workers that are connected train at once."""
    (slots,) = connection.execute(
        f"SELECT coalesce(sum(slots), 0) FROM workers WHERE {_ALIVE}"  # noqa: S608 - ours
    ).fetchone()
    return int(slots)
