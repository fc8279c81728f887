"""Decode a picture file, shrunk before anything in it is widened: a program of its own.

A file from outside may be made to take all memory, all time, or to hit a flaw of a decoder. So
`picture_opening` runs this file as a program: it limits itself, reads a picture file from its
standard input, and answers with a line of JSON and the pixels; then the next, while there are any.
Whatever happens to it happens to no one else. It imports Pillow and nothing of this package, whose
import would take a second.
"""

from __future__ import annotations

import functools
import io
import json
import struct
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from PIL import AvifImagePlugin, Image, UnidentifiedImageError

FORMATS: Final = (
    *("PNG", "JPEG", "GIF", "WEBP", "AVIF", "TIFF", "BMP", "DIB", "ICO", "ICNS"),
    *("JPEG2000", "PPM", "PSD", "QOI", "PCX", "SGI", "DDS", "TGA"),
)
MOST_PIXELS: Final = 65_000_000  # today's phones take up to 64 million
MOST_PIXELS_OF_WEBP: Final = 32_000_000  # its decoder keeps the picture four times
MOST_PIXELS_IN_ONE_SCAN: Final = 250_000_000  # of a JPEG that is decoded at an eighth of its size
MOST_SCANS: Final = 64  # of a progressive JPEG; programs write three to a dozen
SIDE: Final = 1024  # enough for 64 pixels and thin lines, and a limit for all that comes after

_BYTES: Final = 768 * 2**20  # 4 for each of the most pixels, and twice as many for a decoder's own
_SECONDS: Final = 6  # of the processor
_BAND: Final = 2**20  # pixels that are widened at a time
_LARGEST_CHUNK: Final = 2**16  # of what a PNG says beside its pixels: a photograph's Exif
_KEPT_CHUNKS: Final = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Refused(Exception):
    """A file that is not decoded: `InvalidPicture`'s problem, value and limit."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture of at most 1024 x 1024.

    Attributes:
        pixels: upright, in mode RGB, or RGBA where parts are transparent.
        format: Pillow's name of the file's format.
        size: the file's own width and height.
        is_first_of_several: whether it is an animation's first picture or a document's first page.
    """

    pixels: Image.Image
    format: str
    size: tuple[int, int]
    is_first_of_several: bool


