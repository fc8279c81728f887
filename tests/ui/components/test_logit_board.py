"""The board's Python side: what it checks, and that its words and its script fit together."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import softmax_ui.components.logit_board as package
from softmax_ui.components.logit_board import BoardValue, logit_board, problem_of
from softmax_ui.components.logit_board.labels import board_labels
from softmax_ui.components.logit_board.value import board_from

FOLDER = Path(package.__file__).parent
SCRIPT = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js"))
MARKUP = (FOLDER / "component.html").read_text(encoding="utf-8")
GOOD = BoardValue((1.0, 2.0), ("a", "b"), 0)


def test_the_board_has_a_word_for_all_it_says_and_no_word_too_many() -> None:
    used = set(re.findall(r'data-(?:label|aria)="(\w+)"', MARKUP))
    used |= set(re.findall(r"\blabels\.(\w+)", SCRIPT))
    patterns = re.search(r"const PATTERNS = \{(.*?)\n\};", SCRIPT, re.DOTALL)
    assert patterns is not None
    used |= set(re.findall(r"^  (\w+): \(n\)", patterns[1], re.MULTILINE))
    assert used == set(board_labels())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("logits", (1.0,)),
        ("logits", (float("inf"), 1.0)),
        ("logits", (float("-inf"), float("-inf"))),
        ("logits", (float("nan"), 1.0)),
        ("logits", (2e6, 1.0)),
        ("logits", tuple(range(21))),
        ("names", ("a",)),
        ("names", ("a", "<b>")),
        ("names", ("a", "x" * 25)),
        ("target", 2),
        ("target", -1),
        ("temperature", 0.01),
        ("temperature", float("nan")),
        ("shift", 1001.0),
        ("learning_rate", 0.0),
        ("smoothing", 1.5),
    ],
)
def test_a_board_out_of_range_names_its_field(field: str, value: Any) -> None:
    assert problem_of(GOOD) is None
    assert problem_of(replace(GOOD, **{field: value})) == field


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"logits": "12"},
        {"logits": [None, 1]},
        {"logits": [1, 2], "names": ["a", "b"], "target": "x"},
        {"logits": [1, 1e400], "names": ["a", "b"], "target": None},
        {"logits": [1, 10**400], "names": ["a", "b"], "target": None},
    ],
)
def test_a_report_that_is_no_board_is_ignored(state: Mapping[str, Any]) -> None:
    rest = {"temperature": 1, "shift": 0, "learning_rate": 0.1, "smoothing": 0.25}
    assert board_from({**rest, **state}) is None


def test_a_mask_is_reported_and_sent_as_json_can_say_it() -> None:
    state = {"logits": ["-inf", 2.5], "names": ["a", "b"], "target": 1, "temperature": 2}
    board = board_from({**state, "shift": 0, "learning_rate": 0.1, "smoothing": 0.25})
    assert board is not None
    assert board.logits == (float("-inf"), 2.5)
    assert package._in_json(board.logits[0]) == "-inf"
    assert package._probabilities(board) == [0, 1]


def test_a_report_that_is_one_is_taken() -> None:
    state = {"logits": [1, 2.5], "names": ["a", "b"], "target": 1, "temperature": 2}
    board = board_from({**state, "shift": 0, "learning_rate": 0.1, "smoothing": 0.25})
    assert board == BoardValue((1.0, 2.5), ("a", "b"), 1, 2.0, 0.0, 0.1, 0.25)


def app() -> None:
    """Mount a board."""
    import streamlit as st

    from softmax_ui.components.logit_board import logit_board
    from softmax_ui.components.logit_board.labels import board_labels

    value = logit_board([1.0, 2.0], names=["a", "b"], labels=board_labels(), key="board")
    st.text(repr(value.logits))


def test_python_hands_the_board_its_own_answer() -> None:
    from softmax_ui.components.logit_board import _probabilities

    assert _probabilities(BoardValue((0.0, 0.0), ("a", "b"))) == [0.5, 0.5]


def test_without_a_report_the_board_is_the_given_one() -> None:
    at = AppTest.from_function(app).run()
    assert not at.exception
    assert at.text[0].value == "(1.0, 2.0)"


def test_a_board_out_of_range_is_the_programmers_mistake_and_says_so() -> None:
    with pytest.raises(ValueError, match="logits are out of range"):
        logit_board([1.0, float("nan")], names=["a", "b"], labels={}, key="board")
