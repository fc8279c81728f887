"""Naming, pinning and deleting runs, and clearing old ones when the store is full."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from softmax_core.data.names import is_line, without_hidden
from softmax_core.errors import (
    InvalidExperiment,
    QuotaReached,
    RunNotFound,
    RunNotSteerable,
    StoreError,
    StoreFull,
)
from softmax_core.runs.database import Connection, Database
from softmax_core.runs.limits import NO_QUOTA, Quota
from softmax_core.runs.private import now
from softmax_core.runs.run import ALIVE

STORE_BYTES: Final = 2 * 2**30
MAX_RUN_NAME: Final = 80
MAX_NOTE: Final = 2000

_ALIVE = ", ".join(f"'{status}'" for status in ALIVE)
_CLEARABLE = f"id <> ? AND pinned = 0 AND status NOT IN ({_ALIVE})"
_OLDEST = "status NOT IN ('finished', 'failed'), coalesce(ended, created)"
# Deleted runs first, then those of whoever holds most: finished and failed ones, then those that
# could be resumed, the oldest first. For a run that goes on nobody loses one who holds less.
_NEXT_OF_ALL = f"""
    WITH held AS (SELECT owner AS holder, sum(bytes) AS held FROM runs GROUP BY owner)
    SELECT id, name FROM runs JOIN held ON holder = owner
    WHERE {_CLEARABLE} AND (deleted IS NOT NULL OR held >= coalesce(
        (SELECT held FROM held JOIN runs ON holder = owner WHERE id = ?), 0
    ))
    ORDER BY deleted IS NULL, held DESC, {_OLDEST}
    LIMIT 1
"""  # noqa: S608 - constants
_NEXT_OF_OWNER = f"""
    SELECT id, name FROM runs WHERE {_CLEARABLE} AND owner = ?
    ORDER BY deleted IS NULL, {_OLDEST}
    LIMIT 1
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Cleared:
    """A run that was cleared to make room.

    Attributes:
        run_id: its id.
        name: its name, or "".
        when: the time, UTC, ISO 8601.
    """

    run_id: str
    name: str
    when: str


