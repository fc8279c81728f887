"""The questions about the code, from the data to the test set."""

from __future__ import annotations

import math
from functools import lru_cache
from random import Random
from typing import Final

import torch

from softmax_core import accuracy, cross_entropy, from_scratch, naive_softmax, softmax
from softmax_core.data import FASHION_MNIST, epoch_order
from softmax_core.linear import expected_cost
from softmax_core.training import Experiment, Variant
from softmax_core.traps import (
    add_bias,
    backward_of_a_vector,
    best_of_equals,
    count_right,
    descend_a_line,
    loss_of_probabilities,
    mean_of_means,
    memorize_noise,
    naive_loss_and_gradient,
)
from softmax_ui.questions.given import Given
from softmax_ui.questions.question import Road, asks

COURSE: Final = Experiment((Variant("course"),))
Y: Final = torch.tensor([0, 2])
Y_HAT: Final = torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])
ILL: Final = (0.2, 0.8)
COSTS: Final = ((0.0, 100.0), (10.0, 0.0))
OVERFLOWING: Final = (100.0, 0.0, 0.0)
UNDERFLOWING: Final = (0.0, -100.0, 0.0)


def _cut(_given: Given, pictures: int, size: int, epochs: int = 1) -> dict[str, object]:
    """Fill in how an epoch is cut into minibatches."""
    whole, left = divmod(pictures, size)
    return {
        "pictures": f"{pictures:,}",
        "size": size,
        "whole": whole,
        "left": left,
        "steps": whole + 1,
        "epochs": epochs,
    }


def _draw_cut(random: Random) -> dict[str, object]:
    """Draw a number of pictures and a minibatch that does not divide it."""
    return {
        "pictures": random.choice((10_000, 50_000, 70_000)),
        "size": random.choice((96, 128, 300, 512)),
    }


@asks("data", "choice")
@lru_cache
def minibatch_shape(_given: Given) -> str:
    """Return which shape the first minibatch of 256 pictures has."""
    images, labels = torch.zeros(600, 28, 28), torch.zeros(600)
    X, _y = next(iter(from_scratch.load(images, labels, 256, seed=0)))
    return {(256, 28, 28): "stack", (256, 784): "rows", (28, 28, 256): "last"}[tuple(X.shape)]


