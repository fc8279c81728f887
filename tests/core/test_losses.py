"""Both losses and their gradients, against mpmath, torch, autograd and central differences."""

from __future__ import annotations

import pytest
import torch
from mpmath import mpf

from softmax_core import (
    cross_entropy,
    cross_entropy_gradient,
    naive_cross_entropy,
    naive_softmax,
    softmax,
    softmax_jacobian,
    squared_error,
    squared_error_gradient,
)
from softmax_core.errors import InvalidLogits, InvalidTarget
from tests.core.reference import (
    EPS,
    exact_log_softmax,
    exact_others,
    exact_softmax,
    exact_squared_error,
    exact_squared_error_gradient,
)

INF = float("inf")
# (logits, target): ordinary, right and sure, wrong and sure, two ways of being torn
CASES = [
    ([0.3, -1.2, 2.0], 0),
    ([50.0, 0.0, 0.0], 0),
    ([50.0, 0.0, 0.0], 1),
    ([50.0, 1.0, -4.0, 0.0], 3),
    ([300.0, 0.0], 0),
    ([300.0, 0.0], 1),
    ([36.0, 36.0, 0.0], 0),
    ([0.0] * 10, 4),
    ([7.0], 0),
]
BATCH = torch.tensor(
    [[[0.3, -1.2, 2.0, 0.0]], [[9.0, 0.0, 0.0, -2.0]]], dtype=torch.float64
)  # (2, 1, 4)
TARGETS = torch.tensor([[1], [0]])
PAIRS = [(cross_entropy, cross_entropy_gradient), (squared_error, squared_error_gradient)]


def as_tensors(row, target):
    return torch.tensor(row, dtype=torch.float64), torch.tensor(target)


@pytest.mark.parametrize(("row", "target"), CASES)
def test_cross_entropy_and_its_gradient_keep_their_digits(row, target):
    o, t = as_tensors(row, target)
    exact = -exact_log_softmax(row)[target]
    assert cross_entropy(o, t).item() == pytest.approx(float(exact), rel=len(row) * 4 * EPS, abs=0)
    p, others = exact_softmax(row), exact_others(exact_softmax(row))
    for j, found in enumerate(cross_entropy_gradient(o, t).tolist()):
        wanted = -others[j] if j == target else p[j]
        assert found == pytest.approx(float(wanted), rel=1e-13, abs=0)


@pytest.mark.parametrize(
    ("row", "target"),
    [*CASES, ([1e300, -1e300], 1), ([1e-300, 0.0], 0), ([-1e300, -1e300], 0), ([0.0, -INF], 0)],
)
def test_cross_entropy_is_as_accurate_as_promised(row, target):
    exact = -exact_log_softmax(row)[target]
    found = cross_entropy(*as_tensors(row, target)).item()
    assert abs(mpf(found) - exact) < (len(row) + 8) * EPS * max(1, exact)


@pytest.mark.parametrize(("row", "target"), CASES)
def test_squared_error_and_its_gradient_keep_their_digits(row, target):
    o, t = as_tensors(row, target)
    exact = float(exact_squared_error(row, target))
    assert squared_error(o, t).item() == pytest.approx(exact, rel=1e-13, abs=0)
    # Where two classes tie, the third's bracket all but cancels: p_i itself is the measure there.
    tied = row.count(max(row)) > 1
    wanted = exact_squared_error_gradient(row, target)
    for found, entry, p in zip(
        squared_error_gradient(o, t).tolist(), wanted, softmax(o).tolist(), strict=True
    ):
        assert found == pytest.approx(float(entry), rel=1e-12, abs=2 * EPS * p if tied else 0)


@pytest.mark.parametrize(("loss", "gradient"), PAIRS)
def test_gradients_are_what_autograd_finds(loss, gradient):
    o = BATCH.clone().requires_grad_()
    (found,) = torch.autograd.grad(loss(o, TARGETS).sum(), o)
    torch.testing.assert_close(gradient(BATCH, TARGETS), found, rtol=1e-10, atol=1e-14)
    assert torch.autograd.gradcheck(lambda o: loss(o, TARGETS), (o,))
    assert torch.autograd.gradcheck(lambda o: gradient(o, TARGETS), (o,))


@pytest.mark.parametrize(("loss", "gradient"), PAIRS)
def test_gradients_are_what_central_differences_find(loss, gradient):
    h, o, t = 1e-5, BATCH[0, 0], TARGETS[0, 0]
    slopes = [
        (loss(o + h * e, t) - loss(o - h * e, t)).item() / (2 * h) for e in torch.eye(4).double()
    ]
    assert gradient(o, t).tolist() == pytest.approx(slopes, abs=1e-9)


