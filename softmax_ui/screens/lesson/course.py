"""The course that the note follows, Dive into Deep Learning, whose two editions count differently.

The Chinese edition (the second) has softmax regression in chapter 3, "linear-networks", and so had
the English ones before 1.0; the English 1.0, of 2023, in a chapter of its own, the fourth,
"linear-classification", with a section between (4.3, the base classification model).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from softmax_ui.text import _, language


@dataclass(frozen=True, slots=True)
class CourseSection:
    """A section of the course.

    Attributes:
        chinese: its number in the Chinese edition.
        english: its number in the English edition.
        file: its name in the addresses of both.
        title: its title in the reader's language, as that edition prints it.
    """

    chinese: str
    english: str
    file: str
    title: Callable[[], str]

    @property
    def address(self) -> str:
        """Its address in the edition of the reader's language."""
        if language() == "zh":
            return f"https://zh.d2l.ai/chapter_linear-networks/{self.file}.html"
        return f"https://d2l.ai/chapter_linear-classification/{self.file}.html"

    @property
    def link(self) -> str:
        """Its number and title in the reader's edition, with the other number, as a link."""
        label = _(
            "{english} {title} (Chinese edition {chinese})",
            english=self.english,
            title=self.title(),
            chinese=self.chinese,
        )
        return f"[{label}]({self.address})"


COURSE_SECTIONS: Final = {
    section.chinese: section
    for section in (
        CourseSection(
            "3.4",
            "4.1",
            "softmax-regression",
            lambda: _("Softmax Regression"),
        ),
        CourseSection(
            "3.5",
            "4.2",
            "image-classification-dataset",
            lambda: _("The Image Classification Dataset"),
        ),
        CourseSection(
            "3.6",
            "4.4",
            "softmax-regression-scratch",
            lambda: _("Softmax Regression Implementation from Scratch"),
        ),
        CourseSection(
            "3.7",
            "4.5",
            "softmax-regression-concise",
            lambda: _("Concise Implementation of Softmax Regression"),
        ),
    )
}
"""By the number in the Chinese edition, which is the note's."""


def course_sections() -> str:
    """Return the sections of the course as a Markdown list of links."""
    return "\n".join(f"- {section.link}" for section in COURSE_SECTIONS.values())
