"""A worker's claim to a run: taking it, keeping it, and what is done about those that were lost."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import torch

from softmax_core.errors import RunTaken, StoreError, StoreLocked, StoreUnreachable
from softmax_core.runs import rows
from softmax_core.runs.cluster import queue
from softmax_core.runs.cluster.desired import LOST, OBEYED_CHANNEL, Wanted, desired, notify, orders
from softmax_core.runs.cluster.processor import processor_type
from softmax_core.runs.database import Connection
from softmax_core.runs.job import Order
from softmax_core.runs.private import now
from softmax_core.runs.run import ALIVE, Run, Status
from softmax_core.runs.store import Store
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.records import EpochRecord, RateChange, StepRecord

_UNSUBMITTED: Final = "interval '1 minute'"
_KEPT: Final = "coalesce((SELECT step FROM checkpoints WHERE run = runs.id), 0)"
_WAITS: Final = (
    "EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = runs.id AND status = 'todo')"
)


@dataclass(frozen=True, slots=True)
class State:
    """What is wanted of a run that a worker has, as `desired.Desired`.

    Attributes:
        wanted: whether it is to train.
        until: the step at which it is to pause, or None.
        speed: the most steps a second, or None.
        ordered: number of the newest command.
    """

    wanted: Wanted
    until: int | None
    speed: float | None
    ordered: int


class ClaimedRun:
    """The store as one claim to one run sees it: once the run is taken, nothing is written.

    An error that says nothing of the run, but of the way to the database, means the same: whoever
    reaches the database goes on from what is in it.

    Args:
        store: the store.
        run_id: the run.
        claim: the number of the claim.
        state: what was wanted when it was taken.
    """

    def __init__(self, store: Store, run_id: str, claim: int, state: State) -> None:
        self.run_id = run_id
        self.claim = claim
        self.state = state
        self._store = store
        self._lock = threading.Lock()
        self._speed: float | None = None
        self._rate = 0  # the newest change of a rate that the job was given
        self._given: deque[int] = deque()  # those that it has not stored

    # -- what is ordered ---------------------------------------------------------------------------

    def new_orders(self) -> list[Order]:
        """Read what is wanted, and return the orders that lead there.

        Raises:
            RunTaken: the run is another worker's.
        """
        with self._held(), self._store.database.reading() as connection:
            found = connection.execute(
                "SELECT wanted, until_step, speed, ordered FROM runs WHERE id = ? AND claim = ?",
                (self.run_id, self.claim),
            ).fetchone()
            wanted = connection.execute(
                "SELECT number, variant, rate FROM rates_wanted WHERE run = ? AND number > ?"
                " ORDER BY number",
                (self.run_id, self._rate),
            ).fetchall()
        if found is None:
            raise self._taken()
        self.state = state = State(*found)
        self._given += [number for number, _variant, _rate in wanted]
        self._rate = self._given[-1] if wanted else self._rate
        rates = [(variant, rate) for _number, variant, rate in wanted]
        given = orders(state.wanted, state.until, state.speed, rates, state.ordered)
        if state.speed == self._speed:
            del given[0]
        self._speed = state.speed
        return given

    def heard(self, number: int) -> None:
        """Say that the commands up to a number are obeyed."""
        with self._held(), self._store.database.writing(durable=False) as connection:
            changed = connection.execute(
                "UPDATE runs SET obeyed = ? WHERE id = ? AND claim = ? AND obeyed < ?",
                (number, self.run_id, self.claim, number),
            )
            if changed.rowcount:
                notify(connection, OBEYED_CHANNEL, self.run_id)

    # -- what a training needs of a store ----------------------------------------------------------

    def run(self, run_id: str) -> Run:
        """See `Store.run`."""
        with self._held():
            return self._store.run(run_id)

    def checkpoint(self, run_id: str) -> Checkpoint | None:
        """See `Store.checkpoint`."""
        with self._held():
            return self._store.checkpoint(run_id)

    def rate_changes(self, run_id: str) -> list[RateChange]:
        """See `Store.rate_changes`."""
        with self._held():
            return self._store.rate_changes(run_id)

    def seconds(self, run_id: str) -> float:
        """See `Store.seconds`."""
        with self._held():
            return self._store.seconds(run_id)

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
        """See `Store.append`; a change of a rate is wanted no more once it is stored."""
        changes = list(rate_changes)
        stored = [self._given.popleft() for _ in changes if self._given]

        def tell(connection: Connection) -> None:
            if checkpoint is not None:  # as when it has made the steps that were asked for
                notify(connection, OBEYED_CHANNEL, run_id)
            if stored:
                connection.execute(
                    "DELETE FROM rates_wanted WHERE run = ? AND number <= ?",
                    (run_id, stored[-1]),
                )

        with self._held():
            self._store.append(
                run_id,
                steps,
                epochs,
                checkpoint,
                epoch_weights,
                velocities=velocities,
                rate_changes=changes,
                seconds=seconds,
                durable=durable,
                claim=self.claim,
                also=tell,
            )

    def set_total_steps(self, run_id: str, total_steps: int) -> None:
        """See `Store.set_total_steps`."""
        with self._held():
            self._store.set_total_steps(run_id, total_steps, claim=self.claim)

    def set_status(self, run_id: str, status: Status, error: str | None = None) -> None:
        """See `Store.set_status`; a run that leaves its worker is anybody's."""

        def leave(connection: Connection) -> None:
            if status != "running" and (status != "paused" or self.leaving):
                connection.execute(
                    "UPDATE runs SET worker = '', seen = now(), obeyed = ordered,"
                    " speed = CASE WHEN status = 'queued' THEN speed END WHERE id = ?",
                    (run_id,),
                )
            goes_on = status == "queued"
            if status == "paused" and self.leaving and not desired(connection, run_id).rests:
                connection.execute("UPDATE runs SET status = 'queued' WHERE id = ?", (run_id,))
                goes_on = True  # somebody has ordered so while it left
            if goes_on:
                queue.submit(connection, run_id, self.priority)
            notify(connection, OBEYED_CHANNEL, run_id)

        if status == "interrupted" and error is None:
            status = "queued"  # this process ends, and another one goes on
        with self._held():
            self._store.set_status(run_id, status, error, claim=self.claim, also=leave)

    leaving = False
    """Whether a pause is the end of this claim."""

    priority: int | None = None
    """Of the run in the queue, if it leaves for it; None for what is fair."""

    def say_status(self, run_id: str, status: Status, error: str | None) -> None:
        """Say nothing: this process shows no runs."""

    @contextmanager
    def _held(self) -> Iterator[None]:
        try:
            yield
        except (StoreUnreachable, StoreLocked) as error:
            raise self._taken() from error
        except StoreError as error:
            if type(error) is StoreError:
                raise self._taken() from error
            raise

    def _taken(self) -> RunTaken:
        where = self._store.database.where
        return RunTaken(where, f"This worker has run {self.run_id} no longer.", self.run_id)


