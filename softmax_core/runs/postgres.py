"""A PostgreSQL database: read and written by any number of processes on any number of machines.

Errors of PostgreSQL are raised as errors of the store, and none of them shows a password. Only a
`SOFTMAX_STORE` imports this module, and with it psycopg.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from queue import Empty, LifoQueue
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import Any, Final

from softmax_core.errors import (
    DiskFull,
    StoreDamaged,
    StoreError,
    StoreLocked,
    StoreNotWritable,
    StoreTooNew,
    StoreUnreachable,
)
from softmax_core.folders import no_address
from softmax_core.runs import postgres_schema, schema
from softmax_core.runs.database import Value

try:
    import psycopg
    from psycopg import errors as sql
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
    from psycopg.pq import ExecStatus
    from psycopg.types.string import TextBinaryLoader
except ImportError as error:
    raise StoreUnreachable(
        "SOFTMAX_STORE",
        f"A store in PostgreSQL needs packages that are not here ({error}): "
        'pip install "softmax-explorer[cluster]"',
        "not_installed",
    ) from error

OLDEST: Final = 15
CONNECTIONS: Final = 4
"""A process's; what a replica asks takes milliseconds."""
BUSY_SECONDS: Final = 5.0
_SCHEMES: Final = ("postgresql://", "postgres://")

# A connection through a network that was cut is given up within seconds.
_PATIENCE: Final = {
    "connect_timeout": int(BUSY_SECONDS),
    "keepalives": 1,
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}
_SESSION: Final = (
    "SET idle_in_transaction_session_timeout = '30s'; SET lock_timeout = '5s';"
    " SET client_min_messages = warning"
)
_READ: Final = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Who stands still while writing, as a process that was stopped, loses the run's row soon. Whoever
# reads holds none, and on a busy machine may have to wait for the processor.
_WRITE: Final = (
    b"BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = '2s'"
)
# What a power cut may take then, a crash of the server may take as well.
_WRITE_SOON: Final = _WRITE + b"; SET LOCAL synchronous_commit = off"

_NOT_LET_IN: Final = (
    "authentication failed",
    "no password supplied",
    "pg_hba.conf",
    "is not permitted to log in",
)

# JSON's functions, as PostgreSQL before 16 calls them.
_WORDS: Final = {"json_group_array(": "json_agg(", "json_array(": "json_build_array("}


