"""Uploaded pictures, converted to 28 x 28 in the same way as the pictures of the data set.

Fashion-MNIST's pictures come from product photographs: trimmed, the longest edge made 28 pixels,
sharpened, centred, negated so that clothes are light on black, and made grey. Uploaded files are
not trusted: the size is read from the header before anything is decoded, only three formats are
tried, and every error of the decoder means "not a picture".

Source: Xiao, Rasul and Vollgraf (2017), Fashion-MNIST, section 2, arXiv 1708.07747.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageFilter, ImageOps

from softmax_core.errors import InvalidPicture

FORMATS: Final = ("PNG", "JPEG", "WEBP")
MOST_BYTES: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000

_SIDE: Final = 28
_WORKING_SIDE: Final = 512  # enough for 28 pixels, and a limit for all steps after decoding
_CLOSE: Final = 0.05  # of the full range, as in the paper: what counts as background
_FAR: Final = 0.25  # what differs this much is foreground, however noisy the edge
_SPREADS: Final = 3.0
_DECODER_ERRORS: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    OverflowError,
    IndexError,
    TypeError,
    struct.error,
    zlib.error,
)

Bytes = npt.NDArray[np.uint8]
Brightness = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """An intermediate picture: the name of the step, and uint8 (height, width) or (…, 3)."""

    name: Literal["opened", "trimmed", "light_on_dark", "final"]
    pixels: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class PreparedPicture:
    """A picture in the form that the model expects.

    Attributes:
        image: uint8 (28, 28), light on dark.
        stages: the steps from the file to the image, which is the last one.
    """

    image: torch.Tensor
    stages: tuple[Stage, ...]


def prepare_picture(content: bytes) -> PreparedPicture:
    """Convert an image file to a picture like those of Fashion-MNIST.

    Args:
        content: a PNG, JPEG or WebP file of any size up to the limits, also transparent.

    Returns:
        The picture and the steps that led to it.

    Raises:
        InvalidPicture: not a picture, too many bytes or pixels, or only one colour.

    Source:
        Xiao, Rasul and Vollgraf (2017), section 2. Their subsampling is replaced by averaging,
        which gives the same for their photographs and preserves thin lines better.
    """
    colours = _opened(content)
    opened = Stage("opened", _as_bytes(colours * 255))
    background, tolerance = _background(colours)
    shown = np.abs(colours - background).max(axis=2) > tolerance
    box = _box(shown)
    if box is None:
        raise InvalidPicture(
            "nothing_in_it",
            "The picture has one colour all over. Choose one that shows something.",
        )
    rows, columns = box
    trimmed = colours[rows, columns]
    light = _light_on_dark(trimmed, background) * shown[rows, columns]
    final = _centred(_as_bytes(light * 255))
    stages = (
        opened,
        Stage("trimmed", _as_bytes(trimmed * 255)),
        Stage("light_on_dark", _as_bytes(light * 255)),
        Stage("final", final),
    )
    return PreparedPicture(torch.from_numpy(final.copy()), stages)


def _opened(content: bytes) -> Brightness:
    """Decode red, green and blue from 0 to 1, (height, width, 3), each side at most 512."""
    if len(content) > MOST_BYTES:
        raise InvalidPicture(
            "too_many_bytes",
            f"The file has {_megabytes(len(content))} MB; at most {_megabytes(MOST_BYTES)} MB are "
            "read. Save the picture smaller.",
            _megabytes(len(content)),
            _megabytes(MOST_BYTES),
        )
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise _too_many_pixels(f"{width} × {height}")
            return _decoded(picture)
    except InvalidPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        # Pillow refuses these by itself; the size is only in its message.
        told = re.search(r"\d+", str(error))
        raise _too_many_pixels(f"{int(told[0]):,}" if told else f"> {MOST_PIXELS:,}") from error
    except _DECODER_ERRORS as error:
        raise InvalidPicture(
            "not_a_picture",
            "The file cannot be read as a PNG, JPEG or WebP picture; it may be damaged. Open it in "
            "an image program and save it as one of these.",
        ) from error


def _too_many_pixels(size: str) -> InvalidPicture:
    return InvalidPicture(
        "too_many_pixels",
        f"The picture has {size} pixels; at most {MOST_PIXELS // 10**6} million are read. Save it "
        "smaller.",
        size,
        str(MOST_PIXELS // 10**6),
    )


def _decoded(picture: Image.Image) -> Brightness:
    """Decode a picture of acceptable size, upright and without transparency."""
    picture.draft("RGB", (_WORKING_SIDE, _WORKING_SIDE))
    upright: Image.Image = ImageOps.exif_transpose(picture)
    if upright.mode.startswith(("I", "F")):
        # 16 bits per pixel; Pillow's conversion would clip instead of scaling.
        deep = np.asarray(upright, dtype=np.float64)
        upright = Image.fromarray(_as_bytes(deep / 257 if deep.max() > 255 else deep))
    transparent = upright.has_transparency_data
    upright = upright.convert("RGBA" if transparent else "RGB")
    upright.thumbnail((_WORKING_SIDE, _WORKING_SIDE), Image.Resampling.BOX)
    pixels = np.asarray(upright, dtype=np.float64) / 255
    return _over_background(pixels) if transparent else pixels


def _over_background(pixels: Brightness) -> Brightness:
    """Put a transparent picture on white, or on black if its foreground is light."""
    colour, opacity = pixels[..., :3], pixels[..., 3:]
    weight = opacity.sum()
    shown = float((_grey(colour) * opacity[..., 0]).sum() / weight) if weight else 0.0
    behind = 0.0 if shown > 0.5 else 1.0
    over: Brightness = colour * opacity + behind * (1 - opacity)
    return over


def _background(colours: Brightness) -> tuple[Brightness, float]:
    """Return the colour of the background, (3,), and its tolerance.

    The median of the edge, so that an object touching the edge has no effect. The tolerance grows
    with the spread of the edge, from noise or light from one side.
    """
    edge = np.concatenate([colours[0], colours[-1], colours[:, 0], colours[:, -1]])
    median: Brightness = np.median(edge, axis=0)
    spread = float(np.median(np.abs(edge - median).max(axis=1)))
    return median, min(max(_CLOSE, _SPREADS * spread), _FAR)


def _box(shown: npt.NDArray[np.bool_]) -> tuple[slice, slice] | None:
    """Return the rows and columns that contain foreground, or None."""
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if not len(rows):
        return None
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _grey(colours: Brightness) -> Brightness:
    """Compute the luminance of red, green and blue by Rec. 601."""
    grey: Brightness = colours @ np.array([0.299, 0.587, 0.114])
    return grey


def _light_on_dark(colours: Brightness, background: Brightness) -> Brightness:
    """Convert to grey values with a background of 0 and a light foreground.

    The mean decides which of the two is lighter; the most distant possible grey becomes 1.
    """
    grey, ground = _grey(colours), float(_grey(background))
    if grey.mean() < ground:
        return np.clip((ground - grey) / ground, 0, 1)
    if ground < 1:
        return np.clip((grey - ground) / (1 - ground), 0, 1)
    return np.zeros_like(grey)


def _centred(pixels: Bytes) -> Bytes:
    """Scale the longest edge to 28 pixels, sharpen, and centre on 28 x 28 black pixels."""
    height, width = pixels.shape
    scale = _SIDE / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = Image.fromarray(pixels).resize(size, Image.Resampling.BOX, reducing_gap=None)
    small = small.filter(ImageFilter.UnsharpMask(radius=1.0, percent=100, threshold=0))
    canvas = Image.new("L", (_SIDE, _SIDE), 0)
    canvas.paste(small, ((_SIDE - size[0]) // 2, (_SIDE - size[1]) // 2))
    return np.asarray(canvas)


def _as_bytes(values: Brightness) -> Bytes:
    whole: Bytes = np.rint(np.clip(values, 0, 255)).astype(np.uint8)
    return whole


def _megabytes(count: int) -> str:
    return f"{count / 1024 / 1024:.1f}".removesuffix(".0")
