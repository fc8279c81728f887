"""Imports in processes of their own: what comes of them, what is refused, and what is left."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
import torch
from PIL import Image

from softmax_core.data import Dataset, ImportLimits, Split, load, save
from softmax_core.data.apart import Import, Imports, Wish, error_from, kind_of
from softmax_core.errors import ImportEnded, ImportRefused, ImportsBusy

WAIT_SECONDS = 120.0


def picture(seed: int) -> bytes:
    drawn = np.random.default_rng(seed).integers(0, 256, (12, 12), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(drawn).save(buffer, "PNG")
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def ended(given: Import) -> Import:
    end = time.monotonic() + WAIT_SECONDS
    while given.state() == "reading" and time.monotonic() < end:
        time.sleep(0.05)
    return given


@pytest.fixture
def imports(tmp_path: Path) -> Imports:
    return Imports(tmp_path / "arriving", ImportLimits())


def test_a_zip_becomes_one_file_and_what_was_left_out_is_told(imports: Imports) -> None:
    name = "<i>goose\u202e" + "g" * 10_000
    files = {
        f"{each}/{k}.png": picture(k + 10 * n)
        for n, each in enumerate(("duck", name))
        for k in range(5)
    }
    files |= {"duck/notes.txt": b"no picture", "../out/1.png": picture(99)}
    given = imports.new("one")
    given.bring("../../my birds.ZIP", zipped(files))
    imports.begin(given)
    assert ended(given).state() == "done"
    told = given.told()
    assert told.data is not None
    assert told.data.name == "my birds"
    shown = next(each for each in told.data.class_names if each != "duck")
    assert shown.startswith("<i>gooseg")
    assert len(shown) == 60
    assert sorted(row[1] for row in told.facts["left_out"]) == ["not_a_picture", "outside"]
    assert load(given.file).description == told.data
    assert given.progress()[1] > 0


def test_the_same_files_are_read_again_in_another_way(imports: Imports) -> None:
    given = imports.new("one")
    given.bring(
        "a.zip", zipped({f"{c}/{k}.png": picture(k + 9 * c) for c in (0, 1) for k in range(5)})
    )
    imports.begin(given, Wish(name="squares", side=8, asked={"invert": True, "margin": False}))
    told = ended(given).told()
    assert told.data is not None
    assert (told.data.name, told.data.height, told.facts["inverted"]) == ("squares", 8, True)
    imports.begin(given, Wish(side=16))
    told = ended(given).told()
    assert told.data is not None
    assert (told.data.name, told.data.height) == ("a", 16)
    imports.begin(given)
    given.cancel()
    assert given.brought_bytes  # it was read once, and can be read in a third way


def test_pictures_by_hand_have_the_names_that_were_typed(imports: Imports) -> None:
    given = imports.new("one")
    for k in range(4):
        given.bring_picture("../goose", picture(k))
        given.bring_picture("duck", picture(k + 10))
    given.take_back("duck")
    given.bring_picture("duck", picture(77))
    assert given.pictures_by_hand() == {"../goose": 4, "duck": 4}
    with pytest.raises(ImportRefused):
        given.bring_picture("\u202e ", picture(1))
    imports.begin(given, Wish(name="my birds"))
    told = ended(given).told()
    assert told.data is not None
    assert (told.data.name, told.data.class_names) == ("my birds", ("../goose", "duck"))
    assert load(given.file).class_names == ("../goose", "duck")


def columns(names: str, count: int, first: int = 0) -> bytes:
    rows = [",".join(map(str, [k % 2, *range(k, k + 16)])) for k in range(first, first + count)]
    return "\n".join([names, *rows]).encode()


def rows_of_pictures(numbers: range) -> bytes:
    file = io.BytesIO()
    pictures = [{"bytes": picture(k), "path": None} for k in numbers]
    parquet.write_table(arrow.table({"image": pictures, "label": [k % 2 for k in numbers]}), file)
    return file.getvalue()


PIXELS = "label," + ",".join(f"pixel{k}" for k in range(16))


def test_files_for_training_and_for_the_test_make_one_set(imports: Imports) -> None:
    """As Kaggle and Hugging Face hand them out; their names say which is which."""
    for ours, theirs, ending in (
        (columns(PIXELS, 8), columns(PIXELS, 4, 8), "csv"),
        (rows_of_pictures(range(8)), rows_of_pictures(range(8, 12)), "parquet"),
    ):
        given = imports.new("one")
        given.bring(f"test-00000-of-00001.{ending}", theirs)
        given.bring(f"train-00000-of-00001.{ending}", ours)
        imports.begin(given)
        told = ended(given).told()
        assert told.data is not None, told.error
        assert (told.data.training, told.data.test) == (8, 4)
        assert told.facts["is_given"]
        read = told.facts["read"]
        assert [split for _path, _label, split in read] == ["train"] * 8 + ["test"] * 4
        assert [label for _path, label, _split in read] == [0, 1] * 6
        assert read[0][0].startswith("train")
        assert read[8][0].startswith("test")


@pytest.mark.parametrize(
    "names", [("a.zip", "b.zip"), ("a.zip", "b.csv"), ("a.csv", "b.csv"), ("a.npz", "b.npz")]
)
def test_files_that_do_not_belong_together_are_refused(
    imports: Imports, names: tuple[str, str]
) -> None:
    """The second would take the place of the first, or be passed over."""
    given = imports.new("one")
    given.bring(names[0], b"one")
    with pytest.raises(ImportRefused) as refusal:
        given.bring(names[1], b"another")
    assert (refusal.value.problem, refusal.value.value) == ("several_files", names[1])
    assert given.brought_bytes == 3


def test_a_saved_file_with_a_class_of_nothing_is_refused(imports: Imports, tmp_path: Path) -> None:
    split = Split(torch.zeros(4, 8, 8, dtype=torch.uint8), torch.tensor([0, 1, 0, 1]))
    save(Dataset(split, split, ("chick", "duck", "goose"), "birds"), tmp_path / "birds.npz")
    given = imports.new("one")
    given.bring("birds.npz", (tmp_path / "birds.npz").read_bytes())
    imports.begin(given)
    error = ended(given).told().error
    assert isinstance(error, ImportRefused)
    assert (error.problem, error.value) == ("too_few_pictures", "goose")


def test_what_is_no_data_set_is_refused_with_its_reason(imports: Imports) -> None:
    given = imports.new("one")
    with pytest.raises(ImportRefused) as refusal:
        given.bring("run.exe", b"MZ")
    assert (refusal.value.problem, refusal.value.value) == ("another_kind", ".exe")
    given.bring("a.zip", zipped({f"duck/{k}.png": picture(k) for k in range(4)}))
    imports.begin(given)
    assert ended(given).state() == "refused"
    error = given.told().error
    assert isinstance(error, ImportRefused)
    assert error.problem == "too_few_classes"
    assert not given.file.exists()
    assert given.brought_bytes == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no such bound")
def test_the_process_takes_no_more_memory_than_it_may() -> None:
    """What claims less than it takes ends the process that reads it, and nothing else."""
    take = "from softmax_core.data import apart; apart._limit_memory(2**20); bytearray(3 * 2**30)"
    ended = subprocess.run([sys.executable, "-c", take], capture_output=True, text=True)
    assert "MemoryError" in ended.stderr


def test_pickles_are_not_read(imports: Imports) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, images=np.array([{"a": 1}] * 4, dtype=object), labels=np.arange(4) % 2)
    given = imports.new("one")
    given.bring("a.npz", buffer.getvalue())
    imports.begin(given)
    assert ended(given).state() == "refused"
    error = given.told().error
    assert isinstance(error, ImportRefused)
    assert error.problem == "pickled"


def test_more_than_the_limit_is_refused_while_it_is_brought(tmp_path: Path) -> None:
    imports = Imports(tmp_path / "arriving", ImportLimits(bytes=1000))
    given = imports.new("one")
    with pytest.raises(ImportRefused) as refusal:
        given.bring("a.zip", bytes(1001))
    assert refusal.value.problem == "too_many_bytes"
    assert given.brought_bytes == 0


def test_an_import_can_be_cancelled_and_leaves_nothing(imports: Imports, tmp_path: Path) -> None:
    given = imports.new("one")
    given.bring("a.zip", zipped({f"{c}/{k}.png": picture(k) for c in (0, 1) for k in range(40)}))
    imports.begin(given)
    given.cancel()
    assert given.state() == "cancelled"
    assert not given.file.exists()
    assert given.brought_bytes == 0
    imports.close()
    assert list((tmp_path / "arriving").iterdir()) == []


def test_a_server_that_ended_leaves_nothing_half_read(tmp_path: Path) -> None:
    (tmp_path / "arriving" / "token" / "brought").mkdir(parents=True)
    Imports(tmp_path / "arriving", ImportLimits())
    assert not (tmp_path / "arriving").exists()


def test_so_many_are_read_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imports = Imports(tmp_path / "arriving", ImportLimits(), most=2, per_person=True)
    reading: set[str] = set()
    monkeypatch.setattr(Import, "begin", lambda given, *_any: reading.add(given.token))
    monkeypatch.setattr(
        Import, "state", lambda given: "reading" if given.token in reading else "brought"
    )
    imports.begin(imports.new("one"))
    with pytest.raises(ImportsBusy) as refusal:
        imports.begin(imports.new("one"))
    assert refusal.value.problem == "person"
    imports.begin(imports.new("two"))
    with pytest.raises(ImportsBusy) as refusal:
        imports.begin(imports.new("three"))
    assert refusal.value.problem == "all"


def test_an_import_is_its_owners(imports: Imports) -> None:
    given = imports.new("one")
    assert imports.get(given.token, "one") is given
    assert imports.get(given.token, "another") is None


def test_what_a_person_brought_before_makes_room(imports: Imports, tmp_path: Path) -> None:
    tokens = [imports.new("one").token for _ in range(5)]
    assert {path.name for path in (tmp_path / "arriving").iterdir()} == set(tokens[-2:])


@pytest.mark.parametrize(
    ("name", "kind", "own"),
    [
        ("Birds.CSV", "csv", "train.csv"),
        ("train-images.idx3-ubyte", "idx", "train-images-idx3-ubyte"),
        ("emnist-letters-test-labels-idx1-ubyte.gz", "idx", "t10k-labels-idx1-ubyte.gz"),
        ("a.zip/../../etc/passwd", "", ""),
        ("idx", "", ""),
        ("a.pkl", "", ""),
    ],
)
def test_an_ending_tells_the_kind(name: str, kind: str, own: str) -> None:
    assert kind_of(name) == (kind, own)


@pytest.mark.parametrize(
    "written",
    [
        {"kind": "Path", "given": {}},
        {"kind": "ImportRefused", "given": {"nonsense": 1}},
        {"kind": "ImportRefused", "given": [1]},
        {},
    ],
)
def test_an_error_that_makes_no_sense_is_an_end(written: dict[str, object]) -> None:
    assert isinstance(error_from(written), ImportEnded)
