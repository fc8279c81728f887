"""The list of runs: their settings, status, progress and names."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final, NamedTuple, get_args
from weakref import WeakKeyDictionary

from softmax_core.data.dataset import FASHION_MNIST, Description
from softmax_core.errors import RunDamaged, RunNotFound
from softmax_core.folders import without_folders
from softmax_core.runs import rows
from softmax_core.runs.database import Connection, Database
from softmax_core.runs.private import now
from softmax_core.runs.rows import checksum
from softmax_core.runs.run import ALIVE, Run, Status
from softmax_core.training.experiment import Experiment

_ID_BYTES: Final = 12  # 16 characters, so that ids cannot be guessed
_RUN = "id, experiment, status, created, started, ended, step, total_steps, error, name, note"
_RUN += ", pinned, owner, checksum, data"
_SETTINGS: Final = ("id", "experiment", "created", "owner")
# A file keeps a value of any type in any column, and these change, so they have no checksum.
_COUNTS: Final = ("step", "total_steps")
_TEXTS: Final = ("name", "note")
_PERHAPS: Final = ("data", "started", "ended", "error")
_CHECKED: Final = (*_SETTINGS, "checksum", "status", *_COUNTS, *_TEXTS, *_PERHAPS)
_CHECKED_SECONDS: Final = 60.0  # how long the list of damaged runs holds
_AT_ONCE: Final = 500

# One column, so without a comma and a space in it.
_CHANGES = (
    "(SELECT json_group_array(json_array(variant,learning_rate)) FROM (SELECT variant,learning_rate"
    " FROM rate_changes WHERE run = runs.id ORDER BY position) AS changes)"
)
_FORK = "(SELECT json_array(parent,step) FROM forks WHERE run = runs.id ORDER BY step DESC LIMIT 1)"
_GROUP = "(SELECT group_id FROM members WHERE run = runs.id)"
_RUN += f", {_CHANGES}, {_FORK}, {_GROUP}"


class Head(NamedTuple):
    """What a list of all runs is searched and sorted by; much quicker to read than the runs.

    A tuple, which is made four times as fast as a dataclass: a list may have ten thousand.

    Attributes:
        id: the run's id.
        name: its name, or "".
        note: its note, or "".
        status: its status.
        pinned: whether it is protected from being cleared.
        best: the best variant's test accuracy at the end of the last epoch, or None.
        group: the id of its group, the same for all runs of one, or "".
    """

    id: str
    name: str
    note: str
    status: Status
    pinned: bool
    best: float | None
    group: str = ""


def _read_heads(connection: Connection) -> Sequence[Head]:
    found = connection.execute(
        "SELECT id, name, note, status, pinned, best FROM runs"  # read from runs_listed
        " WHERE deleted IS NULL ORDER BY created DESC, number DESC"
    ).fetchall()
    group_of = dict(connection.execute("SELECT run, group_id FROM members")).get
    return [
        Head(run_id, name, note, status, bool(pinned), best, group_of(run_id, ""))
        for run_id, name, note, status, pinned, best in found
    ]


class Catalogue:
    """The runs of a store, without their records; a part of `Store`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._damaged: tuple[float, list[str]] | None = None
        # What was last read of all runs on each connection: a long list costs more to read than all
        # else that a page does with it, and a page asks again every two seconds.
        self._heads: WeakKeyDictionary[Connection, tuple[int, Sequence[Head]]] = WeakKeyDictionary()
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
        data: Description = FASHION_MNIST,
        group: str = "",
    ) -> Run:
        """Add a run, with status "queued".

        Args:
            experiment: what to train.
            total_steps: number of steps it will make.
            owner: a digest that identifies who started it, or "".
            steering: returns for the run's id the digest of the secret that steers it.
            data: what it is trained on.
            group: the id of its group, or "".

        Returns:
            The new run.
        """
        run_id = secrets.token_urlsafe(_ID_BYTES)
        settings = (run_id, json.dumps(experiment.to_dict()), now(), owner)
        described = None if data == FASHION_MNIST else json.dumps(data.to_dict())
        digest = steering(run_id) if steering else ""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO runs (id, experiment, created, owner, checksum, status, total_steps,"
                " bytes, steering, data) VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?)",
                (
                    *settings,
                    _checksum(settings, described),
                    total_steps,
                    len(settings[1]),
                    digest,
                    described,
                ),
            )
            if group:
                rows.write(connection, "members", [(run_id, group)])
        return self.run(run_id)

    def run(self, run_id: str) -> Run:
        """Return the current state of a run.

        Raises:
            RunNotFound: there is no run with this id, or it was deleted.
            RunDamaged: its settings differ from what was written.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT {_RUN} FROM runs WHERE id = ? AND deleted IS NULL",  # noqa: S608 - ours
                (run_id,),
            ).fetchone()
        if row is None:
            raise RunNotFound(run_id)
        return self._as_run(row)

    def runs(self, ids: Iterable[str] | None = None) -> list[Run]:
        """Return runs with readable settings.

        Args:
            ids: those to return, in this order, where they are there; None for all, newest first.
        """
        if ids is None:
            return self._readable("ORDER BY created DESC, number DESC")
        wanted = list(ids)
        found: dict[str, Run] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            found |= {run.id: run for run in self._readable(f"AND id IN ({marks})", some)}
        return [found[run_id] for run_id in wanted if run_id in found]

    def members(self, group: str) -> list[Run]:
        """Return the runs of a group that are still there, in the order they were started."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT run FROM members JOIN runs ON runs.id = run WHERE group_id = ?"
                " ORDER BY runs.number",
                (group,),
            ).fetchall()
        return self.runs([run_id for (run_id,) in found])

    def heads(self) -> list[Head]:
        """Return what all runs are searched and sorted by, newest first; not of damaged ones."""
        with self._database.reading() as connection:
            heads = self._heads_at(connection, connection.state())
        damaged = set(self.damaged())
        heads = [head for head in heads if str(head.id) not in damaged] if damaged else list(heads)
        with self._unstored_lock:
            told = {run_id: status for run_id, (status, _error) in self._unstored.items()}
        if told:
            heads = [head._replace(status=told.get(head.id, head.status)) for head in heads]
        return heads

    def _heads_at(self, connection: Connection, state: int | None) -> Sequence[Head]:
        """Return what a connection reads of all runs, or has read before in the same state."""
        if state is None:
            return _read_heads(connection)
        read_at, heads = self._heads.get(connection, (None, ()))
        if read_at != state:
            heads = _read_heads(connection)
            self._heads[connection] = state, heads
        return heads

    def digests(self) -> set[str]:
        """Return the digests of the data sets of all runs, of those deleted a moment ago too."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT DISTINCT data FROM runs WHERE data IS NOT NULL")
            told = [text for (text,) in found]
        digests = {FASHION_MNIST.digest}
        for text in told:
            with suppress(ValueError, KeyError, TypeError):  # damaged
                digests.add(json.loads(text)["digest"])
        return digests

    def ids_of(self, owner: str) -> set[str]:
        """Return the ids of an owner's runs, deleted ones included; of "" there are none."""
        if not owner:
            return set()
        with self._database.reading() as connection:
            found = connection.execute("SELECT id FROM runs WHERE owner = ?", (owner,))
            return {run_id for (run_id,) in found}

    def shown(self) -> set[str]:
        """Return the ids of the runs that are shown to everybody."""
        with self._database.reading() as connection:
            return {run_id for (run_id,) in connection.execute("SELECT run FROM shown")}

    def show(self, run_id: str, shown: bool = True) -> None:
        """Show a run to everybody, or no longer.

        Raises:
            RunNotFound: there is no such run, or it was deleted.
        """
        with self._database.writing() as connection:
            found = connection.execute(
                "SELECT id FROM runs WHERE id = ? AND deleted IS NULL", (run_id,)
            ).fetchone()
            if found is None:
                raise RunNotFound(run_id)
            if shown:
                connection.execute(
                    "INSERT INTO shown (run) VALUES (?) ON CONFLICT DO NOTHING", (run_id,)
                )
            else:
                connection.execute("DELETE FROM shown WHERE run = ?", (run_id,))

    def damaged(self) -> list[str]:
        """Return the ids of the runs with damaged settings; what is told is up to a minute old."""
        known = self._damaged
        if known is None or monotonic() > known[0]:
            with self._database.reading() as connection:
                found = connection.execute(
                    f"SELECT {', '.join(_CHECKED)} FROM runs WHERE deleted IS NULL"  # noqa: S608 - ours
                )
                rows_found = (dict(zip(_CHECKED, row, strict=True)) for row in found)
                ids = [str(row["id"]) for row in rows_found if not _is_sound(row)]
            known = self._damaged = monotonic() + _CHECKED_SECONDS, ids
        return known[1]

    def set_status(
        self,
        run_id: str,
        status: Status,
        error: str | None = None,
        *,
        claim: int | None = None,
        also: Callable[[Connection], None] | None = None,
    ) -> None:
        """Store the status of a run, and the time if it starts or ends.

        Args:
            run_id: the run.
            status: the new status.
            error: the reason, for "failed" and "interrupted"; folders in it are left out.
            claim: as for `Recordings.append`.
            also: as for `Recordings.append`.

        Raises:
            RunTaken: another worker trains the run.
        """
        error = error and self._told(error)
        ended = None if status in ALIVE else now()
        started = now() if status == "running" else None
        with self._database.writing() as connection:
            changed = connection.execute(
                "UPDATE runs SET status = ?, error = ?, ended = ?,"  # noqa: S608 - ours
                f" started = coalesce(started, ?) WHERE id = ?{rows.fence(claim)}",
                (status, error, ended, started, run_id, *rows.given(claim)),
            )
            rows.refuse_taken(self._database.where, run_id, claim, changed)
            if also is not None:
                also(connection)
        with self._unstored_lock:
            self._unstored.pop(run_id, None)

    def say_status(self, run_id: str, status: Status, error: str | None) -> None:
        """Keep a status in memory that the disk did not take."""
        error = error and self._told(error)
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

    def set_total_steps(self, run_id: str, total_steps: int, *, claim: int | None = None) -> None:
        """Correct the number of steps of a run, once its data set is known.

        Raises:
            RunTaken: another worker trains the run; `claim` is as for `Recordings.append`.
        """
        with self._database.writing(durable=False) as connection:
            changed = connection.execute(
                f"UPDATE runs SET total_steps = ? WHERE id = ?{rows.fence(claim)}",  # noqa: S608 - ours
                (total_steps, run_id, *rows.given(claim)),
            )
            rows.refuse_taken(self._database.where, run_id, claim, changed)

    def interrupt_alive(self) -> int:
        """Mark runs that the last process left unfinished as interrupted; return their number."""
        with self._database.writing() as connection:
            marks = ", ".join("?" * len(ALIVE))
            changed = connection.execute(
                f"UPDATE runs SET status = 'interrupted', ended = ?"  # noqa: S608 - ours
                f" WHERE status IN ({marks})",
                (now(), *ALIVE),
            )
            return changed.rowcount

    def _told(self, error: str) -> str:
        where = self._database.where
        # A text with a NUL in it is none for PostgreSQL, and is cut there by many programs.
        known = where.parent if isinstance(where, Path) else None
        return without_folders(error, known).replace("\0", "\N{REPLACEMENT CHARACTER}")

    def _readable(self, condition: str, given: Sequence[str] = ()) -> list[Run]:
        with self._database.reading() as connection:
            found = connection.execute(
                f"SELECT {_RUN} FROM runs WHERE deleted IS NULL {condition}",  # noqa: S608 - ours
                given,
            ).fetchall()
        readable = []
        for row in found:
            with suppress(RunDamaged):  # `damaged` names it
                readable.append(self._as_run(row))
        return readable

    def _as_run(self, row: Sequence[Any]) -> Run:
        named = dict(zip(_RUN.split(", "), row, strict=True))
        if not _is_sound(named):
            raise RunDamaged(str(named["id"]), "settings")
        described = named.pop("data")
        del named["checksum"]
        if named["error"]:
            named["error"] = self._told(named["error"])  # an older version left them in
        try:
            named["changes"] = tuple(map(tuple, json.loads(named.pop(_CHANGES) or "[]")))
        except ValueError as error:  # a rate that is no number any more
            raise RunDamaged(named["id"], "rate_changes") from error
        named["parent"], named["forked_at"] = json.loads(named.pop(_FORK) or '["", 0]')
        named["group"] = named.pop(_GROUP) or ""
        with self._unstored_lock:
            if named["id"] in self._unstored:
                named["status"], named["error"] = self._unstored[named["id"]]
        experiment = _experiment(named["experiment"])
        named |= {"experiment": experiment, "pinned": bool(named["pinned"])}
        return Run(**named, data=_description(described))


def _is_sound(row: Mapping[str, Any]) -> bool:
    """Tell whether a run's settings are what was written, and what changes can be right."""
    return (
        row["status"] in get_args(Status)
        and all(isinstance(row[name], str) for name in (*_SETTINGS, *_TEXTS))
        and all(isinstance(row[name], str | None) for name in _PERHAPS)
        and all(isinstance(row[name], int) and row[name] >= 0 for name in _COUNTS)
        and _checksum([row[name] for name in _SETTINGS], row["data"]) == row["checksum"]
    )


def _checksum(settings: Sequence[Any], data: str | None) -> int:
    return checksum(*settings, *(() if data is None else (data,)))


@lru_cache(maxsize=2048)
def _experiment(described: str) -> Experiment:
    """Return the experiment of a run; a list of runs is read every few seconds."""
    return Experiment.from_dict(json.loads(described))


@lru_cache(maxsize=256)
def _description(described: str | None) -> Description:
    return FASHION_MNIST if described is None else Description.from_dict(json.loads(described))
