"""Find the four files, wherever they are, verify them and read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import torch

from softmax_core.data import files
from softmax_core.data.dataset import Dataset, Split
from softmax_core.data.debian import DEBIAN_FOLDER, debian_has, unpack_debian
from softmax_core.data.download import download as download_files
from softmax_core.data.files import DataFile, OnProgress, data_folder, raw_folder
from softmax_core.data.idx import read_idx
from softmax_core.data.verification import verify
from softmax_core.errors import DataNotFound

DataStatus = Literal["ready", "debian", "missing"]


def load_fashion_mnist(
    root: Path | str | None = None,
    download: bool = True,
    on_progress: OnProgress | None = None,
) -> Dataset:
    """Load Fashion-MNIST: from the data folder, else from Debian's copy, else from the mirror.

    Each file's sha256 is verified once; a later start trusts a file that has not changed since.
    A damaged file is never overwritten: it may be yours.

    Args:
        root: the data folder; None for $SOFTMAX_DATA or, without it, the project's `.data`.
        download: whether torchvision's mirror may be asked when the files are nowhere here.
        on_progress: called with a file's name, the bytes done and the bytes in all while a file
            is unpacked or downloaded; by the thread that called this function.

    Returns:
        60,000 training and 10,000 test pictures with their labels. Every call reads its own copy.

    Raises:
        DataNotFound: the files are nowhere, and downloading was not allowed.
        DataDamaged: a file is truncated, altered, or something else.
        DownloadFailed: the mirror did not answer, broke off, or sent something else.
        DataNotWritable: the data folder takes no file.

    Source:
        Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
        Learning Algorithms", arXiv 1708.07747.
    """
    folder = data_folder(root)
    # What is there is verified first: no download should precede the news of a damaged file.
    missing = _missing(folder)
    for file in files.FILES:
        if file not in missing:
            verify(raw_folder(folder) / file.name, file)
    if missing:
        _fetch(folder, missing, download, on_progress)
    return Dataset(
        train=_read_split(folder, files.TRAIN_IMAGES, files.TRAIN_LABELS),
        test=_read_split(folder, files.TEST_IMAGES, files.TEST_LABELS),
    )


def data_status(root: Path | str | None = None) -> DataStatus:
    """Tell where the data stands, without reading it.

    Args:
        root: the data folder, as for `load_fashion_mnist`.

    Returns:
        "ready": the four files are in the data folder (loading tells whether they are whole);
        "debian": Debian's package has what is missing, so loading takes a second;
        "missing": loading will have to download 31 MB.
    """
    missing = _missing(data_folder(root))
    if not missing:
        return "ready"
    return "debian" if debian_has(missing) else "missing"


def _missing(folder: Path) -> list[DataFile]:
    # A dangling link is no file, yet it is somebody's: it counts as there, and as damaged.
    paths = {file: raw_folder(folder) / file.name for file in files.FILES}
    return [file for file, path in paths.items() if not (path.exists() or path.is_symlink())]


def _fetch(
    folder: Path, missing: Sequence[DataFile], download: bool, on_progress: OnProgress | None
) -> None:
    if debian_has(missing):
        unpack_debian(folder, missing, on_progress)
    elif download:
        download_files(folder, missing, on_progress)
    else:
        names = ", ".join(file.name for file in missing)
        raise DataNotFound(
            (raw_folder(folder), DEBIAN_FOLDER),
            f"{names}: neither in {raw_folder(folder)} nor, as .gz, in {DEBIAN_FOLDER}, and "
            "downloading was not allowed. Call load_fashion_mnist(download=True), or install "
            "Debian's package dataset-fashion-mnist.",
        )


def _read_split(folder: Path, images: str, labels: str) -> Split:
    return Split(
        images=read_idx(raw_folder(folder) / images, dimensions=3),
        labels=read_idx(raw_folder(folder) / labels, dimensions=1).to(torch.int64),
    )
