"""The short code of the lesson: it computes what torch and the rest of the package compute."""

from __future__ import annotations

import pytest
import torch

import softmax_core
from softmax_core import from_scratch


@pytest.fixture
def minibatches() -> list[tuple[torch.Tensor, torch.Tensor]]:
    dice = torch.Generator().manual_seed(3)
    pictures = torch.rand(10, 2, 2, generator=dice)
    labels = torch.randint(3, (10,), generator=dice)
    return list(zip(pictures.split(4), labels.split(4), strict=True))


def parameters() -> tuple[torch.Tensor, torch.Tensor]:
    return from_scratch.initial_parameters(4, 3, seed=1)


def test_softmax_loss_and_accuracy_are_those_of_the_package() -> None:
    logits = torch.tensor([[100.0, 0.0, -104.0], [0.3, 0.2, 0.5]])
    y = torch.tensor([2, 0])
    torch.testing.assert_close(from_scratch.softmax(logits), softmax_core.softmax(logits))
    mean = softmax_core.cross_entropy(logits, y).mean()
    torch.testing.assert_close(from_scratch.cross_entropy(logits, y), mean)
    assert from_scratch.accuracy(logits, y) == softmax_core.accuracy(logits, y) == 0.0


def test_each_picture_comes_once_an_epoch() -> None:
    images = torch.arange(10, dtype=torch.uint8).reshape(10, 1, 1)
    loader = from_scratch.load(images, torch.arange(10), batch_size=4, seed=0)
    first, second = (torch.cat([y for _X, y in loader]).tolist() for _epoch in range(2))
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second
    for X, y in loader:
        torch.testing.assert_close(X.flatten(), y / 255)


def test_the_step_by_the_formula_is_the_step_of_autograd(
    minibatches: list[tuple[torch.Tensor, torch.Tensor]],
) -> None:
    W, b = parameters()
    for X, y in minibatches:
        by_hand = from_scratch.step_by_hand(X, y, W.detach(), b.detach(), lr=0.5)
        from_scratch.step(X, y, W, b, lr=0.5)
        torch.testing.assert_close((W.detach(), b.detach()), by_hand)


def test_the_short_code_and_torchs_own_parts_learn_the_same(
    minibatches: list[tuple[torch.Tensor, torch.Tensor]],
) -> None:
    W, b = parameters()
    model = from_scratch.concise(minibatches, W.detach().clone(), b.detach().clone(), lr=0.5)
    from_scratch.train_epoch(minibatches, W, b, lr=0.5)
    torch.testing.assert_close(model.weight.detach().T, W.detach())
    torch.testing.assert_close(model.bias.detach(), b.detach())


def test_an_epochs_figures_are_weighted_by_the_size_of_its_minibatches(
    minibatches: list[tuple[torch.Tensor, torch.Tensor]],
) -> None:
    W, b = parameters()
    X, y = (torch.cat(part) for part in zip(*minibatches, strict=True))
    logits = from_scratch.net(X, W.detach(), b.detach())
    loss, share = from_scratch.train_epoch(minibatches, W, b, lr=0.0)
    assert loss == pytest.approx(from_scratch.cross_entropy(logits, y).item())
    assert share == from_scratch.accuracy(logits, y)
    assert share == from_scratch.share_by_minibatch(logits, y, batch_size=4)


def test_held_out_pictures_are_not_learned_from() -> None:
    kept, held_out = from_scratch.hold_out(torch.zeros(20), 6, seed=0)
    assert sorted([*kept.tolist(), *held_out.tolist()]) == list(range(20))
    assert len(held_out) == 6
