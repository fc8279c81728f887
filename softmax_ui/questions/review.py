"""Ten questions from ten sections, with drawn numbers: the same ones for the same seed."""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random
from typing import Final

from softmax_ui.addresses.lesson import LARGEST_SEED, SECTIONS
from softmax_ui.questions.catalogue import QUESTIONS, drawn
from softmax_ui.questions.question import Asked, Question

DRAWN: Final = 10
_KEY: Final = re.compile(r"review (?P<seed>[1-9]\d{0,5}) (?P<name>[a-z_]+)")


@lru_cache(maxsize=64)
def ten(seed: int) -> tuple[Asked, ...]:
    """Return ten questions from ten sections, in the order of reading, with drawn numbers.

    Args:
        seed: the same one draws the same questions and numbers.
    """
    random = Random(seed)  # noqa: S311
    of_section: dict[str, list[Question]] = {}
    for question in QUESTIONS.values():
        if question.draw:
            of_section.setdefault(question.section, []).append(question)
    chosen = [random.choice(of_section[name]) for name in random.sample(list(of_section), DRAWN)]
    chosen.sort(key=lambda question: SECTIONS.index(question.section))
    return tuple(drawn(question, random) for question in chosen)


def review_key(seed: int, asked: Asked) -> str:
    """Return the name under which the answer to one of the ten is kept."""
    return f"review {seed} {asked.question.name}"


def asked_in_review(key: str) -> Asked | None:
    """Return the question whose answer is kept under a name; None for any other text.

    >>> asked_in_review(review_key(7, ten(7)[0])) is ten(7)[0]
    True
    >>> asked_in_review("review 7 shift"), asked_in_review("review 0 x"), asked_in_review("shift")
    (None, None, None)
    """
    found = _KEY.fullmatch(key)
    if found is None or int(found["seed"]) > LARGEST_SEED:
        return None
    for asked in ten(int(found["seed"])):
        if asked.question.name == found["name"]:
            return asked
    return None
