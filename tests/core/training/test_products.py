"""The products of a step against float64, with and without oneDNN."""

from __future__ import annotations

import pytest
import torch

from softmax_core.training import products
from softmax_core.training.products import times_transposed


@pytest.fixture(params=[products._ONEDNN, False])
def routine(request, monkeypatch):
    monkeypatch.setattr(products, "_ONEDNN", request.param)


@pytest.mark.usefixtures("routine")
@pytest.mark.parametrize("rows", [10, 160])
@pytest.mark.parametrize("count", [1, 96, 256])
def test_the_product_is_as_exact_as_float32_allows(rows, count):
    generator = torch.Generator().manual_seed(rows + count)
    weights = torch.randn((rows, 800), generator=generator)
    pixels = torch.rand((count, 800), generator=generator) * 255
    error = torch.randn((rows, count), generator=generator)
    for left, right in ((weights, pixels), (error, pixels.t())):
        exact = left.double() @ right.double().t()
        # |fl(Σ) - Σ| is at most k · eps · Σ|terms| in any order of summation.
        bound = left.shape[1] * torch.finfo(torch.float32).eps * (left.abs() @ right.abs().t())
        assert ((times_transposed(left, right).double() - exact).abs() <= bound).all()


@pytest.mark.usefixtures("routine")
def test_a_row_of_nan_stays_a_row_of_nan():
    left, right = torch.ones((20, 800)), torch.ones((256, 800))
    left[3, 5] = torch.nan
    missing = times_transposed(left, right).isnan()
    assert missing[3].all()
    assert missing.sum() == 256


def test_other_types_are_multiplied_too():
    left = torch.tensor([[1.0, 2.0]], dtype=torch.float64)
    assert times_transposed(left, left).tolist() == [[5.0]]
