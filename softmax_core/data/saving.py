"""A data set as one file that can be handed to somebody.

The file is numpy's NPZ: x_train, y_train, x_test, y_test, class_names, name and digest, so that
`numpy.load` reads it without this package. The digest is computed anew when it is loaded.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Final

import numpy as np
import torch

from softmax_core.data.dataset import Dataset, Split, check_dataset, check_names
from softmax_core.data.sources import STANDARD, ImportLimits, too_many_pictures
from softmax_core.data.tables import read_arrays
from softmax_core.errors import DataDamaged, DataNotWritable, ImportRefused

ENDING: Final = ".npz"
_NAMES: Final = ("x_train", "y_train", "x_test", "y_test", "class_names", "name", "digest")


def save(dataset: Dataset, path: Path | str) -> None:
    """Write a data set into one file, whole or not at all.

    Args:
        dataset: the data set.
        path: the file, which ends with ".npz".

    Raises:
        DataNotWritable: the folder cannot be written, or its disk is full.

    Example:
        >>> folder = tempfile.TemporaryDirectory()
        >>> split = Split(torch.zeros(4, 8, 8, dtype=torch.uint8), torch.tensor([0, 1, 0, 1]))
        >>> birds = Dataset(split, split, ("duck", "goose"), "birds")
        >>> save(birds, Path(folder.name, "birds.npz"))
        >>> load_saved(Path(folder.name, "birds.npz")).description == birds.description
        True
        >>> folder.cleanup()
    """
    target = Path(path)
    arrays = {
        "x_train": dataset.train.images.cpu().numpy(),
        "y_train": dataset.train.labels.cpu().numpy(),
        "x_test": dataset.test.images.cpu().numpy(),
        "y_test": dataset.test.labels.cpu().numpy(),
        "class_names": np.array(dataset.class_names),
        "name": np.array(dataset.name),
        "digest": np.array(dataset.fingerprint),
    }
    written: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=".saving-", suffix=ENDING, dir=target.parent)
        written = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        written.replace(target)
    except OSError as error:
        if written is not None:
            with contextlib.suppress(OSError):
                written.unlink()
        message = f"The data set cannot be written to {target}: {error.strerror or error}."
        raise DataNotWritable(target, message) from error


def is_saved(path: Path) -> bool:
    """Tell whether a file is one that `save` wrote, from the names of what it holds."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {f"{each}.npy" for each in _NAMES} <= set(archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def load_saved(path: Path | str, limits: ImportLimits = STANDARD) -> Dataset:
    """Read a file that `save` wrote, and compare its digest.

    Args:
        path: the file.
        limits: how much is read.

    Returns:
        The data set.

    Raises:
        ImportRefused: no such file, another one, or one that is too large.
        InvalidData: what is in it makes no data set.
        DataDamaged: its digest is not that of its pictures.
    """
    file = Path(path)
    arrays = read_arrays(file, limits)
    if not set(_NAMES) <= set(arrays):
        found = ", ".join(arrays)
        message = f"The file has {found}; it was not saved as a data set."
        raise ImportRefused("not_a_table", message, found, ", ".join(_NAMES))
    try:
        splits = [
            Split(torch.from_numpy(arrays[f"x_{each}"]), torch.from_numpy(arrays[f"y_{each}"]))
            for each in ("train", "test")
        ]
    except TypeError as error:  # texts
        message = "The file was not saved as a data set."
        raise ImportRefused("not_a_table", message, str(error)) from error
    names = tuple(str(each) for each in arrays["class_names"].ravel())
    dataset = Dataset(splits[0], splits[1], names, str(arrays["name"]))
    check_dataset(dataset)
    if (count := len(dataset.train) + len(dataset.test)) > limits.pictures:
        raise too_many_pictures(count, limits)
    check_names(dataset.name, dataset.class_names)
    expected = str(arrays["digest"])
    if dataset.fingerprint != expected:
        remedy = "Have it sent again, or save it anew."
        raise DataDamaged(file, f"digest {expected}", f"digest {dataset.fingerprint}", remedy)
    return dataset
