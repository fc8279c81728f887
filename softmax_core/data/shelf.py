"""The data sets that a machine keeps, each as one file, and those in use in memory.

A file has the digest of its data set as its name, whatever the person called it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final

from softmax_core.data.dataset import Dataset, Description
from softmax_core.data.saving import ENDING, load_saved, save
from softmax_core.errors import DataNotWritable, DatasetMissing

IN_USE: Final = 4


class Shelf:
    """A folder of saved data sets, from which a runner gets them by their digests.

    One copy of each is in memory, of those that were asked for last. It may be used by several
    threads at once.

    Args:
        folder: where the files lie; created with the first.
        in_use: how many data sets are kept in memory.

    Example:
        >>> import tempfile
        >>> import torch
        >>> from softmax_core.data.dataset import Split
        >>> split = Split(torch.zeros(4, 8, 8, dtype=torch.uint8), torch.tensor([0, 1, 0, 1]))
        >>> folder = tempfile.TemporaryDirectory()
        >>> shelf = Shelf(Path(folder.name))
        >>> described = shelf.add(Dataset(split, split, ("duck", "goose"), "birds"))
        >>> shelf.get(described).name
        'birds'
        >>> folder.cleanup()
    """

    def __init__(self, folder: Path, in_use: int = IN_USE) -> None:
        self._folder = folder
        self._in_use = in_use
        self._loaded: OrderedDict[str, Dataset] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, dataset: Dataset) -> Description:
        """Keep a data set; one with the same pictures is replaced.

        Returns:
            What names it: with this a run is started.

        Raises:
            DataNotWritable: the folder cannot be written, or its disk is full.
        """
        described = dataset.description
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"{self._folder} cannot be written: {error.strerror or error}."
            raise DataNotWritable(self._folder, message) from error
        save(dataset, self._path(described.digest))
        with self._lock:
            self._keep(described.digest, dataset)
        return described

    def get(self, described: Description) -> Dataset:
        """Return the data set of a description; the same object to all who ask while it is in use.

        Raises:
            DatasetMissing: it is not kept here.
            DataDamaged: its file is not what was saved.
        """
        with self._lock:
            dataset = self._loaded.get(described.digest)
            if dataset is None:
                path = self._path(described.digest)
                if not path.is_file():
                    raise DatasetMissing(described.name, described.digest)
                dataset = load_saved(path)
            self._keep(described.digest, dataset)
            return dataset

    def has(self, digest: str) -> bool:
        """Tell whether a data set is kept here."""
        return self._path(digest).is_file()

    def size(self, digest: str) -> int:
        """Return the bytes that a data set takes on the disk; 0 for one that is not here."""
        path = self._path(digest)
        return path.stat().st_size if path.is_file() else 0

    def digests(self) -> list[str]:
        """Return the digests of all data sets that are kept here, sorted."""
        return sorted(path.stem for path in self._folder.glob(f"*{ENDING}") if path.stem[0] != ".")

    def remove(self, digest: str) -> None:
        """Delete a data set; nothing happens if it is not here."""
        with self._lock:
            self._loaded.pop(digest, None)
            self._path(digest).unlink(missing_ok=True)

    def _keep(self, digest: str, dataset: Dataset) -> None:
        self._loaded[digest] = dataset
        self._loaded.move_to_end(digest)
        while len(self._loaded) > self._in_use:
            self._loaded.popitem(last=False)

    def _path(self, digest: str) -> Path:
        """Return the file of a digest; what is none leads nowhere."""
        safe = digest if digest.isalnum() and digest.isascii() else "-"
        return self._folder / f"{safe}{ENDING}"
