"""The Hessian of the loss against autograd, its largest eigenvalue against scipy's."""

from __future__ import annotations

import math

import pytest
import torch
from scipy.sparse.linalg import LinearOperator, eigsh
from torch import Tensor

from softmax_core.curvature import HessianOfLoss, largest_curvature
from softmax_core.errors import InvalidLogits
from softmax_core.inspection import PixelScale, scaled_pixels

GENERATOR = torch.Generator().manual_seed(11)
IMAGES = torch.randint(0, 256, (50, 3, 4), dtype=torch.uint8, generator=GENERATOR)
LABELS = torch.randint(0, 4, (50,), generator=GENERATOR)
WEIGHTS = torch.randn(4, 12, dtype=torch.float64, generator=GENERATOR)
BIAS = torch.randn(4, dtype=torch.float64, generator=GENERATOR)
MOMENTS = (0.4, 0.3)


def of_autograd(table: Tensor, scale: PixelScale, smoothing: float = 0.0) -> Tensor:
    """The whole Hessian of the mean loss at W and b in one table, by autograd."""
    x = scaled_pixels(IMAGES, scale, MOMENTS).double()

    def loss(flat: Tensor) -> Tensor:
        rows = flat.view(4, 13)
        return torch.nn.functional.cross_entropy(
            x @ rows[:, :-1].T + rows[:, -1], LABELS, label_smoothing=smoothing
        )

    found = torch.autograd.functional.hessian(loss, table.flatten())
    assert isinstance(found, Tensor)
    return found


@pytest.mark.parametrize("scale", ["unit", "standardized"])
@pytest.mark.parametrize("size", [0.0, 1.0, 10.0])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_the_product_is_autograds(scale: PixelScale, size: float, smoothing: float) -> None:
    hessian = HessianOfLoss(IMAGES, size * WEIGHTS, size * BIAS, scale, MOMENTS)
    table = torch.cat((size * WEIGHTS, size * BIAS.unsqueeze(1)), dim=1)
    whole = of_autograd(table, scale, smoothing)
    direction = torch.randn(4, 13, dtype=torch.float64, generator=GENERATOR)
    expected = (whole @ direction.flatten()).view(4, 13)
    torch.testing.assert_close(hessian @ direction, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("size", [0.0, 1.0, 10.0])
def test_the_largest_eigenvalue_is_scipys(size: float) -> None:
    hessian = HessianOfLoss(IMAGES, size * WEIGHTS, size * BIAS)
    operator = LinearOperator(
        (52, 52),
        matvec=lambda v: (hessian @ torch.from_numpy(v.copy()).view(4, 13)).flatten().numpy(),
        dtype="float64",
    )
    expected = eigsh(operator, k=1, which="LA", return_eigenvectors=False, tol=1e-12)[0]
    counted: list[int] = []
    found = largest_curvature(hessian, tolerance=1e-8, on_product=counted.append)
    assert found.eigenvalue == pytest.approx(expected, rel=1e-12)
    assert found.residual <= 1e-8 * found.eigenvalue
    assert found.speed_limit == 2 / found.eigenvalue
    assert counted == list(range(1, found.products + 1))


def test_pictures_are_taken_a_few_thousand_at_a_time_with_the_same_result() -> None:
    many = IMAGES.repeat(90, 1, 1)
    ours = HessianOfLoss(many, WEIGHTS, BIAS) @ torch.ones(4, 13, dtype=torch.float64).tril()
    few = HessianOfLoss(IMAGES, WEIGHTS, BIAS) @ torch.ones(4, 13, dtype=torch.float64).tril()
    torch.testing.assert_close(ours, few, rtol=1e-12, atol=1e-15)


def test_descent_grows_above_the_speed_limit_and_shrinks_below_it() -> None:
    """On the quadratic of this Hessian, from a small random distance."""
    hessian = HessianOfLoss(IMAGES, WEIGHTS, BIAS)
    limit = largest_curvature(hessian).speed_limit
    start = torch.randn(4, 13, dtype=torch.float64, generator=GENERATOR)
    lengths = {}
    for share in (0.97, 1.03):
        apart = start
        for _ in range(300):
            apart = apart - share * limit * (hessian @ apart)
        lengths[share] = (apart * (hessian @ apart)).sum().item()
    assert lengths[0.97] < (start * (hessian @ start)).sum().item() < lengths[1.03]


def test_few_products_say_how_far_they_came() -> None:
    hessian = HessianOfLoss(IMAGES, WEIGHTS, BIAS)
    exact = largest_curvature(hessian, tolerance=1e-10)
    rough = largest_curvature(hessian, tolerance=1e-10, most=3)
    assert rough.products == 3
    assert exact.eigenvalue - rough.residual <= rough.eigenvalue <= exact.eigenvalue


def test_saturated_predictions_have_no_curvature_and_no_limit() -> None:
    flat = HessianOfLoss(IMAGES[:1], torch.zeros(2, 12), torch.tensor([0.0, 2000.0]))
    found = largest_curvature(flat)
    assert found.eigenvalue == 0
    assert found.speed_limit == math.inf


def test_where_there_is_no_curvature_it_says_so() -> None:
    with pytest.raises(InvalidLogits, match="0 pictures"):
        HessianOfLoss(IMAGES[:0], WEIGHTS, BIAS)
    with pytest.raises(InvalidLogits, match="diverged"):
        HessianOfLoss(IMAGES, torch.full_like(WEIGHTS, math.nan), BIAS)


def test_at_zero_weights_the_curvature_is_that_of_the_pixels() -> None:
    """There p is uniform, so λ is the largest eigenvalue of XᵀX / N, with a 1 for b, over n."""
    source = torch.Generator().manual_seed(2)
    images = torch.randint(0, 256, (400, 6, 6), dtype=torch.uint8, generator=source)
    x = torch.cat((scaled_pixels(images, "unit"), torch.ones(400, 1)), dim=1).double()
    expected = torch.linalg.eigvalsh(x.T @ x / 400)[-1].item() / 10
    found = largest_curvature(HessianOfLoss(images, torch.zeros(10, 36), torch.zeros(10)))
    assert found.eigenvalue == pytest.approx(expected, rel=1e-6)
