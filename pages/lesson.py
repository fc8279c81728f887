"""The lesson: the note, alive, a section at a time."""

from __future__ import annotations

from softmax_ui.page import open_page
from softmax_ui.pages import LESSON

open_page(LESSON.title)

# softmax_core is needed from here on; the menu is on the screen while torch is being imported.
from softmax_ui.addresses.lesson import LESSON_STATE  # noqa: E402
from softmax_ui.notices import guard, show_problems  # noqa: E402
from softmax_ui.screens.lesson.reader import lesson  # noqa: E402

show_problems(LESSON_STATE.open())
with guard():
    lesson()
LESSON_STATE.save()
