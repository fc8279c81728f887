"""The files of a folder or a ZIP that a person brings, and the class and the split of each.

Nothing is unpacked to the disk: a file is read when it is its turn, and no further than its size.
What is not read is told with the reason.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, Literal

from softmax_core.data.names import MAX_NAME_LENGTH, without_hidden
from softmax_core.errors import ImportRefused

SplitName = Literal["train", "test"]

_SPLITS: Final[dict[str, SplitName]] = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "val": "test",
    "valid": "test",
    "validation": "test",
}
_ARCHIVES: Final = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".jar")
_BESIDE: Final = ("__MACOSX", "Thumbs.db", "desktop.ini")
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError)
_MOST_ENTRY_BYTES: Final = 400  # of one file in a ZIP's directory, mean: its path and 46 more


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """How much is read of what a person brings.

    Attributes:
        pictures: number of pictures, and of files.
        bytes: of the file or the files, and of what a ZIP unpacks to.
    """

    pictures: int = 100_000
    bytes: int = 200 * 2**20


STANDARD: Final = ImportLimits()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file, or a line of a table, that was not read.

    Attributes:
        path: its path in the folder or the ZIP, or the number of the line.
        reason: "hidden", "outside" (a path that leads out of the ZIP), "link", "archive",
            "encrypted", "no_class" (it lies in no class's folder, or its label is none), "no_split"
            (others lie in folders for training and test), "in_both" (a picture for training that
            is in the test that was given), "wrong_length" (a line with another number of pixels),
            "no_number", or a problem of `InvalidPicture`.
        value: as in `InvalidPicture`, or what was found.
        limit: as in `InvalidPicture`.
    """

    path: str
    reason: str
    value: str = ""
    limit: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that may be a picture.

    Attributes:
        path: its path, with "/" between the folders.
        read: returns its bytes.
    """

    path: str
    read: Callable[[], bytes]


@dataclass(slots=True)
class Source:
    """What a folder or a ZIP holds.

    Attributes:
        files: those that may be pictures, by their paths.
        left_out: the others.
    """

    files: list[SourceFile] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Placed:
    """A file with the class that its folder names, and the split, where one is given."""

    file: SourceFile
    class_name: str
    split: SplitName | None


@contextmanager
def opened_source(where: Path | bytes, limits: ImportLimits = STANDARD) -> Iterator[Source]:
    """Look through a folder or a ZIP, without reading the files.

    Args:
        where: the folder or the ZIP, or a ZIP's bytes.
        limits: how much is read.

    Yields:
        The files; they can be read until the end of the block.

    Raises:
        ImportRefused: no folder and no ZIP, or more than the limits.
    """
    if isinstance(where, Path) and where.is_dir():
        yield _folder(where, limits)
        return
    file: BinaryIO = where.open("rb") if isinstance(where, Path) else io.BytesIO(where)
    with file:
        size = file.seek(0, os.SEEK_END)
        if size > limits.bytes:
            raise too_many_bytes(size, limits)
        _check_directory(file, size, limits)
        try:
            with zipfile.ZipFile(file) as archive:
                yield _archive(archive, limits)
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
            raise ImportRefused(
                "not_an_archive", "This file is no ZIP, or it is damaged.", str(error)
            ) from error


def too_many_bytes(found: int, limits: ImportLimits) -> ImportRefused:
    """Return the error for more bytes than are read."""
    value, limit = (str(-(-count // 2**20)) for count in (found, limits.bytes))
    return ImportRefused(
        "too_many_bytes", f"There are {value} MB; at most {limit} MB are read.", value, limit
    )


def too_many_pictures(found: int, limits: ImportLimits) -> ImportRefused:
    """Return the error for more pictures than are read."""
    value, limit = f"{found:,}", f"{limits.pictures:,}"
    return ImportRefused(
        "too_many_pictures",
        f"There are {value} pictures or files; at most {limit} are read.",
        value,
        limit,
    )


def placed(source: Source) -> list[Placed]:
    """Return the files with the classes that their folders name.

    A folder around all others is passed over. Below it may stand folders for training and test (or
    train, testing, val, …), then a folder for each class, in which the pictures lie, also deeper.

    Args:
        source: the files; those without a class are added to what is left out.

    Returns:
        The others, in the order of their paths.
    """
    paths = [PurePosixPath(file.path).parts for file in source.files]
    depth = 0
    while any(len(parts) > depth + 2 for parts in paths):
        here = {parts[depth] for parts in paths if len(parts) > depth + 1}
        if len(here) > 1 or _split_of(here.pop()):
            break
        depth += 1
    is_divided = {"train", "test"} <= {
        _split_of(parts[depth]) for parts in paths if len(parts) > depth + 2
    }
    found: list[Placed] = []
    for file, parts in zip(source.files, paths, strict=True):
        folders = parts[depth:-1]
        split = _split_of(folders[0]) if folders and len(folders) > 1 else None
        if split is not None:
            folders = folders[1:]
        class_name = class_name_of(folders[0]) if folders else ""
        if not class_name:
            source.left_out.append(LeftOut(file.path, "no_class"))
        elif is_divided and split is None:
            source.left_out.append(LeftOut(file.path, "no_split"))
        else:
            found.append(Placed(file, class_name, split if is_divided else None))
    return found


def class_name_of(text: str) -> str:
    r"""Return a class's name from what a folder or a label is called: one line, not too long.

    Example:
        >>> class_name_of("  Ankle \n boot ")
        'Ankle boot'
    """
    composed = unicodedata.normalize("NFC", without_hidden(text))
    seen = "".join(" " if unicodedata.category(each)[0] == "C" else each for each in composed)
    return " ".join(seen.split())[:MAX_NAME_LENGTH].strip()


def _split_of(folder: str) -> SplitName | None:
    return _SPLITS.get(folder.lower())


def _why_not(path: PurePosixPath) -> str | None:
    """Return why a file is not read, from its path alone."""
    if any(part.startswith(".") or part in _BESIDE for part in path.parts):
        return "hidden"
    return "archive" if path.name.lower().endswith(_ARCHIVES) else None


def _folder(folder: Path, limits: ImportLimits) -> Source:
    found, size, seen = Source(), 0, 0
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted([*names, *(each for each in folders if Path(where, each).is_symlink())]):
            path = Path(where, name)
            inside = PurePosixPath(path.relative_to(folder).as_posix())
            seen += 1
            if seen > limits.pictures:
                raise too_many_pictures(seen, limits)
            mode = path.lstat().st_mode
            reason = _why_not(inside)
            if stat.S_ISLNK(mode) or not stat.S_ISREG(mode):
                reason = "link"
            if reason:
                found.left_out.append(LeftOut(str(inside), reason))
                continue
            size += path.lstat().st_size
            found.files.append(SourceFile(str(inside), path.read_bytes))
    if size > limits.bytes:
        raise too_many_bytes(size, limits)
    found.files.sort(key=lambda file: file.path)
    return found


def _archive(archive: zipfile.ZipFile, limits: ImportLimits) -> Source:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > limits.pictures:
        raise too_many_pictures(len(infos), limits)
    if (size := sum(info.file_size for info in infos)) > limits.bytes:
        raise too_many_bytes(size, limits)
    found = Source()
    taken: set[str] = set()
    for info in infos:
        name = _name_of(info)
        inside = PurePosixPath(name)
        reason = _why_not(inside)
        if inside.is_absolute() or ".." in inside.parts or ":" in (inside.parts or ("",))[0]:
            reason = "outside"
        elif stat.S_ISLNK(info.external_attr >> 16):
            reason = "link"
        elif info.flag_bits & 1:
            reason = "encrypted"
        elif not reason and str(inside) in taken:
            reason = "damaged"  # a second file of the same path
        taken.add(str(inside))
        if reason:
            found.left_out.append(LeftOut(name, reason))
        else:
            found.files.append(SourceFile(str(inside), _reader(archive, info)))
    found.files.sort(key=lambda file: file.path)
    return found


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(info) as file:
                return file.read(info.file_size)
        except _UNREADABLE:
            return b""

    return read


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return a file's path; programs that write no UTF-8 do not say what they write."""
    name = info.filename.replace("\\", "/")
    if info.flag_bits & 0x800 or name.isascii():
        return name
    raw = name.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb2312"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _check_directory(file: BinaryIO, size: int, limits: ImportLimits) -> None:
    """Refuse a ZIP whose directory would take much memory, before it is read."""
    tail = min(size, 2**16 + 22 + 20)
    file.seek(size - tail)
    end = file.read(tail)
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22:
        raise ImportRefused("not_an_archive", "This file is no ZIP, or it is damaged.", "no ZIP")
    count, length = struct.unpack_from("<10xHI", end, at)
    if at >= 20 and end[at - 20 : at - 16] == b"PK\x06\x07":  # more than the old form can say
        file.seek(min(struct.unpack_from("<Q", end, at - 12)[0], size))
        more = file.read(56)
        if len(more) == 56 and more[:4] == b"PK\x06\x06":
            count, length = struct.unpack_from("<32xQQ", more)
    file.seek(0)
    if count > 2 * limits.pictures or length > limits.pictures * _MOST_ENTRY_BYTES:
        raise too_many_pictures(count, limits)