def claim(store: Store, run_id: str, worker: str) -> ClaimedRun | None:
    """Take a run whose turn it is, unless a worker has it; return None then.

    Args:
        store: the store.
        run_id: the run.
        worker: the name of who takes it.
    """
    with store.database.writing() as connection:
        found = connection.execute(
            "UPDATE runs SET claim = claim + 1, worker = ?, seen = now()"  # noqa: S608 - ours
            " WHERE id = ? AND deleted IS NULL AND status IN ('queued', 'running')"
            f" AND (worker = '' OR coalesce({LOST}, true))"
            " RETURNING claim, wanted, until_step, speed, ordered",
            (worker, run_id),
        ).fetchone()
        if found is None:
            return None
        (kept,) = connection.execute(
            f"SELECT {_KEPT} FROM runs WHERE id = ?",  # noqa: S608 - ours
            (run_id,),
        ).fetchone()
        first = int(kept) + 1
        connection.execute(
            "DELETE FROM stretches WHERE run = ? AND first_step > ?", (run_id, first)
        )
        rows.write(connection, "stretches", [(run_id, first, processor_type())])
    number, *state = found
    return ClaimedRun(store, run_id, number, State(*state))


def beat(connection: Any, worker: str, slots: int, held: Sequence[ClaimedRun]) -> set[str]:
    """Give a sign of life for a worker and its runs.

    Args:
        connection: of psycopg, in autocommit mode.
        worker: its name.
        slots: how many runs it trains at once.
        held: its claims.

    Returns:
        The ids of those of its runs that were taken, or that something else is wanted of.
    """
    connection.execute(
        "INSERT INTO workers (name, slots, processor, seen) VALUES ($1, $2, $3, now())"
        " ON CONFLICT (name) DO UPDATE SET slots = excluded.slots, seen = excluded.seen",
        (worker, slots, processor_type()),
    )
    if not held:
        return set()
    ids, claims = [each.run_id for each in held], [each.claim for each in held]
    found = connection.execute(
        "UPDATE runs SET seen = now() FROM unnest($1::text[], $2::int[]) AS mine (run, taken)"
        " WHERE id = run AND claim = taken RETURNING id, ordered",
        (ids, claims),
    ).fetchall()
    ordered = dict(found)
    return {each.run_id for each in held if ordered.get(each.run_id) != each.state.ordered}


def resubmit(store: Store) -> int:
    """Let others train what the store says is under way and nobody trains; return how many.

    Whoever had such a run can write to it no more, should it come back.
    """
    with store.database.writing() as connection:
        lost = connection.execute(
            "SELECT id, wanted FROM runs WHERE status IN ('queued', 'running', 'paused')"  # noqa: S608 - ours
            f" AND deleted IS NULL AND {LOST} AND NOT {_WAITS} AND ("
            " status <> 'paused' OR wanted = 'stop'"
            f" OR (wanted = 'go' AND (until_step IS NULL OR until_step > {_KEPT}))"
            " ) FOR NO KEY UPDATE SKIP LOCKED"
        ).fetchall()
        for run_id, wanted in lost:
            status = {"go": "queued", "pause": "paused", "stop": "stopped"}[wanted]
            take(connection, run_id, status)
            if status == "queued":
                queue.submit(connection, run_id, queue.AGAIN)
        # A process that ended between making a run and queueing it has left one without a sign.
        connection.execute(
            "UPDATE runs SET status = 'interrupted', ended = created"  # noqa: S608 - ours
            " WHERE status = 'queued' AND seen IS NULL AND deleted IS NULL"
            f" AND created < to_char((now() - {_UNSUBMITTED}) AT TIME ZONE 'UTC',"
            " 'YYYY-MM-DD\"T\"HH24:MI:SS')"
        )
    return len(lost)


def take(connection: Connection, run_id: str, status: str) -> None:
    """Take a run from whoever has it, and give it a status: what it still writes is refused."""
    ended = None if status in ALIVE else now()
    connection.execute(
        "UPDATE runs SET status = ?, ended = ?, claim = claim + 1, worker = '', seen = now(),"
        " obeyed = ordered, speed = CASE WHEN ? = 'queued' THEN speed END WHERE id = ?",
        (status, ended, status, run_id),
    )
    notify(connection, OBEYED_CHANNEL, run_id)
