"""Debian's copy of the data set, from its package `dataset-fashion-mnist`."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

from softmax_core.data.files import DataFile, OnProgress, raw_folder, staging_folder
from softmax_core.data.verification import accept
from softmax_core.errors import DataDamaged

DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")

_CHUNK = 1 << 20


def debian_has(wanted: Sequence[DataFile]) -> bool:
    """Check whether Debian's package is installed with all of these files."""
    return all(_archive(file).is_file() for file in wanted)


def unpack_debian(root: Path, wanted: Sequence[DataFile], on_progress: OnProgress | None) -> None:
    """Unpack Debian's archives into the data folder, each verified before it gets its final name.

    Copies, not links: a program that downloads into the folder would write through a link.

    Raises:
        DataDamaged: an archive is broken, or has other contents.
        DataNotWritable: the data folder cannot be written.
    """
    with staging_folder(root) as staging:
        for file in wanted:
            _unpack(file, staging / file.name, on_progress)
            try:
                accept(staging / file.name, raw_folder(root) / file.name, file)
            except DataDamaged as error:
                raise _damaged(_archive(file), error.expected, error.found) from None


def _unpack(file: DataFile, staged: Path, on_progress: OnProgress | None) -> None:
    archive = _archive(file)
    try:
        with gzip.open(archive) as packed, staged.open("wb") as unpacked:
            while chunk := packed.read(_CHUNK):
                unpacked.write(chunk)
                if on_progress is not None:
                    on_progress(file.name, unpacked.tell(), file.size)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _damaged(archive, f"a gzip file of {file.size} bytes", str(error)) from error


def _archive(file: DataFile) -> Path:
    return DEBIAN_FOLDER / f"{file.name}.gz"


def _damaged(archive: Path, expected: str, found: str) -> DataDamaged:
    remedy = "Repair it with `apt-get install --reinstall dataset-fashion-mnist`."
    return DataDamaged(archive, expected, found, remedy)
