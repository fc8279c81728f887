from __future__ import annotations

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from softmax_core.data import data_status, files, load_fashion_mnist
from softmax_core.errors import DataDamaged
from tests.core.data.conftest import CONTENTS, Folders


def broken_archives() -> dict[str, bytes]:
    content = CONTENTS[files.TEST_IMAGES]
    packed = gzip.compress(content)
    return {
        "truncated": packed[: len(packed) // 2],
        "not gzip": b"<html>Not Found</html>",
        "bits flipped": packed[:-8] + bytes(8),
        "no deflate block": packed[:10] + b"\xff" + packed[11:],
        "too short inside": gzip.compress(content[:-1]),
        "foreign inside": gzip.compress(bytes(len(content))),
    }


@pytest.mark.parametrize("case", broken_archives())
def test_a_broken_archive_is_named_and_leaves_nothing(folders: Folders, case: str) -> None:
    folders.put_debian()
    archive = folders.debian / f"{files.TEST_IMAGES}.gz"
    archive.write_bytes(broken_archives()[case])
    with pytest.raises(DataDamaged, match="apt-get install --reinstall") as caught:
        load_fashion_mnist(folders.root)
    assert caught.value.path == archive
    assert files.TEST_IMAGES not in folders.everything()
    assert [path.name for path in folders.raw.parent.iterdir()] == ["raw"]


def test_an_interrupted_unpacking_leaves_nothing_that_is_trusted(folders: Folders) -> None:
    folders.put_debian()

    def interrupt(name: str, _done: int, _total: int) -> None:
        if name == files.TEST_IMAGES:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_fashion_mnist(folders.root, on_progress=interrupt)
    assert files.TEST_IMAGES not in folders.everything()
    assert load_fashion_mnist(folders.root, download=False).test.labels.tolist() == [0, 1]


def test_starts_that_unpack_at_once_do_not_break_each_other(folders: Folders) -> None:
    # Threads stand in for processes: nothing is shared but the folder, for there is no lock.
    folders.put_debian()
    starts = 4
    for attempt in range(10):
        root = folders.root / str(attempt)
        together = threading.Barrier(starts)

        def start(root: Path = root, together: threading.Barrier = together) -> list[int]:
            together.wait()
            return load_fashion_mnist(root, download=False).test.labels.tolist()

        with ThreadPoolExecutor(starts) as pool:
            racers = [pool.submit(start) for _ in range(starts)]
        assert [racer.result() for racer in racers] == [[0, 1]] * starts
        left = sorted(path.name for path in root.rglob("*") if path.is_file())
        assert left == sorted([*CONTENTS, "verified.json"])


@pytest.mark.parametrize("inside", ["", "FashionMNIST", "FashionMNIST/raw"])
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_files_that_a_person_has_put_there_are_used(
    folders: Folders, inside: str, ending: str
) -> None:
    folder = folders.root / inside
    folder.mkdir(parents=True)
    for name, content in CONTENTS.items():
        (folder / f"{name}{ending}").write_bytes(gzip.compress(content) if ending else content)
    assert data_status(folders.root) == ("packed" if ending else "ready")
    assert load_fashion_mnist(folders.root, download=False).test.labels.tolist() == [0, 1]
    assert data_status(folders.root) == "ready"


def test_a_broken_archive_of_ones_own_is_named(folders: Folders) -> None:
    folders.put_debian()
    folders.root.mkdir()
    own = folders.root / f"{files.TEST_IMAGES}.gz"
    own.write_bytes(b"<html>Not Found</html>")
    with pytest.raises(DataDamaged, match="Delete or move it") as caught:
        load_fashion_mnist(folders.root)
    assert caught.value.path == own


def test_an_archive_that_unpacks_to_more_is_not_unpacked_to_the_end(folders: Folders) -> None:
    folders.put_debian()
    bomb = gzip.compress(bytes(64 << 20))
    (folders.debian / f"{files.TEST_IMAGES}.gz").write_bytes(bomb)
    with pytest.raises(DataDamaged, match="bytes"):
        load_fashion_mnist(folders.root)
