"""Load Fashion-MNIST: find the four files, verify and read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import torch

from softmax_core.data import archives, files
from softmax_core.data.dataset import FASHION_MNIST, Dataset, Split
from softmax_core.data.download import download as download_files
from softmax_core.data.files import DataFile, OnProgress, raw_folder
from softmax_core.data.idx import read_idx
from softmax_core.data.verification import verify
from softmax_core.errors import DataNotFound
from softmax_core.folders import data_folder

DataStatus = Literal["ready", "packed", "missing"]


def load_fashion_mnist(
    root: Path | str | None = None,
    download: bool = True,
    on_progress: OnProgress | None = None,
) -> Dataset:
    """Load Fashion-MNIST: from the data folder, else from Debian's copy, else from the mirror.

    In the data folder the files may lie where torchvision has them, in FashionMNIST/raw, or
    directly; extracted, or compressed as they are downloaded.

    The sha256 of each file is verified once, and again when the file has changed since. A damaged
    file is never overwritten, because it may be the user's own.

    Args:
        root: the data folder; None for the one that `data_folder` names.
        download: whether to download files that are not on this machine.
        on_progress: called with a file's name, the bytes done and the total while a file is
            unpacked or downloaded, in the calling thread.

    Returns:
        60,000 training and 10,000 test pictures with their labels; a new copy at every call.

    Raises:
        DataNotFound: the files are not on this machine, and downloading was not allowed.
        DataDamaged: a file is truncated or altered.
        DownloadFailed: the mirror did not answer, broke off, or sent other contents.
        DataNotWritable: the data folder cannot be written.

    Source:
        Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
        Learning Algorithms", arXiv 1708.07747.
    """
    folder = data_folder(root)
    # Existing files are verified first: a damaged one is reported before anything is downloaded.
    for file in files.FILES:
        if path := files.found(folder, file):
            verify(path, file)
    if missing := _missing(folder):
        _fetch(folder, missing, download, on_progress)
    return Dataset(
        _read_split(folder, files.TRAIN_IMAGES, files.TRAIN_LABELS),
        _read_split(folder, files.TEST_IMAGES, files.TEST_LABELS),
        FASHION_MNIST.class_names,
        FASHION_MNIST.name,
    )


def data_status(root: Path | str | None = None) -> DataStatus:
    """Check where the data are, without reading them.

    Args:
        root: the data folder, as for `load_fashion_mnist`.

    Returns:
        "ready": the four files are in the data folder (loading verifies them);
        "packed": the missing files are there compressed, in the data folder or in Debian's package,
            so loading takes a second;
        "missing": loading will download 31 MB.
    """
    root_folder = data_folder(root)
    missing = _missing(root_folder)
    if not missing:
        return "ready"
    return "packed" if _archives(root_folder, missing) else "missing"


def _missing(folder: Path) -> list[DataFile]:
    return [file for file in files.FILES if files.found(folder, file) is None]


def _archives(folder: Path, missing: Sequence[DataFile]) -> dict[DataFile, Path]:
    """Return where each of the missing files lies compressed; nothing if one does not."""
    found = {file: archives.archive_of(folder, file) for file in missing}
    return {file: path for file, path in found.items() if path} if all(found.values()) else {}


def _fetch(
    folder: Path, missing: Sequence[DataFile], download: bool, on_progress: OnProgress | None
) -> None:
    if packed := _archives(folder, missing):
        archives.unpack(folder, packed, on_progress)
    elif download:
        download_files(folder, missing, on_progress)
    else:
        names = ", ".join(file.name for file in missing)
        raise DataNotFound(
            (folder, archives.DEBIAN_FOLDER),
            f"{names}: neither in {folder} (there or in FashionMNIST/raw, extracted or as .gz) nor "
            f"in {archives.DEBIAN_FOLDER}, and downloading was not allowed. Call "
            "load_fashion_mnist(download=True), put the files there, or install Debian's package "
            "dataset-fashion-mnist.",
        )


def _read_split(folder: Path, images: str, labels: str) -> Split:
    return Split(
        images=read_idx(_path(folder, images), dimensions=3),
        labels=read_idx(_path(folder, labels), dimensions=1).to(torch.int64),
    )


def _path(folder: Path, name: str) -> Path:
    (file,) = (file for file in files.FILES if file.name == name)
    return files.found(folder, file) or raw_folder(folder) / name
