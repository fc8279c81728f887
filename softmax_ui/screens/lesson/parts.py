"""The lesson's prose, one Markdown file a section and language, cut into named parts.

A line `<!-- name -->` begins a part. The prose between two figures of a section is one part,
so a translator sees the section as a whole and the code names what it draws where.
"""

from __future__ import annotations

import re
from typing import Final

from softmax_ui.screens.lesson.formulas import FORMULAS
from softmax_ui.text import prose

_MARK: Final = re.compile(r"^<!-- (?P<name>[a-z0-9_: ]+) -->$", re.MULTILINE)
_OPTION: Final = re.compile(r"^- (?P<key>\w+): (?P<label>.+)$", re.MULTILINE)


def parts(section: str) -> dict[str, str]:
    """Return the parts of a section in the reader's language, shared formulas filled in."""
    text = prose(f"lesson_{section}", **FORMULAS)
    pieces = _MARK.split(text)
    return {name: body.strip() for name, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def part(section: str, name: str, /, **values: object) -> str:
    """Return one part.

    Args:
        section: the section's name; its file is `lesson_<section>.md`.
        name: the part's.
        values: name -> the value of `<<name>>` in it.
    """
    text = parts(section)[name]
    for placeholder, value in values.items():
        text = text.replace(f"<<{placeholder}>>", str(value))
    return text


def options(section: str, name: str, /, **values: object) -> dict[str, str]:
    """Return the answers to choose from: a part has a line `- key: label` for each."""
    text = part(section, name, **values)
    return {found["key"]: found["label"].strip() for found in _OPTION.finditer(text)}
