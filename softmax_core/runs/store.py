"""Runs on disk: experiments, status, records, weights and checkpoints, in one SQLite file.

All methods may be called from any thread. Stored data survive the end of the process; data stored
with `durable=True` survive a power cut, too. Nothing in the file is ever unpickled or executed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from softmax_core.errors import StoreDamaged, StoreNotWritable
from softmax_core.runs.catalogue import Catalogue
from softmax_core.runs.curation import STORE_BYTES, Curation
from softmax_core.runs.database import Database, Holder
from softmax_core.runs.recordings import Recordings

_BESIDE: Final = ("", "-wal", "-shm")  # the files that SQLite keeps beside the main one


class Store(Catalogue, Curation, Recordings):
    """The runs of one server.

    Args:
        path: the SQLite file; it and its folder are created if they do not exist.
        max_bytes: the size limit; beyond it the oldest finished runs are cleared.

    Attributes:
        path: the file.
        set_aside: the new path of a damaged file that was here before, or None.

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
        self, path: Path, *, max_bytes: int = STORE_BYTES, set_aside: Path | None = None
    ) -> None:
        database = Database(Path(path))
        Catalogue.__init__(self, database)
        Curation.__init__(self, database, max_bytes)
        Recordings.__init__(self, database, self.keep_bounded)
        self.path = database.path
        self.set_aside = set_aside

    def __enter__(self) -> Self:
        """Return the store; the end of the block closes it."""
        return self

    def __exit__(self, *_raised: object) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Close all connections to the file."""
        self._database.close()


def open_store(path: Path, *, max_bytes: int = STORE_BYTES) -> Store:
    """Open a store; a damaged file is renamed and replaced by an empty store.

    Args:
        path: the SQLite file.
        max_bytes: the size limit.

    Returns:
        The store; `store.set_aside` is the new path of the damaged file, or None.

    Raises:
        StoreLocked: another program has locked the file.
        StoreTooNew: it was written by a newer version of this program; it is not changed.
        StoreNotWritable: the folder is read-only, or the disk is full.
    """
    try:
        return Store(path, max_bytes=max_bytes)
    except StoreDamaged:
        moved = set_aside(path)
    return Store(path, max_bytes=max_bytes, set_aside=moved)


def set_aside(path: Path) -> Path:
    """Rename a damaged store, with the files that SQLite keeps beside it.

    Args:
        path: the damaged file.

    Returns:
        Its new path in the same folder, containing the time.

    Raises:
        StoreLocked: another process uses it.
        StoreNotWritable: it cannot be renamed.
    """
    holder = Holder(path)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    try:
        for ending in _BESIDE:
            part = path.with_name(path.name + ending)
            if part.exists():
                part.rename(target.with_name(target.name + ending))
    except OSError as error:
        raise StoreNotWritable(
            path, f"{path} is damaged and cannot be renamed: {error}. Move it away yourself."
        ) from error
    finally:
        holder.release()
    return target
