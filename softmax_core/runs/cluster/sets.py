"""The data sets of a worker: Fashion-MNIST, and those in the folder that it shares with servers."""

from __future__ import annotations

import threading
from functools import cached_property
from pathlib import Path

from softmax_core.data import Dataset, Description, load_fashion_mnist
from softmax_core.data.collection import Collection
from softmax_core.errors import DatasetMissing


class SharedSets:
    """Loads the data set of a run by its digest; what others bring is found when it is asked for.

    Args:
        folder: where the servers keep what people bring.

    Raises:
        DataNotFound: Fashion-MNIST is not on this machine.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._fashion = load_fashion_mnist(download=False)

    @cached_property
    def _collection(self) -> Collection:
        return Collection(self._folder, fashion=lambda: self._fashion)

    def load(self, data: Description) -> Dataset:
        """Return the data set of a description.

        Raises:
            DatasetMissing: it is not here.
        """
        with self._lock:
            try:
                return self._collection.get(data)
            except DatasetMissing:
                self.__dict__.pop("_collection", None)  # it may have come since
                return self._collection.get(data)
