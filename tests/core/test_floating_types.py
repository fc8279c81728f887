"""Where the types end, found by walking over the edge in the type itself."""

from __future__ import annotations

import math

import pytest
import torch

from softmax_core.floating_types import (
    TYPES,
    largest_number,
    overflow_threshold,
    smallest_number,
    type_digits,
    underflow_threshold,
)


@pytest.mark.parametrize("dtype", TYPES.values(), ids=TYPES)
def test_nothing_lies_between_the_largest_number_and_infinity(dtype):
    largest = torch.tensor(largest_number(dtype), dtype=dtype)
    assert largest.isfinite()
    assert torch.nextafter(largest, torch.tensor(math.inf, dtype=dtype)) == math.inf


@pytest.mark.parametrize("dtype", TYPES.values(), ids=TYPES)
def test_nothing_lies_between_0_and_the_smallest_number(dtype):
    smallest = torch.tensor(smallest_number(dtype), dtype=dtype)
    assert smallest > 0
    assert torch.nextafter(smallest, torch.tensor(0.0, dtype=dtype)) == 0


@pytest.mark.parametrize("dtype", TYPES.values(), ids=TYPES)
def test_exp_overflows_beyond_the_one_threshold_and_underflows_beyond_the_other(dtype):
    # A logit is rounded to the type before exp sees it, so the step is a few of its digits wide.
    for edge, beyond in ((overflow_threshold(dtype), math.inf), (underflow_threshold(dtype), 0.0)):
        step = 4 * torch.finfo(dtype).eps * edge
        inside, outside = torch.tensor([edge - step, edge + step], dtype=dtype).exp().tolist()
        assert inside != beyond
        assert outside == beyond


def test_the_edges_of_the_table():
    assert overflow_threshold(torch.float32) == pytest.approx(88.72, abs=0.005)
    assert overflow_threshold(torch.float16) == pytest.approx(11.09, abs=0.005)
    assert underflow_threshold(torch.float32) == pytest.approx(-104, abs=0.05)


@pytest.mark.parametrize("dtype", TYPES.values(), ids=TYPES)
def test_half_of_the_last_digit_is_what_a_type_loses_at_most(dtype):
    x = torch.rand(10_000, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) + 1
    worst = ((x.to(dtype).double() - x).abs() / x).max().item()
    if dtype != torch.float64:
        assert -math.log10(worst) == pytest.approx(type_digits(dtype), abs=0.05)
    assert worst <= 10 ** -type_digits(dtype)
