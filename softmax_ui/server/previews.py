"""The pictures that a shared link is previewed with, 1200 x 630, one a page and language.

`make pictures` takes them from the real app. Like all other files for browsers they lie under a
digest; other sites may show them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from softmax_ui.pages import Page
from softmax_ui.text import Language

PATH: Final = "previews"
"""The route's first segment."""

FOLDER: Final = Path(__file__).parents[1] / "previews"
SIZE: Final = (1200, 630)
"""Width and height in pixels, as those who preview links want them."""

_PICTURES: Final = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.png"))}
_VERSION: Final = hashlib.sha256(b"\0".join(_PICTURES.values())).hexdigest()[:16]

PREVIEWS: Final[Mapping[str, bytes]] = {
    f"{PATH}/{_VERSION}/{name}": content for name, content in _PICTURES.items()
}
"""Address relative to the app -> PNG: all that there is."""


def preview_name(page: Page, language: Language) -> str:
    """Return the file name of a page's picture.

    >>> from softmax_ui.pages import HOME
    >>> preview_name(HOME, "zh")
    'home-zh.png'
    """
    return f"{page.address or 'home'}-{language}.png"


def preview_of(page: Page, language: Language) -> str:
    """Return the address of a page's picture, relative to the app."""
    return f"{PATH}/{_VERSION}/{preview_name(page, language)}"
