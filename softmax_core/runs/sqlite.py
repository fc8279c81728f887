"""One SQLite file: read by many threads, written by one at a time, trained into by one process.

Errors of SQLite are raised as errors of the store.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock
from time import monotonic, sleep
from typing import Literal
from weakref import WeakSet

from softmax_core.errors import (
    DiskFull,
    StoreDamaged,
    StoreError,
    StoreLocked,
    StoreNotWritable,
    StoreTooNew,
)
from softmax_core.runs import schema
from softmax_core.runs.database import Value
from softmax_core.runs.holder import Holder
from softmax_core.runs.private import (
    make_database,
    make_file,
    make_folder,
    now,
    stamped,
    tighten,
)

BUSY_SECONDS = 5.0
FOLDING_MILLISECONDS = 500  # how long closing waits for readers
WAL_BYTES = 4 * 2**20  # what remains of the WAL when it has been merged
BESIDE = ("", "-wal", "-shm")  # the files that SQLite keeps: the main one and those beside it
_HEADER_BYTES = 100  # what each database of SQLite begins with
_READERS = 8
_AGAIN_SECONDS = 10.0  # between two attempts to write a deleted file anew
_OPEN: WeakSet[SqliteDatabase] = WeakSet()
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loss:
    """A store's file was taken away from under its server.

    Attributes:
        kind: "deleted"; "replaced" by another file; "lost" if it cannot be written anew.
        path: the file in which everything now lies; for "lost" the one that is gone.
        when: the time, UTC, ISO 8601.
    """

    kind: Literal["deleted", "replaced", "lost"]
    path: Path
    when: str


def losses() -> list[Loss]:
    """Look whether the open stores' files are where they were; return what happened to them."""
    opened = list(_OPEN)
    for database in opened:
        database.follow()
    return [database.loss for database in opened if database.loss]


class SqliteConnection(sqlite3.Connection):
    """A connection that replaces rows as SQLite does it best."""

    def state(self) -> int:
        """Return a number that stays while no other connection, of any process, has written."""
        return int(self.execute("PRAGMA data_version").fetchone()[0])

    def replace(
        self,
        table: str,
        columns: Sequence[str],
        key: Sequence[str],  # noqa: ARG002 - SQLite knows it from the table
        rows: Iterable[Sequence[Value]],
    ) -> None:
        """Insert rows, or put them in the place of those with the same key.

        The old row is deleted first: ON CONFLICT would need room for both on a full disk.
        """
        marks = ", ".join("?" * len(columns))
        self.executemany(
            f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - ours
            rows,
        )


