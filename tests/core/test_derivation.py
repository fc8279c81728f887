"""The lines of the derivation agree with each other and with the matrix."""

from __future__ import annotations

import pytest
import torch

from softmax_core import softmax, softmax_jacobian
from softmax_core.derivation import induced_one_norm, jacobian_entry


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
