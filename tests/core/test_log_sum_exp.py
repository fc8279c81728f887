"""The stable form line by line, against torch and against 50 digits."""

from __future__ import annotations

import pytest
import torch

from softmax_core.errors import InvalidTarget
from softmax_core.log_sum_exp import shifted_steps
from tests.core.reference import exact_log_softmax


@pytest.mark.parametrize("row", [[2.0, 1.0, 0.1], [1e4, 9999.0, -1e4], [-1e4, -1e4]])
def test_the_shifted_lines_are_softmax_and_log_sum_exp(row):
    steps = shifted_steps(row, 0)
    o = torch.tensor(row, dtype=torch.float64)
    assert steps.log_sum_exp == pytest.approx(torch.logsumexp(o, -1).item(), rel=1e-15)
    assert max(steps.exponentials) == 1
    assert 1 <= steps.total <= len(row)
    divided = [e / steps.total for e in steps.exponentials]
    assert divided == pytest.approx(steps.probabilities, rel=1e-14)
    assert steps.probabilities == pytest.approx(torch.softmax(o, -1).tolist(), rel=1e-14)


@pytest.mark.parametrize(
    ("row", "target"), [([100.0, 0.0, 0.0], 0), ([20.0, 0.0, 0.0], 1), ([2.0, 1.0, 0.1], 2)]
)
def test_the_last_line_is_the_loss_with_all_its_digits(row, target):
    steps = shifted_steps(row, target)
    exact = float(-exact_log_softmax(row)[target])
    assert steps.gap + steps.log_total == pytest.approx(exact, rel=1e-14, abs=0)
    assert steps.loss == pytest.approx(exact, rel=1e-14, abs=0)


def test_a_target_that_is_no_class_is_refused():
    with pytest.raises(InvalidTarget, match="Target 2"):
        shifted_steps([1.0, 2.0], 2)
