"""Whose turn it is: procrastinate's tables, which its workers take jobs from.

A job of the queue is one turn of a run: a slot of a worker. It is made in the transaction that says
in the store that the run is to go on, and `queueing_lock`, the run's id, keeps it the only one.
Fairness is between people: of each one's runs the first is in the front row, the second in the next
one, and so on (`rank`). What was under way when its worker was lost goes before all (`AGAIN`).
Slow runs have a queue of their own: they train beside those in the slots.
"""

from __future__ import annotations

import json
from typing import Any, Final

from softmax_core.runs.database import Connection
from softmax_core.runs.postgres import PostgresDatabase
from softmax_core.runs.postgres_schema import LOCK

QUEUE: Final = "runs"
LIGHT: Final = "light"
"""The queue of slow runs, which need no slot."""
TASK: Final = "train"
AGAIN: Final = 50
"""The priority of a run that was under way already."""
CHANNEL: Final = "procrastinate_queue_v1#{}"
"""Of a queue: notified of each new job."""

_MAKE: Final = LOCK + 2
_MINUTES: Final = "interval '2 minutes'"

_TURN: Final = (
    "EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = runs.id"
    f" AND queue_name = '{QUEUE}' AND procrastinate_jobs.status = '{{}}')"
)


def make_tables(database: PostgresDatabase) -> None:
    """Make procrastinate's tables where they are not there yet; of two processes one does it."""
    from procrastinate.schema import SchemaManager

    with database.connect() as connection, connection.transaction():
        connection.execute(f"SELECT pg_advisory_xact_lock({_MAKE})")
        found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
        if found is not None and found[0] is None:
            connection.execute(SchemaManager.get_schema().encode())


def submit(connection: Connection, run_id: str, priority: int | None = None) -> None:
    """Let a run wait for its turn; one that waits already waits on.

    Args:
        connection: inside the transaction that makes the run "queued".
        run_id: the run.
        priority: `AGAIN`, or None for what is fair.
    """
    if priority is None:
        (others,) = connection.execute(
            "SELECT count(*) FROM runs mine JOIN runs others ON others.owner = mine.owner"
            " WHERE mine.id = ? AND mine.owner <> '' AND others.id <> mine.id"
            " AND others.status IN ('queued', 'running')",
            (run_id,),
        ).fetchone()
        priority = -int(others)
    connection.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args)"
        " VALUES (?, ?, ?, ?, jsonb_build_object('run_id', ?::text))"
        " ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING",
        (QUEUE, TASK, priority, run_id, run_id),
    )


def move(connection: Connection, run_id: str, name: str) -> None:
    """Let a run that waits do so in another queue; its place stays what it was."""
    moved = connection.execute(
        "UPDATE procrastinate_jobs SET queue_name = ? WHERE queueing_lock = ? AND status = 'todo'"
        " AND queue_name <> ? RETURNING id",
        (name, run_id, name),
    ).fetchone()
    if moved is not None:  # whose trigger notifies of new jobs alone
        told = json.dumps({"type": "job_inserted", "job_id": moved[0]})
        connection.execute("SELECT pg_notify(?, ?)", (CHANNEL.format(name), told))


def withdraw(connection: Connection, run_id: str) -> None:
    """Take a run that waits out of the queue."""
    connection.execute(
        "DELETE FROM procrastinate_jobs WHERE queueing_lock = ? AND status = 'todo'", (run_id,)
    )


def waiting(connection: Connection) -> list[str]:
    """Return the ids of the runs that wait for their turn, the next one first."""
    found = connection.execute(
        "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = ?"
        " ORDER BY priority DESC, id",
        (QUEUE,),
    )
    return [run_id for (run_id,) in found]


def paces(connection: Connection) -> list[tuple[int, float]]:
    """Return (steps left, steps a second) of each run in a slot, 0 where no pace is known yet."""
    found = connection.execute(
        "SELECT total_steps - step, coalesce((last_step - first_step + 1)"  # noqa: S608 - ours
        " / nullif(seconds_after - seconds_before, 0), 0)"
        " FROM runs LEFT JOIN LATERAL (SELECT * FROM blocks WHERE run = runs.id"
        " ORDER BY last_step DESC LIMIT 1) newest ON true"
        f" WHERE status = 'running' AND {_TURN.format('doing')}"
    )
    return [(int(left), float(pace)) for left, pace in found]


def under_way(connection: Connection) -> int:
    """Return how many runs have a slot, or wait for one."""
    (count,) = connection.execute(
        "SELECT count(*) FROM runs WHERE status IN ('queued', 'running')"  # noqa: S608 - ours
        f" AND ({_TURN.format('doing')} OR {_TURN.format('todo')})"
    ).fetchone()
    return int(count)


def rank(connection: Any) -> None:
    """Put those who wait in rows anew: of each person the next run, then everybody's second one.

    A person's runs that train count as well. A run of nobody's stays where it came.

    Args:
        connection: of psycopg, in autocommit mode.
    """
    connection.execute(
        "UPDATE procrastinate_jobs SET priority = fair.priority FROM ("
        " SELECT jobs.id, -(row_number() OVER (PARTITION BY owner ORDER BY jobs.id) - 1 + ("
        "  SELECT count(*) FROM runs others"
        "  WHERE others.owner = runs.owner AND others.status = 'running'"
        " )) AS priority FROM procrastinate_jobs jobs JOIN runs ON runs.id = jobs.queueing_lock"
        " WHERE jobs.status = 'todo' AND jobs.priority <= 0 AND runs.owner <> ''"
        ") fair WHERE procrastinate_jobs.id = fair.id AND procrastinate_jobs.status = 'todo'"
        " AND procrastinate_jobs.priority <> fair.priority"
    )


def sweep(connection: Any) -> None:
    """Delete what ended jobs and lost workers have left; of all workers one does it at a time.

    Args:
        connection: of psycopg, in autocommit mode.
    """
    with connection.transaction():
        found = connection.execute(f"SELECT pg_try_advisory_xact_lock({_MAKE})").fetchone()
        if not found[0]:
            return
        connection.execute(
            "DELETE FROM procrastinate_workers"  # noqa: S608 - ours
            f" WHERE last_heartbeat < now() - {_MINUTES}"
        )
        connection.execute(
            "DELETE FROM procrastinate_jobs WHERE status NOT IN ('todo', 'doing')"
            " OR (status = 'doing' AND worker_id IS NULL)"
        )
        connection.execute(f"DELETE FROM workers WHERE seen < now() - {_MINUTES}")  # noqa: S608
