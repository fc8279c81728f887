"""Files of records for many people: made one at a time, and once for all who ask for the same.

The steps of a long run are a hundred megabytes of CSV and take seconds of a processor that trains
runs and answers pages meanwhile. So they are written to a file in one thread that takes breaks, a
reader follows the file while it grows, and nothing of it stays in memory.
"""

from __future__ import annotations

import gzip
import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep, thread_time
from typing import Final, Literal, get_args

from softmax_core.errors import ExportsBusy, SoftmaxError
from softmax_core.runs.exporting import epochs_in_pieces, steps_in_pieces
from softmax_core.runs.run import Run
from softmax_core.runs.store import Store

Table = Literal["steps", "epochs"]
TABLES: Final[tuple[Table, ...]] = get_args(Table)
KEPT_BYTES: Final = 512 * 2**20
"""The most that finished files take on the disk together."""

_PIECE: Final = 2**18
_MAKE: Final[dict[Table, Callable[[Store, Run], Iterator[str]]]] = {
    "steps": steps_in_pieces,
    "epochs": epochs_in_pieces,
}


@dataclass(eq=False)
class Export:
    """A file that is being made, or has been.

    Attributes:
        path: the file, CSV compressed as gzip.
        person: who asked for it first.
        readers: how many read it now; one that nobody reads any more is not finished.
        ended: set when nothing more will be written.
        error: why it was not finished, or None.
    """

    path: Path
    person: str
    readers: int
    ended: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None


class Exports:
    """All files that are being made and those that are kept.

    Args:
        store: the store of the runs.
        waiting: how many may be being made or wait.
        per_person: how many of these one person may have; None for no limit.
        folder: of this process alone; None for one beside the store's file.
    """

    def __init__(
        self,
        store: Store,
        *,
        waiting: int = 6,
        per_person: int | None = None,
        folder: Path | None = None,
    ) -> None:
        self.store = store
        self._folder = folder or store.path.parent / "exports"
        self._waiting = waiting
        self._per_person = per_person
        self._lock = threading.Lock()
        self._known: dict[tuple[object, ...], Export] = {}  # the one asked for last is the last
        self._made = 0
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="exports")
        shutil.rmtree(self._folder, ignore_errors=True)  # of a process that was killed

    def open(self, run_id: str, table: Table, person: str) -> Export:
        """Return a file of a run as it is now, which may still be growing; end with `leave`.

        Args:
            run_id: the run.
            table: which of its records.
            person: who asks, for the limit a person has.

        Raises:
            RunNotFound: there is no such run.
            ExportsBusy: too many are being made already.
        """
        run = self.store.run(run_id)
        key = (run_id, table, run.step, *run.names)
        with self._lock:
            export = self._known.pop(key, None)
            if export is None or export.error or not export.path.exists():
                export = self._begin(run, table, person)
            else:
                export.readers += 1
            self._known[key] = export
            return export

    def leave(self, export: Export) -> None:
        """Say that a reader has gone; what nobody reads is not made any further."""
        with self._lock:
            export.readers -= 1

    def close(self) -> None:
        """End what is being made and delete all files."""
        self._closed = True
        self._thread.shutdown(cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _begin(self, run: Run, table: Table, person: str) -> Export:
        going = [export for export in self._known.values() if not export.ended.is_set()]
        own = [export for export in going if export.person == person]
        if self._per_person is not None and len(own) >= self._per_person:
            raise ExportsBusy(len(own), yours=True)
        if len(going) >= self._waiting:
            raise ExportsBusy(len(going), yours=False)
        self._keep_bounded()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._made += 1
        export = Export(self._folder / f"{self._made}.csv.gz", person, readers=1)
        export.path.touch(mode=0o600)
        self._thread.submit(self._make, export, run, table)
        return export

    def _make(self, export: Export, run: Run, table: Table) -> None:
        try:
            # Level 1: two fifths of the size for a tenth of the time that the rows take.
            with export.path.open("wb") as file, gzip.open(file, "wt", 1, newline="") as out:
                began = thread_time()
                for piece in _MAKE[table](self.store, run):
                    if self._closed or not export.readers:
                        raise InterruptedError("nobody reads it any more")
                    out.write(piece)
                    # Pages and trainings need the processor, too: half of it is left to them.
                    sleep(min(thread_time() - began, 0.1))
                    began = thread_time()
        except Exception as error:
            export.error = error
            with suppress(OSError):
                export.path.unlink()
            if not isinstance(error, SoftmaxError | InterruptedError):
                logging.getLogger(__name__).exception("%s of run %s", table, run.id)
        finally:
            export.ended.set()

    def _keep_bounded(self) -> None:
        """Delete the files that were asked for longest ago, until the others fit the bound."""
        size = 0
        for key, export in reversed(list(self._known.items())):
            with suppress(OSError):
                size += export.path.stat().st_size
            if (export.error or size > KEPT_BYTES) and export.ended.is_set() and not export.readers:
                with suppress(OSError):
                    export.path.unlink()
                del self._known[key]


def pieces(export: Export) -> Iterator[bytes]:
    """Yield what has been written of a file, in pieces; b"" when the rest is still to come.

    Raises:
        Exception: what ended the file before its time.
    """
    with export.path.open("rb") as file:
        while True:
            ended = export.ended.is_set()  # looked at before the last piece is
            piece = file.read(_PIECE)
            if not piece and ended:
                break
            yield piece
    if export.error:
        raise export.error
