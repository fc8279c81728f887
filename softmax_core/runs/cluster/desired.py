"""What people want of a run, as it stands in the store, and how far that is obeyed.

It is a state: a command says it anew, whoever trains the run reads all of it, and saying it twice
changes nothing. Each command raises `ordered`; it is obeyed when `obeyed` has come as far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from softmax_core.errors import RunNotFound
from softmax_core.runs.database import Connection
from softmax_core.runs.job import Go, GoTo, Heard, Leave, Order, Rate, Speed
from softmax_core.runs.run import Status

Wanted = Literal["go", "pause", "stop"]

ORDERS_CHANNEL: Final = "softmax_orders"
"""Notified with a run's id when something else is wanted of it."""
OBEYED_CHANNEL: Final = "softmax_obeyed"
"""Notified with a run's id when its worker has obeyed, or its status is another one."""
LOST_SECONDS: Final = 2.5
"""How long a worker may be silent before another one takes its runs."""
LOST: Final = f"seen < now() - interval '{LOST_SECONDS} seconds'"

_ASKED: Final = (
    "SELECT status, wanted, until_step, speed, ordered, obeyed, claim,"  # noqa: S608 - constants
    f" worker <> '' AND NOT coalesce({LOST}, true), step, total_steps,"
    " coalesce((SELECT step FROM checkpoints WHERE run = runs.id), 0)"
    " FROM runs WHERE id = ? AND deleted IS NULL"
)


@dataclass(frozen=True, slots=True)
class Desired:
    """What is wanted of a run, and what it does.

    Attributes:
        status: its status.
        wanted: whether it is to train.
        until: the step at which it is to pause, or None for its end.
        speed: the most steps a second, or None for all that can be.
        ordered: number of the newest command.
        obeyed: number of the newest command that is obeyed.
        claim: number of times that a worker began with it or that it was taken from one.
        held: whether a worker has it that gave a sign a moment ago.
        step: number of its recorded steps.
        total_steps: number of steps of the whole run.
        kept: the step of its newest checkpoint; of a paused run where it stands.
    """

    status: Status
    wanted: Wanted
    until: int | None
    speed: float | None
    ordered: int
    obeyed: int
    claim: int
    held: bool
    step: int
    total_steps: int
    kept: int

    @property
    def rests(self) -> bool:
        """Whether it neither waits nor trains; few single steps are made with status "paused"."""
        if self.status in ("queued", "running"):
            return False
        if self.status != "paused" or self.wanted != "go":
            return True
        return self.until is not None and self.until <= self.kept

    @property
    def stepping(self) -> bool:
        """Whether it is under way and pauses by itself."""
        return not self.rests and self.wanted == "go" and self.until is not None


def desired(connection: Connection, run_id: str, *, locked: bool = False) -> Desired:
    """Read what is wanted of a run.

    Args:
        connection: inside a transaction.
        run_id: the run.
        locked: whether nobody else may change it before the transaction ends.

    Raises:
        RunNotFound: there is no such run, or it was deleted.
    """
    found = connection.execute(
        f"{_ASKED}{' FOR NO KEY UPDATE' if locked else ''}", (run_id,)
    ).fetchone()
    if found is None:
        raise RunNotFound(run_id)
    return Desired(*found)


def want(connection: Connection, run_id: str, wanted: Wanted, until: int | None = None) -> None:
    """Say whether a run is to train, and until which step."""
    connection.execute(
        "UPDATE runs SET wanted = ?, until_step = ?, ordered = ordered + 1 WHERE id = ?",
        (wanted, until, run_id),
    )
    notify(connection, ORDERS_CHANNEL, run_id)


def notify(connection: Connection, channel: str, run_id: str) -> None:
    """Wake those who listen, when the transaction has ended."""
    connection.execute("SELECT pg_notify(?, ?)", (channel, run_id))


def orders(
    wanted: Wanted,
    until: int | None,
    speed: float | None,
    rates: list[tuple[int, float]],
    ordered: int,
) -> list[Order]:
    """Return the orders that lead a job to what is wanted, from wherever it is.

    Args:
        wanted: as in `Desired`.
        until: as in `Desired`.
        speed: as in `Desired`.
        rates: (variant, learning rate) of each change that is not recorded yet, in order.
        ordered: the number of the command that this obeys.

    Example:
        >>> orders("pause", None, None, [], 3)
        [Speed(steps_per_second=None), Go(steps=0), Heard(number=3)]
    """
    first: list[Order] = [Speed(speed), *(Rate(variant, rate) for variant, rate in rates)]
    if wanted == "stop":
        return [*first, Leave("stopped")]
    if wanted == "pause":
        return [*first, Go(0), Heard(ordered)]
    return [*first, Go(None) if until is None else GoTo(until), Heard(ordered)]
