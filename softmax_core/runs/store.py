"""Runs on disk: experiments, status, records, weights and checkpoints, in one SQLite file.

Any thread may call any method. What has been appended outlives the process; what was appended
with `durable=True` outlives a power cut too. Nothing in the file is ever unpickled or executed.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from softmax_core.runs.catalogue import Catalogue
from softmax_core.runs.curation import STORE_BYTES, Curation
from softmax_core.runs.database import Database
from softmax_core.runs.recordings import Recordings


class Store(Catalogue, Curation, Recordings):
    """The runs of one server.

    Args:
        path: the SQLite file; it and its folder are made when they are missing.
        max_bytes: what the runs may take before the oldest finished ones are cleared.

    Attributes:
        path: the file.
        set_aside: where a damaged file that was here before lies now, or None.

    Raises:
        StoreError: one of its kinds, when the file cannot be opened.

    Example:
        >>> import tempfile
        >>> from softmax_core.training.experiment import Experiment, Variant
        >>> folder = tempfile.TemporaryDirectory()
        >>> with Store(Path(folder.name, "runs.sqlite")) as store:
        ...     run = store.create(Experiment([Variant("course")]), total_steps=2350)
        ...     store.run(run.id).status
        'queued'
        >>> folder.cleanup()
    """

    def __init__(
        self, path: Path, *, max_bytes: int = STORE_BYTES, set_aside: Path | None = None
    ) -> None:
        database = Database(Path(path))
        Catalogue.__init__(self, database)
        Curation.__init__(self, database, max_bytes)
        Recordings.__init__(self, database, self.keep_bounded)
        self.path = database.path
        self.set_aside = set_aside

    def __enter__(self) -> Self:
        """Return the store; leaving the block closes it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Close every connection to the file."""
        self._database.close()
