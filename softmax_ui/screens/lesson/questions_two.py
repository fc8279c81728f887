"""The questions of part two: the code."""

from __future__ import annotations

from typing import Final

import torch

from softmax_core import accuracy, cross_entropy, naive_softmax, softmax
from softmax_core.data import epoch_order
from softmax_core.linear import expected_cost
from softmax_core.training import Experiment, Variant
from softmax_core.training.experiment import TRAINING_PICTURES
from softmax_core.training.parameters import Parameters
from softmax_core.traps import (
    add_bias,
    backward_of_a_vector,
    descend_a_line,
    loss_of_probabilities,
    mean_of_means,
    naive_loss_and_gradient,
)
from softmax_ui.screens.lesson.numbers import Given
from softmax_ui.screens.lesson.questions import Question

COURSE: Final = Experiment((Variant("course"),))
Y: Final = torch.tensor([0, 2])
Y_HAT: Final = torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
ILL: Final = (0.2, 0.8)
COSTS: Final = ((0.0, 100.0), (10.0, 0.0))
OVERFLOWING: Final = (100.0, 0.0, 0.0)
UNDERFLOWING: Final = (0.0, -100.0, 0.0)


def parameter_count(_given: Given) -> float:
    """Return the number of parameters of the model for Fashion-MNIST."""
    state = Parameters(COURSE, torch.device("cpu")).state()
    return float(state["weights"].numel() + state["bias"].numel())


def square_bias(_given: Given) -> str:
    """Return the outcome of adding a 10 x 10 bias to minibatches of 256 and of 10."""
    went = {}
    for n in (256, 10):
        try:
            add_bias(n, (10, 10))
            went[n] = True
        except RuntimeError:
            went[n] = False
    return {(False, False): "never", (False, True): "ten", (True, True): "always"}.get(
        (went[256], went[10]), "large"
    )


def overflow(_given: Given) -> str:
    """Return the first probability of the naive softmax of 100, 0, 0 in float32."""
    p = naive_softmax(torch.tensor(OVERFLOWING))
    if p[0].isnan():
        return "nan"
    return "inf" if p[0].isinf() else "one"


def twice(_given: Given) -> str:
    """Return the loss of a perfect prediction whose probabilities are taken for logits."""
    cost = loss_of_probabilities(torch.eye(10)[0], torch.tensor(0)).item()
    if cost < 0.01:
        return "nothing"
    return "some" if cost < cross_entropy(torch.zeros(10), torch.tensor(0)).item() else "guess"


def finite_loss(_given: Given) -> str:
    """Return which of the naive loss and its gradient are finite at the logits 0, -100, 0."""
    loss, gradient = naive_loss_and_gradient(torch.tensor(UNDERFLOWING), torch.tensor(1))
    finite = (bool(loss.isfinite()), bool(gradient.isfinite().all()))
    return {
        (True, True): "both",
        (True, False): "loss",
        (False, True): "gradient",
        (False, False): "neither",
    }[finite]


def on_test_data(_given: Given) -> float:
    """Return the accuracy on the note's own test data."""
    return accuracy(Y_HAT, Y)


def last_minibatch(_given: Given) -> float:
    """Return the size of the last minibatch of an epoch."""
    order = epoch_order(seed=0, epoch=1, count=TRAINING_PICTURES)
    return float(len(torch.split(order, COURSE.batch_size)[-1]))


def two_batches(_given: Given) -> str:
    """Compare the mean of the minibatches' accuracies with the accuracy."""
    means, share = mean_of_means([8, 0], [8, 2])
    return "same" if means == share else "lower" if means < share else "higher"


def not_zeroed(_given: Given) -> float:
    """Return w after two steps of 0.1 down a slope of 2 when no gradient is zeroed."""
    walk = descend_a_line(2.0, start=1.0, learning_rate=0.1, steps=2, zeroed=False)
    return walk[-1]


def vector(_given: Given) -> str:
    """Return whether backward() accepts the note's loss of two pictures."""
    return "refuses" if backward_of_a_vector(cross_entropy(Y_HAT.log(), Y)) else "sums"


def steps(_given: Given) -> float:
    """Return the updates of ten epochs at the course's settings."""
    order = epoch_order(seed=0, epoch=1, count=TRAINING_PICTURES)
    return float(COURSE.epochs * len(torch.split(order, COURSE.batch_size)))


def diagnosis(_given: Given) -> str:
    """Return the cheaper answer when an illness that was missed costs more than a false alarm."""
    cost = expected_cost(torch.tensor(ILL), torch.tensor(COSTS))
    return ("ill", "healthy")[int(cost.argmin())]


def vocabulary(_given: Given) -> float:
    """Return the loss, in nats, at the start over 50,000 words."""
    return cross_entropy(torch.zeros(50_000, dtype=torch.float64), torch.tensor(7)).item()


def one_hot_row(_given: Given) -> str:
    """Return what kind of row the note's y_hat has."""
    one_hot = bool(((Y_HAT == 0) | (Y_HAT == 1)).all())
    sums_to_one = bool(torch.isclose(Y_HAT.sum(dim=1), torch.ones(2)).all())
    same_after_log = torch.allclose(softmax(Y_HAT.log()), Y_HAT)
    return "one_hot" if one_hot else "spread" if sums_to_one and same_after_log else "scores"


PART_TWO: Final = (
    Question("parameter_count", "parameters", "number", parameter_count, 0.5),
    Question("square_bias", "parameters", "choice", square_bias),
    Question("overflow", "softmax_code", "choice", overflow, d2l="3.6"),
    Question("one_hot_row", "net", "choice", one_hot_row),
    Question("twice", "net", "choice", twice),
    Question("finite_loss", "loss_code", "choice", finite_loss, d2l="3.6"),
    Question("test_accuracy", "accuracy", "number", on_test_data),
    Question("last_minibatch", "accuracy", "number", last_minibatch, 0.5),
    Question("two_batches", "evaluate", "choice", two_batches),
    Question("vector", "updater", "choice", vector),
    Question("not_zeroed", "updater", "number", not_zeroed),
    Question("steps", "training", "number", steps, 0.5),
    Question("diagnosis", "prediction", "choice", diagnosis, d2l="3.6"),
    Question("vocabulary", "prediction", "number", vocabulary, 0.1, d2l="3.6"),
)