class Found:
    """The rows that a query found, all of them, or the number of those that it changed."""

    __slots__ = ("_left", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._left = iter(rows)
        self.rowcount = rowcount

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        return next(self._left, None)

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        return list(self._left)

    def __iter__(self) -> Iterator[Any]:
        """Go through the rows."""
        return self._left


class PostgresConnection:
    """A connection inside a transaction, which takes the queries of the store."""

    __slots__ = ("_cursor",)

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        # One cursor for all queries costs half of one for each. Binary: bytes come as they are, and
        # numbers are not written out.
        self._cursor = connection.cursor(binary=True)

    def execute(self, query: str, given: Sequence[Any] = (), /) -> Found:
        """Run a query; each `?` in it stands for one of the given values."""
        cursor = self._cursor.execute(translated_query(query), given)
        found = cursor.pgresult is not None and cursor.pgresult.status == ExecStatus.TUPLES_OK
        return Found(cursor.fetchall() if found else [], cursor.rowcount)

    def state(self) -> None:
        """PostgreSQL has no number that tells in a moment whether anything was changed."""

    def replace(
        self,
        table: str,
        columns: Sequence[str],
        key: Sequence[str],
        rows: Iterable[Sequence[Value]],
    ) -> None:
        """Insert rows, or put them in the place of those with the same key."""
        query = _replacing(table, tuple(columns), tuple(key))
        many = list(rows)
        if len(many) == 1:
            self._cursor.execute(query, many[0])
        elif many:
            self._cursor.executemany(query, many)


class PostgresDatabase:
    """A database of a PostgreSQL server.

    Args:
        url: postgresql://user:password@host:port/name, as libpq reads it.

    Attributes:
        where: the database's name and the server's, for sentences.
        conninfo: how to connect, with the password: for no sentence.

    Raises:
        StoreUnreachable: the server does not answer, refuses us, or is older than 15.
        StoreTooNew: the tables were made by a newer version of this program.
        StoreDamaged: there are tables of some other program.
        StoreNotWritable: the user may not make tables, or the server only reads.
    """

    def __init__(self, url: str) -> None:
        self.where: str = "the database of SOFTMAX_STORE"
        self.conninfo, self.where = _told(url)
        self._idle: LifoQueue[psycopg.Connection[Any]] = LifoQueue()
        self._free = BoundedSemaphore(CONNECTIONS)
        self._answers = True
        with self._translated(), self.connect() as connection:
            self._refuse_other_servers(connection)
            if postgres_schema.version(connection) != schema.NEWEST:
                with connection.transaction():
                    self._refuse_other_tables(connection)
                    postgres_schema.migrate(connection)
        self._closed = False
        atexit.register(self.close)

    @contextmanager
    def reading(self) -> Iterator[PostgresConnection]:
        """Provide a connection for reading one consistent state."""
        with self._translated(), self._begun(_READ) as connection:
            yield PostgresConnection(connection)

    @contextmanager
    def writing(self, *, durable: bool = True, alone: bool = False) -> Iterator[PostgresConnection]:
        """Provide a connection for writing, in one transaction.

        Args:
            durable: wait until the data are on the server's disk.
            alone: wait for everybody else who asks for this.
        """
        with self._translated(), self._begun(_WRITE if durable else _WRITE_SOON) as connection:
            if alone:
                connection.execute(f"SELECT pg_advisory_xact_lock({postgres_schema.ALONE})")
            yield PostgresConnection(connection)

    def used_bytes(self) -> int:
        """Return what the rows of all runs take.

        What was deleted stays in PostgreSQL's files, for what comes next.
        """
        with self.reading() as connection:
            found = connection.execute("SELECT coalesce(sum(bytes), 0) FROM runs").fetchall()
        return int(found[0][0])

    def disk_bytes(self) -> int:
        """Return what the rows take; the server's disk is not ours to bound."""
        return self.used_bytes()

    def fold(self, *, shrink: bool = False) -> None:
        """Do nothing: PostgreSQL finds the room of what was deleted by itself."""

    def close(self) -> None:
        """Close all connections."""
        atexit.unregister(self.close)
        self._closed = True
        while (connection := self._at_rest()) is not None:
            connection.close()

    @contextmanager
    def _begun(self, begin: bytes) -> Iterator[psycopg.Connection[Any]]:
        """Provide a connection in a transaction, which is ended with the block."""
        if not self._free.acquire(timeout=BUSY_SECONDS):
            raise StoreLocked(
                self.where,
                f"All connections to {self.where} have been in use for {BUSY_SECONDS:g} s.",
            )
        try:
            connection = self._taken(begin)
            try:
                yield connection
                _command(connection, b"COMMIT")
            except BaseException:
                with suppress(psycopg.Error):
                    _command(connection, b"ROLLBACK")
                raise
            finally:
                if self._closed or connection.closed:
                    connection.close()
                else:
                    self._idle.put(connection)
        finally:
            self._free.release()

    def _taken(self, begin: bytes) -> psycopg.Connection[Any]:
        """Begin on a connection that is alive: those of before a restart of the server are not."""
        if self._closed:
            raise StoreUnreachable(self.where, f"{self.where} was closed.", "gone")
        while (connection := self._at_rest()) is not None:
            try:
                _command(connection, begin)
            except psycopg.OperationalError:
                connection.close()
            else:
                return connection
        connection = self._patiently_connect()
        try:
            _command(connection, begin)
        except BaseException:
            connection.close()
            raise
        return connection

    def _at_rest(self) -> psycopg.Connection[Any] | None:
        try:
            return self._idle.get_nowait()
        except Empty:
            return None

    def _patiently_connect(self) -> psycopg.Connection[Any]:
        """Open a connection, over a restart of the server; who comes when it is gone waits no more.

        A pool of connections with pauses of its own would still pause when the server is back.
        """
        deadline = monotonic() + (BUSY_SECONDS if self._answers else 0.0)
        while True:
            try:
                connection = self.connect()
            except psycopg.OperationalError as error:
                why = translated(self.where, error)
                gone = isinstance(why, StoreUnreachable) and why.problem == "gone"
                if not gone or monotonic() > deadline:
                    self._answers = False
                    raise
            else:
                self._answers = True
                return connection
            sleep(0.1)

    def connect(self) -> psycopg.Connection[Any]:
        """Return a connection beside those of the store, in autocommit mode, to listen with."""
        connection = psycopg.connect(self.conninfo, **_WAYS)
        _configure(connection)
        return connection

    def _refuse_other_servers(self, connection: psycopg.Connection[Any]) -> None:
        found = connection.info.server_version // 10_000
        if found < OLDEST:
            raise StoreUnreachable(
                self.where,
                f"{self.where} is PostgreSQL {found}, and {OLDEST} or newer is needed.",
                "too_old",
                str(found),
            )
        encoding = connection.info.parameter_status("server_encoding") or ""
        if encoding != "UTF8":
            raise StoreUnreachable(
                self.where,
                f"{self.where} keeps texts in {encoding}. Make it anew: CREATE DATABASE … ENCODING "
                "'UTF8' TEMPLATE template0.",
                "encoding",
                encoding,
            )

    def _refuse_other_tables(self, connection: psycopg.Connection[Any]) -> None:
        found = postgres_schema.version(connection)
        if found is None:
            raise StoreDamaged(self.where, f"{self.where} has tables of some other program.")
        if found > schema.NEWEST:
            raise StoreTooNew(
                self.where,
                f"{self.where} has version {found} and this program reads up to {schema.NEWEST}. "
                "Start the newer program, or set SOFTMAX_STORE to another database.",
            )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise translated(self.where, error) from error


_WAYS: Final[dict[str, Any]] = {"autocommit": True, "cursor_factory": psycopg.RawCursor}


def _configure(connection: psycopg.Connection[Any]) -> None:
    connection.adapters.register_loader("json", TextBinaryLoader)
    connection.execute(_SESSION)


def _command(connection: psycopg.Connection[Any], command: bytes) -> None:
    """Begin or end a transaction, without what a cursor does for a query."""
    result = connection.pgconn.exec_(command)
    if result.status != ExecStatus.COMMAND_OK:
        raise psycopg.OperationalError(result.get_error_message())


def _told(url: str) -> tuple[str, str]:
    """Return how to connect, and the name of the database without user and password."""
    try:
        if not url.startswith(_SCHEMES):
            raise psycopg.ProgrammingError("it does not begin with postgresql://")
        given = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
        if not str(given.get("port", "")).replace(",", "").isdigit() and "port" in given:
            raise psycopg.ProgrammingError("its port is no number")
        # Of a password with such a sign the rest would be taken for the host, and shown.
        if any("@" in str(given.get(part, "")) for part in ("host", "dbname")):
            raise psycopg.ProgrammingError("there is an @ too many in it")
    except psycopg.Error as error:
        raise no_address() from error
    name = given.get("dbname") or given.get("user") or "PostgreSQL"
    host = given.get("host") or given.get("hostaddr") or "this machine"
    port = f":{given['port']}" if "port" in given else ""
    return make_conninfo("", **{**_PATIENCE, **given}), f"{name} on {host}{port}"


@lru_cache(maxsize=512)
def translated_query(query: str) -> str:
    """Return a query of the store as PostgreSQL reads it.

    Example:
        >>> translated_query("SELECT json_array(step) FROM runs WHERE id = ? AND step < ?")
        'SELECT json_build_array(step) FROM runs WHERE id = $1 AND step < $2'
    """
    for ours, theirs in _WORDS.items():
        query = query.replace(ours, theirs)
    first, *others = query.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))


