"""The entropy's series: its first term, its limit and its order."""

from __future__ import annotations

import pytest
import torch

from softmax_core import half_l1_norm, softmax
from softmax_core.distributions import entropy
from softmax_core.errors import InvalidProbabilities
from softmax_core.impurity import entropy_series

P = softmax(torch.randn(20, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)))


def test_the_first_term_is_half_the_jacobians_l1_norm():
    torch.testing.assert_close(entropy_series(P, 1), half_l1_norm(P), rtol=1e-14, atol=0)


def test_more_terms_grow_towards_the_entropy():
    sums = torch.stack([entropy_series(P, terms) for terms in range(1, 30)])
    assert (sums.diff(dim=0) > 0).all()
    assert (sums < entropy(P)).all()
    torch.testing.assert_close(entropy_series(P, 3000), entropy(P), rtol=1e-6, atol=0)


def test_the_class_axis_can_be_any_and_nonsense_is_refused():
    assert torch.equal(entropy_series(P.T, 3, dim=0), entropy_series(P, 3))
    with pytest.raises(InvalidProbabilities, match=r"sums to 1\.5"):
        entropy_series(torch.tensor([0.75, 0.75]), 2)
