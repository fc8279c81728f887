"""Open a picture file that a person brings, in a process that can do no harm.

The decoder runs as a program of its own (`picture_decoder`), with limits of memory and time, one at
a time, and one for a whole set: however many files are uploaded, and whatever they were made to do,
the server goes on.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from softmax_core.data import picture_decoder
from softmax_core.data.picture_kinds import kind_of
from softmax_core.errors import InvalidPicture

MOST_BYTES: Final = 20 * 1024 * 1024

_PATIENCE: Final = 30.0  # seconds, for one file and for its turn; the processor's own limit is less
_AHEAD: Final = 16  # files that the decoder may have before it is asked for their pictures
_AHEAD_BYTES: Final = 2**15  # of all these; a pipe holds twice as much, so none waits for another
_one_at_a_time = threading.Lock()
_one_set_at_a_time = threading.Lock()

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class OpenedPicture:
    """A picture as it was in its file, upright, at most 1024 x 1024.

    Attributes:
        pixels: uint8 (height, width, 3), or (height, width, 4) where parts are transparent.
        format: what the file is, as "PNG".
        size: the file's own width and height.
        is_first_of_several: whether it is an animation's first picture or a document's first page.
    """

    pixels: Bytes
    format: str
    size: tuple[int, int]
    is_first_of_several: bool = False


def open_picture(content: bytes) -> OpenedPicture:
    """Open a picture file of any kind that Pillow reads.

    Args:
        content: the file.

    Returns:
        The picture, reduced by averaging to at most 1024 x 1024; a smaller one as it is.

    Raises:
        InvalidPicture: empty, too large, no picture, or one that would cost too much to decode.
    """
    with _turn(_one_at_a_time), Decoder() as decoder:
        return decoder.open(content)


@contextmanager
def opening_many() -> Iterator[Decoder]:
    """Lend a decoder for the pictures of a whole set, to one at a time.

    A person's own picture does not wait for it: that has a turn of its own (`open_picture`).

    Raises:
        InvalidPicture: others' sets are being read ("busy").
    """
    with _turn(_one_set_at_a_time), Decoder() as decoder:
        yield decoder


class Decoder:
    """The program that decodes: begun with the first file, and anew after one that ended it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._due = math.inf
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        """Return the decoder; the end of the block ends its process."""
        return self

    def __exit__(self, *_raised: object) -> None:
        """End the process."""
        self._closed.set()
        self._end()

    def open(self, content: bytes) -> OpenedPicture:
        """Open a picture file; see `open_picture`."""
        (found,) = self.open_each([content])
        if isinstance(found, InvalidPicture):
            raise found
        return found

    def open_each(self, contents: Iterable[bytes]) -> Iterator[OpenedPicture | InvalidPicture]:
        """Open picture files in their order; while one is looked at, the next are decoded.

        Args:
            contents: the files, of which a few small ones, or a large one, are held at a time.

        Yields:
            For each file its picture, or why it is none, as `open_picture` raises it.
        """
        files = iter(contents)
        sent: deque[tuple[bytes, InvalidPicture | None]] = deque()
        following = next(files, None)
        while sent or following is not None:
            if len(sent) <= _AHEAD // 2:  # several at a time: each hop between processes costs
                while following is not None and _fits(following, sent):
                    sent.append((following, refusal := _refused_unopened(following)))
                    if refusal is None:
                        self._send(following)
                    following = next(files, None)
            content, refusal = sent.popleft()
            found = refusal or self._receive(content)
            if self._process is None:  # it ended: with that file, and the others are sent anew
                for other, refused in sent:
                    if refused is None:
                        self._send(other)
            yield found

    def _send(self, content: bytes) -> None:
        """Give the process a file; a process that has ended is noticed when it has to answer."""
        process = self._process or self._begin()
        assert process.stdin is not None
        with suppress(OSError):
            process.stdin.write(len(content).to_bytes(8, "big"))
            process.stdin.write(content)

    def _receive(self, content: bytes) -> OpenedPicture | InvalidPicture:
        """Return what the process makes of the file that was sent first of those it has."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        self._due = monotonic() + _PATIENCE
        with suppress(OSError):  # it ended at a later file, and may have answered this one before
            process.stdin.flush()
        try:
            told = json.loads(process.stdout.readline())
            pixels = process.stdout.read(told["bytes"])
            if len(pixels) < told["bytes"]:
                raise EOFError
        except (OSError, ValueError, EOFError):  # it was ended, by its limits or ours
            self._end()
            return _refusal("too_costly", content)
        finally:
            self._due = math.inf
        if "refused" in told:
            return _refusal(told["refused"][0], content, *told["refused"][1:])
        width, height = told["pixels"]
        array = np.frombuffer(pixels, np.uint8).reshape(height, width, len(told["mode"]))
        several = told["is_first_of_several"]
        return OpenedPicture(array, told["format"], tuple(told["size"]), several)

    def _begin(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", str(Path(picture_decoder.__file__))]
        # Few arenas: each would reserve memory, of which the decoder has little.
        environment = os.environ | {
            "MALLOC_ARENA_MAX": "1",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        self._process = subprocess.Popen(  # noqa: S603 - our own module; files come on its input
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()
        return self._process

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """End a process that takes too long for a file; a look a second."""
        while process.poll() is None and not self._closed.wait(1.0):
            if monotonic() > self._due:
                process.kill()

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        with suppress(OSError):  # what it was not sent
            self._process.communicate()
        self._process = None


def _fits(content: bytes, sent: deque[tuple[bytes, InvalidPicture | None]]) -> bool:
    """Tell whether a file can be sent beside those that were; one alone always can."""
    size = len(content) + sum(len(other) for other, _ in sent)
    return not sent or (len(sent) < _AHEAD and size <= _AHEAD_BYTES)


def _refused_unopened(content: bytes) -> InvalidPicture | None:
    """Return why a file is not even sent to the decoder, or None."""
    if not content:
        return _refusal("empty", content)
    if len(content) > MOST_BYTES:
        size, most = _megabytes(len(content)), _megabytes(MOST_BYTES)
        return _refusal("too_many_bytes", content, size, most)
    return None


@contextmanager
def _turn(lock: threading.Lock) -> Iterator[None]:
    if not lock.acquire(timeout=_PATIENCE):
        raise _refusal("busy", b"")
    try:
        yield
    finally:
        lock.release()


def _refusal(problem: str, content: bytes, value: str = "", limit: str = "") -> InvalidPicture:
    """Return the error for a file, with what the file is where that says more."""
    kind = kind_of(content)
    if problem == "not_a_picture" and kind is not None:
        problem = "damaged" if kind[1] else "another_kind"
    if problem in ("damaged", "another_kind"):
        value = kind[0] if kind else ""
    message = _MESSAGES[problem].format(value=value, limit=limit)
    return InvalidPicture(problem, message, value, limit)


_MESSAGES: Final = {
    "empty": "The file is empty.",
    "not_a_picture": "The file is no picture of a kind that is read. Save it as PNG or JPEG.",
    "another_kind": "This file is of another kind: {value}. Save what it shows as PNG or JPEG.",
    "damaged": "The picture is damaged or was cut off ({value}). Save it again as PNG or JPEG.",
    "too_many_bytes": "The file has {value} MB; at most {limit} MB are read. Save it smaller.",
    "too_many_pixels": "The picture has {value} pixels; at most {limit} million are read. Save it "
    "smaller.",
    "too_costly": "The picture takes too much memory or time to open. Save it again as PNG or "
    "JPEG, smaller.",
    "busy": "Others are having pictures opened. Try again in a moment.",
}


def _megabytes(count: int) -> str:
    return f"{count / 1024 / 1024:.1f}".removesuffix(".0")
