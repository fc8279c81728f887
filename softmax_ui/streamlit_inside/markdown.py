"""A text in Streamlit's Markdown in which nothing takes effect. Depends on what it reads there."""

from __future__ import annotations

import re
import string
from typing import Final

_MARKS: Final = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation}
# Icons, emoji, links and arrows are looked for after the escapes are undone, in each piece of text
# by itself. A `:color[…]` without a colour is such a piece, and is not seen.
_SOUGHT: Final = re.compile(r":|@|(?<=www)\.|(?<=[-<>~])[-=>]", re.IGNORECASE)


def as_markdown(text: str) -> str:
    """Return the Markdown that Streamlit shows as this line of text, every character of it.

    It is for a name inside a sentence, a heading or a label. Raw HTML takes `html.escape`, plotly's
    labels take `figures.theme.as_text`, Jinja escapes by itself, and the options of a selectbox are
    plain text.

    >>> as_markdown("**b**")
    '&#42;&#42;b&#42;&#42;'
    >>> as_markdown("www.a")
    'www:color[&#46;]a'
    """
    line, parts, end = " ".join(text.split()), [], 0
    for found in _SOUGHT.finditer(line):
        parts += [line[end : found.start()].translate(_MARKS), f":color[&#{ord(found[0])};]"]
        end = found.end()
    return "".join([*parts, line[end:].translate(_MARKS)])