class Curation:
    """Names, notes, pins and deletions; a part of `Store`.

    A method that is given a run raises `RunNotFound` if there is no such run.
    """

    def __init__(self, database: Database, max_bytes: int, quota: Quota = NO_QUOTA) -> None:
        self._database = database
        self.max_bytes = max_bytes
        self.quota = quota

    def rename(self, run_id: str, name: str) -> None:
        """Set the run's name; an empty string removes it."""
        self._set(run_id, "name", short_text(name, "name", MAX_RUN_NAME))

    def annotate(self, run_id: str, note: str) -> None:
        """Set the run's note; an empty string removes it."""
        self._set(run_id, "note", short_text(note, "note", MAX_NOTE))

    def pin(self, run_id: str, pinned: bool = True) -> None:
        """Protect a run from being cleared, or no longer.

        Raises:
            QuotaReached: its owner has pinned as many runs as one person may.
        """
        with self._database.writing(alone=True) as connection:
            owner = _owner(connection, run_id)
            if owner is None:
                raise RunNotFound(run_id)
            limit = self.quota.pins
            if pinned and owner and limit is not None:
                (others,) = connection.execute(
                    "SELECT count(*) FROM runs WHERE owner = ? AND pinned = 1 AND id <> ?",
                    (owner, run_id),
                ).fetchone()
                if others >= limit:
                    raise self._over_quota("pins", others, limit)
            connection.execute("UPDATE runs SET pinned = ? WHERE id = ?", (int(pinned), run_id))

    def delete(self, run_id: str) -> None:
        """Delete a run; `restore` can undo it until the run is cleared.

        Raises:
            RunNotSteerable: it is queued, running or paused; stop it first.
        """
        with self._database.writing() as connection:
            row = connection.execute("SELECT status FROM runs WHERE id = ?", (run_id,)).fetchone()
            if row is None:
                raise RunNotFound(run_id)
            if row[0] in ALIVE:
                raise RunNotSteerable(run_id, "be deleted", row[0])
            connection.execute("UPDATE runs SET deleted = ? WHERE id = ?", (now(), run_id))

    def restore(self, run_id: str) -> None:
        """Undo the deletion of a run that has not been cleared."""
        self._set(run_id, "deleted", None)

    def used_bytes(self) -> int:
        """Return what the runs take: of a file the bytes in use, else those of the rows."""
        return self._database.used_bytes()

    def held(self, owner: str) -> tuple[int, int]:
        """Return how many runs an owner has, deleted ones included, and their bytes."""
        with self._database.reading() as connection:
            count, held = connection.execute(
                "SELECT count(*), coalesce(sum(bytes), 0) FROM runs WHERE owner = ?", (owner,)
            ).fetchone()
        return int(count), int(held)

    def make_room(self, owner: str) -> None:
        """Clear runs so that another one may be started.

        Args:
            owner: a digest that identifies who starts it, or "", who has no quota.

        Raises:
            StoreFull: all remaining runs are pinned or active.
            QuotaReached: all that its owner has are pinned or active.
        """
        self._keep_to_quota(owner, more=1)
        self.keep_bounded()

    def keep_bounded(self, keep: str = "") -> list[Cleared]:
        """Clear runs until the store is within its size limit.

        Deleted ones go first, then those of whoever holds most: finished ones, the oldest first.

        Args:
            keep: a run that must not be cleared, and for which nobody who holds less loses one.

        Returns:
            The cleared runs; `cleared` lists them later, too.

        Raises:
            StoreFull: all remaining runs are pinned, active, or of those who hold less.
            QuotaReached: the owner of `keep` has reached the quota.
        """
        gone: list[Cleared] = []
        if keep and self.quota.bytes is not None:
            with self._database.reading() as connection:
                owner = _owner(connection, keep)
            gone += self._keep_to_quota(owner or "", keep)
        if self.used_bytes() <= self.max_bytes:
            return gone
        self._database.fold()
        while (used := self.used_bytes()) > self.max_bytes:
            cleared = self._clear(_NEXT_OF_ALL, keep, keep)
            if cleared is None:
                where, limit = self._database.where, self.max_bytes
                raise StoreFull(
                    where,
                    f"The runs in {where} take {used:,} bytes, and {limit:,} are allowed. Those "
                    "that are left are pinned, under way, or of people who hold less: delete or "
                    "unpin one on the runs page.",
                    used,
                    limit,
                )
            gone.append(cleared)
            self._database.fold()
        return gone

    def shrink(self) -> None:
        """Clear runs and give their room back to the disk, where the bound was lowered.

        A file that is a little beyond its bound is not rewritten at each start.
        """
        with suppress(StoreError):  # what is pinned stays, and a full disk cannot be rewritten
            self.keep_bounded()
        if self._database.disk_bytes() > self.max_bytes + self.max_bytes // 20:
            with suppress(StoreError):
                self._database.fold(shrink=True)

    def cleared(self, limit: int = 20) -> list[Cleared]:
        """Return the runs that were cleared to make room, latest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                'SELECT run, name, "when" FROM cleared ORDER BY number DESC LIMIT ?', (limit,)
            ).fetchall()
        return [Cleared(*row) for row in rows]

    def _keep_to_quota(self, owner: str, keep: str = "", more: int = 0) -> list[Cleared]:
        """Clear runs of an owner until they are within the quota, `more` further ones included."""
        gone: list[Cleared] = []
        if not owner or (self.quota.bytes is None and self.quota.runs is None):
            return gone
        while excess := self._excess(owner, more):
            cleared = self._clear(_NEXT_OF_OWNER, keep, owner)
            if cleared is None:
                raise self._over_quota(*excess)
            gone.append(cleared)
        return gone

    def _excess(self, owner: str, more: int) -> tuple[str, int, int] | None:
        """Return what an owner has too much of, how much, and how much may be."""
        count, held = self.held(owner)
        runs, most = self.quota.runs, self.quota.bytes
        if runs is not None and more and count + more > runs:
            return "runs", count, runs
        if most is not None and held > most:
            return "bytes", held, most
        return None

    def _over_quota(self, kind: str, used: int, limit: int) -> QuotaReached:
        return QuotaReached(
            self._database.where,
            f"One person may keep {limit:,} {kind} on this server and has {used:,}, all pinned or "
            "under way. Delete or unpin a run.",
            kind,
            used,
            limit,
        )

    def _clear(self, query: str, *given: str) -> Cleared | None:
        """Delete the run that a query finds, and keep its name; None if it finds none."""
        with self._database.writing(alone=True) as connection:
            row = connection.execute(query, given).fetchone()
            if row is None:
                return None
            gone = Cleared(row[0], row[1], now())
            connection.execute("DELETE FROM runs WHERE id = ?", (gone.run_id,))
            connection.execute(
                'INSERT INTO cleared (run, name, "when") VALUES (?, ?, ?)', (*row, gone.when)
            )
        return gone

    def _set(self, run_id: str, column: str, value: object) -> None:
        with self._database.writing() as connection:
            changed = connection.execute(
                f"UPDATE runs SET {column} = ? WHERE id = ?",  # noqa: S608 - a name from above
                (value, run_id),
            )
            if changed.rowcount == 0:
                raise RunNotFound(run_id)


def _owner(connection: Connection, run_id: str) -> str | None:
    row = connection.execute("SELECT owner FROM runs WHERE id = ?", (run_id,)).fetchone()
    return None if row is None else str(row[0])


def short_text(text: object, field: str, limit: int) -> str:
    """Check a run's name or note, and return it without the blanks around it.

    Raises:
        InvalidExperiment: it is no text, too long, or has signs in it that cannot be written down;
            only a note may have several lines.
    """
    if not isinstance(text, str) or len(text.strip()) > limit:
        raise InvalidExperiment(field, text, f"a text of at most {limit} characters")
    if not all(map(is_line, text.splitlines() if field == "note" else [text])):
        raise InvalidExperiment(field, text, "written without control characters")
    return without_hidden(text).strip()
