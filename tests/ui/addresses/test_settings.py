"""A value survives the URL as it is, and no widget's value is believed unseen."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_ui.addresses.state import number, numbers, text, whole

TEMPERATURE = number("temperature", 1.0, 0.05, 20.0)
CLASSES = whole("classes", 3, 3, 10)
LOGITS = numbers("logits", (2.0, 1.0, 0.0), -20, 20, shortest=3, longest=10)
NAME = text("name", "", 20)


@given(st.floats(0.05, 20.0))
def test_number_survives_the_url_to_the_last_bit(value: float) -> None:
    assert TEMPERATURE.parse(TEMPERATURE.write(value)) == value


@given(st.lists(st.floats(-20, 20), min_size=3, max_size=10))
def test_row_survives_the_url_to_the_last_bit(row: list[float]) -> None:
    assert LOGITS.parse(LOGITS.write(tuple(row))) == tuple(row)


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20))
def test_text_survives_the_url_as_it_is(line: str) -> None:
    assert NAME.parse(NAME.write(line)) == line


def test_minus_zero_is_zero() -> None:
    assert math.copysign(1, number("c", 1.0, -1, 1).parse("-0")) == 1


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e999, "x", None, [1], 21.0])
def test_a_widget_value_out_of_range_is_not_believed(value: object) -> None:
    assert TEMPERATURE.checked(value) == 1.0
    assert LOGITS.checked((value, 1.0, 2.0)) == LOGITS.default


@pytest.mark.parametrize("value", [True, 3.5, "many", None, math.nan, math.inf])
def test_a_whole_number_stays_whole(value: object) -> None:
    assert CLASSES.checked(value) == 3
