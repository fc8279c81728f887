"""A row of numbers in the forms that people type and copy."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from softmax_ui.addresses.numbers import NotARow, as_text, logits_text, read_row, row_of

FLOATS = st.lists(
    st.floats(-1e6, 1e6, allow_nan=False, allow_subnormal=False), min_size=2, max_size=20
)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("1, 2, 3", (1, 2, 3)),
        ("1,2,3", (1, 2, 3)),
        ("1 2 3", (1, 2, 3)),
        ("1\t-2\t3", (1, -2, 3)),
        ("1\n2\n3\n", (1, 2, 3)),
        ("1\r\n2", (1, 2)),
        ("1; 2; 3", (1, 2, 3)),
        ("1,5; 2,25", (1.5, 2.25)),
        ("1,5 2,25", (1.5, 2.25)),
        ("1,5", (1, 5)),
        (" [1;−2.5 3e0] ", (1, -2.5, 3)),
        ("1，2、3", (1, 2, 3)),
        ("| 1 | 2 |", (1, 2)),
        ("[1, 2.5]", (1, 2.5)),
        ("[[1, 2.5]]", (1, 2.5)),
        ('{"chick": 1, "duck": 2.5}', (1, 2.5)),
        ("(1, 2)", (1, 2)),
        ("−1 –2 +3", (-1, -2, 3)),
        ("1，2", (1, 2)),
        ("１．５、－２；３", (1.5, -2, 3)),
        (".5 1. 1e-3 -2E+2", (0.5, 1, 0.001, -200)),
        ("[ 1.   2.5 -3. ]", (1, 2.5, -3)),
        ("array([1. , 2.5], dtype=float32)", (1, 2.5)),
        ("np.array([1, 2])", (1, 2)),
        ("[np.float64(1.5), np.float64(2.5)]", (1.5, 2.5)),
        ("tensor([1.0000, 2.5000], dtype=torch.float64)", (1, 2.5)),
        ("tensor([[ 1.2, -0.5]], device='cuda:0', grad_fn=<AddmmBackward0>)", (1.2, -0.5)),
        ("tensor([1., 2.], requires_grad=True)", (1, 2)),
        ("Parameter containing:\ntensor([1.5, -2.], requires_grad=True)", (1.5, -2)),
        ("logits = [1, 2.5]", (1, 2.5)),
        (">>> self.o = torch.tensor([1, 2.5])", (1, 2.5)),
        ("tensor([[1.],\n        [2.]])", (1, 2)),
        ("[[ 1.5]\n [-2. ]]", (1.5, -2)),
        ("[[1], [2.5]]", (1, 2.5)),
    ],
)
def test_common_forms(text: str, row: tuple[float, ...]) -> None:
    assert read_row(text) == row


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_a_row_that_the_app_wrote_comes_back_bit_for_bit(row: list[float]) -> None:
    for back in (row_of(as_text(row)), read_row(as_text(row))):
        assert [o.hex() for o in back] == [o.hex() for o in row]


@given(FLOATS)
def test_what_python_json_and_lists_print_comes_back_exactly(row: list[float]) -> None:
    for text in (repr(row), ", ".join(map(repr, row)), "\n".join(map(repr, row)), repr(tuple(row))):
        assert read_row(text) == tuple(row)


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=20))
def test_what_numpy_and_torch_print_comes_back_as_printed(row: list[float]) -> None:
    with np.printoptions(floatmode="unique", threshold=100):
        assert read_row(str(np.array(row))) == tuple(row)
        assert read_row(repr(np.array(row))) == tuple(row)
    printed = repr(torch.tensor(row, dtype=torch.float64))
    expected = pytest.approx(row, rel=1e-3, abs=1e-4 * max(1.0, *map(abs, row)))
    assert read_row(printed) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing"),
        ("   \n", "nothing"),
        ("hello", "words"),
        ("1 2 <script>", "words"),
        ("1, two", "words"),
        ('["1", "2"]', "words"),
        ("[true, false]", "words"),
        ("0x10 2", "words"),
        ("1_000 2", "words"),
        ("1 nan", "not_finite"),
        ("tensor([1., inf])", "not_finite"),
        ("[1, NaN]", "not_finite"),
        ("1 1e999", "too_large"),
        ("[1, 1e999]", "not_finite"),
        ("1 2e6", "too_large"),
        ("[1, " + "9" * 400 + "]", "too_large"),
        ("1", "too_few"),
        ("[]", "too_few"),
        ("[1]", "too_few"),
        (" ".join("1" * 21), "too_many"),
        ("1 " * 5000, "too_many"),
        ("[[1, 2], [3, 4]]", "rows"),
        ("[[1. 2.]\n [3. 4.]]", "rows"),
        ("[" * 3000 + "1", "too_few"),
    ],
)
def test_what_is_no_row_says_why(text: str, reason: str) -> None:
    with pytest.raises(NotARow) as caught:
        read_row(text)
    assert caught.value.reason == reason


def test_a_number_that_is_too_large_is_named_as_it_was_written() -> None:
    for text in ("1 1e7", "1, 1e999"):
        with pytest.raises(NotARow) as caught:
            read_row(text)
        assert caught.value.value == text.split()[1]


@given(st.text(max_size=80))
def test_any_text_is_a_row_or_says_why(text: str) -> None:
    try:
        row = read_row(text)
    except NotARow:
        return
    assert 2 <= len(row) <= 20
    assert all(abs(number) <= 1e6 for number in row)


FIELD = logits_text("logits", "2, 1, 0", largest=10, most=4)


@pytest.mark.parametrize(
    "text", ["tensor([2., 1., 0.1])", "２，１，０．１", "(2, 1, 0.1)", "[2;1 1e-1]", "2\n1\n0.1"]
)
def test_a_field_takes_the_same_forms_and_keeps_the_numbers(text: str) -> None:
    assert FIELD.parse(text) == "2, 1, 0.1"


@pytest.mark.parametrize(
    ("text", "reason", "value", "limit"),
    [
        ("", "nothing", "", 0),
        ("1", "too_few", "1", 2),
        ("1,2,3,4,5", "too_many", "5", 4),
        ("11, 0", "too_large", "11", 10),
        ("-11, 0", "too_large", "-11", 10),
        ("1, -inf", "not_finite", "-inf", 10),
        ("a, b", "words", "a", 0),
    ],
)
def test_a_field_has_limits_of_its_own(text: str, reason: str, value: str, limit: float) -> None:
    assert FIELD.checked(text) == FIELD.default
    with pytest.raises(NotARow) as caught:
        FIELD.parse(text)
    assert (caught.value.reason, caught.value.value, caught.value.limit) == (reason, value, limit)


def test_what_is_allowed_is_said() -> None:
    assert FIELD.allowed() == "2 to 4 numbers from -10 to 10, separated by commas"
