"""The list of runs: their settings, status, progress and names."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from functools import lru_cache
from threading import Lock
from typing import Any, Final, get_args

from softmax_core.errors import RunDamaged, RunNotFound
from softmax_core.runs.database import Database, now
from softmax_core.runs.rows import checksum
from softmax_core.runs.run import ALIVE, Run, Status
from softmax_core.training.experiment import Experiment

_ID_BYTES: Final = 12  # 16 characters, so that ids cannot be guessed
_RUN = "id, experiment, status, created, started, ended, step, total_steps, error, name, note"
_RUN += ", pinned, owner, checksum"
# One column, so without a comma and a space in it.
_CHANGES = (
    "(SELECT json_group_array(json_array(variant,learning_rate)) FROM (SELECT variant,learning_rate"
    " FROM rate_changes WHERE run = runs.id ORDER BY position))"
)
_RUN += f", {_CHANGES}"


class Catalogue:
    """The runs of a store, without their records; a part of `Store`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.path = database.path
        # Statuses that a full disk did not store; returned to readers until the next one is stored.
        self._unstored: dict[str, tuple[Status, str | None]] = {}
        self._unstored_lock = Lock()

    def create(
        self,
        experiment: Experiment,
        total_steps: int,
        *,
        owner: str = "",
        steering: Callable[[str], str] | None = None,
    ) -> Run:
        """Add a run, with status "queued".

        Args:
            experiment: what to train.
            total_steps: number of steps it will make.
            owner: a digest that identifies who started it, or "".
            steering: returns for the run's id the digest of the secret that steers it.

        Returns:
            The new run.
        """
        run_id = secrets.token_urlsafe(_ID_BYTES)
        settings = (run_id, json.dumps(experiment.to_dict()), now(), owner)
        digest = steering(run_id) if steering else ""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO runs"
                " (id, experiment, created, owner, checksum, status, total_steps, steering)"
                " VALUES (?, ?, ?, ?, ?, 'queued', ?, ?)",
                (*settings, checksum(*settings), total_steps, digest),
            )
        return self.run(run_id)

    def run(self, run_id: str) -> Run:
        """Return the current state of a run.

        Raises:
            RunNotFound: there is no run with this id, or it was deleted.
            RunDamaged: its settings differ from what was written.
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
        """Return all runs with readable settings, newest first."""
        return [run for run in self._listed() if isinstance(run, Run)]

    def damaged(self) -> list[str]:
        """Return the ids of the runs with damaged settings."""
        return [run.run_id for run in self._listed() if isinstance(run, RunDamaged)]

    def set_status(self, run_id: str, status: Status, error: str | None = None) -> None:
        """Store the status of a run, and the time if it starts or ends.

        Args:
            run_id: the run.
            status: the new status.
            error: the reason, for "failed" and "interrupted".
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
        """Keep a status in memory that the disk did not take."""
        with self._unstored_lock:
            self._unstored[run_id] = (status, error)

    def set_steering(self, run_id: str, digest: str) -> None:
        """Store another secret that steers a run; the one before no longer does.

        Args:
            run_id: the run.
            digest: of the secret; the secret itself is not stored.

        Raises:
            RunNotFound: there is no such run.
        """
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE runs SET steering = ? WHERE id = ?", (digest, run_id)
            )
            if changed.rowcount == 0:
                raise RunNotFound(run_id)

    def steering(self, run_id: str) -> str:
        """Return the digest of the secret that steers a run, or "" if none was set."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT steering FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is None:
            raise RunNotFound(run_id)
        return str(row[0])

    def alive(self, owner: str) -> int:
        """Count the queued, running and paused runs of an owner."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT count(*) FROM runs WHERE owner = ? AND status IN (?, ?, ?)",
                (owner, *ALIVE),
            ).fetchone()
        return int(row[0])

    def set_total_steps(self, run_id: str, total_steps: int) -> None:
        """Correct the number of steps of a run, once its data set is known."""
        with self._database.writing(durable=False) as connection:
            connection.execute(
                "UPDATE runs SET total_steps = ? WHERE id = ?", (total_steps, run_id)
            )

    def interrupt_alive(self) -> int:
        """Mark runs that the last process left unfinished as interrupted; return their number."""
        with self._database.writing() as connection:
            marks = ", ".join("?" * len(ALIVE))
            changed = connection.execute(
                f"UPDATE runs SET status = 'interrupted', ended = ?"  # noqa: S608
                f" WHERE status IN ({marks})",
                (now(), *ALIVE),
            )
            return changed.rowcount

    def _listed(self) -> list[Run | RunDamaged]:
        with self._database.reading() as connection:
            found = connection.execute(
                f"SELECT {_RUN} FROM runs WHERE deleted IS NULL"  # noqa: S608
                " ORDER BY created DESC, rowid DESC"
            ).fetchall()
        listed: list[Run | RunDamaged] = []
        for row in found:
            try:
                listed.append(self._as_run(row))
            except RunDamaged as damage:
                listed.append(damage)
        return listed

    def _as_run(self, row: Sequence[Any]) -> Run:
        named = dict(zip(_RUN.split(", "), row, strict=True))
        settings = (named["id"], named["experiment"], named["created"], named["owner"])
        if checksum(*settings) != named.pop("checksum") or named["status"] not in get_args(Status):
            raise RunDamaged(named["id"], "settings")
        named["changes"] = tuple(map(tuple, json.loads(named.pop(_CHANGES))))
        with self._unstored_lock:
            if named["id"] in self._unstored:
                named["status"], named["error"] = self._unstored[named["id"]]
        experiment = _experiment(named["experiment"])
        return Run(**{**named, "experiment": experiment, "pinned": bool(named["pinned"])})


@lru_cache(maxsize=2048)
def _experiment(described: str) -> Experiment:
    """Return the experiment of a run; a list of runs is read every few seconds."""
    return Experiment.from_dict(json.loads(described))
