"""Data sets of one's own from tables: CSV, NPZ, idx and Parquet.

What a file says of itself is checked before memory is taken for it; nothing in it is unpickled.
"""

from __future__ import annotations

import gzip
import io
import json
import math
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import tee
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch

from softmax_core.data.files import OnProgress
from softmax_core.data.idx import idx_values
from softmax_core.data.importing import Imported, assemble, classes_of, from_arrays
from softmax_core.data.lines import LABELS, Lines, as_label, size_within
from softmax_core.data.picture_opening import opening_many
from softmax_core.data.reading import AUTOMATIC, SAMPLES, Asked, decide, read
from softmax_core.data.sources import (
    STANDARD,
    ImportLimits,
    LeftOut,
    too_many_bytes,
    too_many_pictures,
)
from softmax_core.data.splitting import TEST_SHARE
from softmax_core.errors import DataDamaged, ImportRefused, InvalidPicture

_ARRAYS: Final = (
    ("x_train", "y_train", "x_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("images", "labels", "test_images", "test_labels"),
    ("data", "target", "test_data", "test_target"),
    ("x", "y", "x_test", "y_test"),
    ("arr_0", "arr_1", "arr_2", "arr_3"),
)
"""What arrays are called: by Keras, by us, by scikit-learn, by numpy."""

_ENDINGS: Final = ("", ".gz")
_FILES: Final = ("images-idx3-ubyte", "labels-idx1-ubyte")


def from_csv(
    where: Path | str,
    test: Path | str | None = None,
    *,
    class_names: Sequence[str] | None = None,
    name: str | None = None,
    size: tuple[int, int] | None = None,
    invert: bool | None = None,
    test_share: float = TEST_SHARE,
    seed: int = 0,
    limits: ImportLimits = STANDARD,
    on_progress: OnProgress | None = None,
) -> Imported:
    """Make a data set of a table: a picture a line, its label and its pixels row by row.

    The label is the column "label", "class", "target" or "y", else the first one. The columns are
    separated by commas, semicolons or tabs; with the last two a comma may stand before decimals. A
    first line that is no picture names the columns; where these names are numbered, the pixels are
    put in their order. The text is UTF-8, or UTF-16 as Excel writes it.

    Args:
        where: the file, as MNIST lies on Kaggle.
        test: a second one for the test, or None to divide the pictures by chance.
        class_names: as for `from_arrays`.
        name: what the data set is called; None for the name of the file.
        size: height and width of the pictures; None for squares.
        invert: as for `from_arrays`.
        test_share: as for `from_arrays`.
        seed: as for `from_arrays`.
        limits: how much is read.
        on_progress: called with the file's name, the bytes read and the total; an exception from it
            ends the import.

    Returns:
        The data set, and what was done to make it. A line is left out if it has another number of
        pixels than the first, or something that is no number.

    Raises:
        ImportRefused: no table, another encoding, numbers or columns that can be read in two ways,
            too much, or too few pictures or classes.
    """
    paths = [Path(where), *([Path(test)] if test else [])]
    found = [
        Lines(path, limits, on_progress, is_one_of_two=bool(test), size=size) for path in paths
    ]
    return from_arrays(
        found[0].pixels(),
        found[0].labels,
        *((found[1].pixels(), found[1].labels) if test else ()),
        class_names=class_names,
        name=name or paths[0].stem,
        size=size,
        invert=invert,
        test_share=test_share,
        seed=seed,
        left_out=[each for table in found for each in table.left_out],
        paths=[path for table in found for path in table.paths],
        limits=limits,
    )


def from_npz(
    where: Path | str,
    *,
    class_names: Sequence[str] | None = None,
    name: str | None = None,
    invert: bool | None = None,
    test_share: float = TEST_SHARE,
    seed: int = 0,
    limits: ImportLimits = STANDARD,
) -> Imported:
    """Make a data set of numpy's arrays in a file; nothing in it is unpickled.

    Args:
        where: a file with x_train, y_train and perhaps x_test, y_test; or images and labels; or
            data and target; or x and y; and perhaps class_names.
        class_names: as for `from_arrays`.
        name: what the data set is called; None for the name of the file.
        invert: as for `from_arrays`.
        test_share: as for `from_arrays`.
        seed: as for `from_arrays`.
        limits: how much is read.

    Returns:
        The data set, and what was done to make it.

    Raises:
        ImportRefused: no such file, too much, arrays of other names, of objects, or of another
            shape, or too few pictures or classes.
    """
    path = Path(where)
    arrays = read_arrays(path, limits)
    known = {each.lower(): each for each in arrays}
    for names in _ARRAYS:
        if names[0] in known and names[1] in known:
            break
    else:
        found = ", ".join(arrays)
        message = f"The file has the arrays {found}; images and labels were expected."
        raise ImportRefused("not_a_table", message, found, "images, labels")
    given = [arrays[known[each]] for each in names if each in known]
    if len(given) == 3:  # its pictures would be left out without a word
        there, missing = names[2:] if names[2] in known else names[:1:-1]
        message = f"The file has {known[there]} for the test, and no {missing}."
        raise ImportRefused("half_a_test", message, known[there], missing)
    for key in ("class_names", "target_names"):
        if class_names is None and key in known:
            class_names = [str(each) for each in arrays[known[key]].ravel()]
    return from_arrays(
        *given,
        class_names=class_names,
        name=name or path.stem,
        invert=invert,
        test_share=test_share,
        seed=seed,
        limits=limits,
    )


def read_arrays(path: Path, limits: ImportLimits = STANDARD) -> dict[str, npt.NDArray[Any]]:
    """Read all arrays of an NPZ file, whose sizes are checked before.

    Raises:
        ImportRefused: no such file, too much, or an array of objects.
    """
    size_within(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if (size := sum(info.file_size for info in infos)) > limits.bytes:
                raise too_many_bytes(size, limits)
            if len(infos) > 64:
                raise too_many_pictures(len(infos), limits)
            return {
                info.filename.removesuffix(".npy"): _array(archive.read(info), limits)
                for info in infos
                if info.filename.endswith(".npy")
            }
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, RuntimeError, OSError) as error:
        if isinstance(error, ImportRefused):
            raise
        message = "This is no NPZ file of numbers and texts, or it is damaged."
        raise ImportRefused("not_a_table", message, str(error)) from error


def _array(content: bytes, limits: ImportLimits) -> npt.NDArray[Any]:
    header = io.BytesIO(content)
    version = np.lib.format.read_magic(header)
    if version == (1, 0):
        shape, _order, dtype = np.lib.format.read_array_header_1_0(header)
    else:
        shape, _order, dtype = np.lib.format.read_array_header_2_0(header)
    if dtype.hasobject:
        message = "The file holds Python objects, which could run programs; they are not read."
        raise ImportRefused("pickled", message)
    # It would be allocated before it is read.
    if (size := math.prod(shape) * dtype.itemsize) > min(limits.bytes, len(content)):
        raise too_many_bytes(size, limits)
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)


