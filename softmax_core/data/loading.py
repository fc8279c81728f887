"""One way in: a data set by its word, or of whatever file or folder it lies in."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from softmax_core.data.dataset import Dataset
from softmax_core.data.files import OnProgress
from softmax_core.data.importing import Imported, from_folder
from softmax_core.data.named import WORDS, load_named
from softmax_core.data.reading import AUTOMATIC, Asked
from softmax_core.data.saving import is_saved, load_saved
from softmax_core.data.sources import STANDARD, ImportLimits
from softmax_core.data.splitting import TEST_SHARE
from softmax_core.data.tables import from_csv, from_idx, from_npz, from_parquet, idx_files


def load(
    what: str | Path,
    *,
    root: Path | str | None = None,
    download: bool = True,
    on_progress: OnProgress | None = None,
) -> Dataset:
    """Load a data set.

    Args:
        what: "fashion-mnist", "mnist", "kmnist", "emnist-letters", or the path of a file that was
            saved, or of anything that `import_from` takes.
        root: the data folder of those that have a name.
        download: whether these may be downloaded.
        on_progress: called with a file's name, what is done of it and the total.

    Returns:
        The data set.

    Raises:
        ImportRefused: there is no such file, or it makes no data set.
        InvalidData: nor does what it holds.
        DataError: a data set that has a name is not here, or a saved file is damaged.
    """
    if what in WORDS:
        return load_named(what, root, download, on_progress)
    path = Path(what)
    if path.suffix.lower() == ".npz" and is_saved(path):
        return load_saved(path)
    return import_from(path, on_progress=on_progress).dataset


class _Division(TypedDict):
    test_share: float
    seed: int
    limits: ImportLimits


class _Numbers(_Division):
    name: str | None
    invert: bool | None


class _Pictures(_Division):
    name: str | None
    side: int | None
    asked: Asked
    on_progress: OnProgress | None


def import_from(
    where: Path | str,
    *,
    name: str | None = None,
    side: int | None = None,
    asked: Asked = AUTOMATIC,
    test_share: float = TEST_SHARE,
    seed: int = 0,
    limits: ImportLimits = STANDARD,
    on_progress: OnProgress | None = None,
) -> Imported:
    """Make a data set of a file or a folder of any kind that is read.

    Args:
        where: a folder of pictures or of idx files, a ZIP, or a file that ends with .csv, .tsv,
            .npz or .parquet.
        name: what the data set is called; None for the name of the file or folder.
        side: as for `from_folder`; for pictures alone.
        asked: as for `from_folder`; of tables of numbers only "invert" is asked.
        test_share: as for `from_folder`.
        seed: as for `from_folder`.
        limits: how much is read.
        on_progress: as for `from_folder`.

    Returns:
        The data set, and what was done to make it.

    Raises:
        ImportRefused: there is no such file, or it makes no data set.
    """
    path = Path(where)
    division = _Division(test_share=test_share, seed=seed, limits=limits)
    numbers = _Numbers(name=name, invert=asked.get("invert"), **division)
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            return from_csv(path, on_progress=on_progress, **numbers)
        case ".npz":
            return from_npz(path, **numbers)
    pictures = _Pictures(name=name, side=side, asked=asked, on_progress=on_progress, **division)
    if path.suffix.lower() == ".parquet":
        return from_parquet(path, **pictures)
    if path.is_dir() and (files := idx_files(path)):
        return from_idx(*files, name=name or path.name, invert=asked.get("invert"), **division)
    if path.is_dir() and (found := sorted(path.rglob("*.parquet"))):
        test = [each for each in found if each.name.lower().startswith(("test", "val"))]
        rest = [each for each in found if each not in test]
        return from_parquet(rest or test, test if rest else (), **pictures)
    return from_folder(path, **pictures)
