"""What is said of a wrong answer, without the right one."""

from __future__ import annotations

from softmax_ui.questions.grading import Mark
from softmax_ui.questions.question import Asked
from softmax_ui.text import _


def what_is_wrong(mark: Mark, asked: Asked) -> str:
    """Say what a wrong answer is instead of the right one."""
    kind = {"road": "road", "option": "hint"}.get(mark.hint)
    if kind and asked.has_text(kind, mark.about):
        return asked.text(kind, mark.about)
    return _general(mark)


def _general(mark: Mark) -> str:
    """Say of a wrong answer what needs no knowledge of its question."""
    match mark.hint:
        case "sign":
            return _("The size is right, the sign is not.")
        case "percent":
            return _("That is the number in percent; write it with a %.")
        case "factor":
            return _("That is {factor} times the right number.", factor=mark.about)
        case "digits":
            return _("Very near, but not to the digits that you gave.")
        case "close":
            return _("Close, but not exact enough.")
        case "reversed":
            return _("That is the right order, back to front.")
        case "position":
            return _("It goes wrong at position {place}.", place=mark.about)
    return _("That is not it.")
