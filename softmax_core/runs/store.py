"""Runs that are kept: experiments, status, records, weights and checkpoints, in one database.

All methods may be called from any thread. Stored data survive the end of the process; data stored
with `durable=True` survive a power cut, too (`database` has the contract). Nothing that is read is
ever unpickled or executed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from softmax_core.errors import StoreError
from softmax_core.runs.catalogue import Catalogue
from softmax_core.runs.curation import STORE_BYTES, Curation
from softmax_core.runs.database import Database
from softmax_core.runs.holder import Holder
from softmax_core.runs.limits import NO_QUOTA, Quota
from softmax_core.runs.recordings import Recordings
from softmax_core.runs.salvage import Salvage
from softmax_core.runs.sqlite import Loss, SqliteDatabase


class Store(Catalogue, Curation, Recordings):
    """The runs of one server.

    Args:
        where: the SQLite file; it and its folder are created if they do not exist. Or the URL of a
            PostgreSQL database, postgresql://user:password@host/name, whose tables are.
        max_bytes: the size limit; beyond it finished runs are cleared.
        quota: what one owner may keep.
        set_aside: where a damaged file now lies that was here before.
        salvage: what this store has of it.

    Attributes:
        set_aside: the new path of a damaged file that was here before, or None.
        salvage: what was saved of it and what was not, or None.

    Raises:
        StoreError: a subclass of it, if the database cannot be opened.

    Example:
        >>> import tempfile
        >>> from softmax_core.training.experiment import Experiment, Variant
        >>> folder = tempfile.TemporaryDirectory()
        >>> with Store(Path(folder.name, "runs.sqlite")) as store:
        ...     run = store.create(Experiment([Variant("course")]), total_steps=2350)
        ...     store.run(run.id).status
        'queued'
        >>> folder.cleanup()
    """

    def __init__(
        self,
        where: Path | str,
        *,
        max_bytes: int = STORE_BYTES,
        quota: Quota = NO_QUOTA,
        set_aside: Path | None = None,
        salvage: Salvage | None = None,
    ) -> None:
        database = _opened(where)
        Catalogue.__init__(self, database)
        Curation.__init__(self, database, max_bytes, quota)
        Recordings.__init__(self, database, self.keep_bounded)
        self.set_aside = set_aside
        self.salvage = salvage

    @property
    def database(self) -> Database:
        """The database, for what else is kept in it."""
        return self._database

    @property
    def path(self) -> Path:
        """The file; another one after a `loss` of the kind "replaced".

        Raises:
            StoreError: the store is in no file, but in a server's database.
        """
        return self._file().path

    @property
    def loss(self) -> Loss | None:
        """What happened to the file while it was open, or None."""
        return self._database.loss if isinstance(self._database, SqliteDatabase) else None

    def __enter__(self) -> Self:
        """Return the store; the end of the block closes it."""
        return self

    def __exit__(self, *_raised: object) -> None:
        """Close the store."""
        self.close()

    def hold(self) -> Holder:
        """Take the lock of the process that trains into this file, and keep to the size limit.

        Returns:
            The lock, held until its `release`.

        Raises:
            StoreLocked: another process holds it.
            StoreError: the store is in no file, but in a server's database.
        """
        database = self._file()
        holder = database.holder = Holder(database.path)
        self.shrink()
        return holder

    def close(self) -> None:
        """Close all connections to the database."""
        self._database.close()

    def _file(self) -> SqliteDatabase:
        if not isinstance(self._database, SqliteDatabase):
            where = self._database.where
            raise StoreError(where, f"{where} is a server's database, and has no file to lock.")
        return self._database


def is_url(where: Path | str) -> bool:
    """Tell whether a store is in a server's database, and not in a file.

    Example:
        >>> is_url("postgresql://softmax@db/softmax"), is_url("runs.sqlite")
        (True, False)
    """
    return isinstance(where, str) and "://" in where


def _opened(where: Path | str) -> Database:
    """Open a file, or a server's database, for which alone its driver is imported."""
    if is_url(where):
        from softmax_core.runs.postgres import PostgresDatabase

        return PostgresDatabase(str(where))
    return SqliteDatabase(Path(where))