@lru_cache(maxsize=64)
def _replacing(table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    marks = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - ours
    if not key:
        return insert
    others = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return f"{insert} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {others}"


def translated(where: str, error: psycopg.Error) -> StoreError:
    """Convert an error of PostgreSQL to one of the store, whose message says what to do."""
    said = str(error).strip().partition("\n")[0]
    match error:
        case sql.DiskFull():
            return DiskFull(where, f"The disk of {where} takes no more. Make room on its server.")
        case sql.InsufficientPrivilege():
            return StoreUnreachable(
                where,
                f"The user of {where} may not do this ({said}). Let the database be its own: ALTER "
                "DATABASE … OWNER TO …",
                "rights",
            )
        case sql.ReadOnlySqlTransaction():
            return StoreNotWritable(
                where,
                f"{where} only reads: it is a copy of another server, so name that one, or it was "
                "told to refuse changes.",
            )
        case sql.LockNotAvailable() | sql.DeadlockDetected() | sql.QueryCanceled():
            return StoreLocked(where, f"{where} is locked by another program.")
        case sql.DataCorrupted() | sql.IndexCorrupted():
            return StoreDamaged(where, f"{where} is damaged: {said}.")
        case sql.TooManyConnections() | sql.ConfigurationLimitExceeded():
            return _full(where)
        case psycopg.OperationalError() | sql.IdleInTransactionSessionTimeout():
            return _unreachable(where, said)
    return StoreError(where, f"{where}: {said}.")


def _unreachable(where: str, said: str) -> StoreError:
    """Say why there is no connection; before there is one, psycopg has no code, but the words."""
    if any(words in said for words in _NOT_LET_IN):
        return StoreUnreachable(
            where,
            f"{where} refuses the user or the password of SOFTMAX_STORE ({said}). Correct them, or "
            "let them in on its server (pg_hba.conf).",
            "password",
        )
    if "database" in said and "does not exist" in said:
        return StoreUnreachable(
            where,
            f"{where}: the server has no database of this name. Make it: CREATE DATABASE …",
            "no_database",
        )
    if "too many c" in said or "remaining connection slots" in said:  # clients, or connections
        return _full(where)
    return StoreUnreachable(
        where, f"{where} does not answer ({said}). Start its server, or wait for it.", "gone"
    )


def _full(where: str) -> StoreError:
    return StoreUnreachable(
        where,
        f"{where} takes no more connections. Raise max_connections on its server.",
        "full",
    )
