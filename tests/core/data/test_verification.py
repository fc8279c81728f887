from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from softmax_core.data import files, load_fashion_mnist, verification
from softmax_core.data.files import DataFile
from softmax_core.data.verification import accept, check_contents, verify
from softmax_core.errors import DataDamaged
from tests.core.data.conftest import CONTENTS, Folders

RIGHT = b"the right bytes"
EXPECTED = DataFile("file", len(RIGHT), hashlib.sha256(RIGHT).hexdigest(), 0)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files hashed from now on, in order."""
    names: list[str] = []
    hash_file = verification.sha256_of

    def noting(path: Path) -> str:
        names.append(path.name)
        return hash_file(path)

    monkeypatch.setattr(verification, "sha256_of", noting)
    return names


def test_the_digest_is_sha256(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(RIGHT)
    assert verification.sha256_of(tmp_path / "file") == EXPECTED.sha256


@pytest.mark.parametrize(
    ("content", "expected", "found"),
    [
        (RIGHT[:-1], "15 bytes", "14 bytes"),
        (b"The right bytes", f"sha256 {EXPECTED.sha256}", "sha256 5"),
    ],
    ids=["truncated", "altered"],
)
def test_a_wrong_file_is_named_with_what_was_expected_and_what_to_do(
    tmp_path: Path, content: bytes, expected: str, found: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(DataDamaged, match="Delete or move it") as caught:
        check_contents(path, EXPECTED)
    assert caught.value.path == path
    assert caught.value.expected == expected
    assert caught.value.found.startswith(found.split()[0])
    for part in (str(path), expected, caught.value.found):
        assert part in str(caught.value)


def test_a_folder_in_a_files_place_is_damage(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(DataDamaged, match="not a file"):
        verify(tmp_path / "file", EXPECTED)


def test_each_file_is_hashed_once_and_never_again(folders: Folders, hashed: list[str]) -> None:
    folders.put_raw()
    load_fashion_mnist(folders.root, download=False)
    assert hashed == list(CONTENTS)
    load_fashion_mnist(folders.root, download=False)
    assert hashed == list(CONTENTS)


def test_what_was_unpacked_is_hashed_once_and_never_again(
    folders: Folders, hashed: list[str]
) -> None:
    folders.put_debian()
    for _start in range(3):
        load_fashion_mnist(folders.root, download=False)
    assert hashed == list(CONTENTS)


def test_a_file_that_was_touched_is_hashed_again(folders: Folders, hashed: list[str]) -> None:
    folders.put_raw()
    load_fashion_mnist(folders.root, download=False)
    hashed.clear()
    os.utime(folders.raw / files.TEST_LABELS, ns=(1, 1))
    load_fashion_mnist(folders.root, download=False)
    assert hashed == [files.TEST_LABELS]


def test_a_file_altered_after_it_was_verified_is_found_out(folders: Folders) -> None:
    folders.put_raw()
    load_fashion_mnist(folders.root, download=False)
    path = folders.raw / files.TEST_IMAGES
    path.write_bytes(bytes(len(CONTENTS[files.TEST_IMAGES])))
    os.utime(path, ns=(1, 1))
    with pytest.raises(DataDamaged):
        load_fashion_mnist(folders.root, download=False)


@pytest.mark.parametrize("memory", ["{", "[]", '{"file": 3}', '{"file": {"size": 15}}', "\udcff"])
def test_a_memory_that_makes_no_sense_vouches_for_nothing(tmp_path: Path, memory: str) -> None:
    (tmp_path / "file").write_bytes(b"the wrong bytes")
    (tmp_path / "verified.json").write_text(memory, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(DataDamaged):
        verify(tmp_path / "file", EXPECTED)


def test_a_memory_of_another_digest_vouches_for_nothing(tmp_path: Path, hashed: list[str]) -> None:
    path = tmp_path / "file"
    path.write_bytes(RIGHT)
    verify(path, EXPECTED)
    with pytest.raises(DataDamaged):
        verify(path, DataFile("file", len(RIGHT), "0" * 64, 0))
    assert hashed == ["file", "file"]


def test_a_damaged_file_is_not_remembered_as_right(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"the wrong bytes")
    for _start in range(2):
        with pytest.raises(DataDamaged):
            verify(tmp_path / "file", EXPECTED)
    assert not (tmp_path / "verified.json").exists()


def test_the_memory_keeps_the_other_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(RIGHT)
        verify(tmp_path / name, EXPECTED)
    assert sorted(json.loads((tmp_path / "verified.json").read_text())) == ["one", "two"]


def test_a_memory_that_cannot_be_written_costs_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hashed: list[str]
) -> None:
    def read_only(**_where: object) -> tuple[int, str]:
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.mkstemp", read_only)
    (tmp_path / "file").write_bytes(RIGHT)
    verify(tmp_path / "file", EXPECTED)
    assert hashed == ["file"]


def test_a_wrong_file_never_gets_the_name(tmp_path: Path) -> None:
    (tmp_path / "staged").write_bytes(RIGHT[:-1])
    with pytest.raises(DataDamaged):
        accept(tmp_path / "staged", tmp_path / "file", EXPECTED)
    assert not (tmp_path / "file").exists()
