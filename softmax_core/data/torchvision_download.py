"""torchvision's download, run by `download.py` in a separate process.

`python -m softmax_core.data.torchvision_download FOLDER NAME…` downloads the named files of
Fashion-MNIST into a folder, from torchvision's mirrors, checked by torchvision's md5; with `--of
CLASS FOLDER ARCHIVE=MD5…` those of MNIST, KMNIST or EMNIST. It needs its
own process, because torchvision has no timeout for a mirror that stops sending (a process can be
killed, a thread cannot), draws its own progress bar, and takes 1.3 s and much memory to import.
"""

from __future__ import annotations

import gzip
import importlib
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
MIRROR_VARIABLE = "SOFTMAX_MIRROR"
"""Names an address with a folder for each class of torchvision, in place of its own mirrors."""
BEGUN = "begun"
"""An empty file in the folder: from here on the process waits for nothing but the mirror."""
_OPERATORS = ("torchvision::nms", "torchvision::qnms")


def import_torchvision_datasets() -> Any:
    """Import torchvision.datasets, also if torchvision is a CUDA build and torch is CPU-only.

    The import then fails with "operator torchvision::nms does not exist" (pytorch/vision#9085),
    because the compiled part that declares the operators was not loaded. Declaring the two is
    enough for data sets and transforms; the operators have no implementation.

    Returns:
        The module `torchvision.datasets`.

    Raises:
        RuntimeError: torchvision cannot be imported for another reason.
    """
    try:
        return importlib.import_module("torchvision.datasets")
    except RuntimeError as error:
        if "operator torchvision::" not in str(error):
            raise
    for name in _OPERATORS:
        torch.library.define(name, _SCHEMA)
    for module in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[module]
    return importlib.import_module("torchvision.datasets")


def fetch(folder: Path, names: Sequence[str]) -> None:
    """Download and extract files, from the first mirror that has them.

    Args:
        folder: the folder for the extracted files.
        names: names of extracted files, without ".gz".

    Raises:
        RuntimeError: no mirror sent a file with the expected md5.
    """
    datasets = import_torchvision_datasets()
    (folder / BEGUN).touch()
    wanted = datasets.FashionMNIST
    mirrors = _mirrors("FashionMNIST") or wanted.mirrors
    for archive, md5 in wanted.resources:
        if archive.removesuffix(".gz") in names:
            _fetch_archive(datasets.utils, mirrors, archive, md5, folder)


def fetch_set(kind: str, folder: Path, archives: Mapping[str, str]) -> None:
    """Download and extract another set of the family, from the first mirror that has it.

    Args:
        kind: torchvision's class.
        folder: the folder for the extracted files.
        archives: the md5 of each archive. Of a ZIP, as EMNIST has one, the files are extracted that
            are named like the letters.

    Raises:
        RuntimeError: no mirror sent an archive with its md5.
    """
    datasets = import_torchvision_datasets()
    (folder / BEGUN).touch()
    wanted = getattr(datasets, kind)
    # EMNIST has one address, with the archive's name in it.
    own = getattr(wanted, "mirrors", None) or [wanted.url.rpartition("/")[0] + "/"]
    for archive, md5 in archives.items():
        _fetch_archive(datasets.utils, _mirrors(kind) or own, archive, md5, folder)
        for packed in sorted(folder.rglob("emnist-letters-*.gz")):
            with gzip.open(packed) as content, (folder / packed.stem).open("wb") as file:
                shutil.copyfileobj(content, file)


def _mirrors(kind: str) -> list[str]:
    """Return the mirror that this machine was told to use, if it was."""
    mirror = os.environ.get(MIRROR_VARIABLE, "").rstrip("/")
    return [f"{mirror}/{kind}/"] if mirror else []


def _fetch_archive(
    tools: Any, mirrors: Sequence[str], archive: str, md5: str, folder: Path
) -> None:
    failures = []
    for mirror in mirrors:
        try:
            tools.download_and_extract_archive(
                f"{mirror}{archive}", str(folder), filename=archive, md5=md5, remove_finished=True
            )
        except (RuntimeError, OSError) as error:  # urllib's errors are OSErrors
            failures.append(f"{_reason(error)} ({mirror}{archive})")
        else:
            return
    raise RuntimeError("; ".join(failures))


def _reason(error: RuntimeError | OSError) -> str:
    """Return the network's own error message, unwrapped from urllib's."""
    inner = getattr(error, "reason", None)
    return str(inner if isinstance(inner, OSError) else error)


if __name__ == "__main__":
    try:
        if sys.argv[1] == "--of":
            described = [each.split("=") for each in sys.argv[4:]]
            fetch_set(sys.argv[2], Path(sys.argv[3]), dict(described))
        else:
            fetch(Path(sys.argv[1]), sys.argv[2:])
    except ModuleNotFoundError as problem:
        sys.exit(f'{problem.name} is not installed; pip install "softmax-explorer[app]" brings it')
    except RuntimeError as problem:
        sys.exit(str(problem))  # `download.py` shows the last line