def test_losses_are_what_torch_finds():
    flat, targets = BATCH.reshape(2, 4), TARGETS.reshape(2)
    theirs = torch.nn.functional.cross_entropy(flat, targets, reduction="none")
    torch.testing.assert_close(cross_entropy(flat, targets), theirs)
    y = torch.nn.functional.one_hot(targets, 4).double()
    half_distance = (torch.softmax(flat, -1) - y).square().sum(-1) / 2
    torch.testing.assert_close(squared_error(flat, targets), half_distance)
    through_jacobian = softmax_jacobian(softmax(flat)) @ (softmax(flat) - y).unsqueeze(-1)
    torch.testing.assert_close(squared_error_gradient(flat, targets), through_jacobian.squeeze(-1))


@pytest.mark.parametrize("form", [f for pair in PAIRS for f in pair])
def test_the_class_axis_can_be_any(form):
    moved = form(BATCH.movedim(-1, 0), TARGETS, dim=0)
    expected = form(BATCH, TARGETS)
    expected = expected.movedim(-1, 0) if "gradient" in form.__name__ else expected
    assert torch.equal(moved, expected)


@pytest.mark.parametrize("form", [f for pair in PAIRS for f in pair])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_the_type_is_kept(form, dtype):
    found = form(BATCH.to(dtype), TARGETS.to(torch.uint8))
    assert found.dtype == dtype
    eps = torch.finfo(dtype).eps
    torch.testing.assert_close(found.double(), form(BATCH, TARGETS), rtol=16 * eps, atol=eps)


@pytest.mark.parametrize("n", [10_000])
def test_gradients_over_ten_thousand_classes_sum_to_zero(n):
    o = torch.randn(n, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    for _, gradient in PAIRS:
        assert abs(gradient(o, torch.tensor(17)).sum().item()) < 1e-15


def test_the_notes_sentence_holds_for_one_loss_only():
    # facts.md: logits [20, 0, 0], target 1. Near one-hot and wrong.
    o, t = torch.tensor([20.0, 0.0, 0.0]), torch.tensor(1)
    assert cross_entropy_gradient(o, t).tolist() == pytest.approx([1, -1, 2.06e-9], rel=1e-3, abs=0)
    assert squared_error_gradient(o, t).abs().max().item() == pytest.approx(
        6.18e-9, rel=1e-3, abs=0
    )


def test_the_limits():
    o = torch.tensor([0.0, INF, -INF])
    assert cross_entropy(o, torch.tensor(1)).item() == 0
    assert cross_entropy(o, torch.tensor(2)).item() == INF
    assert cross_entropy_gradient(o, torch.tensor(2)).tolist() == [0, 1, -1]
    assert squared_error(o, torch.tensor(0)).item() == 1
    assert squared_error_gradient(o, torch.tensor(0)).tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (torch.tensor([[1], [4]]), "Target 4 is not a class: with 4 classes they are 0 to 3"),
        (torch.tensor([[1], [-1]]), "Target -1"),
        (torch.tensor([1, 0]), r"shape \(2,\).*shape \(2, 1\)"),
        (torch.tensor([[1.0], [0.0]]), "float32; give class indices"),
        (torch.tensor([[True], [False]]), "bool"),
        ([1, 0], "list"),
    ],
)
def test_targets_that_are_no_classes_are_refused(target, says):
    for form in (f for pair in PAIRS for f in pair):
        with pytest.raises(InvalidTarget, match=says) as caught:
            form(BATCH, target)
        assert caught.value.classes == 4


def test_bad_logits_are_refused_before_the_target_is_looked_at():
    for form in (f for pair in PAIRS for f in pair):
        with pytest.raises(InvalidLogits, match="nan"):
            form(torch.tensor([float("nan"), 0.0]), torch.tensor(0))


def test_naive_cross_entropy_is_the_notes_and_breaks_with_it():
    p = torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
    y = torch.tensor([0, 2])
    assert torch.equal(naive_cross_entropy(p, y), -torch.log(p[range(2), y]))
    torch.testing.assert_close(naive_cross_entropy(p.T, y, dim=0), naive_cross_entropy(p, y))
    # facts.md: at -104 the loss is inf, at -100 it is finite; the gradient is nan both times.
    for logit, loss in ((-104.0, INF), (-100.0, pytest.approx(100.69, abs=0.4))):
        o = torch.tensor([0.0, logit, 0.0], requires_grad=True)
        found = naive_cross_entropy(naive_softmax(o), torch.tensor(1))
        found.backward()
        assert found.item() == loss
        assert o.grad is not None
        assert not o.grad.isfinite().all()
