"""Verify the sha256 of a file once, and remember the result.

The digest is stored with the file's size and modification time. If they have not changed, a later
start does not hash the file again, which saves reading 55 MB.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from softmax_core.data.files import DataFile
from softmax_core.errors import DataDamaged

_MEMORY_NAME = "verified.json"


def sha256_of(path: Path) -> str:
    """Compute the sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path, expected: DataFile) -> None:
    """Check a file of the data folder, unless it was verified before and has not changed.

    Args:
        path: the file; the results are stored in the same folder.
        expected: its expected size and digest.

    Raises:
        DataDamaged: it is truncated or altered.
    """
    _check_is_file(path, expected)
    if _memory(path.parent).get(path.name) == _stamp(path, expected):
        return
    # Taken before hashing, so that a change in between is noticed at the next start.
    stamp = _stamp(path, expected)
    check_contents(path, expected)
    _remember(path, stamp)


def accept(staged: Path, target: Path, expected: DataFile) -> None:
    """Verify a new file, rename it to its final name, and remember the result.

    Args:
        staged: the new file, on the same disk as its target.
        target: the final name.
        expected: its expected size and digest.

    Raises:
        DataDamaged: it is truncated or altered; it was not renamed.
    """
    check_contents(staged, expected)
    with staged.open("rb+") as file:
        os.fsync(file.fileno())  # the bytes must be on disk before the name is
    stamp = _stamp(staged, expected)  # renaming does not change it
    staged.replace(target)
    _remember(target, stamp)


def check_contents(path: Path, expected: DataFile) -> None:
    """Compare the length and sha256 of a file with the expected ones.

    Args:
        path: the file.
        expected: its expected size and digest.

    Raises:
        DataDamaged: it is truncated or altered.
    """
    _check_is_file(path, expected)
    size = path.stat().st_size
    if size != expected.size:
        raise DataDamaged(path, f"{expected.size} bytes", f"{size} bytes")
    digest = sha256_of(path)
    if digest != expected.sha256:
        raise DataDamaged(path, f"sha256 {expected.sha256}", f"sha256 {digest}")


def _check_is_file(path: Path, expected: DataFile) -> None:
    if not path.is_file():
        raise DataDamaged(path, f"a file of {expected.size} bytes", "something that is not a file")


def _stamp(path: Path, expected: DataFile) -> dict[str, Any]:
    stat = path.stat()
    return {"sha256": expected.sha256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _memory(folder: Path) -> dict[str, Any]:
    try:
        memory = json.loads((folder / _MEMORY_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return memory if isinstance(memory, dict) else {}


def _remember(path: Path, stamp: dict[str, Any]) -> None:
    """Store the result for a file.

    Two processes that write at the same time may lose an entry, and a read-only folder stores none;
    the only consequence is another verification.
    """
    memory = _memory(path.parent) | {path.name: stamp}
    with contextlib.suppress(OSError):
        descriptor, name = tempfile.mkstemp(prefix=".verified-", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(memory, file, indent=1)
        Path(name).chmod(0o644)
        Path(name).replace(path.parent / _MEMORY_NAME)
