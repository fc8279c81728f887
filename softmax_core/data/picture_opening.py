"""Open a picture file that a person brings, in a process that can do no harm.

The decoder runs as a program of its own (`picture_decoder`), with limits of memory and time, one at
a time: however many files are uploaded, and whatever they were made to do, the server goes on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from softmax_core.data import picture_decoder
from softmax_core.data.picture_kinds import kind_of
from softmax_core.errors import InvalidPicture

MOST_BYTES: Final = 20 * 1024 * 1024

_PATIENCE: Final = 30.0  # seconds, for one file and for its turn; the processor's own limit is less
_one_at_a_time = threading.Lock()

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
    if not content:
        raise _refusal("empty", content)
    if len(content) > MOST_BYTES:
        raise _refusal("too_many_bytes", content, _megabytes(len(content)), _megabytes(MOST_BYTES))
    told, pixels = _answer(content)
    if "refused" in told:
        raise _refusal(told["refused"][0], content, *told["refused"][1:])
    width, height = told["pixels"]
    array = np.frombuffer(pixels, np.uint8).reshape(height, width, len(told["mode"]))
    return OpenedPicture(array, told["format"], tuple(told["size"]), told["is_first_of_several"])


def _answer(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Run the decoder; its answer and the pixels."""
    command = [sys.executable, "-P", str(Path(picture_decoder.__file__))]
    # Few arenas: each would reserve memory, of which the decoder has little.
    environment = os.environ | {"MALLOC_ARENA_MAX": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    with _turn(content):
        try:
            done = subprocess.run(  # noqa: S603 - our own module; the file comes on its input
                command, input=content, capture_output=True, env=environment, timeout=_PATIENCE
            )
        except subprocess.TimeoutExpired:
            raise _refusal("too_costly", content) from None
    if done.returncode:
        raise _refusal("too_costly", content)
    line, _newline, pixels = done.stdout.partition(b"\n")
    return json.loads(line), pixels


@contextmanager
def _turn(content: bytes) -> Iterator[None]:
    if not _one_at_a_time.acquire(timeout=_PATIENCE):
        raise _refusal("busy", content)
    try:
        yield
    finally:
        _one_at_a_time.release()


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
