"""The data sets that people bring, kept beside the runs: every server and every worker finds them.

A set is told of in a row of `sets`, and its file stands in pieces in `set_pieces`. Each machine has
the files that it needs in a folder, under their digests, as copies that may be deleted.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic
from typing import Any, Final

from softmax_core.data import Dataset, Description, load_fashion_mnist
from softmax_core.data.collection import Collection
from softmax_core.data.keeping import TOLD, put, writable
from softmax_core.data.saving import ENDING
from softmax_core.runs.database import Connection, Database
from softmax_core.runs.postgres_schema import LOCK

PIECE_BYTES: Final = 4 * 2**20
FRESH_SECONDS: Final = 0.5
"""How long what is told of the sets is taken for true."""

_CHANGING: Final = LOCK + 4


class StoreKeeping:
    """Keeps the sets of a `Collection` in a PostgreSQL database; used by one thread at a time.

    Args:
        database: that of the runs.
        folder: for copies of the files; several processes of a machine may share it.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._inside: Connection | None = None
        self._sizes: dict[str, int] = {}
        self._state: Any = None
        self._read_at = 0.0

    def told(self, *, now: bool = False) -> Sequence[bytes] | None:
        """Return what is told of each set, or None where nothing has changed."""
        if not now and monotonic() - self._read_at < FRESH_SECONDS:
            return None
        with self._reading() as connection:
            state = connection.execute("SELECT count(*), max(change) FROM sets").fetchone()
            self._read_at = monotonic()
            if tuple(state) == self._state:
                return None
            rows = connection.execute("SELECT digest, size, told FROM sets ORDER BY digest")
            found = rows.fetchall()
        self._state = tuple(state)
        self._sizes = {digest: int(size) for digest, size, _told in found}
        for path in self._folder.glob(f"*{ENDING}"):
            if path.stem not in self._sizes:  # deleted by another server
                path.unlink(missing_ok=True)
        return [told.encode() for _digest, _size, told in found]

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Let nobody else change what is kept, on any machine; all is written with the block."""
        try:
            with self._database.writing() as connection:
                # Pieces of a large file take longer than a statement.
                connection.execute("SET LOCAL idle_in_transaction_session_timeout = '60s'")
                connection.execute("SELECT pg_advisory_xact_lock(?)", (_CHANGING,))
                self._inside = connection
                yield
        finally:
            self._inside = None
            self._state = None  # what was read inside may not have been written

    def tell(self, digest: str, told: bytes) -> None:
        """Keep what is told of a set."""
        self._changed().execute(
            "INSERT INTO sets (digest, told) VALUES (?, ?) ON CONFLICT (digest) DO UPDATE"
            " SET told = EXCLUDED.told, change = EXCLUDED.change",
            (digest, told.decode()),
        )

    def take(self, digest: str, file: Path) -> None:
        """Write the file of a set in pieces, and have it in the folder."""
        connection = self._changed()
        self._sizes[digest] = size = file.stat().st_size
        connection.execute(
            "INSERT INTO sets (digest, told, size) VALUES (?, '', ?) ON CONFLICT (digest)"
            " DO UPDATE SET size = EXCLUDED.size, change = EXCLUDED.change",
            (digest, size),
        )
        connection.execute("DELETE FROM set_pieces WHERE digest = ?", (digest,))
        with writable(self._folder), file.open("rb") as pieces:
            for number, piece in enumerate(iter(lambda: pieces.read(PIECE_BYTES), b"")):
                connection.execute(
                    "INSERT INTO set_pieces (digest, number, content) VALUES (?, ?, ?)",
                    (digest, number, piece),
                )
        put(self._folder, digest, file)

    def fetch(self, digest: str) -> None:
        """Have the file of a set in the folder; it is whole or absent."""
        if not self._sizes.get(digest) or (self._folder / f"{digest}{ENDING}").is_file():
            return
        with writable(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=".fetched-", dir=self._folder)
        path = Path(name)
        try:
            with writable(self._folder), os.fdopen(descriptor, "wb") as file:
                for piece in self._pieces(digest):
                    file.write(piece)
            if path.stat().st_size == self._sizes[digest]:
                put(self._folder, digest, path)
        finally:
            path.unlink(missing_ok=True)

    def forget(self, digest: str) -> None:
        """Delete a set with its file."""
        self._changed().execute("DELETE FROM sets WHERE digest = ?", (digest,))
        self._sizes.pop(digest, None)
        (self._folder / f"{digest}{ENDING}").unlink(missing_ok=True)

    def size(self, digest: str) -> int:
        """Return the bytes of a set's file."""
        return self._sizes.get(digest, 0)

    def _pieces(self, digest: str) -> Iterator[bytes]:
        for number in range(-(-self._sizes[digest] // PIECE_BYTES)):
            with self._reading() as connection:
                row = connection.execute(
                    "SELECT content FROM set_pieces WHERE digest = ? AND number = ?",
                    (digest, number),
                ).fetchone()
            if row is None:  # deleted meanwhile
                return
            yield row[0]

    def _reading(self) -> AbstractContextManager[Connection]:
        return contextlib.nullcontext(self._inside) if self._inside else self._database.reading()

    def _changed(self) -> Connection:
        assert self._inside is not None, "what changes a set is inside of `changing`"
        return self._inside


def copied_sets(database: Database, folder: Path) -> tuple[int, list[str]]:
    """Copy the sets of a folder, which stays as it is, into a database.

    Args:
        database: that of the runs.
        folder: where a server that had its own store has kept them.

    Returns:
        How many, and the names of the files that tell of a set and are damaged: it is left out.
    """
    keeping, files, damaged = StoreKeeping(database, folder), 0, []
    with keeping.changing():
        for told in sorted(folder.glob(f"*{TOLD}")):
            file = folder / f"{told.stem}{ENDING}"
            try:
                content = told.read_bytes()
                is_part = bool(json.loads(content)["part"])
            except (OSError, ValueError, TypeError, KeyError):
                damaged.append(told.name)
                continue
            if file.is_file():
                keeping.take(told.stem, file)
                files += 1
            if file.is_file() or is_part:
                keeping.tell(told.stem, content)
    return files, damaged


class SharedSets:
    """Loads the data set of a run by its digest, for a worker.

    Args:
        database: that of the runs.
        folder: for copies of what people brought.

    Raises:
        DataNotFound: Fashion-MNIST is not on this machine.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        fashion = load_fashion_mnist(download=False)
        self._lock = threading.Lock()
        self._collection = Collection(
            folder, fashion=lambda: fashion, keeping=StoreKeeping(database, folder)
        )

    def load(self, data: Description) -> Dataset:
        """Return the data set of a description.

        Raises:
            DatasetMissing: nobody keeps it.
        """
        with self._lock:
            return self._collection.get(data)
