"""Four small files in Fashion-MNIST's format, in place of the real table of files."""

from __future__ import annotations

import gzip
import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

import pytest

from softmax_core.data import archives, files
from softmax_core.data.files import DataFile

TRAIN_COUNT, TEST_COUNT = 5, 2


def idx_bytes(*shape: int) -> bytes:
    count = 1
    for length in shape:
        count *= length
    header = bytes((0, 0, 8, len(shape))) + struct.pack(f">{len(shape)}I", *shape)
    return header + bytes(position % 10 for position in range(count))


CONTENTS = {
    files.TRAIN_IMAGES: idx_bytes(TRAIN_COUNT, 28, 28),
    files.TRAIN_LABELS: idx_bytes(TRAIN_COUNT),
    files.TEST_IMAGES: idx_bytes(TEST_COUNT, 28, 28),
    files.TEST_LABELS: idx_bytes(TEST_COUNT),
}


@dataclass(frozen=True)
class Folders:
    """Where a test's data lies: `root`, its `raw` folder, and what plays Debian's package."""

    root: Path
    raw: Path
    debian: Path

    def put_raw(self) -> None:
        self.raw.mkdir(parents=True, exist_ok=True)
        for name, content in CONTENTS.items():
            (self.raw / name).write_bytes(content)

    def put_debian(self) -> None:
        for name, content in CONTENTS.items():
            (self.debian / f"{name}.gz").write_bytes(gzip.compress(content))

    def everything(self) -> list[str]:
        found = (path for path in self.root.rglob("*") if path.is_file())
        return sorted(path.name for path in found)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    table = tuple(
        DataFile(
            name, len(content), hashlib.sha256(content).hexdigest(), len(gzip.compress(content))
        )
        for name, content in CONTENTS.items()
    )
    made = Folders(tmp_path / "root", tmp_path / "root/FashionMNIST/raw", tmp_path / "debian")
    made.debian.mkdir()
    monkeypatch.setattr(files, "FILES", table)
    monkeypatch.setattr(archives, "DEBIAN_FOLDER", made.debian)
    return made