def from_idx(
    images: Path | str,
    labels: Path | str,
    test_images: Path | str | None = None,
    test_labels: Path | str | None = None,
    *,
    class_names: Sequence[str] | None = None,
    name: str = "idx",
    invert: bool | None = None,
    test_share: float = TEST_SHARE,
    seed: int = 0,
    limits: ImportLimits = STANDARD,
) -> Imported:
    """Make a data set of files in the format of MNIST, extracted or as .gz.

    Args:
        images: the pictures.
        labels: their labels.
        test_images: the pictures of the test, or None to divide by chance.
        test_labels: their labels.
        class_names: as for `from_arrays`.
        name: what the data set is called.
        invert: as for `from_arrays`.
        test_share: as for `from_arrays`.
        seed: as for `from_arrays`.
        limits: how much is read.

    Returns:
        The data set, and what was done to make it.

    Raises:
        ImportRefused: no such files, too much, or too few pictures or classes.
    """
    given = [(images, 3), (labels, 1), (test_images, 3), (test_labels, 1)]
    arrays = [
        _idx(Path(path), dimensions, limits).numpy()
        for path, dimensions in given
        if path is not None
    ]
    return from_arrays(
        *arrays,
        class_names=class_names,
        name=name,
        invert=invert,
        test_share=test_share,
        seed=seed,
        limits=limits,
    )


