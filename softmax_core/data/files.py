"""The four files of Fashion-MNIST and their locations.

The data folder has torchvision's layout, so that its `FashionMNIST(root)` reads the same files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from softmax_core.errors import DataNotWritable
from softmax_core.folders import DATA_VARIABLE

OnProgress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes done so far and the total."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of the data set.

    Attributes:
        name: the extracted file's name.
        size: its length in bytes.
        sha256: its digest in hexadecimal.
        archive_size: the length of the mirror's .gz file, for the download progress.
    """

    name: str
    size: int
    sha256: str
    archive_size: int


TRAIN_IMAGES: Final = "train-images-idx3-ubyte"
TRAIN_LABELS: Final = "train-labels-idx1-ubyte"
TEST_IMAGES: Final = "t10k-images-idx3-ubyte"
TEST_LABELS: Final = "t10k-labels-idx1-ubyte"

FILES: tuple[DataFile, ...] = (
    DataFile(
        TRAIN_IMAGES,
        47_040_016,
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        26_421_880,
    ),
    DataFile(
        TRAIN_LABELS,
        60_008,
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        29_515,
    ),
    DataFile(
        TEST_IMAGES,
        7_840_016,
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        4_422_102,
    ),
    DataFile(
        TEST_LABELS,
        10_008,
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        5_148,
    ),
)


def raw_folder(root: Path, folder: str = "FashionMNIST") -> Path:
    """Return the folder of the extracted files below a data folder, as torchvision has it."""
    return root / folder / "raw"


def places(root: Path, file: DataFile) -> tuple[Path, ...]:
    """Return where a person may have put a file themselves, torchvision's place first."""
    folders = (raw_folder(root), root / "FashionMNIST", root)
    return tuple(folder / file.name for folder in folders)


def found(root: Path, file: DataFile) -> Path | None:
    """Return where an extracted file is in a data folder; a dangling link counts as damaged."""
    return next((path for path in places(root, file) if path.exists() or path.is_symlink()), None)


def packed(root: Path, file: DataFile) -> Path | None:
    """Return where a file is in a data folder as it is downloaded, compressed."""
    archives = (path.with_name(f"{path.name}.gz") for path in places(root, file))
    return next((path for path in archives if path.is_file()), None)


@contextmanager
def staging_folder(root: Path, folder: str = "FashionMNIST") -> Iterator[Path]:
    """Create a temporary folder on the same disk as the data, deleted at the end.

    Only complete, verified files are moved out of it, by renaming: a later start never finds a
    partial file, and two processes that fetch the same file do not interfere.

    Args:
        root: the data folder; created if it does not exist.
        folder: the data set's own in it, as torchvision has it.

    Yields:
        The staging folder.

    Raises:
        DataNotWritable: the folder is read-only, or the disk is full.
    """
    try:
        raw_folder(root, folder).mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="fetching-", dir=root / folder) as staging:
            yield Path(staging)
    except OSError as error:
        raise DataNotWritable(
            root,
            f"The data cannot be written to {root}: {error.strerror or error}. Make 120 MB of "
            f"room there and let this user write, or name another folder in ${DATA_VARIABLE}.",
        ) from error
