"""The list of runs: what was asked for, how far it got, what people called it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

from softmax_core.errors import RunNotFound, StoreError
from softmax_core.runs.database import Database
from softmax_core.runs.run import ALIVE, Run, Status
from softmax_core.training.experiment import Experiment

_ID_BYTES: Final = 12  # 16 characters: nobody guesses a link
_RUN = "id, experiment, status, created, started, ended, step, total_steps, error, name, note"
_RUN += ", pinned, owner"


def now() -> str:
    """Return the time as UTC in ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Catalogue:
    """The runs of a store, without their records; a part of `Store`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.path = database.path
        # What a full disk did not take: told to readers until the next status is stored.
        self._unstored: dict[str, tuple[Status, str | None]] = {}
        self._unstored_lock = Lock()

    def create(self, experiment: Experiment, total_steps: int, *, owner: str = "") -> Run:
        """Add a run that waits for its first step.

        Args:
            experiment: what is to be trained.
            total_steps: how many steps it will make.
            owner: a digest of who started it, or "".

        Returns:
            The run, with status "queued".
        """
        run_id = secrets.token_urlsafe(_ID_BYTES)
        described = json.dumps(experiment.to_dict())
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO runs (id, experiment, status, created, total_steps, owner)"
                " VALUES (?, ?, 'queued', ?, ?, ?)",
                (run_id, described, now(), total_steps, owner),
            )
        return self.run(run_id)

    def run(self, run_id: str) -> Run:
        """Return a run.

        Args:
            run_id: its id.

        Returns:
            The run as it is now.

        Raises:
            RunNotFound: there is none with this id, or it was deleted.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT {_RUN} FROM runs WHERE id = ? AND deleted IS NULL",  # noqa: S608
                (run_id,),
            ).fetchone()
        if row is None:
            raise RunNotFound(run_id)
        return self._as_run(row)

    def runs(self) -> list[Run]:
        """Return all runs, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_RUN} FROM runs WHERE deleted IS NULL"  # noqa: S608
                " ORDER BY created DESC, rowid DESC"
            ).fetchall()
        return [self._as_run(row) for row in rows]

    def set_status(self, run_id: str, status: Status, error: str | None = None) -> None:
        """Store a run's status, and when it started or ended.

        Args:
            run_id: the run.
            status: the new status.
            error: why, for "failed" and "interrupted".
        """
        ended = None if status in ALIVE else now()
        started = now() if status == "running" else None
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE runs SET status = ?, error = ?, ended = ?,"
                " started = coalesce(started, ?) WHERE id = ?",
                (status, error, ended, started, run_id),
            )
        with self._unstored_lock:
            self._unstored.pop(run_id, None)

    def say_status(self, run_id: str, status: Status, error: str | None) -> None:
        """Tell readers a status that the disk did not take."""
        with self._unstored_lock:
            self._unstored[run_id] = (status, error)

    def set_steering(self, run_id: str, digest: str) -> None:
        """Store the digest of the secret that steers a run; the secret itself is kept nowhere."""
        with self._database.writing() as connection:
            connection.execute("UPDATE runs SET steering = ? WHERE id = ?", (digest, run_id))

    def steering(self, run_id: str) -> str:
        """Return the digest of the secret that steers a run, or "" when none was set.

        Args:
            run_id: the run.

        Raises:
            RunNotFound: there is no such run.
        """
        with self._database.reading() as connection:
            row = connection.execute("SELECT steering FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is None:
            raise RunNotFound(run_id)
        return str(row[0])

    def alive(self, owner: str) -> int:
        """Return how many runs of an owner are queued, running or paused."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT count(*) FROM runs WHERE owner = ? AND status IN (?, ?, ?)"
                " AND deleted IS NULL",
                (owner, *ALIVE),
            ).fetchone()
        return int(row[0])

    def set_total_steps(self, run_id: str, total_steps: int) -> None:
        """Correct how many steps a run will make, once its data set is known."""
        with self._database.writing(durable=False) as connection:
            connection.execute(
                "UPDATE runs SET total_steps = ? WHERE id = ?", (total_steps, run_id)
            )

    def interrupt_alive(self) -> int:
        """Mark every run that the last process left behind as interrupted; return how many."""
        with self._database.writing() as connection:
            marks = ", ".join("?" * len(ALIVE))
            changed = connection.execute(
                f"UPDATE runs SET status = 'interrupted', ended = ?"  # noqa: S608
                f" WHERE status IN ({marks})",
                (now(), *ALIVE),
            )
            return changed.rowcount

    def _as_run(self, row: Sequence[Any]) -> Run:
        named = dict(zip(_RUN.split(", "), row, strict=True))
        with self._unstored_lock:
            if named["id"] in self._unstored:
                named["status"], named["error"] = self._unstored[named["id"]]
        try:
            experiment = Experiment.from_dict(json.loads(named["experiment"]))
        except ValueError as error:
            raise StoreError(
                self.path,
                f"Run {named['id']} has settings that this program cannot read: {error}",
            ) from error
        return Run(**{**named, "experiment": experiment, "pinned": bool(named["pinned"])})