def idx_files(folder: Path) -> tuple[Path, ...]:
    """Return the two or four idx files of a folder: pictures, labels, and those of the test.

    Example:
        >>> idx_files(Path("nowhere"))
        ()
    """
    found = []
    for start in ("train", "t10k"):
        paths = [
            next(
                (
                    path
                    for path in (folder / f"{start}-{each}{ending}" for ending in _ENDINGS)
                    if path.is_file()
                ),
                None,
            )
            for each in _FILES
        ]
        if None in paths:
            break
        found += [path for path in paths if path is not None]
    return tuple(found)


def _idx(path: Path, dimensions: int, limits: ImportLimits) -> torch.Tensor:
    size_within(path, limits)
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            content = file.read(limits.bytes + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        message = f"{path.name} is damaged."
        raise ImportRefused("not_a_table", message, str(error)) from error
    if len(content) > limits.bytes:
        raise too_many_bytes(len(content), limits)
    try:
        return idx_values(bytearray(content), dimensions, path)
    except DataDamaged as error:
        message = f"{path.name} is no idx file of {dimensions} dimensions."
        raise ImportRefused("not_a_table", message, error.found) from error


def from_parquet(
    where: Path | str | Sequence[Path | str],
    test: Path | str | Sequence[Path | str] = (),
    *,
    class_names: Sequence[str] | None = None,
    name: str | None = None,
    side: int | None = None,
    asked: Asked = AUTOMATIC,
    test_share: float = TEST_SHARE,
    seed: int = 0,
    limits: ImportLimits = STANDARD,
    on_progress: OnProgress | None = None,
) -> Imported:
    """Make a data set of Parquet files as Hugging Face writes them.

    A column of picture files (a struct with "bytes", or bytes), and one of labels, whole numbers or
    texts. The names of the classes are taken from the file where it has them.

    Args:
        where: the file or files.
        test: those for the test, or none to divide the pictures by chance.
        class_names: as for `from_arrays`.
        name: what the data set is called; None for the name of the file.
        side: as for `from_folder`.
        asked: as for `from_folder`.
        test_share: as for `from_folder`.
        seed: as for `from_folder`.
        limits: how much is read.
        on_progress: as for `from_folder`.

    Returns:
        The data set, and what was done to make it.

    Raises:
        ImportRefused: no such files, pyarrow is missing, too much, or too few pictures or classes.
    """
    paths = [_paths(where), _paths(test)]
    tables = [_Parquet(path, limits) for path in (*paths[0], *paths[1])]
    count = sum(len(table) for table in tables)
    if count > limits.pictures:
        raise too_many_pictures(count, limits)
    if sum(table.bytes for table in tables) > limits.bytes:
        raise too_many_bytes(sum(table.bytes for table in tables), limits)
    names = class_names or next((table.class_names for table in tables if table.class_names), None)
    left_out: list[LeftOut] = []
    paths_read: list[str] = []
    labels: list[int | str] = []
    is_test: list[bool] = []
    with opening_many() as decoder:
        step = max(count // SAMPLES, 1)
        some = (row.content for position, row in enumerate(_rows(tables)) if position % step == 0)
        samples = [each for each in decoder.open_each(some) if not isinstance(each, InvalidPicture)]
        reading = decide(samples, side, asked)
        images = np.empty((count, reading.side, reading.side), np.uint8)
        rows, again = tee(_rows(tables))
        opened = decoder.open_each(row.content for row in again)
        for done, (row, found) in enumerate(zip(rows, opened, strict=True), start=1):
            try:
                if isinstance(found, InvalidPicture):
                    raise found
                images[len(labels)] = read(found, reading)
            except InvalidPicture as refusal:
                given = (refusal.problem, refusal.value, refusal.limit)
                left_out.append(LeftOut(row.path, *given))
            else:
                paths_read.append(row.path)
                labels.append(row.label)
                is_test.append(row.table.path in paths[1])
            if on_progress is not None:
                on_progress(row.table.path.name, done, count)
    indices, listed, known = _indices(labels, names)
    left_out += [
        LeftOut(paths_read[position], "no_class", str(labels[position]))
        for position in np.flatnonzero(~known)
    ]
    return assemble(
        images[: len(labels)][known],
        indices,
        listed,
        paths=[path for path, is_known in zip(paths_read, known, strict=True) if is_known],
        name=name or paths[0][0].stem,
        for_test=[each for each, is_known in zip(is_test, known, strict=True) if is_known]
        if paths[1]
        else None,
        left_out=left_out,
        test_share=test_share,
        seed=seed,
        reading=reading,
        inverted=reading.invert,
    )


class _Parquet:
    """A Parquet file with a column of pictures and one of labels."""

    def __init__(self, path: Path, limits: ImportLimits) -> None:
        try:
            import pyarrow as arrow
            import pyarrow.parquet as parquet
        except ImportError as error:
            message = "Parquet files are read by the package pyarrow, which is not installed."
            raise ImportRefused("needs_pyarrow", message) from error
        size_within(path, limits)
        self.path = path
        try:
            self._file = parquet.ParquetFile(path)
            schema = self._file.schema_arrow
        except (arrow.ArrowException, OSError) as error:
            message = "This is no Parquet file, or it is damaged."
            raise ImportRefused("not_a_table", message, path.name) from error
        self._errors = (arrow.ArrowException, OSError)
        self._image = next((f.name for f in schema if _holds_pictures(f.type)), None)
        known = {field.name.lower(): field.name for field in schema}
        self._label = next((known[each] for each in LABELS if each in known), None)
        if self._image is None or self._label is None:
            found = ", ".join(field.name for field in schema)
            message = f"The table has the columns {found}; a picture and a label were expected."
            raise ImportRefused("not_a_table", message, found, "image, label")
        self.class_names = _hugging_face_names(schema.metadata or {}, self._label)
        groups = range(self._file.metadata.num_row_groups)
        self.bytes = sum(self._file.metadata.row_group(k).total_byte_size for k in groups)

    def __len__(self) -> int:
        return int(self._file.metadata.num_rows)

    def rows(self) -> Iterator[tuple[int | str, bytes]]:
        """Yield the label and the picture file of each row."""
        try:
            for batch in self._file.iter_batches(64, columns=[self._image, self._label]):
                pictures = batch.column(self._image).to_pylist()
                for picture, label in zip(pictures, batch.column(self._label), strict=True):
                    content = picture.get("bytes") if isinstance(picture, dict) else picture
                    yield as_label(label.as_py()), content or b""
        except self._errors as error:
            message = "This Parquet file is damaged."
            raise ImportRefused("not_a_table", message, self.path.name) from error


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a Parquet file: where it stands, its label and its picture file."""

    table: _Parquet
    path: str
    label: int | str
    content: bytes


def _rows(tables: Sequence[_Parquet]) -> Iterator[_Row]:
    for table in tables:
        for number, (label, content) in enumerate(table.rows(), start=1):
            yield _Row(table, f"{table.path.name}, {number}", label, content)


def _holds_pictures(kind: Any) -> bool:
    from pyarrow import types

    if types.is_struct(kind):
        return any(each.name == "bytes" for each in kind)
    return bool(types.is_binary(kind) or types.is_large_binary(kind))


def _hugging_face_names(metadata: Mapping[bytes, bytes], label: str) -> list[str] | None:
    try:
        told = json.loads(metadata[b"huggingface"])
        names = told["info"]["features"][label]["names"]
    except (KeyError, ValueError, TypeError):
        return None
    return [str(each) for each in names] if isinstance(names, list) else None


def _paths(given: Path | str | Sequence[Path | str]) -> list[Path]:
    return [Path(given)] if isinstance(given, Path | str) else [Path(each) for each in given]


def _indices(
    labels: Sequence[int | str], class_names: Sequence[str] | None
) -> tuple[list[int], list[str], npt.NDArray[np.bool_]]:
    names, indices = classes_of(labels, class_names)
    known = np.array(indices) >= 0
    return [index for index in indices if index >= 0], names, known
