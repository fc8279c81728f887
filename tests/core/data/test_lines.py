"""Tables of pictures as spreadsheets and programs write them: read in one way, or refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softmax_core.data import Imported, from_arrays, from_csv, from_npz
from softmax_core.errors import ImportRefused, InvalidData

PIXELS = np.random.default_rng(3).integers(0, 256, (12, 16))
NAMES = ["duck", "goose"] * 6
HEADER = "label," + ",".join(f"pixel{k}" for k in range(16))
ROWS = [f"{name}," + ",".join(map(str, row)) for name, row in zip(NAMES, PIXELS, strict=True)]
TABLE = "\n".join([HEADER, *ROWS])
THOUSANDS = f"{PIXELS[0, 0] + 1},{PIXELS[0, 0] + 100}"
NUMBERED = ",".join(map(str, range(17)))


def numbered(form: Callable[[int], str], mark: str) -> str:
    return "\n".join(
        f"{k % 2}{mark}" + mark.join(form(value) for value in row) for k, row in enumerate(PIXELS)
    )


def shares(mark: str) -> str:
    return numbered(lambda value: f"{value / 255:.6f}".replace(".", ","), mark)


def reordered() -> str:
    """The columns as they stand when their names are sorted as texts."""
    order = sorted(range(16), key=lambda k: f"pixel{k}")
    header = "label," + ",".join(f"pixel{k}" for k in order)
    rows = [
        f"{name}," + ",".join(str(row[k]) for k in order)
        for name, row in zip(NAMES, PIXELS, strict=True)
    ]
    return "\n".join([header, *rows])


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "birds.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def pictures(imported: Imported) -> set[tuple[int, ...]]:
    splits = (imported.dataset.train.images, imported.dataset.test.images)
    return {tuple(each.flatten().tolist()) for images in splits for each in images}


def refused(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(ImportRefused) as caught:
        call()
    return caught.value.problem, caught.value.value


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode("utf-16"),
        TABLE.replace("\n", "\r"),
        "sep=;\n" + TABLE.replace(",", ";"),
        "\n\n" + TABLE,
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in TABLE.split("\n")),
        TABLE.replace("duck", '"duck, white"'),
        "\n".join(["," + HEADER, *(f"{k},{row}" for k, row in enumerate(ROWS))]),
        "\n".join(["\t" + HEADER.replace(",", "\t")])
        + "".join(f"\n{k}\t" + row.replace(",", "\t") for k, row in enumerate(ROWS)),
        "\n".join(["id," + HEADER, *(f"{k},{row}" for k, row in enumerate(ROWS))]),
        "\n".join(["label," + ",".join(map(str, range(16))), *ROWS]),
        "\n".join([NUMBERED, *ROWS]),
        shares(";"),
        shares("\t"),
        reordered(),
    ],
    ids=[
        "utf-16",
        "old ends of lines",
        "sep= of a spreadsheet",
        "empty lines before",
        "all quoted",
        "a comma in a name",
        "numbers of rows",
        "numbers of rows, tabs",
        "id",
        "a label beside numbers of columns",
        "numbers of columns",
        "decimal commas, semicolons",
        "decimal commas, tabs",
        "columns sorted as texts",
    ],
)
def test_a_table_in_another_form_is_the_same_pictures(content: str | bytes, tmp_path: Path) -> None:
    imported = from_csv(table(tmp_path, content), invert=False)
    plain = from_csv(table(tmp_path, TABLE), invert=False)
    assert pictures(imported) == pictures(plain) == {tuple(row) for row in PIXELS.tolist()}
    assert imported.labels == plain.labels
    assert imported.left_out == ()


def test_a_first_line_with_a_cell_that_is_no_number_is_no_header(tmp_path: Path) -> None:
    cells = ROWS[0].split(",")
    cells[4] = ""
    imported = from_csv(table(tmp_path, "\n".join([",".join(cells), *ROWS[1:]])))
    assert [(each.path, each.reason) for each in imported.left_out] == [("1", "no_number")]


@pytest.mark.parametrize(
    ("encoding", "names"), [("gbk", ("鹅", "鸭")), ("latin-1", ("Kücken", "Kýcken"))]
)
def test_names_in_another_encoding_are_not_guessed(
    encoding: str, names: tuple[str, str], tmp_path: Path
) -> None:
    content = TABLE.replace("duck", names[0]).replace("goose", names[1]).encode(encoding)
    assert refused(lambda: from_csv(table(tmp_path, content))) == ("not_utf8", "2")


def test_the_line_of_another_encoding_is_told_in_a_long_table(tmp_path: Path) -> None:
    content = "\n".join([HEADER, *ROWS * 100, ROWS[0].replace("duck", "é")]).encode("latin-1")
    assert refused(lambda: from_csv(table(tmp_path, content))) == ("not_utf8", "1202")


@pytest.mark.parametrize(
    ("content", "problem", "value"),
    [
        (TABLE.replace("pixel3", "pixel2"), "same_columns", "pixel2"),
        (TABLE.replace("\n", ",7\n") + ",7", "not_square", "17"),
        (numbered(lambda value: f"{value + 1},{value + 100:03}", ";"), "two_readings", THOUSANDS),
        (TABLE.replace("duck", "du\0ck"), "not_utf8", "2"),
    ],
    ids=["two columns of a name", "another column", "thousands or decimals", "utf-16 without mark"],
)
def test_what_can_be_misread_is_refused(
    content: str, problem: str, value: str, tmp_path: Path
) -> None:
    assert refused(lambda: from_csv(table(tmp_path, content))) == (problem, value)


def test_columns_that_count_down_the_picture_stay(tmp_path: Path) -> None:
    header = "label," + ",".join(f"{k % 4}x{k // 4}" for k in range(16))
    imported = from_csv(table(tmp_path, "\n".join([header, *ROWS])), invert=False)
    assert pictures(imported) == {tuple(row) for row in PIXELS.tolist()}


def test_arrays_of_two_scales_are_refused() -> None:
    images = PIXELS.reshape(12, 4, 4)
    given = (images[:8] / 255, [0, 1] * 4, images[8:], [0, 1] * 2)
    assert refused(lambda: from_arrays(*given))[0] == "two_scales"


@pytest.mark.parametrize(("there", "missing"), [("X_test", "y_test"), ("y_test", "x_test")])
def test_arrays_with_half_a_test_are_refused(tmp_path: Path, there: str, missing: str) -> None:
    images = PIXELS.reshape(12, 4, 4)
    path = tmp_path / "half.npz"
    arrays: dict[str, Any] = {"x_train": images, "y_train": [0, 1] * 6, there: images}
    np.savez(path, **arrays)
    with pytest.raises(ImportRefused) as caught:
        from_npz(path)
    assert (caught.value.problem, caught.value.value) == ("half_a_test", there)
    assert caught.value.limit == missing


def test_labels_of_arrays_are_read_as_they_are_meant() -> None:
    images = PIXELS.reshape(12, 4, 4)
    column = from_arrays(images, np.array([[0], [1]] * 6))
    assert column.labels == from_arrays(images, [0, 1] * 6).labels
    bytes_of = np.array([each.encode("gbk") for each in ("鸭", "鹅")] * 6)
    assert refused(lambda: from_arrays(images, bytes_of))[0] == "no_labels"
    with pytest.raises(InvalidData, match="different"):
        from_arrays(images, [0, 1] * 6, class_names=["duck", "duck"])


def test_a_class_that_the_test_has_whole_is_told() -> None:
    images = PIXELS.reshape(12, 4, 4)
    given = (images, [0, 1] * 6, images, [0, 1] * 6)
    assert refused(lambda: from_arrays(*given)) == ("all_in_both", "0")
