"""What is said of a wrong answer, without the right one."""

from __future__ import annotations

import math

from softmax_ui.questions.grading import Mark
from softmax_ui.questions.question import Asked
from softmax_ui.text import _


def what_is_wrong(mark: Mark, asked: Asked) -> str:
    """Say what a wrong answer is instead of the right one."""
    if mark.hint == "road":
        return _of_roads(mark.about, asked)
    if mark.hint == "option" and asked.has_text("hint", mark.about):
        return asked.text("hint", mark.about)
    return _general(mark)


def _of_roads(name: str, asked: Asked) -> str:
    """Say where a wrong road went off; of roads that lead to one number nobody knows which."""
    roads = asked.roads()
    same = [other for other, end in roads.items() if math.isclose(end, roads[name])]
    told, *others = [asked.text("road", other) for other in same]
    for other in others:
        told = _("{one} Or else: {other}", one=told, other=other)
    return told


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
