"""The Jacobian and half its L1 norm, against mpmath, autograd and central differences."""

from __future__ import annotations

import pytest
import torch

from softmax_core import half_l1_norm, softmax, softmax_jacobian
from softmax_core.derivatives import sum_of_others
from softmax_core.errors import InvalidProbabilities
from tests.core.reference import exact_half_l1, exact_others, exact_softmax

ROWS = [
    [0.3, -1.2, 2.0],
    [0.0, 0.0],
    [4.0],
    [50.0, 0.0, 0.0],
    [-3.0, 400.0, 0.0, 1.0],
    [36.9, 0.0, 36.9],
]
BATCH = torch.tensor([[[0.3, -1.2, 2.0, 0.0]], [[30.0, 0.0, 0.0, -2.0]]], dtype=torch.float64)


@pytest.mark.parametrize("row", ROWS)
def test_diagonal_and_norm_keep_their_digits(row):
    p = softmax(torch.tensor(row, dtype=torch.float64))
    exact = exact_softmax(row)
    others = exact_others(exact)
    diagonal = softmax_jacobian(p).diagonal().tolist()
    for i in range(len(row)):
        assert sum_of_others(p)[i].item() == pytest.approx(float(others[i]), rel=2e-14, abs=0)
        assert diagonal[i] == pytest.approx(float(exact[i] * others[i]), rel=2e-13, abs=0)
    assert half_l1_norm(p).item() == pytest.approx(float(exact_half_l1(row)), rel=2e-13, abs=0)


def test_jacobian_is_what_autograd_finds():
    theirs = torch.autograd.functional.jacobian(lambda o: torch.softmax(o, -1), BATCH[0, 0])
    torch.testing.assert_close(softmax_jacobian(softmax(BATCH))[0, 0], theirs)


def test_jacobian_is_what_central_differences_find():
    o, h = BATCH[0, 0], 1e-6
    columns = [(softmax(o + h * e) - softmax(o - h * e)) / (2 * h) for e in torch.eye(4).double()]
    torch.testing.assert_close(
        softmax_jacobian(softmax(o)), torch.stack(columns, dim=-1), rtol=1e-8, atol=1e-10
    )


def test_the_class_axis_can_be_any():
    p = softmax(BATCH)
    moved = p.movedim(-1, 0)
    assert softmax_jacobian(p).shape == (2, 1, 4, 4)
    assert torch.equal(softmax_jacobian(moved, dim=0), softmax_jacobian(p))
    assert torch.equal(half_l1_norm(moved, dim=0), half_l1_norm(p))


def test_half_l1_norm_is_half_the_sum_of_the_jacobians_entries():
    p = softmax(BATCH)
    summed = softmax_jacobian(p).abs().sum(dim=(-2, -1)) / 2
    torch.testing.assert_close(half_l1_norm(p), summed, rtol=1e-14, atol=0)
    torch.testing.assert_close(half_l1_norm(p), 1 - p.square().sum(-1))


def test_half_l1_norm_runs_from_one_hot_to_uniform():
    assert half_l1_norm(torch.tensor([0.0, 1.0, 0.0])).item() == 0
    for n in (1, 2, 10, 1000):
        assert half_l1_norm(torch.full((n,), 1 / n)).item() == pytest.approx(1 - 1 / n, abs=1e-6)


def test_the_induced_norm_is_another_number():
    p = torch.tensor([0.5, 0.25, 0.25])
    induced = softmax_jacobian(p).abs().sum(dim=0).max().item()
    assert induced == pytest.approx(2 * (p * (1 - p)).max().item()) == 0.5
    assert half_l1_norm(p).item() == 0.625


def test_autograd_through_softmax_is_that_of_one_minus_the_squares():
    o = BATCH.clone().requires_grad_()
    (ours,) = torch.autograd.grad(half_l1_norm(softmax(o)).sum(), o)
    (theirs,) = torch.autograd.grad((1 - torch.softmax(o, -1).square().sum(-1)).sum(), o)
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-15)
    assert torch.autograd.gradcheck(lambda o: softmax_jacobian(softmax(o)), (o,))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_the_type_is_kept(dtype):
    p = softmax(BATCH.to(dtype))
    assert softmax_jacobian(p).dtype == half_l1_norm(p).dtype == dtype
    eps = torch.finfo(dtype).eps
    torch.testing.assert_close(
        half_l1_norm(p).double(), half_l1_norm(softmax(BATCH)), rtol=8 * eps, atol=1e-7
    )


def test_ten_thousand_classes_in_float16_are_still_probabilities():
    assert half_l1_norm(softmax(torch.zeros(10_000, dtype=torch.float16))).item() == 1


@pytest.mark.parametrize(
    ("p", "says"),
    [
        ([0.5, 0.6], "sums to 1.1"),
        ([2.0, -1.0], r"2\.0, outside \[0, 1\]. Logits\?"),
        ([float("nan"), 1.0], "nan, outside"),
        ([0, 1], "int64"),
        ([], r"\(0,\) have no classes"),
        (1.0, r"\(\) have no classes"),
    ],
)
def test_what_is_no_distribution_is_refused(p, says):
    for form in (softmax_jacobian, half_l1_norm):
        with pytest.raises(InvalidProbabilities, match=says):
            form(torch.tensor(p))


def test_a_list_is_refused():
    with pytest.raises(InvalidProbabilities, match="list"):
        half_l1_norm([0.5, 0.5])  # type: ignore[arg-type]
