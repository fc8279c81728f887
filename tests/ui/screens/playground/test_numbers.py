"""The table and the snippets under the board say what softmax_core and torch say."""

import contextlib
import io
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from softmax_ui.addresses.playground import default_names
from softmax_ui.components.logit_board.value import BoardValue
from softmax_ui.screens.playground.numbers import (
    board_columns,
    board_numbers,
    our_snippet,
    printed,
    torch_snippet,
)

BOARDS = {
    "birds": BoardValue((2.0, 1.0, -1.0), ("chick", "duck", "goose"), 1),
    "no target": BoardValue((0.1, 0.2), ("a", "b")),
    "turned knobs": BoardValue((1.5, -2.25, 0.3, 0.3), default_names(4), 3, 2.5, -7.0, 3.0),
    "smoothed": BoardValue((1.5, -2.0, 0.3), default_names(3), 0, 2.0, 1.0, smoothing=0.1),
    "far apart": BoardValue((700.0, -700.0, 0.0), default_names(3), 1),
    "right already": BoardValue((700.0, -700.0, 0.0), default_names(3), 0),
    "masked": BoardValue((2.0, -math.inf, 1.0), default_names(3), 0, 0.5, 3.0),
    "tied": BoardValue((0.0,) * 20, default_names(20), 19, 0.05, 1000.0),
    "awkward names": BoardValue((1.0, 2.0), ('"""; 1/0 #', "{o} {0} \\"), 0),
}


def run(code: str) -> str:
    """Return what a piece of Python prints, run as a learner would."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(code, "snippet", "exec"), {"__name__": "__main__"})
    return output.getvalue().rstrip("\n")


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_both_snippets_print_what_the_page_shows(board: BoardValue) -> None:
    expected = printed(board, board_numbers(board))
    assert run(our_snippet(board)) == expected
    assert run(torch_snippet(board)) == expected


def test_the_torch_snippet_needs_only_torch() -> None:
    assert "softmax_core" not in torch_snippet(BOARDS["birds"])
    assert "softmax_core" in our_snippet(BOARDS["birds"])


def test_the_page_says_six_decimals_of_each_class() -> None:
    lines = printed(BOARDS["birds"], board_numbers(BOARDS["birds"])).splitlines()
    assert lines[0] == "chick: p = 0.705385, dL/do = 0.705385"
    assert lines[1] == "duck: p = 0.259496, dL/do = -0.740504"
    assert lines[3] == "loss = 1.349012"
    assert lines[-1] == "1 - sum of p^2 = 0.433861"


@settings(deadline=None)
@given(
    st.lists(st.floats(-50, 50), min_size=2, max_size=20),
    st.floats(0.05, 20),
    st.floats(-100, 100),
    st.data(),
)
def test_the_gradient_is_autograds_in_the_logits_temperature_and_all(
    row: list[float], temperature: float, shift: float, data: st.DataObject
) -> None:
    target = data.draw(st.integers(0, len(row) - 1))
    board = BoardValue(tuple(row), default_names(len(row)), target, temperature, shift)
    numbers = board_numbers(board)
    o = torch.tensor(row, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy((o + shift) / temperature, torch.tensor(target))
    (slope,) = torch.autograd.grad(loss, o)
    assert numbers.loss == pytest.approx(loss.item(), rel=1e-12, abs=1e-12)
    assert numbers.gradient == pytest.approx(tuple(slope.tolist()), rel=1e-9, abs=1e-13)
    assert sum(numbers.probabilities) == pytest.approx(1)
    assert numbers.perplexity == pytest.approx(2**numbers.bits)


def test_ranks_follow_z_even_where_the_probabilities_have_underflown() -> None:
    numbers = board_numbers(BoardValue((0.0, -900.0, -800.0), default_names(3)))
    assert numbers.probabilities[1:] == (0, 0)
    assert numbers.ranks == (1, 3, 2)


def test_the_table_keeps_every_digit_and_shows_z_where_it_differs() -> None:
    board = BOARDS["turned knobs"]
    numbers = board_numbers(board)
    columns = board_columns(board, numbers)
    assert list(columns) == [
        "class", "logit o", "z = (o + c) / T", "probability p", "rank", "∂L/∂o",
    ]  # fmt: skip
    assert columns["probability p"] == numbers.probabilities
    assert columns["z = (o + c) / T"] == board.arguments
    plain = board_columns(BOARDS["no target"], board_numbers(BOARDS["no target"]))
    assert list(plain) == ["class", "logit o", "probability p", "rank"]


def test_a_certain_and_right_prediction_keeps_the_digits_of_what_is_missing() -> None:
    numbers = board_numbers(BoardValue((40.0, 0.0), ("a", "b"), 0))
    assert numbers.loss == pytest.approx(math.exp(-40), rel=1e-12, abs=0)
    assert numbers.half_norm == pytest.approx(2 * math.exp(-40), rel=1e-12, abs=0)
