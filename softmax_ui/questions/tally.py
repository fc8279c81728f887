"""What a class has answered, counted: the bars of a round."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from softmax_core.classroom import ClassQuestion
from softmax_ui.questions.grading import Mark, number_of
from softmax_ui.questions.posed import Posed, distance, has_own_numbers, posed, said
from softmax_ui.text import N_, Names, _

Bar = dict[str, Any]
"""A bar: its "label", its "count", and whether it "right"ly answers (None: nobody can say)."""

_MOST_BARS: Final = 8
_BINS: Final = (0.02, 0.05, 0.1, 0.2, 0.5)
_hint_name: Final = Names[str](
    {
        "": N_("something else"),
        "road": N_("a mistake that the lesson explains"),
        "reversed": N_("the right order, back to front"),
        "sign": N_("the wrong sign"),
        "percent": N_("100 times too large"),
        "factor": N_("a factor too much or too little"),
        "digits": N_("wrong in the last digit"),
        "close": N_("close"),
    }
)


def bars(question: ClassQuestion, seed: str, votes: Mapping[str, Any]) -> list[Bar]:
    """Count the votes of a round, each graded with its voter's own numbers.

    Args:
        question: what was asked.
        seed: of the round; with the voter behind it, it gives the voter's numbers.
        votes: voter -> answer.

    Returns:
        The bars, in the order in which they stand; none where the lesson has the question no more.
    """
    shown = posed(question)
    match shown.kind:
        case "choice":
            return _of_choice(question, seed, votes, shown)
        case "order":
            return _most_frequent(question, seed, votes)
        case "logits":
            return _of_distances(question, seed, votes)
        case "gone":
            return []
    if has_own_numbers(question):
        return _of_marks(question, seed, votes)
    return _of_numbers(question, seed, votes)


def marked(question: ClassQuestion, seed: str, voter: str, answer: Any) -> Mark | None:
    """Grade one vote."""
    return _marked(question, f"{seed} {voter}", json.dumps(answer))


@lru_cache(maxsize=20_000)
def _marked(question: ClassQuestion, seed: str, answer: str) -> Mark | None:
    return posed(question, seed).mark(json.loads(answer))


def count_right(question: ClassQuestion, seed: str, votes: Mapping[str, Any]) -> int | None:
    """Count the right answers; None where nothing is right."""
    marks = [marked(question, seed, voter, answer) for voter, answer in votes.items()]
    if any(each is None for each in marks):
        return None
    return sum(each.right for each in marks if each)


def _of_choice(
    question: ClassQuestion, seed: str, votes: Mapping[str, Any], shown: Posed
) -> list[Bar]:
    counts = Counter(votes.values())
    right = {answer: marked(question, seed, voter, answer) for voter, answer in votes.items()}
    found = []
    for key in shown.options():
        # Where each has their own numbers, the right option may be another one for each.
        graded = None if has_own_numbers(question) else right.get(key) or shown.mark(key)
        found.append(_bar(said(shown, key), counts[key], graded))
    return found


def _most_frequent(question: ClassQuestion, seed: str, votes: Mapping[str, Any]) -> list[Bar]:
    if has_own_numbers(question):
        return _of_marks(question, seed, votes)
    shown = posed(question)
    counts = Counter(tuple(answer) for answer in votes.values())
    found = [
        _bar(said(shown, list(answer)), count, shown.mark(list(answer)))
        for answer, count in counts.most_common(_MOST_BARS - 1)
    ]
    rest = len(votes) - sum(bar["count"] for bar in found)
    return [*found, _bar(_("other orders"), rest, Mark(False))] if rest else found


def _of_marks(question: ClassQuestion, seed: str, votes: Mapping[str, Any]) -> list[Bar]:
    """Count what the answers are: right, or in which way not."""
    kinds: Counter[str] = Counter()
    for voter, answer in votes.items():
        found = marked(question, seed, voter, answer)
        kinds["right" if found and found.right else _kind(found)] += 1
    wrong = [(kind, count) for kind, count in kinds.most_common() if kind != "right"]
    right = _bar(_("right, each with their own numbers"), kinds["right"], Mark(True))
    return [right, *(_bar(_hint_name(kind), count, Mark(False)) for kind, count in wrong)]


def _kind(found: Mark | None) -> str:
    return found.hint if found and found.hint in _hint_name else ""


def _of_numbers(question: ClassQuestion, seed: str, votes: Mapping[str, Any]) -> list[Bar]:
    """Count equal numbers; many different ones in bins of equal width."""
    values = {voter: number_of(answer) or 0.0 for voter, answer in votes.items()}
    graded = {
        values[voter]: marked(question, seed, voter, answer) for voter, answer in votes.items()
    }
    counts = Counter(values.values())
    if len(counts) <= _MOST_BARS:
        return [_bar(f"{value:.6g}", counts[value], graded[value]) for value in sorted(counts)]
    ordered = sorted(values.values())
    # The farthest tenth would leave all others in one bin.
    low, high = ordered[len(ordered) // 20], ordered[-1 - len(ordered) // 20]
    width = (high - low) / _MOST_BARS or 1.0
    binned: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for value in ordered:
        place = min(max(int((value - low) / width), 0), _MOST_BARS - 1)
        binned[place] += 1
        found = graded[value]
        right[place] += bool(found and found.right)
    return [
        _bar(
            _range(low + place * width, low + (place + 1) * width, place),
            binned[place],
            None if graded[ordered[0]] is None else Mark(right[place] > 0),
        )
        for place in range(_MOST_BARS)
    ]


def _range(low: float, high: float, place: int) -> str:
    if place == 0:
        return f"< {high:.4g}"
    return f"≥ {low:.4g}" if place == _MOST_BARS - 1 else f"{low:.4g} … {high:.4g}"


def _of_distances(question: ClassQuestion, seed: str, votes: Mapping[str, Any]) -> list[Bar]:
    """Count how far the probabilities of the dragged logits are from those that were asked for."""
    found = [
        distance(answer, posed(question, f"{seed} {voter}").probabilities)
        for voter, answer in votes.items()
    ]
    counts = [0] * (len(_BINS) + 1)
    for far in found:
        counts[sum(far > edge for edge in _BINS)] += 1
    labels = [_("off by at most {far}", far=edge) for edge in _BINS] + [_("farther off")]
    return [
        _bar(label, count, Mark(place < 2))
        for place, (label, count) in enumerate(zip(labels, counts, strict=True))
    ]


def _bar(label: str, count: int, graded: Mark | None) -> Bar:
    return {"label": label, "count": count, "right": None if graded is None else graded.right}


def seed_of(class_id: str, number: int) -> str:
    """Return the seed of a round."""
    return f"{class_id} {number}"


def as_rows(
    question: ClassQuestion, seed: str, votes: Mapping[str, Any]
) -> Sequence[tuple[str, str, bool | None]]:
    """Return voter, answer in words and whether it is right, of each vote."""
    found = []
    for voter, answer in votes.items():
        graded = marked(question, seed, voter, answer)
        words = said(posed(question, f"{seed} {voter}"), answer)
        found.append((voter, words, None if graded is None else graded.right))
    return found
