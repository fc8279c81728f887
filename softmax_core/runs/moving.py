"""Copying a store from its file into an empty PostgreSQL database, every row compared.

All is one transaction: a move that fails leaves the database as it was. The file stays; only what
was under way in it is marked as interrupted, as the next server would do.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from softmax_core.errors import StoreDamaged, StoreError
from softmax_core.runs.database import Connection, Database
from softmax_core.runs.holder import Holder
from softmax_core.runs.rows import COLUMNS, Table, checksum
from softmax_core.runs.store import Store

_OF_A_RUN: Final = (
    "blocks",
    "epochs",
    "weights",
    "checkpoints",
    "rate_changes",
    "forks",
    "members",
    "stretches",
    "shown",
)
_OF_A_CLASS: Final = ("rounds", "votes", "learners")
_COUNTED: Final = {"runs": "number", "rate_changes": "position", "cleared": "number"}


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied from one store into another.

    Attributes:
        rows: table -> number of its rows.
        bytes: what the values take.
        damaged: (table, id) of each row that the disk had changed; it was left out, and so was all
            of a run or a class without its own row.
    """

    rows: dict[str, int]
    bytes: int
    damaged: tuple[tuple[str, str], ...]


def moved(
    file: Path, url: str, also: Callable[[Database], object] = lambda _database: None
) -> Moved:
    """Copy a store from a file into a PostgreSQL database, and compare every row with the copy.

    Args:
        file: the SQLite file; nobody may use it meanwhile.
        url: of the database, postgresql://user:password@host/name; it has to be empty.
        also: what else is done before the copy is kept; where it fails, all can be done again.

    Returns:
        What was copied.

    Raises:
        StoreLocked: a server uses the file.
        StoreUnreachable: the database server does not answer, or does not let us in.
        StoreDamaged: a copy differs from what was copied; nothing is kept of it.
        StoreError: there is no such file, or the database is not empty.
    """
    if not file.is_file():
        raise StoreError(file, f"There is no store at {file}.")
    with Store(file) as old:
        holder = Holder(file)
        try:
            old.interrupt_alive()
            with Store(url) as new:
                return _copied(old, new, also)
        finally:
            holder.release()


def _copied(old: Store, new: Store, also: Callable[[Database], object]) -> Moved:
    where = new.database.where
    with (
        old.database.reading() as source,
        new.database.writing(alone=True) as target,
    ):
        target.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        target.execute("LOCK TABLE runs, classes, cleared IN SHARE ROW EXCLUSIVE MODE")
        _refuse_used(target, where)
        copy = _Copy(source, target, where)
        for run_id in copy.owners("runs"):
            for table in _OF_A_RUN:
                copy.rows(table, "run", run_id)
        for class_id in copy.owners("classes"):
            for table in _OF_A_CLASS:
                copy.rows(table, "class_id", class_id)
        copy.rows("cleared")
        for table, column in _COUNTED.items():
            target.execute(
                "SELECT setval(pg_get_serial_sequence(?, ?),"  # noqa: S608 - ours
                f" (SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)",
                (table, column),
            )
        also(new.database)
        return Moved(dict(copy.counts), copy.bytes, tuple(copy.damaged))


def _refuse_used(target: Connection, where: Path | str) -> None:
    for table in ("runs", "classes", "cleared"):
        if target.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():  # noqa: S608 - ours
            raise StoreError(
                where,
                f"{where} is not empty: it has {table}. Name an empty database in SOFTMAX_STORE; "
                "nothing was copied.",
            )


class _Copy:
    """Copies tables, and compares what was written."""

    def __init__(self, source: Connection, target: Connection, where: Path | str) -> None:
        self.counts: Counter[str] = Counter()
        self.bytes = 0
        self.damaged: list[tuple[str, str]] = []
        self._source, self._target, self._where = source, target, where

    def owners(self, table: str) -> list[str]:
        """Copy the runs or the classes, and return the ids of those that are sound."""
        self.rows(table)
        return [row[0] for row in self._target.execute(f"SELECT id FROM {table}").fetchall()]  # noqa: S608 - ours

    def rows(self, table: str, key: str = "", owner: str = "") -> None:
        """Copy the rows of a table, or those of one run or class, and read them back."""
        columns = self._columns(table)
        query = f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - ours
        if key:
            query += f" WHERE {key} = ?"
        given = (owner,) if key else ()
        found = []
        for row in self._source.execute(query, given):
            if _is_sound(table, dict(zip(columns, row, strict=True))):
                found.append(row)
            else:
                self.damaged.append((table, str(row[0])))
        self._target.replace(table, columns, (), found)
        if _digests(found) != _digests(self._target.execute(query, given)):
            raise StoreDamaged(
                self._where,
                f"The rows of {table} in {self._where} are not those that were copied; nothing was "
                "kept of the copy.",
            )
        self.counts[table] += len(found)
        self.bytes += sum(len(value) for row in found for value in row if _has_length(value))

    def _columns(self, table: str) -> list[str]:
        """Return the columns of a file's table, in order; "when" is a word of SQL's own."""
        found = self._source.execute(f"PRAGMA table_info({table})")
        return [f'"{row[1]}"' for row in found]


def _has_length(value: object) -> bool:
    return isinstance(value, str | bytes)


def _is_sound(table: str, row: dict[str, Any]) -> bool:
    """Tell whether a row is what was written, by its checksum, where it has one."""
    if '"checksum"' not in row:
        return True
    names: Sequence[str] = ("id", "experiment", "created", "owner")
    if table != "runs":
        kept: Table = table  # type: ignore[assignment]  # one of those with checksums
        names = COLUMNS[kept]
    values = [row[f'"{name}"'] for name in names]
    if row.get('"data"') is not None:  # of a run that is not on Fashion-MNIST
        values.append(row['"data"'])
    return bool(checksum(*values) == row['"checksum"'])


def _digests(found: Iterable[Sequence[Any]]) -> Counter[bytes]:
    """Return a digest of each row over all of its values and their kinds."""
    return Counter(_digest(row) for row in found)


def _digest(row: Sequence[Any]) -> bytes:
    digest = blake2b(digest_size=16)
    for value in row:
        if value is None:
            kind, content = b"n", b""
        elif isinstance(value, str):
            kind, content = b"s", value.encode()
        elif isinstance(value, bytes):
            kind, content = b"b", value
        elif isinstance(value, int):
            kind, content = b"i", str(value).encode()
        else:
            kind, content = b"f", struct.pack("<d", value)
        digest.update(kind + struct.pack("<q", len(content)))
        digest.update(content)
    return digest.digest()
