"""The engine's class-major formulas against the public ones, autograd and the note's code."""

from __future__ import annotations

import pytest
import torch

import softmax_core
from softmax_core.training.formulas import (
    SURE,
    class_probabilities,
    half_squared_norm,
    log_gradient,
    naive_forward,
    naive_gradient,
    squared_error_gradient,
    stable_figures,
    through_softmax,
)


def random_logits(spread: float, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    generator = torch.Generator().manual_seed(11)
    return torch.randn((3, 10, 40), generator=generator, dtype=dtype) * spread


def labels() -> torch.Tensor:
    return torch.arange(40) % 10


@pytest.mark.parametrize("spread", [0.0, 1.0, 30.0, 1000.0])
def test_probabilities_and_figures_agree_with_the_public_functions(spread):
    logits = random_logits(spread)
    found = class_probabilities(logits)
    last = logits.transpose(1, 2)
    probabilities = softmax_core.softmax(last)
    expected_loss = softmax_core.cross_entropy(last, labels().expand(3, 40))
    torch.testing.assert_close(found.transpose(1, 2), probabilities)
    loss, saturation, predicted = stable_figures(logits, found, labels().view(1, 1, -1))
    torch.testing.assert_close(loss[:, 0], expected_loss)
    # Relative, so that the digits of a tiny 1 - Σp² count.
    torch.testing.assert_close(
        saturation[:, 0], softmax_core.half_l1_norm(probabilities), rtol=1e-12, atol=0.0
    )
    assert torch.equal(predicted[:, 0], last.argmax(dim=2))


def test_saturation_keeps_its_digits_in_float32():
    logits = torch.tensor([[[20.0], [0.0], [0.0]]])
    loss, saturation, _ = stable_figures(logits, class_probabilities(logits), torch.tensor([[[1]]]))
    assert saturation.item() == pytest.approx(8.244614479e-9, rel=1e-6, abs=0)
    assert loss.item() == pytest.approx(20.0, rel=1e-6)


def test_the_logits_are_left_alone():
    logits = random_logits(1.0)
    kept = logits.clone()
    stable_figures(logits, class_probabilities(logits), labels().view(1, 1, -1))
    assert torch.equal(logits, kept)


def test_of_equal_logits_the_first_is_predicted_and_no_other_is_left_out():
    logits = torch.tensor([[[1.0], [3.0], [3.0], [3.0]]], dtype=torch.float64)
    probabilities = class_probabilities(logits)
    loss, saturation, predicted = stable_figures(
        logits, probabilities.clone(), torch.tensor([[[2]]])
    )
    assert predicted.item() == 1
    assert loss.item() == pytest.approx(-probabilities[0, 2].log().item(), rel=1e-15)
    assert saturation.item() == pytest.approx(1 - probabilities.square().sum().item(), rel=1e-15)


@pytest.mark.parametrize("bad", [[float("nan")], [float("inf")], [float("inf"), float("inf")]])
def test_a_picture_that_diverged_stays_visible(bad):
    logits = torch.zeros(1, 10, 1)
    logits[0, 4 : 4 + len(bad), 0] = torch.tensor(bad)
    probabilities = class_probabilities(logits)
    assert probabilities.isnan().any()
    loss, saturation, _ = stable_figures(logits, probabilities, torch.tensor([[[0]]]))
    assert loss.isnan().all()
    assert saturation.isnan().all()


def test_the_squared_errors_gradient_is_autograds():
    logits = random_logits(2.0).requires_grad_()
    probabilities = class_probabilities(logits.detach())
    one_hot = torch.eye(10, dtype=torch.float64)[labels()].T
    error = probabilities - one_hot
    loss = 0.5 * (torch.softmax(logits, dim=1) - one_hot).square().sum(dim=1)
    loss.sum().backward()
    torch.testing.assert_close(half_squared_norm(error)[:, 0], loss.detach())
    torch.testing.assert_close(through_softmax(probabilities, error), logits.grad)


@pytest.mark.parametrize(
    "row",
    [[20.0, 0.0, 0.0], [50.0, 1.0, -4.0], [9.0, 0.0, 0.0], [12.0, 11.0, 0.0], [100.0, -100.0, 0.0]],
    ids=str,
)
@pytest.mark.parametrize("target", [0, 1, 2])
def test_the_squared_errors_gradient_keeps_the_digits_of_the_public_one(row, target):
    logits = torch.tensor(row).view(1, 3, 1)
    p = class_probabilities(logits)
    error = p - torch.eye(3)[target].view(3, 1)
    found = squared_error_gradient(p, error, torch.tensor([target])).flatten()
    exact = softmax_core.squared_error_gradient(logits.flatten().double(), torch.tensor(target))
    kept = softmax_core.squared_error_gradient(logits.flatten(), torch.tensor(target))
    # Half of float32's digits are left at the place where the plain formulas take over.
    torch.testing.assert_close(kept.double(), exact, rtol=1e-5, atol=1e-37)
    torch.testing.assert_close(found.double(), exact, rtol=2e-3, atol=1e-37)
    if p.max() > SURE:
        torch.testing.assert_close(found, kept, rtol=1e-6, atol=1e-37)


def test_where_no_digit_is_lost_the_plain_formulas_bits_are_kept():
    logits = random_logits(1.0, torch.float32)
    p = class_probabilities(logits)
    assert p.max() < SURE
    error = p - torch.eye(10)[labels()].T
    plain = through_softmax(p, error)
    assert torch.equal(squared_error_gradient(p, error, labels()), plain)
    sure = logits.clone()
    sure[:, 3, 7] += 50.0  # one picture among them changes no other
    p = class_probabilities(sure)
    error = p - torch.eye(10)[labels()].T
    found = squared_error_gradient(p, error, labels())
    assert torch.equal(found[..., :7], plain[..., :7])
    assert torch.equal(found[..., 8:], plain[..., 8:])
    assert not torch.equal(found[..., 7], plain[..., 7])


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("spread", [1.0, 30.0, 120.0])
def test_the_naive_forms_are_the_notes_own_down_to_their_nans(spread, squared):
    logits = random_logits(spread, torch.float32).requires_grad_()
    index = labels().expand(3, 1, 40)
    exponentials = torch.exp(logits)
    probabilities = exponentials / exponentials.sum(dim=1, keepdim=True)
    one_hot = torch.eye(10)[labels()].T
    if squared:
        (0.5 * (probabilities - one_hot).square().sum()).backward()
    else:
        (-torch.log(probabilities.gather(1, index))).sum().backward()

    found = naive_forward(logits.detach(), labels())
    error = found.probabilities - one_hot
    inner = error if squared else log_gradient(found.probabilities, labels())
    gradient = naive_gradient(logits.detach(), found.probabilities, inner)
    torch.testing.assert_close(found.probabilities, probabilities.detach(), equal_nan=True)
    assert logits.grad is not None
    assert torch.equal(gradient.isnan(), logits.grad.isnan())
    torch.testing.assert_close(gradient, logits.grad, equal_nan=True, rtol=1e-4, atol=1e-6)


def test_the_naive_loss_is_finite_where_its_gradient_is_not():
    # The case that a learner does not see coming: at -100 the loss is finite still.
    logits = torch.tensor([[[0.0], [-100.0], [0.0]]])
    found = naive_forward(logits, torch.tensor([1]))
    inner = log_gradient(found.probabilities, torch.tensor([1]))
    assert found.loss.isfinite().all()
    assert not naive_gradient(logits, found.probabilities, inner).isfinite().all()
