"""What a class sees, made once for all of it: the state on the phones, the board at the front."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from softmax_core.classroom import Class, Classroom, Round
from softmax_ui import cache
from softmax_ui.addresses.lesson import SECTIONS
from softmax_ui.questions.parts import part
from softmax_ui.questions.posed import has_own_numbers
from softmax_ui.questions.tally import bars, count_right, seed_of
from softmax_ui.text import Language, speaking

PATH: Final = "class"
"""The routes' first segment, and the address of the page for phones."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is asked for: equal ones share one message.

    Attributes:
        class_id: the class.
        language: the reader's.
        at_front: whether it is the board's, on which an open round grows.
    """

    class_id: str
    language: Language
    at_front: bool


def state_of(rounds: tuple[Round, ...]) -> str:
    """Return "waiting" before the first question, then "open", "closed" or "solved"."""
    if not rounds:
        return "waiting"
    last = rounds[-1]
    return "solved" if last.solved else "closed" if last.closed else "open"


def standing(opened: Class, rounds: tuple[Round, ...]) -> str:
    """Return what tells a page at the front whether it shows the class as it stands."""
    which = hashlib.sha256(opened.id.encode()).hexdigest()[:12]
    return f"{which} {len(rounds)} {state_of(rounds)}"


def class_message(seen: Seen) -> dict[str, Any]:
    """Return what is seen of the class now, as JSON: {"state": "gone"} where it is no more."""
    room = cache.classroom()
    room.refresh()
    opened, rounds = room.current, room.rounds
    if opened is None or opened.id != seen.class_id:
        return {"state": "gone"}
    said: dict[str, Any] = {"state": state_of(rounds), "round": len(rounds)}
    with speaking(seen.language):
        if seen.at_front:
            said["standing"] = standing(opened, rounds)
            learners = room.learners()
            said["learners"] = len(learners)
            said["progress"] = _progress(Counter(learner.section for learner in learners))
            said["done"] = [sum(learner.answered for learner in learners)]
            said["done"].append(sum(learner.right for learner in learners))
        if rounds and (seen.at_front or rounds[-1].closed):
            is_told = bool(rounds[-1].solved)
            said["rounds"] = [_counted(room, opened.id, each, is_told) for each in series(rounds)]
    return said


def series(rounds: tuple[Round, ...]) -> list[Round]:
    """Return the last two rounds of the last question, to stand side by side."""
    return [each for each in rounds if each.series == rounds[-1].series][-2:]


def _counted(room: Classroom, class_id: str, one: Round, is_told: bool) -> dict[str, Any]:
    votes, seed = room.votes(one.number), seed_of(class_id, one.number)
    counted = bars(one.question, seed, votes)
    if not is_told:  # which answer is right is told when it is shown, and not by a colour
        counted = [{**bar, "right": None} for bar in counted]
    said: dict[str, Any] = {"number": one.number, "votes": len(votes), "bars": counted}
    said["own"] = has_own_numbers(one.question)
    if is_told:
        said["right"] = count_right(one.question, seed, votes)
    return said


def _progress(at: Counter[str]) -> list[tuple[str, int]]:
    """Return how many learners are at each section where there is somebody."""
    numbered = [(position, name) for position, name in enumerate(SECTIONS, 1) if at[name]]
    return [(f"{position}. {part(name, 'title')}", at[name]) for position, name in numbered]
