"""Each question is graded by what softmax_core computes, with a tolerance."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pytest

from softmax_ui.addresses.lesson import SECTIONS
from softmax_ui.questions.catalogue import QUESTIONS
from softmax_ui.questions.given import Given
from softmax_ui.questions.grading import mark
from softmax_ui.questions.parts import _OPTION
from softmax_ui.questions.question import Asked
from softmax_ui.questions.replies import what_is_wrong
from softmax_ui.questions.review import ten

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
    "likeliest": "share",
    "product": "zero",
    "mean_bits": 2.0,
    "excess": 0.5,
    "symmetric": "infinite",
    "sigmoid_logit": 2.0,
    "at_most": 0.25,
    "smoothed_share": 0.91,
    "best_gap": math.log(91),
    "what_t_changes": "confidence",
    "error_of_a_bin": 0.2,
    "who_rises": "target",
    "gradient_sum": 0.0,
    "second_derivative": 3 / 16,
    "minibatch_shape": "stack",
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
    "memorize": "parted",
    "best_of_ten": "high",
    "diagnosis": "ill",
    "vocabulary": math.log(50_000),
    "linear_weight": "rows",
}


def test_every_question_is_in_this_table_and_there_are_enough() -> None:
    assert set(KNOWN) == set(QUESTIONS)
    assert len(QUESTIONS) >= 12
    assert {question.section for question in QUESTIONS.values()} <= set(SECTIONS)
    assert {question.kind for question in QUESTIONS.values()} == {"number", "choice", "order"}


def asked(name: str, given: Given = BIRDS) -> Asked:
    return Asked(QUESTIONS[name], given, QUESTIONS[name].example)


def typed(value: float) -> str:
    return repr(value).removesuffix(".0")


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_the_known_answer_is_graded_right_and_others_wrong(name: str) -> None:
    question, known = asked(name), KNOWN[name]
    if isinstance(known, float):
        assert question.right() == pytest.approx(known, abs=1e-6)
        assert mark(typed(known), question).right
        assert not mark(typed(1.06 * known + 0.06), question).right
        assert not mark(typed(0.94 * known - 0.06), question).right
    elif isinstance(known, tuple):
        assert mark(known, question).right
        assert not mark(tuple(reversed(known)), question).right
    else:
        assert mark(known, question).right
        assert not mark("nothing of the kind", question).right


@pytest.mark.parametrize("junk", ["", "a half", "nan", "inf", "0.5 0.5", "half of 1"])
def test_a_number_has_to_be_a_finite_number(junk: str) -> None:
    assert not mark(junk, asked("test_accuracy")).right


# A question, what was typed, and what that is: right, or what is wrong with it.
TYPED = [
    ("off_diagonal", "-0.125", "right"),
    ("off_diagonal", "−0,125", "right"),
    ("off_diagonal", "-1/8", "right"),
    ("off_diagonal", "-12.5%", "right"),
    ("off_diagonal", "-0.12", "right"),
    ("off_diagonal", "-0.13", "right"),
    ("off_diagonal", "–0.12", "right"),
    ("off_diagonal", "－０．１２", "right"),
    ("off_diagonal", "≈ −0.12", "right"),
    ("off_diagonal", "p = -0.12.", "right"),
    ("off_diagonal", "－１２．５％", "right"),
    ("off_diagonal", "-1.2×10⁻¹", "right"),
    ("off_diagonal", "-1.3*10^-1", "right"),
    ("off_diagonal", "－０．１", "wrong"),
    ("knows_nothing", "2.30E+00", "right"),
    ("off_diagonal", "-0.1", "wrong"),
    ("off_diagonal", "-.1", "wrong"),
    ("off_diagonal", "0", "wrong"),
    ("off_diagonal", "-0.126", "digits"),
    ("off_diagonal", "1/8", "road positive"),
    ("off_diagonal", "0.25", "road diagonal"),
    ("off_diagonal", "-3/8", "road mixed"),
    ("off_diagonal", "-12.5", "percent"),
    ("parameter_count", "7850", "right"),
    ("parameter_count", "7840", "road no_bias"),
    ("parameter_count", "7.85e3", "right"),
    ("parameter_count", "7.8e+03", "right"),  # few digits round both; they are not 7840 itself
    ("parameter_count", "7.9e+03", "right"),
    ("parameter_count", "7.84e+03", "road no_bias"),
    ("parameter_count", "8e3", "right"),
    ("longer_neck", "300", "factor 100"),  # a weight is no share
    ("knows_nothing", "230.26", "factor 100"),
    ("off_diagonal", "-1/16", "factor 1/2"),
    ("binary_code", "log2(3)", "right"),
    ("binary_code", "1.58", "right"),
    ("binary_code", "1.585", "right"),
    ("binary_code", "1.6", "road block"),
    ("binary_code", "2", "road alone"),
    ("binary_code", "ln 3", "road nats"),
    ("knows_nothing", "ln 10", "right"),
    ("knows_nothing", "2.3", "right"),
    ("knows_nothing", "2.30", "right"),
    ("knows_nothing", "2.303", "right"),
    ("knows_nothing", "2,3", "right"),
    ("knows_nothing", "2", "wrong"),
    ("knows_nothing", "3.32", "road bits"),
    ("knows_nothing", "-2.3", "road negative"),
    ("knows_nothing", "1", "road decimal"),
    ("log_two", "50%", "right"),
    ("log_two", "1/2", "right"),
    ("log_two", "2/4", "right"),
    ("log_two", "0.25", "road without_itself"),
    ("gradient_sum", "0", "right"),
    ("gradient_sum", "0.00", "right"),
    ("gradient_sum", "0.01", "wrong"),
    ("gradient_sum", "1", "road one"),
    ("parameter_count", "7850", "right"),
    ("parameter_count", "7.85e3", "right"),
    ("parameter_count", "784*10+10", "right"),
    ("parameter_count", "7840", "road no_bias"),
    ("parameter_count", "7851", "digits"),
    ("parameter_count", "8000", "close"),
    ("last_minibatch", "96", "right"),
    ("last_minibatch", "97", "digits"),
    ("last_minibatch", "160", "road missing"),
    ("steps", "2350", "right"),
    ("steps", "2340", "road dropped"),
    ("steps", "2343.75", "road exact"),
    ("vocabulary", "10.8", "right"),
    ("vocabulary", "10.82", "right"),
    ("vocabulary", "11", "right"),
    ("second_derivative", "3/16", "right"),
    ("second_derivative", "0.19", "right"),
    ("second_derivative", "-0.75", "road first"),
]


@pytest.mark.parametrize(("name", "answer", "what"), TYPED)
def test_a_number_is_graded_by_its_digits_and_a_wrong_one_is_named(
    name: str, answer: str, what: str
) -> None:
    found = mark(answer, asked(name))
    said = "right" if found.right else f"{found.hint} {found.about}".strip() or "wrong"
    assert said == what


def test_an_order_says_from_where_it_is_wrong() -> None:
    found = mark(("duck", "chick", "goose"), asked("order"))
    assert (found.hint, found.about) == ("position", "2")


def test_the_right_order_from_the_other_end_is_known_as_such() -> None:
    found = mark(("chick", "goose", "duck"), asked("order"))
    assert not found.right
    assert found.hint == "reversed"


def test_every_road_leads_somewhere_else_and_is_told() -> None:
    for name, question in QUESTIONS.items():
        for road, end in asked(name).roads().items():
            assert end != pytest.approx(KNOWN[name]), (name, road)
            assert asked(name).has_text("road", road), (name, road)
            assert mark(repr(float(end)), asked(name)).hint in ("road", "sign"), (name, road)
        if question.kind == "choice":
            for option in asked(name).options():
                assert option == KNOWN[name] or asked(name).has_text("hint", option), (name, option)


@pytest.mark.parametrize("seed", range(1, 40))
def test_ten_drawn_questions_have_answers_of_their_own(seed: int) -> None:
    asked_again = ten(seed)
    assert [one.question.name for one in asked_again] == [one.question.name for one in ten(seed)]
    assert len({one.question.section for one in asked_again}) == 10
    for one in asked_again:
        right = one.right()
        text = one.text("ask") + one.text("because", right="")
        assert "<<" not in text
        answer = typed(right) if isinstance(right, float) else right
        assert mark(answer, one).right, one


def moved(**changes: object) -> Given:
    fields = {name: getattr(BIRDS, name) for name in Given.__dataclass_fields__}
    return Given(**{**fields, **changes})


def test_of_wrong_roads_that_lead_to_one_number_each_is_told() -> None:
    halves = asked("log_two")
    told = what_is_wrong(mark("1", halves), halves)
    assert halves.text("road", "odds") in told
    assert halves.text("road", "share") in told
    thirds = replace(halves, example={"times": 3})
    told = what_is_wrong(mark("1", thirds), thirds)
    assert told == thirds.text("road", "share")


def test_five_drawn_birds_together_need_less_than_five_alone() -> None:
    code = QUESTIONS["binary_code"]
    assert code.draw
    for seed in range(40):
        drawn_code = Asked(code, BIRDS, code.draw(Random(seed)))
        right, roads = drawn_code.right(), drawn_code.roads()
        assert isinstance(right, float)
        assert right < roads["block"] < roads["alone"]


def test_answers_follow_the_persons_own_numbers() -> None:
    level = moved(logits=(1.0, 1.0, 1.0))
    assert mark("same", asked("scale", level)).right  # nothing to stretch
    for sure in ((-100.0, 100.0, -100.0), (40.0, 0.0, 0.0), (100.0, 100.0, 0.0)):
        # Less than float64 can tell from 1 or 1/2, but it grows.
        assert mark("grows", asked("scale", moved(logits=sure))).right
    heavier = (*BIRDS.weights[:2], (-1.0, 0.0, 7.5), BIRDS.weights[3])
    assert mark("7.5", asked("longer_neck", moved(weights=heavier))).right


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
