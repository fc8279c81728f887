"""Data sets of one's own: what is read, what is left out and why, and what is refused."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
import torch
from PIL import Image, ImageDraw, ImageFont
from sklearn.datasets import load_digits

from softmax_core.data import (
    Dataset,
    Imported,
    ImportLimits,
    Shelf,
    Split,
    from_arrays,
    from_csv,
    from_folder,
    from_idx,
    from_npz,
    import_from,
    load,
    preview,
    save,
    subset,
)
from softmax_core.data.splitting import divide
from softmax_core.errors import (
    DataDamaged,
    DatasetMissing,
    ImportRefused,
    InvalidData,
    SoftmaxError,
)
from softmax_core.training import EpochRecord, Experiment, Variant, train

Tree = dict[str, bytes]


def png(pixels: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(file, "PNG")
    return file.getvalue()


def picture(number: int, side: int = 12) -> bytes:
    """A grey picture on black, different for each number."""
    pixels = np.zeros((side, side), np.uint8)
    pixels[2:-2, 2:-2] = 80 + np.random.default_rng(number).integers(0, 170, (side - 4, side - 4))
    return png(pixels)


def tree(counts: dict[str, int], start: int = 0) -> Tree:
    numbers = iter(range(start, 10_000))
    return {
        f"{folder}/{k}.png": picture(next(numbers))
        for folder, count in counts.items()
        for k in range(count)
    }


def zipped(files: Tree) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return out.getvalue()


def laid(folder: Path, files: Tree) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def refused(call: Callable[[], Any]) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        call()
    return caught.value


def best_of(dataset: Dataset, **changes: Any) -> float:
    settings: dict[str, Any] = {"batch_size": 32, "epochs": 30} | changes
    records = train(Experiment([Variant("a", 0.5)], **settings), dataset)
    return [r for r in records if isinstance(r, EpochRecord)][-1].test_accuracy[0]


# -- the digits of scikit-learn, in every format -------------------------------------------------


@pytest.fixture(scope="session")
def digits() -> Any:
    return load_digits()


@pytest.fixture(scope="session")
def as_arrays(digits: Any) -> Imported:
    return from_arrays(digits.images, digits.target, name="digits")


def test_digits_as_arrays_are_learned(as_arrays: Imported) -> None:
    assert as_arrays.dataset.train.images.shape == (1438, 8, 8)
    assert (as_arrays.factor, as_arrays.inverted, as_arrays.left_out) == (255 / 16, False, ())
    assert best_of(as_arrays.dataset) >= 0.95


def test_digits_as_npz_and_csv_are_the_same_pictures(
    digits: Any, as_arrays: Imported, tmp_path: Path
) -> None:
    np.savez(tmp_path / "digits.npz", data=digits.images, target=digits.target)
    lines = ["label," + ",".join(f"pixel{k + 1}" for k in range(64))]
    lines += [
        f"{label}," + ",".join(str(int(value)) for value in row)
        for row, label in zip(digits.data, digits.target, strict=True)
    ]
    (tmp_path / "digits.csv").write_text("\n".join(lines))
    for path in sorted(tmp_path.iterdir()):
        assert load(path).description == as_arrays.dataset.description


def test_digits_as_a_zip_of_png_files_are_learned(digits: Any, as_arrays: Imported) -> None:
    files = {
        f"digits/{label}/{k:04}.png": png(np.rint(image * 255 / 16))
        for k, (image, label) in enumerate(zip(digits.images, digits.target, strict=True))
    }
    told: list[tuple[str, int, int]] = []
    imported = from_folder(zipped(files), on_progress=lambda *news: told.append(news))
    assert imported.reading is not None
    assert (imported.reading.side, imported.reading.is_of_data) == (8, True)
    assert imported.counts() == as_arrays.counts()
    assert told[-1] == (sorted(files)[-1], 1797, 1797)
    assert best_of(imported.dataset) >= 0.95


def test_digits_as_parquet_of_hugging_face(digits: Any, tmp_path: Path) -> None:
    names = [f"digit {k}" for k in range(10)]
    told = {b"huggingface": str({"info": {"features": {"label": {"names": names}}}}).encode()}
    table = arrow.table(
        {
            "image": [
                {"bytes": png(np.rint(i * 255 / 16)), "path": None} for i in digits.images[:200]
            ],
            "label": digits.target[:200].tolist(),
        }
    ).replace_schema_metadata({b"huggingface": told[b"huggingface"].replace(b"'", b'"')})
    parquet.write_table(table, tmp_path / "train-0.parquet")
    imported = import_from(tmp_path / "train-0.parquet")
    assert imported.dataset.class_names == tuple(names)
    assert sum(train + test for _, train, test in imported.counts()) == 200
    assert imported.left_out == ()


def test_twenty_six_letters_of_several_fonts_are_learned() -> None:
    fonts = sorted(Path("/usr/share/fonts").rglob("*.ttf"))[:6]
    drawn: list[Any] = [ImageFont.truetype(str(path), 22) for path in fonts]
    drawn = drawn or [ImageFont.load_default(22)]
    images, labels = [], []
    for index in range(26):
        for k in range(24):
            letter = Image.new("L", (28, 28), 0)
            ImageDraw.Draw(letter).text(
                (14, 14), chr(65 + index), 255, drawn[k % len(drawn)], anchor="mm"
            )
            images.append(np.asarray(letter.rotate(k - 12, Image.Resampling.BILINEAR)))
            labels.append(chr(65 + index))
    imported = from_arrays(np.stack(images), labels, name="letters")
    assert imported.dataset.class_names == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert best_of(imported.dataset, epochs=15) > 0.8


# -- folders, classes and splits -----------------------------------------------------------------


def test_a_folder_and_its_zip_are_the_same_data_set(tmp_path: Path) -> None:
    files = tree({"birds/chick": 5, "birds/duck": 6})
    from_disk = from_folder(laid(tmp_path, files), name="birds")
    assert (
        from_disk.dataset.description
        == from_folder(zipped(files), name="birds").dataset.description
    )
    assert from_disk.counts() == [("chick", 4, 1), ("duck", 5, 1)]
    assert not from_disk.is_given


@pytest.mark.parametrize(
    ("training", "testing"), [("train", "test"), ("Training", "val"), ("training", "testing")]
)
def test_folders_for_training_and_test_are_kept(training: str, testing: str) -> None:
    counts = {f"{training}/a": 3, f"{training}/b": 4, f"{testing}/a": 2, f"{testing}/b": 1}
    imported = from_folder(zipped(tree(counts)))
    assert imported.is_given
    assert imported.counts() == [("a", 3, 2), ("b", 4, 1)]


def test_a_picture_in_both_splits_is_tested_on_alone() -> None:
    files = tree({"train/a": 3, "train/b": 3, "test/a": 2, "test/b": 2})
    files["train/a/copy of it.png"] = files["test/a/0.png"]
    files["train/b/labelled otherwise.png"] = files["test/a/1.png"]
    imported = from_folder(zipped(files))
    assert (imported.division.in_both, imported.division.contradictory) == (2, 2)
    assert [(each.path, each.reason) for each in imported.left_out] == [
        ("train/a/copy of it.png", "in_both"),
        ("train/b/labelled otherwise.png", "in_both"),
    ]
    assert imported.counts() == [("a", 3, 2), ("b", 3, 2)]


def test_copies_stay_together_where_chance_divides() -> None:
    images = torch.arange(40, dtype=torch.uint8).repeat_interleave(3).view(120, 1, 1)
    division = divide(images, torch.arange(120) // 60, seed=4)
    trained, tested = (
        set(images[k].flatten().tolist()) for k in (division.training, division.test)
    )
    assert not trained & tested
    assert (len(division.training) + len(division.test), division.repeated) == (120, 80)
    assert torch.equal(divide(images, torch.arange(120) // 60, seed=4).test, division.test)
    assert not torch.equal(divide(images, torch.arange(120) // 60, seed=5).test, division.test)


def test_what_is_no_picture_of_a_class_is_left_out_with_its_reason() -> None:
    files = tree({"set/a": 4, "set/b": 4})
    files |= {
        "set/a/notes.txt": b"words",
        "set/a/empty.png": b"",
        "set/a/.DS_Store": b"x",
        "set/a/more.zip": zipped({"x": b"y"}),
        "set/b/cut.png": picture(1)[:60],
        "set/b/black.png": png(np.zeros((12, 12))),
        "set/readme.png": picture(2),
        "__MACOSX/set/a/0.png": b"x",
        "/etc/a/0.png": picture(3),
        "set/../../a/0.png": picture(4),
    }
    imported = from_folder(zipped(files))
    reasons = {each.path.split("/")[-1]: each.reason for each in imported.left_out}
    assert reasons.pop("0.png") in ("outside", "hidden")
    assert sorted(each.reason for each in imported.left_out).count("outside") == 2
    assert reasons == {
        "notes.txt": "not_a_picture",
        "empty.png": "empty",
        ".DS_Store": "hidden",
        "more.zip": "archive",
        "cut.png": "damaged",
        "black.png": "nothing_in_it",
        "readme.png": "no_class",
    }
    assert len(imported.dataset.train) + len(imported.dataset.test) == 8


def test_links_lead_nowhere(tmp_path: Path) -> None:
    laid(tmp_path, tree({"a": 3, "b": 3}))
    (tmp_path / "a" / "link.png").symlink_to("/etc/passwd")
    (tmp_path / "c").symlink_to("/etc")
    out = io.BytesIO(zipped(tree({"a": 3, "b": 3})))
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo("a/link.png")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    for imported in (from_folder(tmp_path), from_folder(out.getvalue())):
        assert {each.reason for each in imported.left_out} == {"link"}
        assert imported.dataset.class_names == ("a", "b")


def test_an_encrypted_file_is_left_out() -> None:
    content = bytearray(zipped(tree({"a": 3, "b": 3}) | {"a/secret.png": picture(9)}))
    at = content.rfind(b"a/secret.png") - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    content[at + 8] |= 1
    (left,) = from_folder(bytes(content)).left_out
    assert (left.path, left.reason) == ("a/secret.png", "encrypted")


@pytest.mark.parametrize(
    ("files", "problem", "value"),
    [
        ({}, "no_pictures", ""),
        ({"a/x.txt": b"no", "b/y.txt": b"no"}, "no_pictures", "not_a_picture"),
        (tree({"a": 5}), "too_few_classes", "1"),
        (tree({f"{k:02}": 2 for k in range(51)}), "too_many_classes", "51"),
        (tree({"a": 5, "b": 1}), "too_few_pictures", "b"),
        ({f"{c}/{k}.png": picture(ord(c)) for c in "ab" for k in range(3)}, "no_test", ""),
    ],
    ids=["nothing", "texts", "one class", "51 classes", "one picture", "the same"],
)
def test_too_little_or_too_much_is_refused(files: Tree, problem: str, value: str) -> None:
    error = refused(lambda: from_folder(zipped(files)))
    assert (error.problem, error.value) == (problem, value)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/0.png", bytes(3 * 2**20))
    assert refused(lambda: from_folder(out.getvalue(), limits=ImportLimits(10, 2**20))).problem == (
        "too_many_bytes"
    )
    many = zipped(tree({"a": 6, "b": 6}))
    assert refused(lambda: from_folder(many, limits=ImportLimits(10))).problem == (
        "too_many_pictures"
    )
    told = bytearray(many)
    struct.pack_into("<H", told, len(told) - 12, 60_000)  # a directory of 60,000 files, it says
    assert refused(lambda: from_folder(bytes(told), limits=ImportLimits(10))).problem == (
        "too_many_pictures"
    )
    assert refused(lambda: from_folder(b"PK no zip")).problem == "not_an_archive"
    assert refused(lambda: from_folder("/nowhere/birds.zip")).problem == "not_here"


def test_a_picture_that_is_a_bomb_is_left_out() -> None:
    header = picture(1)
    at = header.index(b"IHDR")
    huge = header[: at + 4] + struct.pack(">II", 60_000, 60_000) + header[at + 12 :]
    files = tree({"a": 3, "b": 3}) | {"a/huge.png": huge}
    (left,) = from_folder(zipped(files)).left_out
    assert left.path == "a/huge.png"
    assert left.reason in ("too_many_pixels", "damaged", "not_a_picture")


def test_an_exception_of_on_progress_ends_the_import(tmp_path: Path) -> None:
    class Cancelled(Exception):
        pass

    def stop(_name: str, done: int, _total: int) -> None:
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        from_folder(laid(tmp_path, tree({"a": 5, "b": 5})), on_progress=stop)
    assert from_folder(tmp_path).counts() == [("a", 4, 1), ("b", 4, 1)]


def test_the_whole_set_is_negated_and_trimmed_or_none_of_it() -> None:
    files = {}
    for k, name in enumerate(["chick", "duck"] * 6):
        page = Image.new("RGB", (90, 60), "white")
        ImageDraw.Draw(page).ellipse((30 + k, 20, 60 + k, 45), fill=(40, 3 * k, 20))
        files[f"{name}/{k}.png"] = png(page)
    files["duck/night.png"] = png(np.pad(np.full((10, 30), 200), 20))
    content = zipped(files)
    shown = preview(content)
    assert (shown.reading.side, shown.reading.invert, shown.reading.margin) == (28, True, True)
    assert shown.counts == {"chick": 6, "duck": 7}
    assert {sample.class_name for sample in shown.samples} == {"chick", "duck"}
    assert all(
        sample.after is not None and sample.after.shape == (28, 28) for sample in shown.samples
    )
    imported = from_folder(content)
    assert imported.reading == shown.reading
    edges = imported.dataset.train.images[:, 0].float().mean()
    assert edges < 40
    changed = from_folder(content, side=16, asked={"invert": False, "margin": False})
    assert changed.reading is not None
    assert (changed.reading.side, changed.reading.invert, changed.reading.margin) == (
        16,
        False,
        False,
    )
    assert changed.dataset.train.images[:, 8, 0].float().mean() > 200


def test_a_side_out_of_range_is_refused() -> None:
    with pytest.raises(InvalidData, match="side"):
        from_folder(zipped(tree({"a": 3, "b": 3})), side=65)


def test_names_of_folders_become_lines() -> None:
    files = tree({"a\u202e b": 3, "鸭子": 3, "x" * 90: 3})
    assert from_folder(zipped(files)).dataset.class_names == ("a b", "x" * 60, "鸭子")


# -- arrays and tables ---------------------------------------------------------------------------


def bars(count: int = 20) -> np.ndarray:
    images = np.zeros((count, 6, 5), np.uint8)
    images[np.arange(count), np.arange(count) % 6] = 100 + np.arange(count)[:, None]
    return images


@pytest.mark.parametrize(
    ("images", "labels", "problem"),
    [
        (np.zeros((4, 3, 8)), [0, 1, 0, 1], "another_size"),
        (np.zeros((4, 65, 8)), [0, 1, 0, 1], "another_size"),
        (np.zeros((4, 63)), [0, 1, 0, 1], "another_size"),
        (np.zeros(4), [0, 1, 0, 1], "another_size"),
        (np.full((4, 8, 8), np.nan), [0, 1, 0, 1], "no_numbers"),
        (np.full((4, 8, 8), -1), [0, 1, 0, 1], "no_numbers"),
        (np.full((4, 8, 8), np.inf), [0, 1, 0, 1], "no_numbers"),
        (np.full((4, 8, 8), "x"), [0, 1, 0, 1], "no_numbers"),
        (bars(4), [0, 1, 0], "no_labels"),
        (bars(4), [0.5, 1, 0, 1], "no_labels"),
        (bars(4), [[0, 1], [1, 0], [0, 1], [1, 0]], "no_labels"),
        (bars(4), [0, 0, 0, 0], "too_few_classes"),
        (bars(4), [0, 0, 0, 1], "too_few_pictures"),
    ],
    ids=str,
)
def test_arrays_that_make_no_data_set_are_refused(images: Any, labels: Any, problem: str) -> None:
    assert refused(lambda: from_arrays(images, labels)).problem == problem


def test_a_label_that_is_no_class_leaves_its_picture_out() -> None:
    labels = [0, 1] * 9 + [7, -1]
    imported = from_arrays(bars(), labels, class_names=["even", "odd"])
    assert [(each.path, each.reason, each.value) for each in imported.left_out] == [
        ("19", "no_class", "7"),
        ("20", "no_class", "-1"),
    ]
    assert len(imported.dataset.train) + len(imported.dataset.test) == 18


def test_colours_channels_and_light_pictures() -> None:
    grey = bars().astype(float)
    for images in (np.stack([grey] * 3, axis=3), grey[:, None], np.stack([grey] * 3, axis=1)):
        found = from_arrays(images, [0, 1] * 10).dataset.train.images
        assert torch.equal(found, from_arrays(grey, [0, 1] * 10).dataset.train.images)
    light = from_arrays(255 - bars(), [0, 1] * 10)
    assert light.inverted
    assert torch.equal(
        light.dataset.train.images, from_arrays(bars(), [0, 1] * 10).dataset.train.images
    )
    assert not from_arrays(255 - bars(), [0, 1] * 10, invert=False).inverted


def test_lines_of_a_table_that_are_none_are_left_out(tmp_path: Path) -> None:
    rows = [f"{'odd' if k % 2 else 'even'};" + ";".join(map(str, [k + 20] * 16)) for k in range(8)]
    rows[3] += ";1"
    rows[5] = rows[5].replace("25", "x", 1)
    rows[6] = ""
    (tmp_path / "table.csv").write_text("\ufeff" + "\n".join(rows), encoding="utf-8")
    imported = from_csv(tmp_path / "table.csv")
    assert [(each.path, each.reason) for each in imported.left_out] == [
        ("4", "wrong_length"),
        ("6", "no_number"),
    ]
    assert imported.dataset.class_names == ("even", "odd")
    assert imported.paths == ("1", "2", "3", "5", "8")
    (tmp_path / "words.csv").write_text("name,age\nAda,36\n")
    assert refused(lambda: from_csv(tmp_path / "words.csv")).problem == "too_few_columns"
    (tmp_path / "line.csv").write_text("1," * 300_000)
    assert refused(lambda: from_csv(tmp_path / "line.csv")).problem == "not_a_table"


def test_a_label_that_is_no_class_is_told_with_the_line_it_stands_in(tmp_path: Path) -> None:
    rows = [f"{k % 2}," + ",".join(map(str, range(k, k + 16))) for k in range(8)]
    header = "label," + ",".join(f"pixel{k}" for k in range(16))
    (tmp_path / "table.csv").write_text("\n".join([header, "0,broken", *rows, rows[1][1:] + ",7"]))
    (tmp_path / "test.csv").write_text("\n".join([header, *rows[:2], "5" + rows[2][1:]]))
    imported = from_csv(tmp_path / "table.csv", tmp_path / "test.csv", class_names=["a", "b"])
    assert [(each.path, each.reason) for each in imported.left_out] == [
        ("table.csv, 2", "wrong_length"),
        ("table.csv, 11", "wrong_length"),
        ("test.csv, 4", "no_class"),
        ("table.csv, 3", "in_both"),
        ("table.csv, 4", "in_both"),
    ]


def test_two_columns_of_labels_are_refused(tmp_path: Path) -> None:
    header = "label," + ",".join(f"pixel{k}" for k in range(16)) + ",Class"
    row = ",".join(map(str, range(18)))
    (tmp_path / "table.csv").write_text("\n".join([header, row, row]))
    error = refused(lambda: from_csv(tmp_path / "table.csv"))
    assert (error.problem, error.value) == ("several_labels", "label, class")


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (pytest.fail, ("unpickled",))

    np.savez(tmp_path / "trap.npz", images=np.array([Trap()] * 4), labels=np.array([0, 1, 0, 1]))
    assert refused(lambda: from_npz(tmp_path / "trap.npz")).problem == "pickled"
    (tmp_path / "huge.npz").write_bytes(zipped({"images.npy": huge_header(), "labels.npy": b""}))
    assert refused(lambda: from_npz(tmp_path / "huge.npz")).problem == "too_many_bytes"
    (tmp_path / "none.npz").write_bytes(b"none")
    assert refused(lambda: from_npz(tmp_path / "none.npz")).problem == "not_a_table"


def huge_header() -> bytes:
    file = io.BytesIO()
    header = {"descr": "|u1", "fortran_order": False, "shape": (10**9, 28, 28)}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue()


def test_idx_files_of_any_size(tmp_path: Path) -> None:
    for name, content in (
        ("train-images-idx3-ubyte", bars().tobytes()),
        ("train-labels-idx1-ubyte", bytes([0, 1] * 10)),
    ):
        shape = (20, 6, 5) if "images" in name else (20,)
        header = bytes((0, 0, 8, len(shape))) + struct.pack(f">{len(shape)}I", *shape)
        (tmp_path / name).write_bytes(header + content)
    found = load(tmp_path)
    assert (found.height, found.width, found.classes) == (6, 5, 2)
    other = tmp_path / "train-labels-idx1-ubyte"
    assert refused(lambda: from_idx(other, other)).problem == "not_a_table"


# -- subsets, saved files, the shelf -------------------------------------------------------------


def test_two_and_three_classes_of_fashion_mnist_are_learned(fashion_slice: Dataset) -> None:
    pair = subset(fashion_slice, ["Trouser", "Sneaker"])
    assert (pair.class_names, pair.name) == (("Trouser", "Sneaker"), "Trouser, Sneaker")
    assert best_of(pair, epochs=3) > 0.95
    shoes = subset(fashion_slice, [9, 7, 5], "shoes")
    assert shoes.class_names == ("Ankle boot", "Sneaker", "Sandal")
    assert set(shoes.test.labels.tolist()) == {0, 1, 2}
    assert best_of(shoes, epochs=5) > 0.75
    for wrong in (["Trouser"], ["Trouser", "Trouser"], [0, 10], ["Trouser", "Duck"]):
        with pytest.raises(InvalidData):
            subset(fashion_slice, wrong)


@pytest.fixture(scope="session")
def fashion_slice() -> Dataset:
    whole = load("fashion-mnist", download=False)
    return Dataset(
        Split(whole.train.images[:6000], whole.train.labels[:6000]),
        Split(whole.test.images[:1000], whole.test.labels[:1000]),
    )


def test_a_saved_file_is_the_data_set(as_arrays: Imported, tmp_path: Path) -> None:
    path = tmp_path / "digits.npz"
    save(as_arrays.dataset, path)
    assert [each.name for each in tmp_path.iterdir()] == ["digits.npz"]
    again = load(path)
    assert again.description == as_arrays.dataset.description
    assert torch.equal(again.test.images, as_arrays.dataset.test.images)


def test_a_changed_file_is_noticed(as_arrays: Imported, tmp_path: Path) -> None:
    path = tmp_path / "digits.npz"
    save(as_arrays.dataset, path)
    arrays = dict(np.load(path))
    arrays["x_test"][0, 0, 0] ^= 1
    np.savez(path, **arrays)
    with pytest.raises(DataDamaged, match="digest"):
        load(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(SoftmaxError):
        load(path)


def test_the_shelf_keeps_one_copy_of_those_in_use(tmp_path: Path) -> None:
    sets = [from_arrays(bars() + k, [0, 1] * 10, name=f"set {k}").dataset for k in range(3)]
    shelf = Shelf(tmp_path / "sets", in_use=2)
    described = [shelf.add(each) for each in sets]
    assert shelf.get(described[2]) is sets[2]
    first = shelf.get(described[0])
    assert first is not sets[0]  # let go when the third came
    assert first.description == described[0]
    assert shelf.get(described[0]) is first
    assert shelf.digests() == sorted(each.digest for each in described)
    shelf.remove(described[0].digest)
    with pytest.raises(DatasetMissing, match="set 0"):
        shelf.get(described[0])
