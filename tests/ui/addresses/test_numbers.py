"""A row of numbers in the forms that people type and copy."""

import json
import math
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from softmax_ui.addresses.numbers import NotARow, Row, as_text, logits_text, read_row


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
    assert read_row(text).numbers == row


@pytest.mark.parametrize(
    ("text", "row"),
    [
        # a spreadsheet: what stands between the cells makes the comma a mark within them
        ("0,5\t1\t-2,25", (0.5, 1, -2.25)),
        ("0,5; 1,5; -2,25", (0.5, 1.5, -2.25)),
        ("1 234,5\t2 000,1", (1234.5, 2000.1)),
        ("1\u202f234,5\t2", (1234.5, 2)),
        ("1.234,5\t2.000", (1234.5, 2000)),
        ("1,234.5\t2,000", (1234.5, 2000)),
        ("1'234\t5", (1234, 5)),
        ("0,5\n1\n-2,25", (0.5, 1, -2.25)),
        ("1,000,000 2,000", (1e6, 2000)),
        # indices
        ("0    2.0\n1    1.0\n2   -1.0\ndtype: float64", (2, 1, -1)),
        ("0    2.0\n1    1.0\n2   -1.0", (2, 1, -1)),
        ("[1]  2.0  1.0 -1.0\n[4]  0.5", (2, 1, -1, 0.5)),
        ("1. 2.5\n2. 1", (2.5, 1)),
        ("1) 2.5\n2) 1", (2.5, 1)),
        ("* 2.5\n* 1", (2.5, 1)),
        ("{0: 2.0, 1: 1.0}", (2, 1)),
        # prints
        ("tensor([ 1.0, 2.0,\n         3.0])", (1, 2, 3)),
        ("[ 1.  2.\n  3.]", (1, 2, 3)),
        ("tf.Tensor([2. 1.], shape=(2,), dtype=float32)", (2, 1)),
        ("<tf.Tensor: shape=(2,), dtype=float32, numpy=array([2., 1.], dtype=float32)>", (2, 1)),
        ("Array([2., 1.], dtype=float32)", (2, 1)),
        ("c(2, 1)", (2, 1)),
        ('{"logits": [2, 1, -1]}', (2, 1, -1)),
        ("logits: 2, 1, -1", (2, 1, -1)),
        ("1,\n2,\n3", (1, 2, 3)),
        # LaTeX
        (r"\begin{bmatrix} 2 & 1 & -1 \end{bmatrix}", (2, 1, -1)),
        (r"\begin{pmatrix} 2 \\ 1 \\ -0.5 \end{pmatrix}^\top", (2, 1, -0.5)),
        (r"$\left[2, \frac{1}{2}, 10^{-3}, \sqrt{4}\right]$", (2, 0.5, 0.001, 2)),
        # arithmetic
        ("1/2 -1/8 50% 3 %", (0.5, -0.125, 0.5, 0.03)),
        ("ln 10, log2(3), sqrt(2), e^2", (math.log(10), math.log2(3), math.sqrt(2), math.e**2)),
        ("(1/2, np.log(4))", (0.5, math.log(4))),
        ("2 × 3, 10**-3", (6, 0.001)),
    ],
)
def test_what_people_bring(text: str, row: tuple[float, ...]) -> None:
    assert read_row(text).numbers == pytest.approx(row, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        '{"cat": 2.0, "T-shirt/top": 1}',
        "{'cat': 2.0, 'T-shirt/top': 1}",
        "cat: 2, T-shirt/top: 1",
        "cat            2.0\nT-shirt/top    1.0\nName: logits, dtype: float64",
        "cat\t2\nT-shirt/top\t1",
        "cat,2\nT-shirt/top,1",
        "  cat  T-shirt/top \n  2.0   1.0 ",
        "| cat | T-shirt/top |\n|---|---|\n| 2 | 1 |",
    ],
)
def test_names_come_along(text: str) -> None:
    assert read_row(text) == Row((2, 1), ("cat", "T-shirt/top"))


def test_a_name_may_end_in_a_number_where_that_is_clear() -> None:
    assert read_row("class 1    2.0\nclass 2   -1").names == ("class 1", "class 2")
    with pytest.raises(NotARow):
        read_row("a 1 2\nb 3 4")


