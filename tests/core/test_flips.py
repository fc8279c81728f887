"""The smallest flip against scipy's optimiser, its certificate, and the prediction around it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from softmax_core.errors import InvalidLogits
from softmax_core.flips import Flip, NoFlip, smallest_flip, smallest_flips

GENERATOR = torch.Generator().manual_seed(5)
WEIGHTS = torch.randn(6, 9, dtype=torch.float64, generator=GENERATOR)
BIAS = torch.randn(6, dtype=torch.float64, generator=GENERATOR)
PICTURES = torch.rand(12, 9, dtype=torch.float64, generator=GENERATOR).round(decimals=1)


def predicted(x: torch.Tensor) -> int:
    return int((WEIGHTS @ x + BIAS).argmax())


@pytest.mark.parametrize("picture", range(12))
@pytest.mark.parametrize("bounds", [(-math.inf, math.inf), (0.0, 1.0)], ids=["free", "bounded"])
def test_before_the_flip_nothing_changes_and_after_it_the_other_class_is_predicted(
    picture: int, bounds: tuple[float, float]
) -> None:
    x = PICTURES[picture]
    flip = smallest_flip(x, WEIGHTS, BIAS, low=bounds[0], high=bounds[1])
    assert isinstance(flip, Flip)
    assert predicted(x) == flip.predicted
    assert predicted(x + 0.999 * flip.change) == flip.predicted
    assert predicted(x + 1.001 * flip.change) == flip.other
    assert flip.distance == pytest.approx(flip.change.norm().item())
    assert flip.gap <= 1e-12
    changed = x + flip.change
    assert bounds[0] <= changed.min() <= changed.max() <= bounds[1]


@pytest.mark.parametrize("picture", range(12))
def test_the_nearest_flip_within_the_bounds_is_the_one_that_scipy_finds(picture: int) -> None:
    x = PICTURES[picture].numpy()
    flip = smallest_flip(PICTURES[picture], WEIGHTS, BIAS, low=0.0, high=1.0)
    assert isinstance(flip, Flip)
    k, best = flip.predicted, math.inf
    for j in range(6):
        if j == k:
            continue
        w = (WEIGHTS[k] - WEIGHTS[j]).numpy()
        lead = float(w @ x + BIAS[k] - BIAS[j])
        ours = smallest_flip(PICTURES[picture], WEIGHTS, BIAS, low=0, high=1, towards=j)
        if lead > np.where(w > 0, w * x, w * (x - 1)).sum():
            assert isinstance(ours, NoFlip)
            continue
        found = minimize(
            lambda d: 0.5 * d @ d,
            np.zeros(9),
            jac=lambda d: d,
            bounds=list(zip(-x, 1 - x, strict=True)),
            constraints={
                "type": "ineq",
                "fun": lambda d, w=w, lead=lead: -lead - w @ d,
                "jac": lambda _d, w=w: -w,
            },
            method="SLSQP",
            options={"ftol": 1e-10},
        )
        assert found.success
        theirs = float(np.linalg.norm(found.x))
        assert isinstance(ours, Flip)
        assert ours.distance == pytest.approx(theirs, rel=1e-6)
        best = min(best, theirs)
    assert flip.distance == pytest.approx(best, rel=1e-6)


def test_without_bounds_it_is_the_distance_to_the_nearest_plane() -> None:
    distances = smallest_flips(PICTURES, WEIGHTS, BIAS)
    for x, row in zip(PICTURES, distances, strict=True):
        flip = smallest_flip(x, WEIGHTS, BIAS)
        assert isinstance(flip, Flip)
        assert flip.distance == pytest.approx(row.min().item(), rel=1e-12)
        assert flip.other == row.argmin()
        assert row[flip.predicted] == math.inf
        k, j = flip.predicted, flip.other
        w = WEIGHTS[k] - WEIGHTS[j]
        lead = float(w @ x + BIAS[k] - BIAS[j])
        torch.testing.assert_close(flip.change, -lead * w / w.square().sum())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=5, max_size=5),
    st.lists(st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0]), min_size=5, max_size=5),
    st.sampled_from([0.0, 0.1, 0.7, 2.0, 3.9]),
)
def test_ties_zeros_and_pixels_at_their_bounds_keep_the_certificate(
    pixels: list[float], weights: list[float], lead: float
) -> None:
    x, w = (torch.tensor(each, dtype=torch.float64) for each in (pixels, weights))
    W = torch.stack((w, torch.zeros_like(w)))
    b = torch.tensor([lead - float(w @ x), 0.0], dtype=torch.float64)
    reach = torch.where(w > 0, w * x, w * (x - 1)).sum().item()
    found = smallest_flip(x, W, b, low=0.0, high=1.0)
    if isinstance(found, Flip):
        assert found.gap <= 1e-12
        assert reach >= lead - 1e-12
        assert lead + (w @ found.change).item() == pytest.approx(0, abs=1e-12)
        free = (x + found.change > 0) & (x + found.change < 1)
        torch.testing.assert_close(found.change[free], -found.multiplier * w[free])
    else:
        assert reach < lead + 1e-12
        assert found.missing == pytest.approx(lead - reach, abs=1e-12)


def test_where_the_bounds_allow_no_flip_it_says_by_how_much() -> None:
    x, W = torch.tensor([1.0, 0.0]), torch.tensor([[3.0, 0.0], [0.0, 4.0], [0.0, 2.0]])
    none = smallest_flip(x, W, torch.tensor([9.0, 0.0, 0.0]), low=0.0, high=1.0)
    assert none == NoFlip(predicted=0, nearest=1, missing=5.0)
    same = smallest_flip(x, torch.ones(2, 2), torch.tensor([1.0, 0.5]))
    assert same == NoFlip(predicted=0, nearest=1, missing=0.5)
    assert smallest_flips(x[None], torch.ones(2, 2), torch.tensor([1.0, 0.5])).min() == math.inf


def test_what_has_no_flip_is_refused_by_name() -> None:
    x, W, b = torch.tensor([0.5, 2.0]), torch.eye(2), torch.zeros(2)
    with pytest.raises(InvalidLogits, match="outside"):
        smallest_flip(x, W, b, low=0.0, high=1.0)
    with pytest.raises(InvalidLogits, match="another class"):
        smallest_flip(x, W, b, towards=1)
    with pytest.raises(InvalidLogits, match="not finite"):
        smallest_flip(x, W * math.nan, b)
