"""A table of pictures as text: a picture a line, its label and its pixels.

Spreadsheets and programs write the same table in many ways. What can be read in one way only is
read; what can be read in two, or would come out as other letters or numbers, is refused.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from softmax_core.data.dataset import SIDE_RANGE
from softmax_core.data.files import OnProgress
from softmax_core.data.reading import no_pictures
from softmax_core.data.sources import (
    ImportLimits,
    LeftOut,
    class_name_of,
    too_many_bytes,
    too_many_pictures,
)
from softmax_core.errors import ImportRefused

LABELS: Final = ("label", "labels", "class", "target", "y", "category", "fine_label")
"""What a column of labels is called."""

_LEAST: Final = 17  # columns: a label and 4 x 4 pixels
_ROW_NUMBERS: Final = ("", "unnamed: 0", "index", "id")
_MOST_LINE: Final = 2**18  # characters: 64 x 64 numbers of all digits
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")


class Lines:
    """A table's file, read line by line; a line of bytes takes a byte a pixel.

    Args:
        path: the file.
        limits: how much is read.
        on_progress: called with the file's name, the bytes read and the total.
        is_one_of_two: whether its name is told with the number of a line.
        size: height and width of the pictures; None for squares.

    Raises:
        ImportRefused: no table, too much, or something that can be read in two ways.
    """

    def __init__(
        self,
        path: Path,
        limits: ImportLimits,
        on_progress: OnProgress | None,
        *,
        is_one_of_two: bool,
        size: tuple[int, int] | None = None,
    ) -> None:
        self._place = f"{path.name}, " if is_one_of_two else ""
        self._picture_size = size
        self.labels: list[int | str] = []
        self.paths: list[str] = []
        self.left_out: list[LeftOut] = []
        self._rows: list[npt.NDArray[Any]] = []
        self._mark = ""
        self._thousands = ""
        self._has_decimals = False
        total = size_within(path, limits)
        with path.open("rb") as file:
            for number, line in _lines(file):
                self._hear(number, line)
                if len(self.labels) > limits.pictures:
                    raise too_many_pictures(len(self.labels), limits)
                if on_progress is not None and number % 256 == 0:
                    on_progress(path.name, file.tell(), total)
        if self._thousands and not self._has_decimals:
            message = f"{self._thousands} may have a decimal comma, or one between thousands."
            raise ImportRefused("two_readings", message, self._thousands)
        if on_progress is not None:
            on_progress(path.name, total, total)

    def pixels(self) -> npt.NDArray[Any]:
        """Return all rows, (N, pixels)."""
        if not self._rows:
            raise no_pictures(self.left_out[0].reason if self.left_out else "")
        return np.stack(self._rows)

    def _hear(self, number: int, line: str) -> None:
        if not line.strip():
            return
        if self._mark:
            self._take(number, self._cells(line))
        elif not line.lower().startswith("sep="):  # which Excel writes and understands
            self._mark = _mark_of(line)
            cells = self._cells(line)
            if not self._begin([cell.strip().lower() for cell in cells]):
                self._take(number, cells)

    def _cells(self, line: str) -> list[str]:
        if '"' not in line:
            return line.split(self._mark)
        try:
            return next(csv.reader([line], delimiter=self._mark, skipinitialspace=True), [])
        except csv.Error:  # a cell longer than any number
            return []

    def _begin(self, first: list[str]) -> bool:
        """Learn the columns from the first line; return whether it names them."""
        if len(first) < _LEAST:
            message = "This is no table of pictures: its first line has too few columns."
            raise ImportRefused("too_few_columns", message, str(len(first)), str(_LEAST))
        named = _names_columns(first)
        labels = [cell for cell in first if cell in LABELS] if named else []
        if len(labels) > 1:
            found = ", ".join(labels)
            message = f"The table has several columns of labels: {found}. Leave one."
            raise ImportRefused("several_labels", message, found)
        self._columns = len(first)
        self._label = first.index(labels[0]) if labels else 0
        chosen = [
            k
            for k, cell in enumerate(first)
            if k != self._label and not (labels and cell in _ROW_NUMBERS)
        ]
        if named:
            chosen = [chosen[k] for k in _order_of([first[k] for k in chosen])]
        self._chosen = None if chosen == list(range(1, self._columns)) else chosen
        self._check_square(len(chosen))
        return named

    def _check_square(self, pixels: int) -> None:
        low, high = SIDE_RANGE
        side = min(max(round(pixels**0.5), low), high)
        if self._picture_size is None and side * side != pixels:
            nearest = f"{side * side} ({side} x {side})"
            message = f"A line has {pixels} pixels; a square picture has for example {nearest}."
            raise ImportRefused("not_square", message, str(pixels), nearest)

    def _take(self, number: int, cells: list[str]) -> None:
        path = f"{self._place}{number}"
        if len(cells) != self._columns:
            self.left_out.append(LeftOut(path, "wrong_length", str(max(len(cells) - 1, 0))))
            return
        label = cells[self._label].strip()
        given = cells[1:] if self._chosen is None else [cells[k] for k in self._chosen]
        if self._mark != ",":
            given = self._with_points(given)
        try:
            values = np.array(given, dtype=np.float32)
        except ValueError:
            values = np.array([np.nan], np.float32)
        if not np.isfinite(values).all():
            self.left_out.append(LeftOut(path, "no_number"))
            return
        small = values.astype(np.uint8) if values.min() >= 0 and values.max() <= 255 else values
        self._rows.append(small if np.array_equal(small, values) else values)
        self.labels.append(as_label(label))
        self.paths.append(path)

    def _with_points(self, cells: list[str]) -> list[str]:
        """Return numbers whose decimals stand behind a comma as Python writes them."""
        found = [cell for cell in cells if "," in cell]
        for cell in found:
            if _THOUSANDS.fullmatch(cell.strip()):
                self._thousands = self._thousands or cell.strip()
            else:
                self._has_decimals = True
        return [cell.replace(",", ".") for cell in cells] if found else cells


def _lines(file: io.BufferedReader) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line, whatever ends it.

    Raises:
        ImportRefused: another encoding than UTF-8 and UTF-16, or a line that is too long.
    """
    start = file.read(2)
    file.seek(0)
    encoding = "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = io.TextIOWrapper(file, encoding)
    number = 0
    try:
        for number, line in enumerate(iter(lambda: text.readline(_MOST_LINE), ""), start=1):
            if len(line) == _MOST_LINE:
                message = "This is no table of pictures: a line is too long."
                raise ImportRefused("not_a_table", message, str(number))
            if "\0" in line:
                raise _not_utf8(number)
            yield number, line.rstrip("\n")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].count(b"\n")
        raise _not_utf8(number + 1 + before) from error
    finally:
        if not text.closed:
            text.detach()