@pytest.mark.parametrize(
    ("text", "reason", "choices"),
    [
        ("1,000\t2,000", "readings", [(1, 2), (1000, 2000)]),
        ("0,5 1 -2,25", "readings", [(0, 5, 1, -2, 25), (0.5, 1, -2.25)]),
        ("0,5, 1,5", "readings", [(0, 5, 1, 5), (0.5, 1.5)]),
        ("1,2\n3,4", "readings", [(1.2, 3.4), (1, 2), (3, 4)]),
        ("1 234\t2 345", "readings", [(1, 234, 2, 345), (1234, 2345)]),
        ("[[1, 2], [3, 4]]", "rows", [(1, 2), (3, 4)]),
        ("1 2 3\n4 5 6", "rows", [(1, 2, 3), (4, 5, 6)]),
        ("1\t2.5\n3\t4", "rows", [(1, 2.5), (3, 4)]),
        ("[1 2; 3 4]", "rows", [(1, 2), (3, 4)]),
        (r"\begin{matrix} 1 & 2 \\ 3 & 4 \end{matrix}", "rows", [(1, 2), (3, 4)]),
        ("0 2\n1 4", "rows", [(2, 4), (0, 2), (1, 4)]),
        ("   cat  dog\n0  2.0  1.0\n1  0.5  3.0", "rows", [(2, 1), (0.5, 3)]),
        ("[1, 2], [3]", "rows", [(1, 2)]),
        ("- 1\n- 2", "readings", [(1, 2), (-1, -2)]),
    ],
)
def test_what_is_not_clear_is_asked(
    text: str, reason: str, choices: list[tuple[float, ...]]
) -> None:
    with pytest.raises(NotARow) as caught:
        read_row(text)
    assert caught.value.reason == reason
    assert [row.numbers for row in caught.value.choices] == choices


FORMS: dict[str, Callable[[list[float]], str]] = {
    "as the app writes it": as_text,
    "a list": repr,
    "a tuple": lambda row: repr(tuple(row)),
    "blanks": lambda row: " ".join(map(repr, row)),
    "tabs": lambda row: "\t".join(map(repr, row)),
    "semicolons": lambda row: "; ".join(map(repr, row)),
    "lines": lambda row: "\n".join(map(repr, row)),
    "JSON": json.dumps,
    "a column": lambda row: repr([[number] for number in row]),
    "a dictionary": lambda row: repr({f"class {k}": number for k, number in enumerate(row)}),
    "scalars of numpy": lambda row: repr([np.float64(number) for number in row]),
    "an array": lambda row: repr(np.array(row)),
    "an index": lambda row: "\n".join(f"{k}    {number!r}" for k, number in enumerate(row)),
    "full-width": lambda row: ", ".join(map(repr, row)).translate(
        {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
    ),
    "minus signs": lambda row: ", ".join(map(repr, row)).replace("-", "−"),
    "a series of pandas": lambda row: (
        "\n".join(f"{k}    {number!r}" for k, number in enumerate(row))
        + "\nName: o, dtype: float64"
    ),
    "a vector of R": lambda row: f"c({', '.join(map(repr, row))})",
    "a print of R": lambda row: "[1] " + "  ".join(map(repr, row)),
    "a numbered list": lambda row: "\n".join(f"{k}. {number!r}" for k, number in enumerate(row, 1)),
    "a tensor of TensorFlow": lambda row: (
        f"<tf.Tensor: shape=({len(row)},), dtype=float64, numpy=array({row!r})>"
    ),
    "an array of JAX": lambda row: f"Array({row!r}, dtype=float64)",
    "scalars of torch": lambda row: f"[{', '.join(f'tensor({number!r})' for number in row)}]",
    "a parameter": lambda row: f"Parameter containing:\ntensor({row!r}, requires_grad=True)",
    "objects": lambda row: json.dumps([{"name": f"c{k}", "logit": n} for k, n in enumerate(row)]),
    "a column of LaTeX": lambda row: (
        r"\begin{pmatrix} " + r" \\ ".join(map(repr, row)) + r" \end{pmatrix}^\top"
    ),
    "a column of Matlab": lambda row: f"x = [{'; '.join(map(repr, row))}];",
    "a table with names": lambda row: (
        "\t".join(f"c{k}" for k in range(len(row))) + "\n" + "\t".join(map(repr, row))
    ),
    "quoted cells": lambda row: ",".join(f'"{number!r}"' for number in row),
    "fractions": lambda row: ", ".join(f"({number!r})/1" for number in row),
    "LaTeX": lambda row: r"\begin{bmatrix} " + " & ".join(map(repr, row)) + r" \end{bmatrix}",
}


@pytest.mark.parametrize("form", FORMS)
@given(row=st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=20))
def test_a_row_comes_back_bit_for_bit_from_each_form(form: str, row: list[float]) -> None:
    with np.printoptions(floatmode="unique"):
        back = read_row(FORMS[form](row)).numbers
    assert [o.hex() for o in back] == [o.hex() for o in row]


