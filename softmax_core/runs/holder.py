"""One process at a time trains into a store: a lock beside the file, and who holds it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from softmax_core.errors import StoreLocked, StoreNotWritable


class Holder:
    """The lock of a store, held until `release` or until the process ends, however it ends.

    The operating system gives the lock back when its holder is killed, so nothing is ever left
    locked; the process number beside it is only there to be named.

    Args:
        path: the store's file; the lock is `<path>.lock`, the number `<path>.holder`.

    Raises:
        StoreLocked: another process holds it, named in the message.
        StoreNotWritable: the lock cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._number = path.with_name(f"{path.name}.holder")
        # Taken by one thread and given back by another (at exit), so it belongs to no thread.
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
        """Let another process have the store; a second call does nothing."""
        if self._lock.is_locked:
            with suppress(OSError):
                self._number.unlink(missing_ok=True)
            self._lock.release()

    def _holder(self) -> str:
        try:
            return self._number.read_text(encoding="ascii").strip() or "?"
        except OSError:
            return "?"
