"""The note's mistakes happen as facts say they do."""

from __future__ import annotations

import math
from functools import partial

import pytest
import torch

from softmax_core import traps


def test_a_square_bias_goes_through_exactly_when_the_minibatch_has_its_size() -> None:
    assert traps.add_bias(10, (10, 10)) == (10, 10)
    assert traps.add_bias(256, (10,)) == (256, 10)
    with pytest.raises(RuntimeError):
        traps.add_bias(256, (10, 10))


@pytest.mark.parametrize(
    ("logit", "loss_finite", "gradient_finite"),
    [(-50.0, True, True), (-100.0, True, False), (-104.0, False, False)],
)
def test_the_gradient_breaks_before_the_loss(
    logit: float, loss_finite: bool, gradient_finite: bool
) -> None:
    loss, gradient = traps.naive_loss_and_gradient(torch.tensor([0.0, logit, 0.0]), torch.tensor(1))
    assert bool(loss.isfinite()) is loss_finite
    assert bool(gradient.isfinite().all()) is gradient_finite


def test_a_perfect_prediction_costs_when_softmax_is_applied_twice() -> None:
    cost = traps.loss_of_probabilities(torch.eye(10, dtype=torch.float64)[3], torch.tensor(3))
    assert cost.item() == pytest.approx(math.log(math.e + 9) - 1, abs=1e-14)
    # ... and no prediction costs less.
    assert traps.least_loss_of_probabilities(10) == pytest.approx(cost.item(), abs=1e-14)
    others = torch.rand(200, 10, dtype=torch.float64, generator=torch.manual_seed(0)).softmax(-1)
    costs = traps.loss_of_probabilities(others, torch.zeros(200, dtype=torch.int64))
    assert costs.min().item() > traps.least_loss_of_probabilities(10)


def test_backward_refuses_a_vector_and_takes_a_number() -> None:
    assert "scalar" in traps.backward_of_a_vector(torch.tensor([1.0, 2.0]))
    assert traps.backward_of_a_vector(torch.tensor(1.0)) == ""


def test_gradients_pile_up_until_they_are_zeroed() -> None:
    walk = partial(traps.descend_a_line, 2.0, start=1.0, learning_rate=0.1, steps=3)
    assert walk(zeroed=True) == pytest.approx([1.0, 0.8, 0.6, 0.4])
    assert walk(zeroed=False) == pytest.approx([1.0, 0.8, 0.4, -0.2])


def test_the_notes_accuracy_is_a_count() -> None:
    scores = torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
    assert traps.count_right(scores, torch.tensor([2, 2])) == 2.0


def test_means_of_uneven_minibatches_do_not_average_to_the_share() -> None:
    assert traps.mean_of_means([8, 0], [8, 2]) == (0.5, 0.8)
    assert traps.mean_of_means([4, 2], [8, 8]) == (0.375, 0.375)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_noise_is_learned_by_heart_and_tells_nothing_of_other_noise(seed: int) -> None:
    seen, new = traps.memorize_noise(50, seed)
    assert seen == 1.0
    assert new < 0.3


def test_the_best_of_equal_models_looks_better_than_it_is() -> None:
    one = traps.best_of_equals(1, 10_000, 0.83)
    best = [traps.best_of_equals(models, 10_000, 0.83, seed=1) for models in (1, 10, 100)]
    assert one == pytest.approx(0.83, abs=0.02)
    assert best == sorted(best)
    assert best[-1] > 0.835
