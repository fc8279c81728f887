"""Opening a store, also one that is damaged."""

from __future__ import annotations

from pathlib import Path

from softmax_core.errors import RunDamaged, StoreDamaged, StoreNotWritable
from softmax_core.runs.curation import STORE_BYTES
from softmax_core.runs.holder import Holder
from softmax_core.runs.limits import NO_QUOTA, Quota
from softmax_core.runs.private import stamped
from softmax_core.runs.recordings import is_kept
from softmax_core.runs.run import Run
from softmax_core.runs.salvage import Kind, Salvage, rebuilt
from softmax_core.runs.sqlite import BESIDE
from softmax_core.runs.store import Store, is_url


def open_store(
    where: Path | str, *, max_bytes: int = STORE_BYTES, quota: Quota = NO_QUOTA
) -> Store:
    """Open a store; a damaged file is set aside, and what can be read of it becomes the store.

    Args:
        where: the SQLite file, or the URL of a PostgreSQL database.
        max_bytes: the size limit.
        quota: what one owner may keep.

    Returns:
        The store; `store.set_aside` is the new path of the damaged file, or None, and
        `store.salvage` says what was saved of it.

    Raises:
        StoreUnreachable: the server of the database does not answer, or does not let us in.
        StoreLocked: another program has locked the file.
        StoreTooNew: it was written by a newer version of this program; it is not changed.
        StoreNotWritable: the folder is read-only, or the disk is full.
    """
    try:
        return Store(where, max_bytes=max_bytes, quota=quota)
    except StoreDamaged:
        if is_url(where):  # a server's data are its administrator's to repair
            raise
        moved, salvage = _replaced(Path(where))
    return Store(where, max_bytes=max_bytes, quota=quota, set_aside=moved, salvage=salvage)


def _replaced(path: Path) -> tuple[Path, Salvage]:
    """Set a damaged store aside, and put what can be read of it in its place.

    The new store is complete before the damaged one is touched.
    """
    holder = Holder(path)
    try:
        kind, new, lost = rebuilt(path)
        with Store(new) as store:
            salvage = _judged(store, kind, lost)
        target = stamped(path, "damaged")
        for ending in BESIDE:
            part = path.with_name(path.name + ending)
            if part.exists():
                part.rename(target.with_name(target.name + ending))
        new.replace(path)
    except OSError as error:
        raise StoreNotWritable(
            path,
            f"{path} is damaged, and its folder cannot be written: {error}. Make room in it, or "
            "move the file away yourself.",
        ) from error
    finally:
        holder.release()
    return target, salvage


def _judged(store: Store, kind: Kind, lost: tuple[str, ...]) -> Salvage:
    """Look through a rebuilt store, and say what it has."""
    whole = {run.id for run in store.runs() if _is_whole(store, run)}
    partly = [run.name or run.id for run in store.runs() if run.id not in whole]
    return Salvage(kind, len(whole), tuple(partly), lost)


def _is_whole(store: Store, run: Run) -> bool:
    """Tell whether a run has all that belongs to its steps."""
    try:
        store.verify(run.id)
        state = store.checkpoint(run.id)
        epochs = [record.epoch for record in store.epochs(run.id)]
        for epoch in (weights := store.weight_epochs(run.id)):
            store.weights(run.id, epoch)
    except RunDamaged:
        return False
    if state is None:
        return run.step == 0
    # An epoch's record comes after its last step: until then the checkpoint has pictures counted.
    per_epoch = max(run.total_steps // run.experiment.epochs, 1)
    ended = (state.step - bool(state.seen)) // per_epoch
    wanted = {epoch for epoch in range(ended) if is_kept(epoch)} | {ended}
    return (
        epochs == list(range(1, len(epochs) + 1)) and len(epochs) >= ended and wanted <= {*weights}
    )
