"""The rows of a damaged SQLite file, read page by page, however its trees hang together.

SQLite stops where a page is damaged, and all that lies behind it is lost to it. But a row lies
whole in a leaf of a table, with pointers to the pages of a long value, so leaves can be read by
themselves. What comes of a damaged leaf is nonsense, which the rows' own checksums tell.

The format: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

Value = bytes | str | float | None

_LEAF_OF_TABLE: Final = 13
_HEADER: Final = 100  # bytes before the first page's own
_WAL_HEADER: Final = 32
_FRAME_HEADER: Final = 24


class Pages:
    """The pages of a database file, newer ones of its WAL in their place.

    Args:
        content: the file's bytes.
        wal: those of its WAL, or b"".

    Example:
        >>> list(Pages(b"no database", b"").rows())
        []
    """

    def __init__(self, content: bytes | mmap, wal: bytes = b"") -> None:
        self._content = content
        self._wal = wal
        size = int.from_bytes(content[16:18], "big")
        self._size = size if size in (512, 1024, 2048, 8192, 16384, 32768) else 4096
        self._newer = self._committed()
        self._count = max([len(content) // self._size, *self._newer])

    @classmethod
    @contextmanager
    def of(cls, path: Path) -> Iterator[Pages]:
        """Open a file and its WAL."""
        wal = path.with_name(f"{path.name}-wal")
        newer = wal.read_bytes() if wal.exists() else b""
        with path.open("rb") as file:
            if path.stat().st_size == 0:  # which cannot be mapped
                yield cls(b"", newer)
                return
            with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
                yield cls(content, newer)

    def rows(self) -> Iterator[tuple[int, tuple[Value, ...]]]:
        """Return each row of each table that can be read: its rowid and its values."""
        free = self._free()
        for number in range(1, self._count + 1):
            page = self._page(number)
            start = _HEADER if number == 1 else 0
            if number in free or page[start : start + 1] != bytes([_LEAF_OF_TABLE]):
                continue
            cells = int.from_bytes(page[start + 3 : start + 5], "big")
            for at in range(start + 8, min(start + 8 + 2 * cells, len(page) - 1), 2):
                row = self._row(page, int.from_bytes(page[at : at + 2], "big"))
                if row is not None:
                    yield row

    def _page(self, number: int) -> bytes:
        if number in self._newer:
            return self._newer[number]
        return self._content[(number - 1) * self._size : number * self._size]

    def _committed(self) -> dict[int, bytes]:
        """Return the pages of the WAL's complete transactions."""
        salts = self._wal[16:24]
        whole: dict[int, bytes] = {}
        pending: dict[int, bytes] = {}
        at = _WAL_HEADER
        while (frame := self._wal[at : at + _FRAME_HEADER])[8:16] == salts and len(frame) == 24:
            at += _FRAME_HEADER
            number, pages_after = struct.unpack(">II", frame[:8])
            pending[number] = self._wal[at : at + self._size]
            at += self._size
            if pages_after:  # the last page of a transaction
                whole |= pending
                pending = {}
        return whole

    def _free(self) -> set[int]:
        """Return the pages with what was deleted, or none of them if their list is damaged."""
        first, count = struct.unpack(">II", self._page(1)[32:40].ljust(8, b"\0"))
        free: set[int] = set()
        while first and first <= self._count and first not in free:
            trunk = self._page(first)
            free.add(first)
            first, leaves = struct.unpack(">II", trunk[:8].ljust(8, b"\0"))
            free |= {number for (number,) in struct.iter_unpack(">I", trunk[8 : 8 + 4 * leaves])}
        return free if len(free) == count else set()

    def _row(self, page: bytes, at: int) -> tuple[int, tuple[Value, ...]] | None:
        try:
            length, at = _varint(page, at)
            rowid, at = _varint(page, at)
            return rowid, _values(self._payload(page, at, length))
        except (IndexError, ValueError, struct.error):
            return None

    def _payload(self, page: bytes, at: int, length: int) -> bytes:
        """Return a row's bytes: those in its cell, and those in its chain of overflow pages."""
        if length > self._count * self._size:
            raise ValueError("longer than the file")
        own = length
        if length > self._size - 35:
            least = (self._size - 12) * 32 // 255 - 23
            own = least + (length - least) % (self._size - 4)
            own = own if own <= self._size - 35 else least
        parts, left = [page[at : at + own]], length - own
        following = int.from_bytes(page[at + own : at + own + 4], "big")
        while left > 0:
            if not 0 < following <= self._count:
                raise ValueError("the chain breaks off")
            overflow = self._page(following)
            parts.append(overflow[4 : 4 + left])
            left -= self._size - 4
            following = int.from_bytes(overflow[:4], "big")
        return b"".join(parts)


def _values(record: bytes) -> tuple[Value, ...]:
    """Return the values of a record, whose head gives their types."""
    head, at = _varint(record, 0)
    types = []
    while at < head:
        kind, at = _varint(record, at)
        types.append(kind)
    lengths = [_length(kind) for kind in types]
    ends = [head]
    for length in lengths:
        ends.append(ends[-1] + length)
    if ends[-1] > len(record):
        raise ValueError("a value that is not there")
    return tuple(
        _value(kind, record[start:end])
        for kind, (start, end) in zip(types, pairwise(ends), strict=True)
    )


def _length(kind: int) -> int:
    if kind >= 12:
        return (kind - 12) // 2
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind]


def _value(kind: int, stored: bytes) -> Value:
    if kind == 0:
        return None
    if kind == 7:
        return float(struct.unpack(">d", stored)[0])
    if kind in (8, 9):
        return kind - 8
    if kind < 7:
        return int.from_bytes(stored, "big", signed=True)
    return stored.decode() if kind % 2 else stored


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """Return a whole number of 1 to 9 bytes, and where it ends."""
    value = 0
    for place in range(9):
        byte = content[at + place]
        if place == 8:
            value = value << 8 | byte
        else:
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value, at + place + 1
    return (value - (1 << 64) if value >= 1 << 63 else value), at + 9
