"""Each question is graded by what softmax_core computes, with a tolerance."""

from __future__ import annotations

import math

import pytest

from softmax_ui.addresses.lesson import SECTIONS
from softmax_ui.screens.lesson.keeping import QUESTIONS
from softmax_ui.screens.lesson.numbers import Given
from softmax_ui.screens.lesson.parts import _OPTION

BIRDS = Given(
    logits=(2.0, 1.0, -1.0),
    target=1,
    features=(0.2, 0.9, 0.3, 0.4),
    weights=((3.0, 1.0, -1.0), (-2.0, 2.0, 1.0), (-1.0, 0.0, 3.0), (-1.0, 0.5, 2.0)),
    bias=(0.5, 0.0, -0.5),
)

# Worked out by hand or taken from the literature, never from the functions that grade.
KNOWN = {
    "distribution": "third",
    "binary_code": math.log2(3),
    "longer_neck": 3.0,
    "shift": "same",
    "scale": "grows",
    "order": ("duck", "goose", "chick"),
    "log_two": 0.5,
    "off_diagonal": -0.125,
    "column_sum": 0.0,
    "largest_norm": 0.9,
    "who_vanishes": "jacobian_squared",
    "knows_nothing": math.log(10),
    "order_of_losses": ("sure", "unsure", "wrong"),
    "real_softmax": math.log(2),
    "who_rises": "target",
    "gradient_sum": 0.0,
    "second_derivative": 3 / 16,
    "parameter_count": 7850.0,
    "square_bias": "ten",
    "overflow": "nan",
    "one_hot_row": "spread",
    "twice": "some",
    "finite_loss": "loss",
    "test_accuracy": 0.5,
    "last_minibatch": 96.0,
    "two_batches": "lower",
    "vector": "refuses",
    "not_zeroed": 0.4,
    "steps": 2350.0,
    "diagnosis": "ill",
    "vocabulary": math.log(50_000),
}


def test_every_question_is_in_this_table_and_there_are_enough() -> None:
    assert set(KNOWN) == set(QUESTIONS)
    assert len(QUESTIONS) >= 12
    assert {question.section for question in QUESTIONS.values()} <= set(SECTIONS)
    assert {question.kind for question in QUESTIONS.values()} == {"number", "choice", "order"}


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_the_known_answer_is_graded_right_and_others_wrong(name: str) -> None:
    question, known = QUESTIONS[name], KNOWN[name]
    assert question.grade(known, BIRDS)
    if isinstance(known, float):
        assert question.compute(BIRDS) == pytest.approx(known, abs=1e-6)
        assert question.grade(known + 0.9 * question.tolerance, BIRDS)
        assert not question.grade(known + 1.1 * question.tolerance, BIRDS)
        assert not question.grade(known - 1.1 * question.tolerance, BIRDS)
    elif isinstance(known, tuple):
        assert not question.grade(tuple(reversed(known)), BIRDS)
        assert not question.grade(known[:-1], BIRDS)
    else:
        assert not question.grade("nothing of the kind", BIRDS)


@pytest.mark.parametrize("junk", [None, "0.5", True, float("nan"), float("inf"), (0.5,)])
def test_a_number_has_to_be_a_finite_number(junk: object) -> None:
    assert not QUESTIONS["test_accuracy"].grade(junk, BIRDS)


def moved(**changes: object) -> Given:
    fields = {name: getattr(BIRDS, name) for name in Given.__dataclass_fields__}
    return Given(**{**fields, **changes})


def test_answers_follow_the_persons_own_numbers() -> None:
    level = moved(logits=(1.0, 1.0, 1.0))
    assert QUESTIONS["scale"].grade("same", level)  # nothing to stretch
    sure = moved(logits=(-100.0, 100.0, -100.0), target=1)
    assert QUESTIONS["scale"].grade("same", sure)  # nothing left to gain
    heavier = (*BIRDS.weights[:2], (-1.0, 0.0, 7.5), BIRDS.weights[3])
    assert QUESTIONS["longer_neck"].grade(7.5, moved(weights=heavier))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_computed_is_among_the_options(language: str) -> None:
    from softmax_ui.text import _read

    for question in QUESTIONS.values():
        if question.kind == "number":
            continue
        text = _read(f"lesson_{question.section}", language)
        body = text.split(f"<!-- options {question.name} -->")[1].split("<!--")[0]
        keys = [found["key"] for found in _OPTION.finditer(body)]
        known = KNOWN[question.name]
        assert len(keys) == len(set(keys)) >= 2
        assert set(keys) == set(known) if isinstance(known, tuple) else known in keys
