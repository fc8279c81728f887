"""Verify a file's sha256 once, and remember that it was right.

What is remembered is the file's size and modification time beside the digest that it had. A start
that finds all three unchanged reads no byte of the file, 55 MB less to hash.
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
    """Return the sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(path: Path, expected: DataFile) -> None:
    """Check a file of the data folder, unless it is remembered as right and has not changed.

    Args:
        path: the file; its memory lies beside it.
        expected: what it must be.

    Raises:
        DataDamaged: it is truncated, altered, or something else.
    """
    _check_is_file(path, expected)
    if _memory(path.parent).get(path.name) == _stamp(path, expected):
        return
    # The stamp from before the reading: a change in between makes the next start verify again.
    stamp = _stamp(path, expected)
    check_contents(path, expected)
    _remember(path, stamp)


def accept(staged: Path, target: Path, expected: DataFile) -> None:
    """Verify a file that has just been fetched, give it its name at once, and remember it.

    Args:
        staged: the fetched file, on the same disk as its target.
        target: the name that later starts trust.
        expected: what it must be.

    Raises:
        DataDamaged: it is truncated, altered, or something else; nothing has got the name.
    """
    check_contents(staged, expected)
    with staged.open("rb+") as file:
        os.fsync(file.fileno())  # a name must not outlive a power cut that its bytes do not
    stamp = _stamp(staged, expected)  # a rename keeps it
    staged.replace(target)
    _remember(target, stamp)


def check_contents(path: Path, expected: DataFile) -> None:
    """Check a file's length and sha256 against what it must be.

    Args:
        path: the file.
        expected: what it must be.

    Raises:
        DataDamaged: it is truncated, altered, or something else.
    """
    _check_is_file(path, expected)
    size = path.stat().st_size
    if size != expected.size:
        raise _damaged(path, f"{expected.size} bytes", f"{size} bytes")
    digest = sha256_of(path)
    if digest != expected.sha256:
        raise _damaged(path, f"sha256 {expected.sha256}", f"sha256 {digest}")


def _check_is_file(path: Path, expected: DataFile) -> None:
    if not path.is_file():
        raise _damaged(path, f"a file of {expected.size} bytes", "something that is not a file")


def _damaged(path: Path, expected: str, found: str) -> DataDamaged:
    return DataDamaged(
        path,
        expected,
        found,
        f"{path} is not Fashion-MNIST's file: expected {expected}, found {found}. It was left as "
        "it is. Delete or move it and start again: it will then be fetched anew.",
    )


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
    """Add a file to the folder's memory.

    Two processes that write at once may lose one of the two entries, and a read-only folder keeps
    none. Either costs no more than another verification.
    """
    memory = _memory(path.parent) | {path.name: stamp}
    with contextlib.suppress(OSError):
        descriptor, name = tempfile.mkstemp(prefix=".verified-", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(memory, file, indent=1)
        Path(name).chmod(0o644)
        Path(name).replace(path.parent / _MEMORY_NAME)
