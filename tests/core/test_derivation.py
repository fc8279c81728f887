"""The lines of the derivations agree with each other, with the matrix and with 50 digits."""

from __future__ import annotations

import pytest
import torch

from softmax_core import softmax, softmax_jacobian
from softmax_core.derivation import induced_one_norm, jacobian_entry, shifted_steps
from softmax_core.errors import InvalidTarget
from tests.core.reference import exact_log_softmax


@pytest.mark.parametrize("logits", [[2.0, 1.0, -1.0], [0.0, 0.0, 0.0], [100.0, -100.0, 3.5]])
@pytest.mark.parametrize("i", range(3))
@pytest.mark.parametrize("j", range(3))
def test_every_line_has_the_value_of_the_matrix(logits: list[float], i: int, j: int) -> None:
    o = torch.tensor(logits, dtype=torch.float64)
    line = jacobian_entry(o, i, j)
    expected = softmax_jacobian(softmax(o))[i, j].item()
    assert line.numerator / line.total**2 == pytest.approx(expected, abs=1e-15)
    assert line.value == pytest.approx(expected, abs=1e-15)
    assert line.e_i / line.total == pytest.approx(line.p_i, rel=1e-12)
    assert line.e_j / line.total == pytest.approx(line.p_j, rel=1e-12)


def test_the_induced_norm_is_twice_the_largest_variance() -> None:
    p = softmax(torch.tensor([[2.0, 1.0, -1.0], [0.0, 0.0, 9.0]], dtype=torch.float64))
    found = induced_one_norm(softmax_jacobian(p))
    torch.testing.assert_close(found, (2 * p * (1 - p)).amax(dim=-1))


@pytest.mark.parametrize("row", [[2.0, 1.0, 0.1], [1e4, 9999.0, -1e4], [-1e4, -1e4]])
def test_the_shifted_lines_are_softmax_and_log_sum_exp(row: list[float]) -> None:
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
def test_the_last_line_is_the_loss_with_all_its_digits(row: list[float], target: int) -> None:
    steps = shifted_steps(row, target)
    exact = float(-exact_log_softmax(row)[target])
    assert steps.gap + steps.log_total == pytest.approx(exact, rel=1e-14, abs=0)
    assert steps.loss == pytest.approx(exact, rel=1e-14, abs=0)


def test_a_target_that_is_no_class_is_refused() -> None:
    with pytest.raises(InvalidTarget, match="Target 2"):
        shifted_steps([1.0, 2.0], 2)
