"""The board in the URL: exact on the way out, distrusted on the way in."""

import math
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_core.data import CLASS_NAMES
from softmax_ui.addresses.playground import (
    PLAYGROUND_STATE,
    board_of,
    board_query,
    default_board,
    default_names,
)
from softmax_ui.components.logit_board.value import BoardValue, is_name, problem_of
from softmax_ui.notices import Problem

NAMES = st.text(min_size=1, max_size=24).map(str.strip).filter(is_name)


@st.composite
def boards(draw: st.DrawFn) -> BoardValue:
    n = draw(st.integers(2, 20))
    return BoardValue(
        logits=(
            draw(st.floats(-1e6, 1e6)),
            *draw(
                st.lists(st.floats(-1e6, 1e6) | st.just(-math.inf), min_size=n - 1, max_size=n - 1)
            ),
        ),
        names=tuple(draw(st.lists(NAMES, min_size=n, max_size=n))),
        target=draw(st.none() | st.integers(0, n - 1)),
        temperature=draw(st.floats(0.05, 20)),
        shift=draw(st.floats(-1000, 1000)),
        learning_rate=draw(st.floats(0.001, 100)),
    )


def read_board(given: dict[str, str]) -> tuple[BoardValue, list[Problem]]:
    values, problems = PLAYGROUND_STATE.read(given)
    return board_of(values), problems


def through_a_url(query: dict[str, str | None]) -> dict[str, str]:
    """Return what arrives: parameters that are None are not written."""
    address = urlencode({name: text for name, text in query.items() if text is not None})
    return dict(parse_qsl(address, keep_blank_values=True))


@given(boards())
def test_every_board_comes_back_bit_for_bit(board: BoardValue) -> None:
    back, problems = read_board(through_a_url(board_query(board)))
    assert problems == []
    assert back == board
    assert [o.hex() for o in back.logits] == [o.hex() for o in board.logits]


def test_the_default_board_is_valid_and_its_query_is_short() -> None:
    assert problem_of(default_board()) is None
    assert through_a_url(board_query(default_board())) == {"o": "2,1,-1", "t": "1"}


def test_a_link_without_a_board_opens_the_default_without_a_word() -> None:
    assert read_board({"lang": "zh"}) == (default_board(), [])


def test_every_parameter_is_known() -> None:
    assert tuple(board_query(default_board())) == tuple(PLAYGROUND_STATE.settings)


def test_fashion_mnist_has_a_short_name() -> None:
    query = PLAYGROUND_STATE.query(o=[0.25] * 10, t=3, names=CLASS_NAMES)
    assert query["names"] == "fashion"
    board, problems = read_board(query)
    assert (board.names, problems) == (CLASS_NAMES, [])


def test_a_comma_and_a_per_cent_sign_in_a_name_survive() -> None:
    board = BoardValue((1.0, 2.0), ("a,b", "50%2C"))
    assert read_board(through_a_url(board_query(board)))[0].names == ("a,b", "50%2C")


def test_names_from_elsewhere_are_made_harmless_rather_than_refused() -> None:
    query = PLAYGROUND_STATE.query(o=[1, 2], names=["<b>bold</b>", "x" * 40])
    board, problems = read_board(query)
    assert problems == []
    assert board.names == ("bbold/b", "x" * 24)


def test_default_names_fit_any_number() -> None:
    for n in range(2, 21):
        assert len(set(default_names(n))) == n


GOOD: dict[str, str] = {"o": "1,2,3", "t": "0", "T": "2", "c": "1", "eta": "0.5", "names": "a,b,c"}


def test_the_good_link_is_good() -> None:
    board, problems = read_board(GOOD)
    assert problems == []
    assert board == BoardValue((1.0, 2.0, 3.0), ("a", "b", "c"), 0, 2.0, 1.0, 0.5)


@pytest.mark.parametrize(
    ("change", "blamed"),
    [
        ({"o": "nan,1,2"}, "o"),
        ({"o": "1e999,1,2"}, "o"),
        ({"o": "-inf,-inf"}, "o"),
        ({"o": "inf,1,2"}, "o"),
        ({"o": "1e7,1,2"}, "o"),
        ({"o": ",".join(["1"] * 1000)}, "o"),
        ({"o": "1"}, "o"),
        ({"o": ""}, "o"),
        ({"o": "1,,2"}, "o"),
        ({"o": "1_0,1,2"}, "o"),
        ({"o": "1,2,<img src=x onerror=alert(1)>"}, "o"),
        ({"o": "9" * 5000}, "o"),
        ({"t": "3"}, "t"),
        ({"t": "-1"}, "t"),
        ({"t": "1.5"}, "t"),
        ({"t": "9" * 5000}, "t"),
        ({"T": "0"}, "T"),
        ({"T": "nan"}, "T"),
        ({"T": "21"}, "T"),
        ({"c": "inf"}, "c"),
        ({"c": "-1001"}, "c"),
        ({"eta": "-1"}, "eta"),
        ({"names": "a,b"}, "names"),
        ({"names": "a,b,<script>alert(1)</script>"}, "names"),
        ({"names": "a,b,%3Cb%3E"}, "names"),
        ({"names": "a,b," + "x" * 25}, "names"),
        ({"names": "a,b,\u202ec"}, "names"),
        ({"names": "a,b,"}, "names"),
        ({"names": "fashion"}, "names"),
    ],
)
def test_nonsense_opens_the_default_board_and_names_the_culprit(
    change: dict[str, Any], blamed: str
) -> None:
    board, problems = read_board({**GOOD, **change})
    assert board == default_board()
    assert [problem.name for problem in problems] == [blamed]
    assert problems[0].value == change[blamed]
    assert problems[0].allowed


@given(st.dictionaries(st.sampled_from(list(PLAYGROUND_STATE.settings)), st.text(max_size=60)))
def test_no_url_makes_an_invalid_board(given_: dict[str, str]) -> None:
    board, _problems = read_board(given_)
    assert problem_of(board) is None
