"""The sweep of k·o: its columns against each other, the page's claims, and the triangle."""

from __future__ import annotations

import math

import pytest
import torch

from softmax_core import half_l1_norm, softmax
from softmax_core.saturation import (
    LARGEST_CROSS_ENTROPY_NORM,
    largest_half_l1,
    level_radius,
    scale_limit,
    scale_sweep,
    simplex_points,
)

LOGITS = torch.tensor([2.0, 1.0, 0.0], dtype=torch.float64)
K = torch.logspace(-2, 1.5, 36, dtype=torch.float64)
WRONG, RIGHT = 1, 0


def test_both_ways_to_the_norm_agree():
    sweep = scale_sweep(LOGITS, WRONG, K)
    torch.testing.assert_close(sweep.half_entries, sweep.half_l1, rtol=1e-13, atol=0)


@pytest.mark.parametrize("target", [RIGHT, WRONG, 2])
def test_the_chain_rule_multiplied_out_is_p_minus_onehot(target):
    sweep = scale_sweep(LOGITS, target, K)
    torch.testing.assert_close(sweep.chained, sweep.cross_entropy_gradient, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("target", [RIGHT, WRONG, 2])
def test_gradients_are_those_of_autograd(target):
    sweep = scale_sweep(LOGITS, target, K)
    scaled = (K.unsqueeze(-1) * LOGITS).requires_grad_()
    targets = torch.full((36,), target)
    loss = torch.nn.functional.cross_entropy(scaled, targets, reduction="sum")
    (theirs,) = torch.autograd.grad(loss, scaled)
    torch.testing.assert_close(sweep.cross_entropy_gradient, theirs, rtol=1e-9, atol=1e-15)
    y = torch.nn.functional.one_hot(targets, 3)
    half_distance = (torch.softmax(scaled, -1) - y).square().sum() / 2
    (theirs,) = torch.autograd.grad(half_distance, scaled)
    torch.testing.assert_close(sweep.squared_error_gradient, theirs, rtol=1e-9, atol=1e-15)


def test_near_one_hot_only_the_wrong_predictions_cross_entropy_gradient_is_left():
    wrong, right = scale_sweep(LOGITS, WRONG, K), scale_sweep(LOGITS, RIGHT, K)
    assert wrong.half_l1[-1] < 1e-12
    assert wrong.squared_error_norm[-1] < 1e-12
    assert wrong.cross_entropy_norm[-1] > 1.41
    assert right.cross_entropy_norm[-1] < 1e-12
    # ... and it grows all the way, while the other one falls once softmax has decided.
    assert (wrong.cross_entropy_norm.diff() > -1e-12).all()
    assert (wrong.squared_error_norm[-10:].diff() < 0).all()


@pytest.mark.parametrize(
    ("logits", "target", "right", "undecided"),
    [
        ([2.0, 1.0, 0.0], 0, True, False),
        ([2.0, 1.0, 0.0], 1, False, False),
        ([2.0, 2.0, 0.0], 0, False, True),
        ([2.0, 2.0, 0.0], 2, False, False),
        ([2.0, 2.0, 2.0, 0.0], 3, False, False),
        ([1.0, 1.0], 1, False, True),
    ],
)
def test_the_limit_is_where_the_sweep_ends(logits, target, right, undecided):
    o = torch.tensor(logits, dtype=torch.float64)
    limit = scale_limit(o, target)
    far = scale_sweep(o, target, torch.tensor([150.0], dtype=torch.float64))
    assert (limit.right, limit.undecided) == (right, undecided)
    for name in ("half_l1", "cross_entropy_norm", "squared_error_norm"):
        assert getattr(limit, name) == pytest.approx(getattr(far, name).item(), abs=1e-12), name


def test_no_prediction_has_a_larger_cross_entropy_gradient():
    logits = 30 * torch.randn(500, 5, dtype=torch.float64, generator=torch.manual_seed(0))
    norms = [scale_sweep(o, 0, torch.ones(1).double()).cross_entropy_norm.item() for o in logits]
    assert max(norms) <= LARGEST_CROSS_ENTROPY_NORM
    assert max(norms) == pytest.approx(LARGEST_CROSS_ENTROPY_NORM)


def test_norms_are_euclidean():
    sweep = scale_sweep(LOGITS, WRONG, K)
    by_torch = torch.linalg.vector_norm(sweep.squared_error_gradient, dim=-1)
    torch.testing.assert_close(sweep.squared_error_norm, by_torch)


def test_uniform_is_the_maximum():
    assert largest_half_l1([2, 3, 10, 1000]).tolist() == pytest.approx([1 / 2, 2 / 3, 0.9, 0.999])
    p = softmax(torch.randn(500, 3, generator=torch.Generator().manual_seed(0)))
    assert half_l1_norm(p).max() < largest_half_l1([3])[0]


def test_the_triangle_is_equilateral_of_side_one():
    corners = simplex_points(torch.eye(3, dtype=torch.float64))
    sides = torch.cdist(corners, corners)[[0, 0, 1], [1, 2, 2]]
    assert sides.tolist() == pytest.approx([1, 1, 1])


@pytest.mark.parametrize("level", [0.0, 0.25, 0.6])
def test_levels_are_circles_around_the_centre(level):
    centre = simplex_points(torch.full((3,), 1 / 3, dtype=torch.float64))
    rim = 0
    for angle in torch.linspace(0, 2 * math.pi, 60, dtype=torch.float64):
        x, y = centre + level_radius(level) * torch.stack([angle.cos(), angle.sin()])
        p_2 = y / (math.sqrt(3) / 2)
        p_1 = x - p_2 / 2
        p = torch.stack([1 - p_1 - p_2, p_1, p_2])
        if (p >= 0).all():
            rim += 1
            assert half_l1_norm(p).item() == pytest.approx(level, abs=1e-12)
    assert rim or level == 0
