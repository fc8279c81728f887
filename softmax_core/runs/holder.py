"""Which process trains into a store."""

from __future__ import annotations

import json
import os
import platform
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from softmax_core.errors import StoreLocked, StoreNotWritable
from softmax_core.runs.private import make_file, make_folder, now


class Holder:
    """The lock of a store, held until `release` or the end of the process.

    The operating system releases the lock when its holder is killed, so it never stays locked. What
    is written beside it is only for the error message. Neither file is written through a symbolic
    link.

    Args:
        path: the store's file; the lock is `<path>.lock`, who holds it `<path>.holder`.

    Raises:
        StoreLocked: another process holds it, named in the message.
        StoreNotWritable: the lock cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._acquire(path)

    @property
    def held(self) -> bool:
        """Whether the lock is held; not so after `release`."""
        return self._lock.is_locked

    def release(self) -> None:
        """Release the lock; a second call does nothing."""
        if self._lock.is_locked:
            with suppress(OSError):
                self._told.unlink(missing_ok=True)
            self._lock.release()

    def move(self, path: Path) -> None:
        """Hold the lock of another file, or of the same one where the lock was deleted, too."""
        self.release()
        self._acquire(path)

    def _acquire(self, path: Path) -> None:
        self._told = path.with_name(f"{path.name}.holder")
        # Acquired by one thread and released by another (at exit), so not bound to a thread.
        self._lock = FileLock(path.with_name(f"{path.name}.lock"), mode=0o600, thread_local=False)
        told = {"pid": os.getpid(), "host": platform.node(), "since": now()}
        try:
            make_folder(path.parent)
            self._lock.acquire(timeout=0)
            make_file(self._told, json.dumps(told).encode())
        except Timeout as error:
            raise self._locked(path) from error
        except OSError as error:
            self._lock.release()
            raise StoreNotWritable(
                path,
                f"{path} cannot be locked: {error}. Make its folder writable, or set SOFTMAX_RUNS "
                "to another one.",
            ) from error

    def _locked(self, path: Path) -> StoreLocked:
        try:
            told = {} if self._told.is_symlink() else json.loads(self._told.read_bytes())
            pid, host, since = int(told["pid"]), str(told["host"]), str(told["since"])
        except (OSError, ValueError, KeyError, TypeError):  # it is about to be written
            pid, host, since = None, "", ""
        who = f"process {pid or '?'}"
        if since:
            who += f" on {host}, since {since} (UTC)"
        return StoreLocked(
            path,
            f"{path} is in use by {who}. Use that one, or end it, or set SOFTMAX_RUNS to another "
            "folder.",
            pid,
            host,
            since,
        )
