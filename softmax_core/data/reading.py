"""How the pictures of a set become small and grey: decided once, for all of them.

A picture that is looked at alone may be trimmed or negated where the next one is not; then a model
learns what was done to a picture and not what it shows. So some pictures of the set are looked at
as one's own picture is (`picture.looks_of`), and what most of them need is done to all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from softmax_core.data.dataset import SIDE_RANGE
from softmax_core.data.picture import Looks, looks_of, reduced
from softmax_core.data.picture_opening import OpenedPicture
from softmax_core.errors import ImportRefused, InvalidData, InvalidPicture

Choice = Literal["margin", "invert", "thicken"]
Asked = Mapping[Choice, bool]

SIDES: Final = (8, 64)
"""The least and the most pixels to which the side of a picture is reduced."""
SIDE: Final = 28
SAMPLES: Final = 60

AUTOMATIC: Final[Asked] = MappingProxyType({})

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Reading(Looks):
    """What is done to each picture of a set: its looks, and the size of the result.

    Attributes:
        side: height and width of the result in pixels.
    """

    side: int


def decide(
    samples: Sequence[OpenedPicture], side: int | None = None, asked: Asked = AUTOMATIC
) -> Reading:
    """Decide how the pictures of a set are read, from some of them.

    Args:
        samples: pictures of all classes.
        side: height and width of the result in pixels, 8 to 64; None for the pictures' own, where
            all are squares of one size in this range, else 28.
        asked: what a person decided: whether pictures are trimmed ("margin"), negated ("invert") or
            their lines made thicker ("thicken").

    Returns:
        What is done to each picture.

    Raises:
        InvalidData: a side out of range.
        ImportRefused: none of the pictures shows anything.
    """
    chosen = side if side is not None else _own_side(samples)
    low, high = SIDES
    if not isinstance(chosen, int) or not low <= chosen <= high:
        raise InvalidData("side", chosen, f"a whole number from {low} to {high}")
    seen: list[Looks] = []
    for sample in samples:
        try:
            seen.append(looks_of(sample, chosen))
        except InvalidPicture:
            continue
    if not seen:
        raise no_pictures()
    most: dict[str, bool] = {
        field.name: sum(getattr(looks, field.name) for looks in seen) * 2 > len(seen)
        for field in fields(Looks)
    }
    if asked.get("invert", most["invert"]) != most["invert"]:
        most["is_of_data"] = True  # what was taken for the background is not
    most |= {str(name): given for name, given in asked.items()}
    return Reading(**most, side=chosen)


def read(opened: OpenedPicture, reading: Reading) -> Bytes:
    """Convert a picture as it was decided for its set.

    Args:
        opened: the picture.
        reading: what is done.

    Returns:
        uint8 (side, side), light on dark.

    Raises:
        InvalidPicture: only one colour.
    """
    return reduced(opened, reading.side, reading)


def no_pictures(reason: str = "") -> ImportRefused:
    """Return the error for a source without a single picture that can be read.

    Args:
        reason: why most of its files or lines were left out, as in `sources.LeftOut`; or "".
    """
    return ImportRefused("no_pictures", "There is no picture in it that can be read.", reason)


def _own_side(samples: Sequence[OpenedPicture]) -> int:
    sizes = {sample.size for sample in samples}
    width, height = sizes.pop() if len(sizes) == 1 else (0, 0)
    return width if width == height and SIDES[0] <= width <= SIDES[1] else SIDE


# -- pictures that are numbers already -----------------------------------------------------------


def grey_bytes(values: npt.NDArray[Any]) -> tuple[Bytes, float]:
    """Convert the numbers of all pictures to bytes, by one factor.

    Numbers up to 255 stay as they are, unless none is above 16, as in pictures of sixteen levels;
    these, and larger ones, are scaled so that the largest is 255. Numbers from 0 to 1 are shares of
    255.

    Args:
        values: numbers from 0, of any shape.

    Returns:
        uint8 of the same shape, and the factor.

    Raises:
        ImportRefused: negative numbers, nan, infinity, or no numbers.

    Example:
        >>> grey_bytes(np.array([0.0, 0.5, 1.0]))
        (array([  0, 128, 255], dtype=uint8), 255.0)
        >>> grey_bytes(np.array([0, 8, 16]))[1]
        15.9375
    """
    if values.dtype.kind not in "buif" or not values.size:
        raise no_numbers(str(values.dtype))
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high < float("inf")):  # nan is neither
        raise no_numbers(f"{low:g} … {high:g}")
    if values.dtype == np.uint8 and high > 16:
        return values, 1.0
    factor = 255.0 if high <= 1 else 1.0 if 16 < high <= 255 else 255.0 / high
    grey = np.empty(values.shape, np.uint8)
    for k in range(len(values)):  # one by one, for float64 takes eight times as much
        grey[k : k + 1] = np.rint(values[k : k + 1] * np.float64(factor))
    return grey, factor


def no_numbers(found: str) -> ImportRefused:
    """Return the error for pixels that are no numbers from 0."""
    return ImportRefused(
        "no_numbers", f"The pixels are {found}; they must be numbers from 0.", found
    )


def as_pictures(values: npt.NDArray[Any], size: tuple[int, int] | None = None) -> npt.NDArray[Any]:
    """Bring an array of pictures to (N, height, width).

    Args:
        values: (N, height, width); with colours (N, height, width, 1, 3 or 4) or (N, 1 or 3,
            height, width); or rows of pixels, (N, pixels).
        size: height and width for rows of pixels; None for squares.

    Returns:
        The pictures in grey, by Rec. 601.

    Raises:
        ImportRefused: another shape, or pictures too small or too large.

    Example:
        >>> as_pictures(np.zeros((5, 64))).shape, as_pictures(np.zeros((5, 8, 6, 3))).shape
        ((5, 8, 8), (5, 8, 6))
    """
    if values.ndim == 2:
        side = round(values.shape[1] ** 0.5)
        height, width = size or (side, side)
        if height * width != values.shape[1]:
            raise _another_size(values.shape)
        values = values.reshape(-1, height, width)
    elif values.ndim == 4 and values.shape[3] in (1, 3, 4):
        values = _grey(values)
    elif values.ndim == 4 and values.shape[1] in (1, 3):
        values = _grey(values.transpose(0, 2, 3, 1))
    low, high = SIDE_RANGE
    if values.ndim != 3 or not all(low <= length <= high for length in values.shape[1:]):
        raise _another_size(values.shape)
    return values


def _grey(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if values.shape[3] == 1:
        return values[..., 0]
    grey = values[..., :3].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    return grey if values.dtype.kind == "f" else np.rint(grey).astype(values.dtype)


def _another_size(shape: tuple[int, ...]) -> ImportRefused:
    found = " x ".join(map(str, shape))
    low, high = SIDE_RANGE
    allowed = f"{low} x {low} to {high} x {high}"
    message = f"The array is {found}; pictures of {allowed} pixels were expected."
    return ImportRefused("another_size", message, found, allowed)


def is_dark_on_light(images: Bytes) -> bool:
    """Tell whether most pictures are light at their edges, and so would be negated."""
    step = max(len(images) // SAMPLES, 1)
    some = images[::step]
    edges = [some[:, 0], some[:, -1], some[:, :, 0], some[:, :, -1]]
    edge = np.concatenate([each.reshape(len(some), -1) for each in edges], axis=1)
    return bool(((edge > 207).mean(axis=1) > (edge < 48).mean(axis=1)).mean() > 0.5)
