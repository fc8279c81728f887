"""A row of logits as text: what is taken, what is refused."""

from __future__ import annotations

import pytest

from softmax_ui.addresses.numbers import logits_text, row_of

SETTING = logits_text("logits", "2, 1, 0", largest=10, most=4)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("2, 1, 0", (2, 1, 0)),
        (" [1;−2.5 3e0] ", (1, -2.5, 3)),
        ("1，2、3", (1, 2, 3)),
    ],
)
def test_rows_are_read_as_people_type_them(text, row):
    assert row_of(text) == row
    assert SETTING.checked(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "1", "1,2,3,4,5", "11, 0", "nan, 0", "inf, 0", "a, b", "1, 0" + " " * 500, "<b>, 1"],
)
def test_anything_else_falls_back_to_the_default(text):
    assert SETTING.checked(text) == "2, 1, 0"


def test_what_is_allowed_is_said():
    assert SETTING.allowed() == "2 to 4 numbers from -10 to 10, separated by commas"