@given(st.lists(st.decimals(-(10**6), 10**6, places=3), min_size=2, max_size=20))
def test_a_decimal_comma_between_tabs_is_read_or_asked_about(row: list[Decimal]) -> None:
    numbers = tuple(map(float, row))
    try:
        found = [read_row("\t".join(map(str, row)).replace(".", ","))]
    except NotARow as problem:
        found = list(problem.choices)
    assert numbers in [one.numbers for one in found]


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=20))
def test_what_numpy_and_torch_print_comes_back_as_printed(row: list[float]) -> None:
    with np.printoptions(floatmode="unique", threshold=100):
        assert read_row(str(np.array(row))).numbers == tuple(row)
        assert read_row(repr(np.array(row))).numbers == tuple(row)
    printed = repr(torch.tensor(row, dtype=torch.float64))
    expected = pytest.approx(row, rel=1e-3, abs=1e-4 * max(1.0, *map(abs, row)))
    assert read_row(printed).numbers == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing"),
        ("   \n", "nothing"),
        ("hello", "words"),
        ("1 2 <script>", "words"),
        ("1, two", "words"),
        ("[true, false]", "words"),
        ("0x10 2", "words"),
        ("1_000 2", "words"),
        ("0,5\t1.5", "words"),
        ("1-2 3", "words"),
        ("007 1", "words"),
        ("1/0, 1", "words"),
        ("cat,2,5\ndog,1,0", "words"),
        ("tensor([1., 2., ..., 3.])", "abbreviated"),
        ("1 … 3", "abbreviated"),
        ("9^9^9^9, 1", "too_large"),
        ("a\n" * 1900, "words"),
        ("1 nan", "not_finite"),
        ("tensor([1., inf])", "not_finite"),
        ("[1, NaN]", "not_finite"),
        ("1 1e999", "too_large"),
        ("[1, 1e999]", "too_large"),
        ("1 2e6", "too_large"),
        ("[1, " + "9" * 400 + "]", "too_large"),
        ("1", "too_few"),
        ("[]", "too_few"),
        ("[1]", "too_few"),
        (" ".join("1" * 21), "too_many"),
        ("1 " * 5000, "too_many"),
        ("[[1, 2], [3, 4]]", "rows"),
        ("[[1. 2.]\n [3. 4.]]", "rows"),
        ("[" * 3000 + "1", "words"),
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
        row = read_row(text).numbers
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


@pytest.mark.parametrize("between", ["\t", ";", "; ", " | "])
@pytest.mark.parametrize("thousands", ["", ".", "\u202f", "\u00a0", "'"])
@given(row=st.lists(st.decimals(-(10**6), 10**6, places=2), min_size=2, max_size=20))
def test_the_cells_of_a_sheet_are_read_or_asked_about_in_every_locale(
    between: str, thousands: str, row: list[Decimal]
) -> None:
    cells = [f"{number:,.2f}".translate({ord(","): thousands, ord("."): ","}) for number in row]
    try:
        found = [read_row(between.join(cells))]
    except NotARow as problem:
        found = list(problem.choices)
    assert tuple(map(float, row)) in [one.numbers for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "2, -inf, 0.5", "2 −∞ 0.5", "tensor([2.0000, -inf, 0.5000])", "[2, -Infinity, 0.5]",
        "[2., -inf, 0.5]", "2, float('-inf'), 0.5", "2\t-Inf\t0,5", r"2 & -\infty & 0.5",
        "0    2.0\n1   -inf\n2    0.5\ndtype: float64", "[2, -np.inf, 0.5]", "２，－∞，０．５",
        '{"a": 2, "b": -Infinity, "c": 0.5}', "[2, -torch.inf, 0.5]", "[1]  2.0 -Inf  0.5",
    ],
)  # fmt: skip
def test_a_mask_is_read_where_it_may_stand(text: str) -> None:
    assert read_row(text, masks=True).numbers == (2, -math.inf, 0.5)
    with pytest.raises(NotARow) as caught:
        read_row(text)
    assert caught.value.reason == "not_finite"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("-inf, -inf", "masked"), ("inf, 1", "not_finite"), ("nan, 1", "not_finite"),
     ("-1e400, 1", "too_large"), ("-inf", "too_few")],
)  # fmt: skip
def test_a_mask_leaves_a_class_and_is_written_as_such(text: str, reason: str) -> None:
    with pytest.raises(NotARow) as caught:
        read_row(text, masks=True)
    assert caught.value.reason == reason
