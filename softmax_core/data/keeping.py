"""Where the data sets of a collection are kept: in a folder, or where several servers find them.

The pictures of a set are a file under its digest; what is told of it is a small text beside. Who
keeps them elsewhere than in a folder (`softmax_core.runs.cluster.sets`) has the files in a folder,
too, for as long as they are needed here.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Protocol

from softmax_core.data.saving import ENDING
from softmax_core.errors import DataNotWritable

TOLD: Final = ".json"


class Keeping(Protocol):
    """What a `Collection` needs of the place where its sets are kept."""

    def told(self, *, now: bool = False) -> Sequence[bytes] | None:
        """Return what is told of each set, or None where nothing has changed since the last time.

        Args:
            now: also where it was asked a moment ago.
        """

    def changing(self) -> AbstractContextManager[None]:
        """Let nobody else change what is kept, on any machine, until the block ends."""

    def tell(self, digest: str, told: bytes) -> None:
        """Keep what is told of a set, whole or not at all."""

    def take(self, digest: str, file: Path) -> None:
        """Keep the file of a set; it is moved. What is told of it follows."""

    def fetch(self, digest: str) -> None:
        """Have the file of a set in the folder, if it is kept at all."""

    def forget(self, digest: str) -> None:
        """Keep nothing of a set any more."""

    def size(self, digest: str) -> int:
        """Return the bytes of a set's file; 0 for one that is not kept."""


class FolderKeeping:
    """Keeps all in one folder, which belongs to this process.

    Args:
        folder: created with the first set.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_read = False

    def told(self, *, now: bool = False) -> Sequence[bytes] | None:  # noqa: ARG002 - of all
        """Return what is told of each set, once; then nobody else changes it."""
        if self._is_read:
            return None
        self._is_read = True
        found = []
        for path in sorted(self._folder.glob(f"*{TOLD}")):
            with contextlib.suppress(OSError):
                found.append(path.read_bytes())
        return found

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Do nothing: nobody else changes it."""
        yield

    def tell(self, digest: str, told: bytes) -> None:
        """Write what is told of a set, for this account alone."""
        with writable(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self._folder / f"{digest}{TOLD}", told)

    def take(self, digest: str, file: Path) -> None:
        """Move the file of a set here."""
        put(self._folder, digest, file)

    def fetch(self, digest: str) -> None:
        """Do nothing: it is here."""

    def forget(self, digest: str) -> None:
        """Delete what is told of a set, and its file."""
        (self._folder / f"{digest}{TOLD}").unlink(missing_ok=True)
        (self._folder / f"{digest}{ENDING}").unlink(missing_ok=True)

    def size(self, digest: str) -> int:
        """Return the bytes of a set's file."""
        path = self._folder / f"{digest}{ENDING}"
        return path.stat().st_size if path.is_file() else 0


def put(folder: Path, digest: str, file: Path) -> None:
    """Move a file of the same disk into a folder of sets, for this account alone.

    Raises:
        DataNotWritable: the folder cannot be written.
    """
    with writable(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.chmod(0o600)
        file.replace(folder / f"{digest}{ENDING}")


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file whole or not at all, readable by this account alone (0600)."""
    descriptor, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Raise `DataNotWritable` where a folder cannot be written."""
    try:
        yield
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror or error}."
        raise DataNotWritable(folder, message) from error