def decode(content: bytes) -> Decoded:
    """Decode a picture file; memory is what its decoder takes and a megapixel more.

    Raises:
        Refused: no picture, a damaged one, or one that would cost too much.
    """
    is_animated_png = content.startswith(_PNG) and b"acTL" in content[:_LARGEST_CHUNK]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file = io.BytesIO(_without_extras(content))
            with Image.open(file, formats=(*FORMATS, *_formats_of_phones())) as picture:
                _check_cost(picture, content)
                size, several = picture.size, is_animated_png or _has_several(picture)
                return Decoded(_small(picture, content), str(picture.format), size, several)
    except Refused:
        raise
    except UnidentifiedImageError:
        raise Refused("not_a_picture") from None
    except MemoryError:
        raise Refused("too_costly") from None
    except Image.DecompressionBombError as error:
        raise Refused("too_many_pixels", "", str(MOST_PIXELS // 10**6)) from error
    except Exception as error:  # whatever a decoder says of a damaged file
        raise Refused("damaged") from error


@functools.cache
def _formats_of_phones() -> tuple[str, ...]:
    try:
        import pi_heif
    except ImportError:  # it comes with the app; without it an HEIC file is named, not read
        return ()
    # Each thread would reserve memory of its own.
    pi_heif.register_heif_opener(
        thumbnails=False, depth_images=False, aux_images=False, decode_threads=1
    )
    return ("HEIF",)


def _without_extras(content: bytes) -> bytes:
    """Return a PNG without its texts and profiles: Pillow refuses a picture for large ones."""
    if not content.startswith(_PNG):
        return content
    kept, position = [_PNG], len(_PNG)
    while position + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, position)
        end = position + 12 + length
        if kind in _KEPT_CHUNKS or (kind == b"eXIf" and length <= _LARGEST_CHUNK):
            kept.append(content[position:end])
        position = end
    return b"".join(kept)


def _check_cost(picture: Image.Image, content: bytes) -> None:
    """Refuse what would take too much memory or time, from the headers alone."""
    width, height = picture.size
    scans, most = 1, MOST_PIXELS_OF_WEBP if picture.format == "WEBP" else MOST_PIXELS
    if picture.format in ("JPEG", "MPO"):
        scans = sum(1 for marker in _markers(content) if marker == 0xDA)
        # With several scans the decoder keeps the whole picture, with one a row of blocks.
        most = MOST_PIXELS_IN_ONE_SCAN if scans == 1 else MOST_PIXELS
    if width * height > most:
        raise Refused("too_many_pixels", f"{width} × {height}", str(most // 10**6))
    if scans > MOST_SCANS:
        raise Refused("too_costly")


def _markers(content: bytes) -> Iterator[int]:
    """Yield the markers of the first picture in a JPEG file, without those inside segments."""
    position = 2
    while 0 <= position < len(content) - 3:
        marker = content[position + 1]
        if content[position] != 0xFF or marker in (0x00, 0xFF) or 0xD0 <= marker <= 0xD7:
            position = content.find(b"\xff", position + 1)
            continue
        yield marker
        if marker == 0xD9:
            return
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")


def _has_several(picture: Image.Image) -> bool:
    """Tell whether a file is an animation or has pages; a phone's second view is neither."""
    kinds = ("GIF", "WEBP", "AVIF", "TIFF")
    return picture.format in kinds and bool(getattr(picture, "is_animated", False))


def _small(picture: Image.Image, content: bytes) -> Image.Image:
    """Decode, as small as the decoder can; reduce band by band, in the end convert and turn."""
    picture.draft(None, (SIDE, SIDE))
    if picture.format == "JPEG2000":
        _decode_reduced(picture, content)
    picture.load()
    width, height = picture.size
    factor = max(max(width, height) // SIDE, 1)
    scale = _scale(picture)
    mode = "L" if scale else "RGBA" if picture.has_transparency_data else "RGB"
    small = Image.new(mode, (-(-width // factor), -(-height // factor)))
    rows = factor * max(_BAND // (width * factor), 1)
    for top in range(0, height, rows):
        band = picture.crop((0, top, width, min(top + rows, height)))
        wide = _widened(band, mode, scale)
        small.paste(wide.reduce(factor) if factor > 1 else wide, (0, top // factor))
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    turn = _UPRIGHT.get(_orientation(picture))
    upright = small if turn is None else small.transpose(turn)
    return upright.convert("RGB") if mode == "L" else upright


def _decode_reduced(picture: Any, content: bytes) -> None:
    """Let JPEG 2000 leave out the finest of its levels, as many as are not needed."""
    place = content.find(b"\xff\x52\x00")  # the segment that says how it was coded
    levels = content[place + 9] if 0 <= place < len(content) - 9 else 0
    needed = (max(picture.size) // SIDE).bit_length() - 1
    picture.reduce = max(min(levels, needed), 0)


def _scale(picture: Image.Image) -> float | None:
    """Return what makes bytes of values with more than 8 bits, or None for ordinary ones.

    Pillow would cut such values off at 255.
    """
    if not picture.mode.startswith(("I", "F")):
        return None
    _lowest, highest = picture.getextrema()
    most = float(highest)  # type: ignore[arg-type] # one channel
    ranges = (1.0, 255.0, 4095.0, 65535.0) if picture.mode == "F" else (255.0, 4095.0, 65535.0)
    return 255 / next((full for full in ranges if most <= full), most)


def _widened(band: Image.Image, mode: str, scale: float | None) -> Image.Image:
    if scale:
        deep = band if band.mode == "F" else band.convert("I").convert("F")
        return deep.point(lambda value: value * scale + 0.5).convert("L")
    if band.mode == "LAB":
        band = band.getchannel(0)
    return band.convert(mode)


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # what a camera wrote beside the picture may be damaged
        return 1


def _limit_this_process() -> None:
    """Bound memory and processor time, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the checks before decoding remain
        return
    used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    most_seconds = used + _SECONDS, resource.getrlimit(resource.RLIMIT_CPU)[1]
    for kind, most in (
        (resource.RLIMIT_AS, (_BYTES, _BYTES)),
        (resource.RLIMIT_CPU, most_seconds),
    ):
        try:
            resource.setrlimit(kind, most)
        except (ValueError, OSError):  # macOS knows no bound of memory
            continue


def main() -> None:
    """Answer each file on the standard input, whose length comes before it, until there is none."""
    Image.MAX_IMAGE_PIXELS = None  # `_check_cost` knows more of the formats
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # as `_formats_of_phones`
    while length := sys.stdin.buffer.read(8):
        _limit_this_process()  # the processor time, for each file anew
        _answer_file(sys.stdin.buffer.read(int.from_bytes(length, "big")))


def _answer_file(content: bytes) -> None:
    try:
        decoded = decode(content)
    except Refused as refused:
        _answer({"refused": refused.args})
        return
    pixels = decoded.pixels
    told = {
        "mode": pixels.mode,
        "pixels": pixels.size,
        "format": decoded.format,
        "size": decoded.size,
        "is_first_of_several": decoded.is_first_of_several,
    }
    _answer(told, pixels.tobytes())


def _answer(told: dict[str, Any], pixels: bytes = b"") -> None:
    told["bytes"] = len(pixels)
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + pixels)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
