"""The files as they are downloaded, compressed: in one's own folder, or in Debian's package."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from pathlib import Path

from softmax_core.data import files
from softmax_core.data.files import DataFile, OnProgress, raw_folder, staging_folder
from softmax_core.data.verification import accept
from softmax_core.errors import DataDamaged

DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package `dataset-fashion-mnist` has them."""

_CHUNK = 1 << 20


def archive_of(root: Path, file: DataFile) -> Path | None:
    """Return where a file lies compressed: in the data folder, else in Debian's package."""
    in_package = DEBIAN_FOLDER / f"{file.name}.gz"
    return files.packed(root, file) or (in_package if in_package.is_file() else None)


def unpack(root: Path, archives: Mapping[DataFile, Path], on_progress: OnProgress | None) -> None:
    """Unpack archives into the data folder, each verified before it gets its final name.

    Copies, not links: a program that downloads into the folder would write through a link.

    Raises:
        DataDamaged: an archive is broken, or has other contents.
        DataNotWritable: the data folder cannot be written.
    """
    with staging_folder(root) as staging:
        for file, archive in archives.items():
            _unpack(file, archive, staging / file.name, on_progress)
            try:
                accept(staging / file.name, raw_folder(root) / file.name, file)
            except DataDamaged as error:
                raise _damaged(archive, error.expected, error.found) from None


def _unpack(file: DataFile, archive: Path, staged: Path, on_progress: OnProgress | None) -> None:
    try:
        with gzip.open(archive) as packed, staged.open("wb") as unpacked:
            while unpacked.tell() <= file.size and (chunk := packed.read(_CHUNK)):
                unpacked.write(chunk)
                if on_progress is not None:
                    on_progress(file.name, unpacked.tell(), file.size)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _damaged(archive, f"a gzip file of {file.size} bytes", str(error)) from error


def _damaged(archive: Path, expected: str, found: str) -> DataDamaged:
    if archive.parent == DEBIAN_FOLDER:
        remedy = "Repair it with `apt-get install --reinstall dataset-fashion-mnist`."
        return DataDamaged(archive, expected, found, remedy)
    return DataDamaged(archive, expected, found)
