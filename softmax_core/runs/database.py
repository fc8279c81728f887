"""One SQLite file: read by many threads, written by one at a time, trained into by one process.

Errors of SQLite are raised as errors of the store.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock

from filelock import FileLock, Timeout

from softmax_core.errors import (
    StoreDamaged,
    StoreError,
    StoreLocked,
    StoreNotWritable,
    StoreTooNew,
)
from softmax_core.runs import schema

BUSY_SECONDS = 5.0
FOLDING_MILLISECONDS = 500  # how long closing waits for readers
_IDLE_READERS = 8


def now() -> str:
    """Return the current time, UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Database:
    """A SQLite file in WAL mode: any number of readers beside one writer.

    Args:
        path: the file; it and its folder are created if they do not exist.

    Raises:
        StoreDamaged: the file is not a database, or fails SQLite's integrity check.
        StoreTooNew: it was written by a newer version of this program.
        StoreLocked: another program has locked it, or uses it while it needs to be migrated.
        StoreNotWritable: the folder is read-only, or the disk is full.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writing = Lock()
        self._readers: LifoQueue[sqlite3.Connection] = LifoQueue(_IDLE_READERS)
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                self._inspect()
            self._writer = self._connect()
            try:
                self._prepare()
            except BaseException:
                self._writer.close()
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Provide a connection for reading one consistent state of the file."""
        with self._translated():
            try:
                connection = self._readers.get_nowait()
            except Empty:
                connection = self._connect()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                if self._readers.full():
                    connection.close()
                else:
                    self._readers.put(connection)

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Provide the connection for writing, in one transaction.

        Args:
            durable: wait until the data are on disk, so that they survive a power cut. Otherwise
                they survive the end of the process, and a power cut after a later durable write.
        """
        with self._writing, self._translated():
            self._writer.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._writer.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Merge the WAL into the file, so that it alone is the store, and close it."""
        while True:
            try:
                self._readers.get_nowait().close()
            except Empty:
                break
        with self._writing:
            # SQLite does this when the last connection closes, but a page may still be reading.
            with suppress(sqlite3.Error):
                self._writer.execute(f"PRAGMA busy_timeout = {FOLDING_MILLISECONDS}")
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,  # each connection is used by one thread at a time
        )
        # A damaged text may not be UTF-8; the row's checksum reports it, not the decoder.
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _inspect(self) -> None:
        """Check that the file can be read, with a read-only connection.

        One that may write would merge the WAL into a damaged file, or delete it.
        """
        reader = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS
        )
        with closing(reader):
            self._refuse_unreadable(reader)

    def _refuse_unreadable(self, reader: sqlite3.Connection) -> None:
        found = schema.version(reader)
        if found > schema.NEWEST:
            raise StoreTooNew(
                self.path,
                f"{self.path} has version {found} and this program reads up to {schema.NEWEST}. "
                "Start the newer program, or set SOFTMAX_RUNS to another folder.",
            )
        # As fast as quick_check for rows as large as ours, and it checks the indexes, too.
        with closing(reader.execute("PRAGMA integrity_check(1)")) as check:
            verdict = check.fetchone()[0]
        if verdict != "ok":
            raise StoreDamaged(self.path, f"{self.path} fails SQLite's check: {verdict}.")
        tables = {row[0] for row in reader.execute("SELECT name FROM sqlite_master")}
        if (found == 0 and tables) or (found > 0 and "runs" not in tables):
            raise StoreDamaged(self.path, f"{self.path} is a database of some other program.")

    def _prepare(self) -> None:
        if schema.version(self._writer) < schema.NEWEST:
            holder = Holder(self.path)  # an older program may be using it
            try:
                schema.migrate(self._writer)
            finally:
                holder.release()
        self._writer.execute("PRAGMA journal_mode = WAL")
        # Changes nothing, but fails now if the disk cannot be written.
        self._writer.execute(f"PRAGMA user_version = {schema.NEWEST}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise translated(self.path, error) from error
        except UnicodeDecodeError as error:  # from SQLite's own message, which quotes damaged text
            raise StoreDamaged(self.path, f"{self.path} is damaged: {error}.") from error
        except OSError as error:
            raise StoreNotWritable(
                self.path,
                f"{self.path} cannot be written: {error}. Make its folder writable, or set "
                "SOFTMAX_RUNS to another one.",
            ) from error


class Holder:
    """The lock of a store, held until `release` or the end of the process.

    The operating system releases the lock when its holder is killed, so it never stays locked. The
    process number beside it is only for the error message.

    Args:
        path: the store's file; the lock is `<path>.lock`, the number `<path>.holder`.

    Raises:
        StoreLocked: another process holds it, named in the message.
        StoreNotWritable: the lock cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._number = path.with_name(f"{path.name}.holder")
        # Acquired by one thread and released by another (at exit), so not bound to a thread.
        self._lock = FileLock(path.with_name(f"{path.name}.lock"), thread_local=False)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            self._number.write_text(str(os.getpid()), encoding="ascii")
        except Timeout as error:
            raise StoreLocked(
                path,
                f"{path} is in use by process {self._holder()}. Use that one, or end it, or set "
                "SOFTMAX_RUNS to another folder.",
            ) from error
        except OSError as error:
            self._lock.release()
            raise StoreNotWritable(
                path,
                f"{path} cannot be locked: {error}. Make its folder writable, or set SOFTMAX_RUNS "
                "to another one.",
            ) from error

    def release(self) -> None:
        """Release the lock; a second call does nothing."""
        if self._lock.is_locked:
            with suppress(OSError):
                self._number.unlink(missing_ok=True)
            self._lock.release()

    def _holder(self) -> str:
        try:
            return self._number.read_text(encoding="ascii").strip() or "?"
        except OSError:
            return "?"


def translated(path: Path, error: sqlite3.Error) -> StoreError:
    """Convert an error of SQLite to one of the store, whose message says what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreLocked(path, f"{path} is locked by another program. Close that one first.")
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return StoreDamaged(path, f"{path} is damaged: {error}.")
    if code == sqlite3.SQLITE_FULL:
        return StoreNotWritable(
            path, f"The disk of {path} is full ({error}). Make room, then resume the run."
        )
    if code in (
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_IOERR,
    ):
        return StoreNotWritable(
            path,
            f"{path} cannot be written: {error}. Make its folder writable, or set SOFTMAX_RUNS to "
            "another one.",
        )
    return StoreError(path, f"{path}: {error}.")
