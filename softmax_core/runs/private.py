"""Files that only their owner may read, and the time in their names."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path


def now() -> str:
    """Return the current time, UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def stamped(path: Path, word: str) -> Path:
    """Return a name beside a file that says what became of it and when.

    Example:
        >>> stamped(Path("runs.sqlite"), "damaged").name.startswith("runs.damaged-2")
        True
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    return path.with_name(f"{path.stem}.{word}-{stamp}{path.suffix}")


def make_folder(folder: Path) -> None:
    """Create a folder for its owner alone; one that is there stays as it is."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)


def make_file(path: Path, content: bytes = b"") -> Path:
    """Write a file for its owner alone, anew if it is there, and never through a symbolic link."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as made:
        made.write(content)
    tighten(path)
    return path


def make_database(path: Path) -> Path:
    """Make an empty file for SQLite, and remove what an attempt that was killed left beside it."""
    for ending in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return make_file(path)


def tighten(path: Path) -> None:
    """Take everybody's rights to a file away but its owner's, as an older version left them."""
    with suppress(OSError):  # not there, or another person's
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
