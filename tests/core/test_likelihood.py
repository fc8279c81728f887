"""The likelihood of labels against torch, and its logarithm, which does not underflow."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from softmax_core import cross_entropy, softmax
from softmax_core.likelihood import likelihood, log_likelihood

LOGITS = st.lists(st.floats(-20, 20), min_size=3, max_size=3)
COUNTS = st.lists(st.integers(0, 40), min_size=3, max_size=3)


@given(LOGITS, COUNTS)
def test_its_logarithm_is_minus_the_losses_of_all_labels(
    row: list[float], counts: list[int]
) -> None:
    o, c = torch.tensor(row, dtype=torch.float64), torch.tensor(counts)
    labels = torch.repeat_interleave(torch.arange(3), c)
    losses = cross_entropy(o.expand(len(labels), 3), labels)
    assert log_likelihood(o, c).item() == pytest.approx(-losses.sum().item(), rel=1e-12, abs=1e-12)


def test_the_product_is_that_of_torchs_multinomial_without_the_orders() -> None:
    p, counts = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64), torch.tensor([4, 2, 1])
    orders = math.factorial(7) / (math.factorial(4) * math.factorial(2))
    found = torch.distributions.Multinomial(7, probs=p).log_prob(counts).exp() / orders
    assert likelihood(p, counts).item() == pytest.approx(found.item())


def test_a_product_of_many_labels_underflows_and_its_logarithm_does_not() -> None:
    o, counts = torch.zeros(2, dtype=torch.float64), torch.tensor([1000, 1000])
    assert likelihood(softmax(o), counts).item() == 0
    assert log_likelihood(o, counts).item() == pytest.approx(-2000 * math.log(2))


def test_the_frequencies_have_the_largest_likelihood() -> None:
    counts = torch.tensor([7, 2, 1])
    best = log_likelihood((counts / 10).double().log(), counts)
    generator = torch.Generator().manual_seed(0)
    others = torch.randn(200, 3, dtype=torch.float64, generator=generator)
    assert (log_likelihood(others, counts) < best).all()


def test_what_does_not_occur_adds_nothing_even_where_it_is_impossible() -> None:
    masked = torch.tensor([0.0, -math.inf])
    assert log_likelihood(masked, torch.tensor([3, 0])).item() == 0
    assert log_likelihood(masked, torch.tensor([3, 1])).item() == -math.inf
