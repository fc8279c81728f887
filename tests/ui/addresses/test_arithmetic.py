"""Numbers as people write them, and nothing that runs."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_ui.addresses.arithmetic import value_of


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("-1/8", -0.125),
        ("2/3*3", 2),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("2^-1", 0.5),
        ("2**3**2", 512),
        ("50%", 0.5),
        ("-ln(10)", -math.log(10)),
        ("log(e)", 1),
        ("lg(100)", 2),
        ("log10(1000)", math.log10(1000)),
        ("log2(8)/3", 1),
        ("exp(-1)", math.exp(-1)),
        ("sqrt((1+3)*4-7)", 3),
        ("2*pi", 2 * math.pi),
        ("-∞", -math.inf),
        ("1e400", math.inf),
        ("9^9^9^9", math.inf),
    ],
)
def test_values(word: str, value: float) -> None:
    assert value_of(word) == value


@pytest.mark.parametrize(
    "word",
    ["", "-", "--1", "1-2", "1+", "ln", "ln()", "sqrt(-1)", "1/0", "(1", "1)", "()", "2e", "1_0",
     "0x10", "a", "x*2", "__import__('os')", "(" * 500, "ln" * 2000, "2^" * 2000 + "2",
     "(-8)^(1/3)"],
)  # fmt: skip
def test_other_words_are_no_numbers(word: str) -> None:
    assert value_of(word) is None


@given(st.floats(allow_nan=False))
def test_a_float_is_itself(number: float) -> None:
    value = value_of(repr(number))
    assert value is not None
    assert value.hex() == number.hex()


@given(st.text("0123456789.+-*/^()%elnsqrtpi "))
def test_any_word_is_a_float_or_none(word: str) -> None:
    assert value_of(word) is None or isinstance(value_of(word), float)
