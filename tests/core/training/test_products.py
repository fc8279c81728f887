"""The products of a step against float64, with and without oneDNN."""

from __future__ import annotations

import pytest
import torch

from softmax_core.training import products
from softmax_core.training.products import times_transposed


# Whatever this processor is given, both are tried where torch has both.
@pytest.fixture(params=[torch.backends.mkldnn.is_available(), False], ids=["oneDNN", "addmm"])
def routine(request, monkeypatch):
    monkeypatch.setattr(products, "_ONEDNN", request.param)


@pytest.mark.usefixtures("routine")
@pytest.mark.parametrize("rows", [10, 160])
@pytest.mark.parametrize("count", [1, 96, 256])
@pytest.mark.parametrize("scale", [1.0, 1 / 255])
def test_the_product_is_as_exact_as_float32_allows(rows, count, scale):
    generator = torch.Generator().manual_seed(rows + count)
    weights = torch.randn((rows, 800), generator=generator)
    pixels = torch.rand((count, 800), generator=generator) * 255
    error = torch.randn((rows, count), generator=generator)
    for left, right in ((weights, pixels), (error, pixels.t())):
        kept = left.clone()
        exact = scale * (left.double() @ right.double().t())
        # |fl(Σ) - Σ| is at most k · eps · Σ|terms| in any order of summation; scaling rounds too.
        eps = torch.finfo(torch.float32).eps
        bound = (left.shape[1] + 2) * eps * scale * (left.abs() @ right.abs().t())
        product = times_transposed(left, right, scale)
        assert ((product.double() - exact).abs() <= bound).all()
        assert torch.equal(left, kept)


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
    assert times_transposed(left, left, 0.5).tolist() == [[2.5]]