class SqliteDatabase:
    """A SQLite file in WAL mode: any number of readers beside one writer.

    The connections stay open, so that a server without free descriptors still reads and writes.
    Each use checks that the path still leads to the open file. A file that was deleted lives on in
    these connections; it is then written anew, with everything in it.

    Args:
        path: the file; it and its folder are created, for their owner alone, if they do not exist.

    Attributes:
        path: the file; another one once it had to make way for a file that took its place.
        loss: what happened to the file while it was open, or None.
        holder: this process's lock of the file, or None.

    Raises:
        StoreDamaged: the file is not a database, or fails SQLite's integrity check.
        StoreTooNew: it was written by a newer version of this program.
        StoreLocked: another program has locked it, or uses it while it needs to be migrated.
        StoreNotWritable: the folder is read-only, or the disk is full.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.loss: Loss | None = None
        self.holder: Holder | None = None
        self._writing = Lock()
        self._again_at = 0.0
        with self._translated():
            make_folder(path.parent)
            kept = [path.with_name(path.name + ending) for ending in BESIDE]
            if path.exists() or _size(kept[1]):  # what a killed server wrote last is in the WAL
                for part in kept:
                    tighten(part)
                self._inspect()
            else:
                make_file(path)
            self._open()
        _OPEN.add(self)

    @property
    def where(self) -> Path:
        """The file."""
        return self.path

    @contextmanager
    def reading(self) -> Iterator[SqliteConnection]:
        """Provide a connection for reading one consistent state of the file."""
        with self._translated():
            self.follow()
            readers = self._readers
            try:
                connection = readers.get(timeout=BUSY_SECONDS)
            except Empty:
                connection = self._patiently_connect()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                if readers is not self._readers or readers.full():
                    connection.close()
                else:
                    readers.put(connection)

    @contextmanager
    def writing(self, *, durable: bool = True, alone: bool = False) -> Iterator[SqliteConnection]:
        """Provide the connection for writing, in one transaction.

        Args:
            durable: wait until the data are on disk, so that they survive a power cut. Otherwise
                they survive the end of the process, and a power cut after a later durable write.
            alone: changes nothing; a file has one writer at a time.
        """
        del alone
        with self._writing, self._translated():
            self._follow()
            self._writer.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._writer.execute("ROLLBACK")
                raise

    def follow(self) -> None:
        """Write the open file anew if it was taken away; what is open can be read in any case."""
        if self._moved():
            with suppress(StoreError), self._writing, self._translated():
                self._follow()

    def used_bytes(self) -> int:
        """Return the bytes in use on the disk, the WAL included.

        The file may be larger by what was cleared; that is used again before the file grows.
        """
        with self.reading() as connection:
            free, size = (
                int(connection.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("freelist_count", "page_size")
            )
        return self.disk_bytes() - free * size

    def disk_bytes(self) -> int:
        """Return what the store takes on the disk: the file and what SQLite keeps beside it."""
        return sum(map(_size, (self.path, self._wal, self._shared)))

    def fold(self, *, shrink: bool = False) -> None:
        """Merge the WAL into the file and empty it, unless somebody is reading from it for long.

        Args:
            shrink: also give the file's free pages back to the disk, which rewrites it.
        """
        with self._writing, self._translated():
            if shrink:
                self._writer.execute("PRAGMA temp_store = FILE")  # as large as the store
                self._writer.execute("VACUUM")
                self._writer.execute("PRAGMA temp_store = MEMORY")
            self._writer.execute(f"PRAGMA busy_timeout = {FOLDING_MILLISECONDS}")
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer.execute(f"PRAGMA busy_timeout = {1000 * BUSY_SECONDS:.0f}")

    def close(self) -> None:
        """Merge the WAL into the file, so that it alone is the store, and close it."""
        with self._writing:
            with suppress(StoreError):
                self._follow()
            self._close_readers()
            # SQLite does this when the last connection closes, but a page may still be reading.
            with suppress(sqlite3.Error):
                self._writer.execute(f"PRAGMA busy_timeout = {FOLDING_MILLISECONDS}")
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer.close()
        _OPEN.discard(self)

    def _open(self) -> None:
        """Open the writer and all readers."""
        self._writer = self._connect()
        try:
            self._prepare()
            self._readers: LifoQueue[SqliteConnection] = LifoQueue(_READERS)
            for _ in range(_READERS):
                self._readers.put(self._connect())
            real = self.path.resolve()  # a link's target, beside which SQLite keeps the WAL
            self._wal, self._shared = (real.with_name(real.name + end) for end in BESIDE[1:])
            self._identity = self._identities()
        except BaseException:
            self._writer.close()
            raise

    def _close_readers(self) -> None:
        while True:
            try:
                self._readers.get_nowait().close()
            except Empty:
                return

    def _connect(self) -> SqliteConnection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",  # never a new, empty file
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,  # each connection is used by one thread at a time
            factory=SqliteConnection,
        )
        # A damaged text may not be UTF-8; the row's checksum reports it, not the decoder.
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")  # no file is opened later
        connection.execute("PRAGMA secure_delete = FAST")  # else deleting writes all that is gone
        connection.execute("PRAGMA user_version")  # opens the files now
        return connection

    def _patiently_connect(self) -> SqliteConnection:
        """Open one more connection, as soon as there is a descriptor for it."""
        deadline = monotonic() + BUSY_SECONDS
        while True:
            try:
                return self._connect()
            except sqlite3.Error as error:
                if _code(error) != sqlite3.SQLITE_CANTOPEN or monotonic() > deadline:
                    raise
            sleep(0.05)

    # -- a file that is taken away from under the server ------------------------------------------

    def _identities(self) -> tuple[tuple[int, int] | None, ...]:
        """Return which files the path leads to: the main one and its WAL."""
        return _identity(self.path), _identity(self._wal)

    def _moved(self) -> bool:
        return self._identities() != self._identity

    def _follow(self) -> None:
        """Write the open file anew where it lay, or beside what took its place.

        Only the process that holds the lock does so; another one opens the new file.

        Raises:
            StoreNotWritable: it cannot be written.
        """
        if not self._moved():  # another thread was here first, or it is back
            if self.loss and self.loss.kind == "lost":
                self.loss = None
            return
        found = _identity(self.path)
        replaced = found not in (None, self._identity[0])
        held = self.holder if self.holder and self.holder.held else None
        try:
            held = held or Holder(self.path)
            self._write_anew(stamped(self.path, "rescued") if replaced else self.path)
            self.loss = Loss("replaced" if replaced else "deleted", self.path, now())
            _LOG.warning("the store was %s while in use; it is now %s", self.loss.kind, self.path)
        except StoreLocked:
            if found is None:
                raise
            self._reopen(self.path)  # its holder has written it anew
        except (StoreError, sqlite3.Error, OSError) as error:
            if isinstance(error, StoreError) and self.loss and self.loss.kind == "lost":
                raise
            if self.loss is None or self.loss.kind != "lost":
                self.loss = Loss("lost", self.path, now())
            raise StoreNotWritable(
                self.path,
                f"{self.path} was deleted while it was in use, and cannot be written anew: {error}."
                " Make its folder writable, with room for it, before this program ends.",
            ) from error
        finally:
            if held is not None and held is not self.holder:
                held.release()

    def _write_anew(self, target: Path) -> None:
        if monotonic() < self._again_at:
            raise StoreNotWritable(self.path, f"{self.path} was deleted while it was in use.")
        self._again_at = monotonic() + _AGAIN_SECONDS
        make_folder(target.parent)
        copy = make_database(target.with_name(f"{target.name}.new"))
        try:
            with closing(sqlite3.connect(copy)) as whole:
                self._writer.backup(whole)
            if self.holder is not None and self.holder.held:
                self.holder.move(target)
            # SQLite would merge it into whatever lies at the path now.
            if _identity(self._wal) == self._identity[1] or target == self.path:
                self._wal.unlink(missing_ok=True)
                self._shared.unlink(missing_ok=True)
            copy.replace(target)
        finally:
            copy.unlink(missing_ok=True)
        self._reopen(target)
        self._again_at = 0.0

    def _reopen(self, path: Path) -> None:
        """Use another file from now on; a connection in use is closed by whoever uses it."""
        before = old, readers, _path = self._writer, self._readers, self.path
        self.path = path
        try:
            self._open()
        except BaseException:
            self._writer, self._readers, self.path = before
            raise
        old.close()
        while not readers.empty():
            readers.get_nowait().close()

    def _inspect(self) -> None:
        """Check that the file can be read, with a read-only connection.

        One that may write would merge the WAL into a damaged file, or delete it.
        """
        if _size(self.path) < _HEADER_BYTES:  # to SQLite a new database, whose WAL it deletes
            raise StoreDamaged(self.path, f"{self.path} is empty, or cut short.")
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
        if not schema.has_its_tables(reader):
            raise StoreDamaged(self.path, f"{self.path} has not the tables of version {found}.")

    def _prepare(self) -> None:
        if schema.version(self._writer) < schema.NEWEST:
            holder = Holder(self.path)  # an older program may be using it
            try:
                schema.migrate(self._writer)
            finally:
                holder.release()
        self._writer.execute("PRAGMA journal_mode = WAL")
        self._writer.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
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


def translated(path: Path, error: sqlite3.Error) -> StoreError:
    """Convert an error of SQLite to one of the store, whose message says what to do."""
    code = _code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreLocked(path, f"{path} is locked by another program. Close that one first.")
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return StoreDamaged(path, f"{path} is damaged: {error}.")
    # A quota or a limit of the file's size is reported as an error of writing.
    if code == sqlite3.SQLITE_FULL or _extended(error) == sqlite3.SQLITE_IOERR_WRITE:
        return DiskFull(
            path, f"The disk of {path} takes no more ({error}). Make room, then resume the run."
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


def _extended(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0))


def _code(error: sqlite3.Error) -> int:
    return _extended(error) & 0xFF  # the primary code


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
