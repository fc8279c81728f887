"""Entropy, its series, perplexity and ranks, each computed a second way."""

import math

import mpmath
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from softmax_core import half_l1_norm, softmax
from softmax_core.distributions import (
    divergence,
    entropy,
    entropy_series,
    expected_surprise,
    perplexity,
    rank,
    surprise,
)
from softmax_core.errors import InvalidProbabilities
from tests.core.reference import exact_softmax

ROWS = st.lists(st.floats(-30, 30), min_size=1, max_size=12)


def exact_entropy(logits: list[float]) -> mpmath.mpf:
    with mpmath.workdps(50):
        # The reference has 700 digits, which mpmath's log does not always take; + rounds to 50.
        shares = [+q for q in exact_softmax(logits)]
        return -mpmath.fsum(q * mpmath.log(q) for q in shares)


@given(ROWS)
@example([0.0, 0.0, 0.0, 2.225073858507203e-309])
@example([40.0, 0.0, 0.0])  # p is 1 to the last bit, and ln p must not be 0 for that
def test_entropy_is_that_of_the_exact_distribution(row: list[float]) -> None:
    p = softmax(torch.tensor(row, dtype=torch.float64))
    assert entropy(p).item() == pytest.approx(float(exact_entropy(row)), rel=1e-13, abs=0)


def test_entropy_agrees_with_torchs_categorical_in_batches() -> None:
    p = softmax(
        torch.randn(4, 5, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    )
    torch.testing.assert_close(entropy(p), torch.distributions.Categorical(probs=p).entropy())
    torch.testing.assert_close(entropy(p.movedim(-1, 0), dim=0), entropy(p))


def test_one_fair_coin_is_one_bit() -> None:
    coin = torch.tensor([0.5, 0.5])
    assert entropy(coin, unit="bits").item() == 1
    assert entropy(coin).item() == pytest.approx(0.6931472)


def test_one_hot_has_no_entropy_and_counts_one_class() -> None:
    p = torch.tensor([0.0, 1.0, 0.0])
    assert entropy(p).item() == 0
    assert perplexity(p).item() == 1


def test_perplexity_of_the_uniform_distribution_counts_its_classes() -> None:
    for n in (1, 2, 7, 20):
        assert perplexity(torch.full((n,), 1 / n, dtype=torch.float64)).item() == pytest.approx(n)


def test_the_dtype_stays() -> None:
    assert entropy(torch.tensor([0.5, 0.5], dtype=torch.float16)).dtype == torch.float16


def test_logits_are_refused() -> None:
    with pytest.raises(InvalidProbabilities, match=r"2\.0"):
        entropy(torch.tensor([2.0, -1.0]))


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=10))
def test_rank_counts_the_larger_ones(values: list[int]) -> None:
    expected = [1 + sum(other > value for other in values) for value in values]
    assert rank(torch.tensor(values)).tolist() == expected


def test_rank_goes_along_the_axis_it_is_given() -> None:
    values = torch.tensor([[3.0, 1.0], [2.0, 5.0]])
    assert rank(values).tolist() == [[1, 2], [2, 1]]
    assert rank(values, dim=0).tolist() == [[1, 2], [2, 1]]
    assert rank(torch.tensor([[3.0, 1.0], [2.0, 0.0]]), dim=0).tolist() == [[1, 1], [2, 2]]


P = softmax(torch.randn(20, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)))


def test_the_first_term_of_the_series_is_half_the_jacobians_l1_norm() -> None:
    torch.testing.assert_close(entropy_series(P, 1), half_l1_norm(P), rtol=1e-14, atol=0)


def test_more_terms_of_the_series_grow_towards_the_entropy() -> None:
    sums = torch.stack([entropy_series(P, terms) for terms in range(1, 30)])
    assert (sums.diff(dim=0) > 0).all()
    assert (sums < entropy(P)).all()
    torch.testing.assert_close(entropy_series(P, 3000), entropy(P), rtol=1e-6, atol=0)


def test_the_class_axis_of_the_series_can_be_any_and_nonsense_is_refused() -> None:
    assert torch.equal(entropy_series(P.T, 3, dim=0), entropy_series(P, 3))
    with pytest.raises(InvalidProbabilities, match=r"sums to 1\.5"):
        entropy_series(torch.tensor([0.75, 0.75]), 2)


def test_surprise_is_minus_the_logarithm_and_keeps_its_digits_near_certainty() -> None:
    p = softmax(torch.tensor([40.0, 0.0], dtype=torch.float64))
    assert surprise(p)[0].item() == pytest.approx(4.248354255291589e-18, rel=1e-12)
    impossible = torch.tensor([1.0, 0.0])
    assert surprise(impossible).tolist() == [0.0, float("inf")]


@given(ROWS, st.integers(0, 2**32))
def test_cross_entropy_is_entropy_and_divergence(row: list[float], seed: int) -> None:
    p = softmax(torch.tensor(row, dtype=torch.float64))
    generator = torch.Generator().manual_seed(seed)
    y = softmax(torch.randn(len(row), dtype=torch.float64, generator=generator))
    total = entropy(y) + divergence(y, p)
    assert expected_surprise(y, p).item() == pytest.approx(total.item(), rel=1e-12, abs=1e-15)
    theirs = torch.nn.functional.kl_div(p.log(), y, reduction="sum")
    assert divergence(y, p).item() == pytest.approx(theirs.item(), rel=1e-9, abs=1e-14)
    assert divergence(y, p).item() >= 0


def test_divergence_near_the_truth_keeps_digits_that_the_difference_loses() -> None:
    y = torch.tensor([0.5, 0.5], dtype=torch.float64)
    near = torch.tensor([0.5 + 2.0**-30, 0.5 - 2.0**-30], dtype=torch.float64)
    exact = -math.log1p(-(2.0**-58)) / 2
    assert divergence(y, near).item() == pytest.approx(exact, rel=1e-6, abs=0)
    lost = expected_surprise(y, near) - entropy(y)
    assert lost.item() != pytest.approx(exact, rel=1e-3, abs=0)


def test_what_comes_though_it_was_held_impossible_surprises_without_bound() -> None:
    y, p = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([1.0, 0.0, 0.0])
    assert divergence(y, p).item() == expected_surprise(y, p).item() == float("inf")
    assert divergence(p, y).item() == pytest.approx(0.6931472)
    assert divergence(p, p).item() == expected_surprise(p, p).item() == 0
