from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import torch

from softmax_core.data import (
    CLASS_NAMES,
    Dataset,
    data_folder,
    data_status,
    fashion_mnist,
    load_fashion_mnist,
)
from softmax_core.data import files as data_files
from softmax_core.errors import DataDamaged, DataNotFound, DataNotWritable
from tests.core.data.conftest import CONTENTS, TEST_COUNT, TRAIN_COUNT, Folders


@pytest.fixture(scope="module")
def real() -> Dataset:
    return load_fashion_mnist()


def test_the_real_data_has_its_published_shape(real: Dataset) -> None:
    assert real.train.images.shape == (60_000, 28, 28)
    assert real.test.images.shape == (10_000, 28, 28)
    assert real.train.images.dtype == real.test.images.dtype == torch.uint8
    assert real.train.labels.dtype == real.test.labels.dtype == torch.int64
    assert (len(real.train), len(real.test)) == (60_000, 10_000)


def test_the_real_classes_are_balanced(real: Dataset) -> None:
    assert torch.bincount(real.train.labels).tolist() == [6000] * 10
    assert torch.bincount(real.test.labels).tolist() == [1000] * 10


def test_the_first_real_labels_are_the_published_ones(real: Dataset) -> None:
    assert real.class_names is CLASS_NAMES
    first = [real.class_names[label] for label in real.train.labels[:3]]
    assert first == ["Ankle boot", "T-shirt/top", "T-shirt/top"]
    first_tests = [real.class_names[label] for label in real.test.labels[:3]]
    assert first_tests == ["Ankle boot", "Pullover", "Trouser"]


def test_the_real_pixels_are_the_published_ones(real: Dataset) -> None:
    # Mean and standard deviation of the training pixels in [0, 1], as the literature quotes them.
    pixels = real.train.images.view(-1).double() / 255
    assert pixels.mean().item() == pytest.approx(0.2860, abs=5e-5)
    assert pixels.std().item() == pytest.approx(0.3530, abs=5e-5)
    # The digest of the pictures alone, without their header: nothing moved by an offset.
    digest = hashlib.sha256(real.test.images.numpy().tobytes()).hexdigest()
    path = data_files.raw_folder(data_folder()) / data_files.TEST_IMAGES
    assert digest == hashlib.sha256(path.read_bytes()[16:]).hexdigest()


def test_verified_files_of_the_data_folder_come_first(folders: Folders) -> None:
    folders.put_raw()
    folders.put_debian()
    for archive in folders.debian.iterdir():
        archive.write_bytes(b"must not be read")
    dataset = load_fashion_mnist(folders.root, download=False)
    assert dataset.train.images.shape == (TRAIN_COUNT, 28, 28)
    assert dataset.train.images.flatten()[:12].tolist() == [*range(10), 0, 1]
    assert dataset.test.labels.tolist() == list(range(TEST_COUNT))


def test_debians_copy_comes_before_a_download(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.put_debian()
    monkeypatch.setattr(fashion_mnist, "download_files", None)
    assert len(load_fashion_mnist(folders.root, download=True).train) == TRAIN_COUNT


def test_the_environment_names_the_data_folder(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.put_raw()
    monkeypatch.setenv("SOFTMAX_DATA", str(folders.root))
    assert data_status() == "ready"
    assert len(load_fashion_mnist(download=False).train) == TRAIN_COUNT


def test_without_a_choice_the_folder_is_the_projects_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOFTMAX_DATA", raising=False)
    folder = data_folder()
    assert folder.name == ".data"
    assert (folder.parent / "softmax_core").is_dir()


def test_debians_copy_is_copied_and_never_linked(folders: Folders) -> None:
    folders.put_debian()
    told: list[tuple[str, int, int]] = []
    dataset = load_fashion_mnist(folders.root, False, lambda *news: told.append(news))
    assert len(dataset.train) == TRAIN_COUNT
    assert told == [(name, len(content), len(content)) for name, content in CONTENTS.items()]
    for name, content in CONTENTS.items():
        assert (folders.raw / name).read_bytes() == content
        assert not (folders.raw / name).is_symlink()
    assert folders.everything() == sorted([*CONTENTS, "verified.json"])


def test_only_what_is_missing_is_unpacked(folders: Folders) -> None:
    folders.put_raw()
    folders.put_debian()
    (folders.raw / data_files.TEST_LABELS).unlink()
    told: list[str] = []
    load_fashion_mnist(folders.root, False, lambda name, _done, _total: told.append(name))
    assert told == [data_files.TEST_LABELS]


def test_nowhere_and_no_download_names_the_folders_and_the_remedy(folders: Folders) -> None:
    with pytest.raises(DataNotFound, match=r"download=True.*dataset-fashion-mnist") as caught:
        load_fashion_mnist(folders.root, download=False)
    assert caught.value.searched == (folders.root, folders.debian)
    assert data_files.TRAIN_IMAGES in str(caught.value)
    assert not folders.root.exists()


def test_a_damaged_file_of_the_data_folder_is_left_alone(folders: Folders) -> None:
    folders.put_raw()
    folders.put_debian()
    mine = folders.raw / data_files.TEST_IMAGES
    mine.write_bytes(b"my own work")
    with pytest.raises(DataDamaged) as caught:
        load_fashion_mnist(folders.root)
    assert caught.value.path == mine
    assert mine.read_bytes() == b"my own work"


def test_a_dangling_link_is_somebodys_and_is_not_replaced(folders: Folders, tmp_path: Path) -> None:
    folders.put_raw()
    folders.put_debian()
    link = folders.raw / data_files.TEST_IMAGES
    link.unlink()
    link.symlink_to(tmp_path / "gone")
    with pytest.raises(DataDamaged, match="not a file"):
        load_fashion_mnist(folders.root)
    assert link.is_symlink()


def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(
    folders: Folders, tmp_path: Path
) -> None:
    folders.put_debian()
    (tmp_path / "occupied").write_text("a file where a folder should be")
    with pytest.raises(DataNotWritable, match="SOFTMAX_DATA") as caught:
        load_fashion_mnist(tmp_path / "occupied")
    assert caught.value.path == tmp_path / "occupied"


def test_the_status_follows_what_is_there(folders: Folders) -> None:
    assert data_status(folders.root) == "missing"
    folders.put_debian()
    assert data_status(folders.root) == "packed"
    folders.put_raw()
    assert data_status(folders.root) == "ready"
    (folders.raw / data_files.TRAIN_LABELS).unlink()
    assert data_status(folders.root) == "packed"
