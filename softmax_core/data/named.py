"""The data sets that have a name: Fashion-MNIST and its relatives, which have the same files.

All are in the format of MNIST, where torchvision puts them, and are downloaded by torchvision. Of
Fashion-MNIST each file is verified by its sha256; of the others the archives by the md5 that
torchvision knows, when they arrive.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

import torch

from softmax_core.data.dataset import FASHION_MNIST, Dataset, Split, check_dataset
from softmax_core.data.download import download_set
from softmax_core.data.fashion_mnist import DataStatus, data_status, load_fashion_mnist
from softmax_core.data.files import DataFile, OnProgress, raw_folder
from softmax_core.data.idx import read_idx
from softmax_core.errors import DataNotFound
from softmax_core.folders import data_folder

Word = Literal["fashion-mnist", "mnist", "kmnist", "emnist-letters"]
WORDS: Final[tuple[Word, ...]] = get_args(Word)

_PLAIN: Final = tuple(f"{start}-{each}" for start in ("train", "t10k") for each in (
    "images-idx3-ubyte", "labels-idx1-ubyte"))  # fmt: skip
_LETTERS: Final = tuple(
    f"emnist-letters-{start}-{each}"
    for start in ("train", "test")
    for each in ("images-idx3-ubyte", "labels-idx1-ubyte")
)


@dataclass(frozen=True, slots=True)
class Named:
    """A set of the family.

    Attributes:
        title: what it is called.
        kind: torchvision's class, and the folder of its files.
        class_names: the names of the classes.
        files: the pictures and labels for training, and those for the test.
        archives: the md5 and the length in bytes of each archive of the mirror.
        from_one: whether the labels begin with 1, and the pictures lie on their side.
    """

    title: str
    kind: str
    class_names: tuple[str, ...]
    files: tuple[str, ...]
    archives: Mapping[str, tuple[str, int]]
    from_one: bool = False


SETS: Mapping[str, Named] = MappingProxyType(
    {
        "mnist": Named(
            "MNIST",
            "MNIST",
            tuple(string.digits),
            _PLAIN,
            {
                "train-images-idx3-ubyte.gz": ("f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
                "train-labels-idx1-ubyte.gz": ("d53e105ee54ea40749a09fcbcd1e9432", 28_881),
                "t10k-images-idx3-ubyte.gz": ("9fb629c4189551a2d022fa330f9573f3", 1_648_877),
                "t10k-labels-idx1-ubyte.gz": ("ec29112dd5afa0611ce80d1b7f02629c", 4_542),
            },
        ),
        "kmnist": Named(
            "KMNIST",
            "KMNIST",
            (
                "お o",
                "き ki",
                "す su",
                "つ tsu",
                "な na",
                "は ha",
                "ま ma",
                "や ya",
                "れ re",
                "を wo",
            ),
            _PLAIN,
            {
                "train-images-idx3-ubyte.gz": ("bdb82020997e1d708af4cf47b453dcf7", 18_165_135),
                "train-labels-idx1-ubyte.gz": ("e144d726b3acfaa3e44228e80efcd344", 29_497),
                "t10k-images-idx3-ubyte.gz": ("5c965bf0a639b31b8f53240b1b52f4d7", 3_041_136),
                "t10k-labels-idx1-ubyte.gz": ("7320c461ea6c1c855c0b718fb2a4b134", 5_120),
            },
        ),
        "emnist-letters": Named(
            "EMNIST letters",
            "EMNIST",
            tuple(string.ascii_uppercase),
            _LETTERS,
            {"gzip.zip": ("58c8d27c78d21e728a6bc7b3cc06412e", 561_753_746)},
            from_one=True,
        ),
    }
)
"""The relatives of Fashion-MNIST, by the word for each."""


def load_named(
    word: Word,
    root: Path | str | None = None,
    download: bool = True,
    on_progress: OnProgress | None = None,
) -> Dataset:
    """Load a data set that has a name, and fetch it if it is not on this machine.

    Args:
        word: "fashion-mnist", "mnist", "kmnist" or "emnist-letters".
        root: the data folder; None for the one that `data_folder` names.
        download: whether to download what is not on this machine; of EMNIST that is 560 MB.
        on_progress: called with a file's name, the bytes done and the total.

    Returns:
        The data set; a new copy at every call.

    Raises:
        DataNotFound: it is not on this machine, and downloading was not allowed.
        DataDamaged: a file is not in the format.
        DownloadFailed: the mirror did not answer, broke off, or sent other contents.
        DataNotWritable: the data folder cannot be written.

    Source:
        LeCun, Cortes and Burges, MNIST; Clanuwat et al. (2018), arXiv 1812.01718; Cohen et al.
        (2017), EMNIST, arXiv 1702.05373.
    """
    if word == "fashion-mnist":
        return load_fashion_mnist(root, download, on_progress)
    named, folder = SETS[word], data_folder(root)
    raw = raw_folder(folder, named.kind)
    if not all((raw / name).is_file() for name in named.files):
        if not download:
            message = f"{named.title} is not in {raw}, and downloading was not allowed."
            raise DataNotFound((raw,), message, named.title)
        archives = {
            md5: DataFile(archive, 0, "", length)
            for archive, (md5, length) in named.archives.items()
        }
        download_set(folder, named.kind, archives, on_progress)
    parts = [read_idx(raw / name, 3 if "images" in name else 1) for name in named.files]
    splits = [_split(parts[k], parts[k + 1], named.from_one) for k in (0, 2)]
    dataset = Dataset(splits[0], splits[1], named.class_names, named.title)
    check_dataset(dataset)
    return dataset


def named_status(word: Word, root: Path | str | None = None) -> DataStatus:
    """Check where a data set that has a name is, without reading it; see `data_status`."""
    if word == "fashion-mnist":
        return data_status(root)
    named = SETS[word]
    raw = raw_folder(data_folder(root), named.kind)
    return "ready" if all((raw / name).is_file() for name in named.files) else "missing"


def title_of(word: Word) -> str:
    """Return what a data set that has a word is called.

    Example:
        >>> [title_of(word) for word in WORDS]
        ['Fashion-MNIST', 'MNIST', 'KMNIST', 'EMNIST letters']
    """
    return FASHION_MNIST.name if word == "fashion-mnist" else SETS[word].title


def _split(images: torch.Tensor, labels: torch.Tensor, from_one: bool) -> Split:
    if from_one:
        return Split(images.transpose(1, 2).contiguous(), labels.to(torch.int64) - 1)
    return Split(images, labels.to(torch.int64))
