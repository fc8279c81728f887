"""Naming, pinning and deleting runs, and clearing old ones when the store is full."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from softmax_core.errors import InvalidExperiment, RunNotFound, RunNotSteerable, StoreFull
from softmax_core.runs.database import Database, now
from softmax_core.runs.run import ALIVE
from softmax_core.training.experiment import is_line
from softmax_core.training.names import without_hidden

STORE_BYTES: Final = 2 * 2**30
MAX_RUN_NAME: Final = 80
MAX_NOTE: Final = 2000

_ALIVE = ", ".join(f"'{status}'" for status in ALIVE)
# Deleted runs first, then finished and failed ones, then those that could be resumed.
_CLEARING_ORDER = f"""
    SELECT id, name FROM runs
    WHERE id <> ? AND pinned = 0 AND status NOT IN ({_ALIVE})
    ORDER BY deleted IS NULL, status NOT IN ('finished', 'failed'), coalesce(ended, created)
    LIMIT 1
"""  # noqa: S608 - three constants


@dataclass(frozen=True, slots=True)
class Cleared:
    """A run that was cleared because the store was full.

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

    def __init__(self, database: Database, max_bytes: int) -> None:
        self._database = database
        self.max_bytes = max_bytes

    def rename(self, run_id: str, name: str) -> None:
        """Set the run's name; an empty string removes it."""
        self._set(run_id, "name", short_text(name, "name", MAX_RUN_NAME))

    def annotate(self, run_id: str, note: str) -> None:
        """Set the run's note; an empty string removes it."""
        self._set(run_id, "note", short_text(note, "note", MAX_NOTE))

    def pin(self, run_id: str, pinned: bool = True) -> None:
        """Protect a run from being cleared, or no longer."""
        self._set(run_id, "pinned", int(pinned))

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
        """Return the bytes in use; the file may be larger, its free pages are reused."""
        with self._database.reading() as connection:
            return _used(connection)

    def keep_bounded(self, keep: str = "") -> list[Cleared]:
        """Clear runs until the store is within its size limit, finished ones first, oldest first.

        Args:
            keep: a run that must not be cleared.

        Returns:
            The cleared runs; `cleared` lists them later, too.

        Raises:
            StoreFull: all remaining runs are pinned or active.
        """
        if self.used_bytes() <= self.max_bytes:
            return []
        gone = []
        with self._database.writing() as connection:
            while _used(connection) > self.max_bytes:
                row = connection.execute(_CLEARING_ORDER, (keep,)).fetchone()
                if row is None:
                    break
                connection.execute("DELETE FROM runs WHERE id = ?", (row[0],))
                gone.append(Cleared(row[0], row[1], now()))
                connection.execute("INSERT INTO cleared VALUES (?, ?, ?)", (*row, gone[-1].when))
            used = _used(connection)
        if used > self.max_bytes:
            path, limit = self._database.path, self.max_bytes
            raise StoreFull(
                path,
                f"The runs in {path} take {used:,} bytes, and {limit:,} are allowed. Those that "
                "are left are pinned or under way: delete or unpin one on the runs page.",
                used,
                limit,
            )
        return gone

    def cleared(self, limit: int = 20) -> list[Cleared]:
        """Return the runs that were cleared to make room, latest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                'SELECT run, name, "when" FROM cleared ORDER BY rowid DESC LIMIT ?', (limit,)
            ).fetchall()
        return [Cleared(*row) for row in rows]

    def _set(self, run_id: str, column: str, value: object) -> None:
        with self._database.writing() as connection:
            changed = connection.execute(
                f"UPDATE runs SET {column} = ? WHERE id = ?",  # noqa: S608 - a name from above
                (value, run_id),
            )
            if changed.rowcount == 0:
                raise RunNotFound(run_id)


def _used(connection: sqlite3.Connection) -> int:
    pages, free, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


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
