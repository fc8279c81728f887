"""28 x 28 arrays as PNG data URIs: clothes in grey, weights and evidence diverging around 0.

Small pictures are sent as palette PNGs, a few hundred bytes each, and the browser enlarges them
without smoothing.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageColor

from softmax_ui.colours import NEGATIVE, POSITIVE

LEVELS: Final = 16
"""Shades on each side of 0; more would cost bytes and look the same."""

_ZERO: Final = "#f4f5f7"
# Deeper than the ends of the charts' scale, to show amounts in a thumbnail.
_SCALE: Final = ("#4a0d5c", NEGATIVE, _ZERO, POSITIVE, "#123f05")
_MISSING: Final = "#9aa0a6"

_GAP: Final = 2


def grey_picture(image: npt.NDArray[np.uint8]) -> str:
    """Return a grey picture (height, width), 0 is black, as a data URI."""
    return _data_uri(Image.fromarray(np.ascontiguousarray(image)))


def four_together(images: npt.NDArray[np.uint8]) -> str:
    """Return up to four pictures, two beside each other and two below, as one data URI."""
    apart = np.pad(images, ((0, 4 - len(images)), (0, _GAP), (0, _GAP)))
    rows = [np.hstack([left, right]) for left, right in (apart[:2], apart[2:])]
    return grey_picture(np.vstack(rows)[:-_GAP, :-_GAP])


def diverging_picture(values: npt.NDArray[np.floating], limit: float) -> str:
    """Return signed values as a picture: purple below 0, green above, pale at 0, grey for nan.

    The absolute value `limit` gets the deepest colour; the same limit makes pictures comparable.
    """
    return diverging_pictures(values[None], limit)[0]


def diverging_pictures(values: npt.NDArray[np.floating], limit: float) -> list[str]:
    """Return signed values (pictures, height, width) as pictures of one scale."""
    finite = np.isfinite(values)
    scaled = np.where(finite, values, 0.0) / (limit if limit > 0 else 1.0)
    # Rounding keeps 0 in the middle shade, without a sign.
    shades = np.rint(np.clip(scaled, -1, 1) * LEVELS).astype(np.int16) + LEVELS
    shades[~finite] = 2 * LEVELS + 1
    return [_shaded(each.tobytes(), each.shape) for each in shades.astype(np.uint8)]


# The weights of a run change less often than its page is drawn.
@lru_cache(maxsize=512)
def _shaded(content: bytes, shape: tuple[int, int]) -> str:
    height, width = shape
    picture = Image.frombytes("P", (width, height), content)
    picture.putpalette(_palette())
    return _data_uri(picture)


def shades() -> list[str]:
    """Return the colours of signed values from -LEVELS to LEVELS, as in #2f66d0.

    >>> len(shades()) == 2 * LEVELS + 1
    True
    """
    palette = _palette()
    return [f"#{bytes(palette[3 * k : 3 * k + 3]).hex()}" for k in range(2 * LEVELS + 1)]


def largest(arrays: Sequence[npt.NDArray[np.floating]]) -> float:
    """Return the largest finite absolute value, for a limit that several pictures share.

    >>> largest([np.array([1.0, -3.0]), np.array([np.nan])])
    3.0
    """
    found = [float(np.abs(array[np.isfinite(array)]).max(initial=0.0)) for array in arrays]
    return max(found, default=0.0)


def scale_end(value: float) -> float:
    """Return the end of a scale of colours that reaches a value: a round number not far above it.

    >>> scale_end(0.043), scale_end(0.2), scale_end(17.0), scale_end(0.0)
    (0.05, 0.2, 20.0, 0.0)
    """
    if not 0 < value < math.inf:
        return 0.0
    power = math.floor(math.log10(value))
    ends = (float(f"{first}e{power}") for first in (1, 1.5, 2, 3, 5, 7, 10))
    return next((end for end in ends if end >= value), value)


def nearly_all_within(values: npt.NDArray[np.floating]) -> float:
    """Return the absolute value that 99 of 100 finite numbers do not exceed; 0 where none is.

    A few large ones would leave the others pale on a scale up to the largest.

    >>> nearly_all_within(np.array([-1.0] * 99 + [50.0, np.nan]))
    1.0
    """
    finite = np.abs(values[np.isfinite(values)])
    return float(np.quantile(finite, 0.99, method="lower")) if finite.size else 0.0


@lru_cache(maxsize=1)
def _palette() -> tuple[int, ...]:
    """Return red, green, blue of every shade, from -1 to 1 and then the missing one."""
    stops = np.array([ImageColor.getrgb(colour) for colour in _SCALE], dtype=np.float64)
    places = np.linspace(-1, 1, 2 * LEVELS + 1)
    shades = [np.interp(places, np.linspace(-1, 1, len(stops)), stops[:, c]) for c in range(3)]
    colours = np.rint(np.stack(shades, axis=1)).astype(int).reshape(-1).tolist()
    return (*colours, *ImageColor.getrgb(_MISSING)[:3])


def _data_uri(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