@asks(
    "data",
    "number",
    roads=(
        Road("full", lambda _given, size, **_rest: size),
        Road("count", lambda _given, pictures, size: pictures // size + 1),
        Road("share", lambda _given, pictures, size: pictures / size % 1),
        Road("missing", lambda _given, pictures, size: size - pictures % size),
    ),
    values=_cut,
    example={"pictures": FASHION_MNIST.training, "size": COURSE.batch_size},
    draw=_draw_cut,
)
def last_minibatch(_given: Given, pictures: int, size: int) -> float:
    """Return the size of the last minibatch of an epoch."""
    order = epoch_order(seed=0, epoch=1, count=pictures)
    return float(len(torch.split(order, size)[-1]))


@asks(
    "parameters",
    "number",
    roads=(
        Road("no_bias", lambda _given, side, classes: side**2 * classes),
        Road("one_bias", lambda _given, side, classes: side**2 * classes + 1),
        Road("square_bias", lambda _given, side, classes: side**2 * classes + classes**2),
        Road("side", lambda _given, side, classes: side * classes + classes),
    ),
    values=lambda _given, side, classes: {
        "side": side,
        "pixels": side**2,
        "classes": classes,
    },
    example={"side": 28, "classes": 10},
    draw=lambda random: {
        "side": random.choice((8, 16, 20, 32)),
        "classes": random.choice((3, 5, 26)),
    },
)
def parameter_count(_given: Given, side: int, classes: int) -> float:
    """Return the number of parameters of a model for square pictures."""
    model = torch.nn.Linear(side * side, classes)
    return float(sum(parameter.numel() for parameter in model.parameters()))


@asks("parameters", "choice")
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


@asks(
    "softmax_code",
    "choice",
    d2l="3.6",
)
def overflow(_given: Given) -> str:
    """Return the first probability of the naive softmax of 100, 0, 0 in float32."""
    p = naive_softmax(torch.tensor(OVERFLOWING))
    if p[0].isnan():
        return "nan"
    return "inf" if p[0].isinf() else "one"


@asks("net", "choice")
def one_hot_row(_given: Given) -> str:
    """Return what kind of row the note's y_hat has."""
    one_hot = bool(((Y_HAT == 0) | (Y_HAT == 1)).all())
    sums_to_one = bool(torch.isclose(Y_HAT.sum(dim=1), torch.ones(2)).all())
    same_after_log = torch.allclose(softmax(Y_HAT.log()), Y_HAT)
    return "one_hot" if one_hot else "spread" if sums_to_one and same_after_log else "scores"


@asks("net", "choice")
def twice(_given: Given) -> str:
    """Return the loss of a perfect prediction whose probabilities are taken for logits."""
    cost = loss_of_probabilities(torch.eye(10)[0], torch.tensor(0)).item()
    if cost < 0.01:
        return "nothing"
    return "some" if cost < cross_entropy(torch.zeros(10), torch.tensor(0)).item() else "guess"


@asks(
    "loss_code",
    "choice",
    d2l="3.6",
)
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


@asks(
    "accuracy",
    "number",
    name="test_accuracy",
    roads=(
        Road("count", lambda _given: count_right(Y_HAT, Y)),
        Road("probability", lambda _given: (0.1 + 0.5) / 2),
        Road("none", lambda _given: 0.0),
    ),
)
def on_test_data(_given: Given) -> float:
    """Return the accuracy on the note's own test data."""
    return accuracy(Y_HAT, Y)


@asks("evaluate", "choice")
def two_batches(_given: Given) -> str:
    """Compare the mean of the minibatches' accuracies with the accuracy."""
    means, share = mean_of_means([8, 0], [8, 2])
    return "same" if means == share else "lower" if means < share else "higher"


@asks("updater", "choice")
def vector(_given: Given) -> str:
    """Return whether backward() accepts the note's loss of two pictures."""
    return "refuses" if backward_of_a_vector(cross_entropy(Y_HAT.log(), Y)) else "sums"


@asks(
    "updater",
    "number",
    roads=(
        Road("zeroed", lambda _given, slope, rate: 1 - 2 * rate * slope),
        Road("one_step", lambda _given, slope, rate: 1 - rate * slope),
        Road("uphill", lambda _given, slope, rate: 1 + 3 * rate * slope),
        Road("no_rate", lambda _given, slope, **_rest: 1 - 3 * slope),
    ),
    values=lambda _given, slope, rate: {
        "s": f"{slope:g}",
        "twice": f"{2 * slope:g}",
        "rate": f"{rate:g}",
    },
    example={"slope": 2.0, "rate": 0.1},
    draw=lambda random: {
        "slope": random.choice((1.0, 3.0, 4.0)),
        "rate": random.choice((0.05, 0.2)),
    },
)
def not_zeroed(_given: Given, slope: float, rate: float) -> float:
    """Return w after two steps down a line when no gradient is zeroed."""
    walk = descend_a_line(slope, start=1.0, learning_rate=rate, steps=2, zeroed=False)
    return walk[-1]


@asks(
    "training",
    "number",
    roads=(
        Road("dropped", lambda _given, pictures, size, epochs: epochs * (pictures // size)),
        Road("exact", lambda _given, pictures, size, epochs: epochs * pictures / size),
        Road("one_epoch", lambda _given, pictures, size, **_rest: pictures // size + 1),
        Road("pictures", lambda _given, pictures, epochs, **_rest: epochs * pictures),
    ),
    values=_cut,
    example={
        "pictures": FASHION_MNIST.training,
        "size": COURSE.batch_size,
        "epochs": COURSE.epochs,
    },
    draw=lambda random: {**_draw_cut(random), "epochs": random.choice((3, 5, 20))},
)
def steps(_given: Given, pictures: int, size: int, epochs: int) -> float:
    """Return the updates of some epochs."""
    order = epoch_order(seed=0, epoch=1, count=pictures)
    return float(epochs * len(torch.split(order, size)))


@asks("generalization", "choice")
def memorize(_given: Given) -> str:
    """Compare the accuracy on memorised noise with that on new noise."""
    seen, new = memorize_noise(50)
    return ("parted" if new < 0.5 else "both") if seen > 0.9 else "neither"


@asks("generalization", "choice")
def best_of_ten(_given: Given) -> str:
    """Compare the best of ten equal models' accuracies, as measured, with the true one."""
    best = best_of_equals(10, 10_000, 0.83)
    return "high" if best > 0.83 else "low" if best < 0.83 else "exact"


@asks(
    "prediction",
    "choice",
    d2l="3.6",
)
def diagnosis(_given: Given) -> str:
    """Return the cheaper answer when an illness that was missed costs more than a false alarm."""
    cost = expected_cost(torch.tensor(ILL), torch.tensor(COSTS))
    return ("ill", "healthy")[int(cost.argmin())]


@asks(
    "prediction",
    "number",
    roads=(
        Road("bits", lambda _given, words: math.log2(words)),
        Road("decimal", lambda _given, words: math.log10(words)),
        Road("probability", lambda _given, words: 1 / words),
        Road("negative", lambda _given, words: -math.log(words)),
    ),
    values=lambda _given, words: {"words": f"{words:,}", "plain": words},
    example={"words": 50_000},
    draw=lambda random: {"words": random.choice((1_000, 10_000, 30_000, 100_000))},
    d2l="3.6",
)
def vocabulary(_given: Given, words: int) -> float:
    """Return the loss, in nats, at the start over some words."""
    return cross_entropy(torch.zeros(words, dtype=torch.float64), torch.tensor(0)).item()


@asks("concise", "choice")
def linear_weight(_given: Given) -> str:
    """Return how `nn.Linear` keeps W."""
    rows, _columns = torch.nn.Linear(784, 10).weight.shape
    return {784: "columns", 10: "rows"}[rows]


CODE: Final = (
    minibatch_shape,
    last_minibatch,
    parameter_count,
    square_bias,
    overflow,
    one_hot_row,
    twice,
    finite_loss,
    on_test_data,
    two_batches,
    vector,
    not_zeroed,
    steps,
    memorize,
    best_of_ten,
    diagnosis,
    vocabulary,
    linear_weight,
)
"""In this order a shared review draws from them."""
