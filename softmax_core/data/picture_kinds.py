"""What a file is by its first bytes, so that a person hears its name and not only a no."""

from __future__ import annotations

import re
from typing import Final

PICTURES: Final[tuple[tuple[str, bytes], ...]] = (
    ("PNG", rb"\x89PNG"),
    ("JPEG", rb"\xff\xd8\xff"),
    ("GIF", rb"GIF8[79]a"),
    ("WebP", rb"RIFF....WEBP"),
    ("AVIF", rb"....ftypavi[fs]"),
    ("HEIC", rb"....ftyp(hei[cxms]|hev[cxms]|mif1|msf1)"),
    ("TIFF", rb"II[*+]\0|MM\0[*+]"),
    ("BMP", rb"BM....\0\0\0\0"),
    ("JPEG 2000", rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"),
    ("Photoshop", rb"8BPS"),
)
"""The name and the first bytes of kinds of pictures that are read."""

OTHERS: Final[tuple[tuple[str, bytes], ...]] = (
    ("PDF", rb".{0,1000}%PDF-"),
    ("web page", rb"(\xef\xbb\xbf)?\s*(<!--.{0,500}?-->\s*)?<(?i:!doctype html|html|head|body)\b"),
    ("SVG", rb"(\xef\xbb\xbf)?\s*(<[?!].{0,4000}?)?<(\w+:)?svg\b"),
    ("JPEG XL", rb"\xff\x0a|\0\0\0\x0cJXL "),
    ("camera raw (CR3)", rb"....ftypcrx "),
    ("PostScript", rb"%!PS|\xc5\xd0\xd3\xc6"),
    ("GIMP", rb"gimp xcf"),
    ("Windows metafile", rb"\xd7\xcd\xc6\x9a|\x01\0\0\0.{36} EMF"),
    ("OpenEXR", rb"v/1\x01"),
    ("DICOM", rb".{128}DICM"),
    ("video", rb"....ftyp|\x1aE\xdf\xa3|RIFF....AVI |\0\0\x01[\xb3\xba]|OggS"),
    ("sound", rb"ID3|RIFF....WAVE|fLaC"),
    ("Word, Excel or PowerPoint", rb"PK\x03\x04.{0,4000}(word|xl|ppt)/|\xd0\xcf\x11\xe0"),
    ("ZIP", rb"PK\x03\x04|\x1f\x8b|7z\xbc\xaf|Rar!"),
)
"""The same for kinds of files that are not read; where two fit, the first one is meant."""


def kind_of(content: bytes) -> tuple[str, bool] | None:
    r"""Return what a file is called, and whether pictures of this kind are read.

    >>> kind_of(b"\x89PNG\r\n"), kind_of(b"%PDF-1.7"), kind_of(b"hello")
    (('PNG', True), ('PDF', False), None)
    """
    for kinds, is_read in ((PICTURES, True), (OTHERS, False)):
        for name, pattern in kinds:
            if re.match(rb"(?s)" + pattern, content[:8192]):
                return name, is_read
    return None