def _not_utf8(line: int) -> ImportRefused:
    message = f"The table is not UTF-8: in line {line} it has bytes that are no letters."
    return ImportRefused("not_utf8", message, str(line))


def _mark_of(first: str) -> str:
    """Return what separates the cells; beside tabs and semicolons a comma is part of a number."""
    return next((mark for mark in "\t;" if first.count(mark) >= _LEAST - 1), ",")


def _names_columns(cells: Sequence[str]) -> bool:
    """Tell whether a first line names its columns, and is no picture with a cell that is none.

    Names may be the numbers of the columns, as programs give them: then these ascend by one.
    """
    if sum(not _is_number(cell) for cell in cells) * 2 > len(cells):
        return True
    if any(cell in LABELS for cell in cells):
        return True
    numbers = cells[1:] if cells[0] in _ROW_NUMBERS else cells
    return any(list(numbers) == [str(k + start) for k in range(len(numbers))] for start in (0, 1))


def _order_of(names: Sequence[str]) -> list[int]:
    """Return the order of the pixels, by the numbers in their columns' names.

    Sorted as texts, pixel10 stands before pixel2. Names with two numbers, as 2x1, may count the
    rows first or the columns: where they ascend in one of these ways they stay.

    Raises:
        ImportRefused: two columns have the same name.
    """
    if twice := next((name for k, name in enumerate(names) if name and name in names[:k]), None):
        message = f"Two columns of the table are called {twice}."
        raise ImportRefused("same_columns", message, twice)
    stays = list(range(len(names)))
    numbers = [tuple(map(int, re.findall(r"\d{1,9}", name))) for name in names]
    words = {re.sub(r"\d+", "", name) for name in names}
    if len(words) > 1 or len(set(numbers)) < len(numbers):
        return stays
    ways = (numbers, [each[::-1] for each in numbers])
    if any(way == sorted(way) for way in ways):
        return stays
    return sorted(stays, key=numbers.__getitem__)


def size_within(path: Path, limits: ImportLimits) -> int:
    """Return a file's size, or refuse it.

    Raises:
        ImportRefused: there is none, or it is too large.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ImportRefused("not_here", f"There is no {path.name} there.", path.name) from error
    if size > limits.bytes:
        raise too_many_bytes(size, limits)
    return size


def as_label(given: Any) -> int | str:
    """Return a label as a whole number where it is one, else as a class's name."""
    if isinstance(given, bool | int):
        return int(given)
    text = str(given if given is not None else "").strip()
    number = text.removesuffix(".0")
    return (
        int(number) if number.lstrip("-").isdecimal() and len(number) < 10 else class_name_of(text)
    )


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text.replace(",", ".")))
    except ValueError:
        return False
