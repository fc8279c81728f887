"""Runs on disk: experiments, status, records, weights and checkpoints, in one SQLite file.

All methods may be called from any thread. Stored data survive the end of the process; data stored
with `durable=True` survive a power cut, too. Nothing in the file is ever unpickled or executed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from softmax_core.runs.catalogue import Catalogue
from softmax_core.runs.curation import STORE_BYTES, Curation
from softmax_core.runs.database import Database, Loss
from softmax_core.runs.holder import Holder
from softmax_core.runs.limits import NO_QUOTA, Quota
from softmax_core.runs.recordings import Recordings
from softmax_core.runs.salvage import Salvage


class Store(Catalogue, Curation, Recordings):
    """The runs of one server.

    Args:
        path: the SQLite file; it and its folder are created if they do not exist.
        max_bytes: the size limit; beyond it finished runs are cleared.
        quota: what one owner may keep.
        set_aside: where a damaged file now lies that was here before.
        salvage: what this store has of it.

    Attributes:
        set_aside: the new path of a damaged file that was here before, or None.
        salvage: what was saved of it and what was not, or None.

    Raises:
        StoreError: a subclass of it, if the file cannot be opened.

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
        path: Path,
        *,
        max_bytes: int = STORE_BYTES,
        quota: Quota = NO_QUOTA,
        set_aside: Path | None = None,
        salvage: Salvage | None = None,
    ) -> None:
        database = Database(Path(path))
        Catalogue.__init__(self, database)
        Curation.__init__(self, database, max_bytes, quota)
        Recordings.__init__(self, database, self.keep_bounded)
        self.set_aside = set_aside
        self.salvage = salvage

    @property
    def database(self) -> Database:
        """The file, for what else is kept in it."""
        return self._database

    @property
    def path(self) -> Path:
        """The file; another one after a `loss` of the kind "replaced"."""
        return self._database.path

    @property
    def loss(self) -> Loss | None:
        """What happened to the file while it was open, or None."""
        return self._database.loss

    def __enter__(self) -> Self:
        """Return the store; the end of the block closes it."""
        return self

    def __exit__(self, *_raised: object) -> None:
        """Close the store."""
        self.close()

    def hold(self) -> Holder:
        """Take the lock of the process that trains into this store, and keep to the size limit.

        Returns:
            The lock, held until its `release`.

        Raises:
            StoreLocked: another process holds it.
        """
        holder = Holder(self.path)
        self._database.holder = holder
        self.shrink()
        return holder

    def close(self) -> None:
        """Close all connections to the file."""
        self._database.close()
