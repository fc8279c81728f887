"""Open the store of a server; what cannot be read is set aside, never overwritten or deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from softmax_core.errors import StoreDamaged, StoreNotWritable
from softmax_core.runs.curation import STORE_BYTES
from softmax_core.runs.holder import Holder
from softmax_core.runs.store import Store

_BESIDE: Final = ("", "-wal", "-shm")  # SQLite's files go with the one they belong to


def open_store(path: Path, *, max_bytes: int = STORE_BYTES) -> Store:
    """Open a store; a damaged file is renamed and an empty store takes its place.

    Args:
        path: the SQLite file.
        max_bytes: the store's bound.

    Returns:
        The store; `store.set_aside` names the damaged file's new place, or is None.

    Raises:
        StoreLocked: another program holds the file.
        StoreTooNew: it was written by a newer version of this program; it stays as it is.
        StoreNotWritable: the folder is read-only, or the disk is full.
    """
    try:
        return Store(path, max_bytes=max_bytes)
    except StoreDamaged:
        moved = set_aside(path)
    return Store(path, max_bytes=max_bytes, set_aside=moved)


def set_aside(path: Path) -> Path:
    """Rename a store that cannot be read, with the files that SQLite keeps beside it.

    Args:
        path: the damaged file.

    Returns:
        Its new name, in the same folder, with the time in it.

    Raises:
        StoreLocked: another process trains into it, so it is not ours to move.
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
