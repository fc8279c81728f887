"""The note's statements about softmax as a whole, which belong to no single function's accuracy."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from softmax_core import softmax
from softmax_core.distributions import rank

ROWS = st.lists(st.integers(-300, 300), min_size=2, max_size=20)


def tensor(row: list[int]) -> torch.Tensor:
    return torch.tensor(row, dtype=torch.float64)


@settings(deadline=None)
@given(ROWS)
def test_the_order_of_the_logits_is_the_order_of_the_probabilities(row: list[int]) -> None:
    o = tensor(row)
    assert rank(softmax(o)).tolist() == rank(o).tolist()


@settings(deadline=None)
@given(ROWS, st.integers(-1000, 1000))
def test_the_same_number_added_to_each_logit_changes_nothing(row: list[int], c: int) -> None:
    o = tensor(row)  # whole numbers, so that adding c is exact
    assert torch.equal(softmax(o + c), softmax(o))


@settings(deadline=None)
@given(ROWS)
def test_a_soft_answer_is_a_distribution_and_goes_to_one_hot_as_logits_are_scaled(
    row: list[int],
) -> None:
    p = softmax(tensor(row))
    torch.testing.assert_close(p.sum(), torch.tensor(1.0, dtype=torch.float64))
    assert ((p >= 0) & (p <= 1)).all()
    if row.count(max(row)) == 1:
        one_hot = torch.nn.functional.one_hot(torch.tensor(row.index(max(row))), len(row))
        torch.testing.assert_close(softmax(tensor(row) * 1e3), one_hot.double())
