"""Descent on logits: against torch's own optimiser, and the race that the page shows."""

from __future__ import annotations

import pytest
import torch

from softmax_core.descent import descend, steps_to_reach
from softmax_core.errors import InvalidTarget

START = torch.tensor([[4.0, 0.0, 0.0], [1.0, -1.0, 0.5]], dtype=torch.float64)
TARGET = torch.tensor([1, 2])


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_the_walk_is_that_of_torchs_optimiser(loss):
    walk = descend(START, TARGET, loss=loss, learning_rate=0.7, steps=25)
    o = START.clone().requires_grad_()
    optimiser = torch.optim.SGD([o], lr=0.7)
    for step in range(26):
        optimiser.zero_grad()
        if loss == "cross_entropy":
            value = torch.nn.functional.cross_entropy(o, TARGET, reduction="none")
        else:
            y = torch.nn.functional.one_hot(TARGET, 3)
            value = (torch.softmax(o, -1) - y).square().sum(-1) / 2
        value.sum().backward()
        torch.testing.assert_close(walk.logits[step], o.detach())
        torch.testing.assert_close(walk.loss[step], value.detach())
        assert o.grad is not None
        torch.testing.assert_close(walk.gradient_norm[step], o.grad.norm(dim=-1))
        optimiser.step()
    p = torch.softmax(walk.logits, -1)
    torch.testing.assert_close(walk.probabilities, p)
    torch.testing.assert_close(walk.target_probability, torch.stack([p[:, 0, 1], p[:, 1, 2]], -1))


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_steps_are_counted_as_the_walk_makes_them(loss):
    walk = descend(START, TARGET, loss=loss, learning_rate=1.0, steps=300)
    counted = steps_to_reach(START, TARGET, loss=loss, learning_rate=1.0, limit=300)
    first = (walk.target_probability >= 0.9).int().argmax(dim=0)
    assert torch.equal(counted, first)
    assert (counted > 0).all()


def test_a_start_that_is_there_needs_no_step_and_one_too_far_is_told():
    starts = torch.tensor([[0.0, 9.0], [0.0, 0.0], [60.0, 0.0]])
    targets = torch.tensor([1, 1, 1])
    counted = steps_to_reach(starts, targets, loss="squared_error", learning_rate=1.0, limit=50)
    assert counted[0] == 0
    assert counted[1] > 0
    assert counted[2] == -1


def test_a_start_exactly_at_the_goal_needs_no_step():
    start, target = torch.zeros(1, 2), torch.tensor([0])
    found = steps_to_reach(start, target, loss="cross_entropy", learning_rate=1.0, probability=0.5)
    assert found.tolist() == [0]


def test_the_limit_itself_still_counts():
    start, target = torch.tensor([[6.0, 0.0]]), torch.tensor([1])
    counted = [
        steps_to_reach(start, target, loss="cross_entropy", learning_rate=1.0, limit=limit).item()
        for limit in (7, 8)
    ]
    assert counted == [-1, 8]


def test_saturation_costs_cross_entropy_a_few_steps_and_squared_error_exponentially_many():
    ahead = torch.tensor([4.0, 6.0, 8.0], dtype=torch.float64)
    starts = torch.stack([ahead, 0 * ahead, 0 * ahead], dim=-1)
    targets = torch.ones(3, dtype=torch.int64)
    counts = {
        loss: steps_to_reach(starts, targets, loss=loss, learning_rate=1.0).tolist()
        for loss in ("cross_entropy", "squared_error")
    }
    assert counts["cross_entropy"][2] - counts["cross_entropy"][0] <= 2
    assert counts["squared_error"][1] / counts["squared_error"][0] > 2
    assert counts["squared_error"][2] / counts["squared_error"][1] > 4


def test_a_target_that_is_no_class_is_refused():
    with pytest.raises(InvalidTarget, match="Target 3"):
        descend(START, torch.tensor([1, 3]), loss="cross_entropy", learning_rate=1.0, steps=1)
