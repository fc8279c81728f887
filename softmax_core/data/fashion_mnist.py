"""Load Fashion-MNIST: find the four files, verify and read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import torch

from softmax_core.data import files
from softmax_core.data.dataset import Dataset, Split
from softmax_core.data.debian import DEBIAN_FOLDER, debian_has, unpack_debian
from softmax_core.data.download import download as download_files
from softmax_core.data.files import DataFile, OnProgress, raw_folder
from softmax_core.data.idx import read_idx
from softmax_core.data.verification import verify
from softmax_core.errors import DataNotFound
from softmax_core.folders import data_folder

DataStatus = Literal["ready", "debian", "missing"]


def load_fashion_mnist(
    root: Path | str | None = None,
    download: bool = True,
    on_progress: OnProgress | None = None,
) -> Dataset:
    """Load Fashion-MNIST: from the data folder, else from Debian's copy, else from the mirror.

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
    """Check where the data are, without reading them.

    Args:
        root: the data folder, as for `load_fashion_mnist`.

    Returns:
        "ready": the four files are in the data folder (loading verifies them);
        "debian": Debian's package has the missing files, so loading takes a second;
        "missing": loading will download 31 MB.
    """
    missing = _missing(data_folder(root))
    if not missing:
        return "ready"
    return "debian" if debian_has(missing) else "missing"


def _missing(folder: Path) -> list[DataFile]:
    # A dangling link is not overwritten either: it counts as a damaged file.
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
