"""What a store needs of a database: SQLite in a file (`sqlite`), or PostgreSQL (`postgres`).

All SQL is written by hand, in the subset that both speak: `?` for a value, `CASE` in place of
SQLite's `max(a, b)`, `ON CONFLICT DO NOTHING`. What they do not share is a method here.

The durability contract, of both:

1. What `writing()` has written survives the end of the process as soon as its block has ended.
2. With `durable=True` it survives a power cut too; otherwise it survives one after a later durable
   write, and of a server's database also the end of that server's process.
3. A block is written whole or not at all, and one that raises is not written.
4. `reading()` sees one state: nothing that is written meanwhile, and nothing half written.
5. Every row of a run or of a class carries a checksum of its values (`rows`).
6. After a power cut, or the crash of a database server, the last writes that were not durable may
   be gone: a run's step then lies before what a page has already seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

Value = bytes | str | float


class Cursor(Protocol):
    """The rows that a query found, or the number of those that it changed."""

    @property
    def rowcount(self) -> int:
        """Number of rows that were changed."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Go through the rows."""


class Connection(Protocol):
    """A connection inside a transaction; it belongs to one thread until its block ends."""

    def execute(self, query: str, given: Sequence[Any] = (), /) -> Cursor:
        """Run a query; each `?` in it stands for one of the given values."""

    def state(self) -> int | None:
        """Return a number that this connection sees again only if nobody has changed anything.

        None where the database has no such number.
        """

    def replace(
        self,
        table: str,
        columns: Sequence[str],
        key: Sequence[str],
        rows: Iterable[Sequence[Value]],
    ) -> None:
        """Insert rows, or put them in the place of those with the same key.

        Args:
            table: one of ours.
            columns: the names of a row's values.
            key: the columns by which two rows are the same; none if all are different.
            rows: the values.
        """


class Database(Protocol):
    """A database with the tables of `schema`, used by many threads.

    Attributes:
        where: its file; of a server's database its name and the server's, without a password.
    """

    @property
    def where(self) -> Path | str:
        """The file, or the name of the database and of its server."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Provide a connection for reading one consistent state."""

    def writing(
        self, *, durable: bool = True, alone: bool = False
    ) -> AbstractContextManager[Connection]:
        """Provide a connection for writing, in one transaction.

        Args:
            durable: wait until the data would survive a power cut.
            alone: wait for everybody else who asks for this, on any machine, so that what is read
                here holds until what depends on it is written.
        """

    def used_bytes(self) -> int:
        """Return what the store takes, of which `disk_bytes` may be more."""

    def disk_bytes(self) -> int:
        """Return what is taken of the disk, with the room that is free to be used again."""

    def fold(self, *, shrink: bool = False) -> None:
        """Let `used_bytes` and `disk_bytes` follow what was deleted.

        Args:
            shrink: also give the free room back to the disk, where that is ours to do.
        """

    def close(self) -> None:
        """Close all connections."""
