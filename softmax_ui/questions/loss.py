"""The questions about the loss: what it means, its gradient, and other kinds of labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

import torch

from softmax_core import (
    cross_entropy,
    cross_entropy_gradient,
    half_l1_norm,
    label_smoothing,
    log_softmax,
    softmax,
    squared_error_gradient,
)
from softmax_core.distributions import divergence, entropy, expected_surprise
from softmax_core.likelihood import likelihood
from softmax_ui.questions.given import Given, row
from softmax_ui.questions.parts import fraction
from softmax_ui.questions.question import Road, asks, own

WRONG_AND_SURE: Final = ((20.0, 0.0, 0.0), 1)
SEEN: Final = (7, 2, 1)
"""How many chicks, ducks and geese the likelihood is about."""
LIKELIEST: Final = {
    "all": (1.0, 0.0, 0.0),
    "level": (1 / 3, 1 / 3, 1 / 3),
    "share": (0.7, 0.2, 0.1),
}
GONE: Final = 1e-6
PREDICTIONS: Final = {
    "unsure": (0.4, 0.3, 0.3),
    "sure": (0.9, 0.05, 0.05),
    "wrong": (0.1, 0.8, 0.1),
}


def _mean(values: Iterable[float]) -> float:
    """Return the mean of numbers."""
    return row(list(values)).mean().item()


def _cross_bits(y: Sequence[float], p: Sequence[float]) -> float:
    """Return the cross-entropy of two distributions in bits."""
    return expected_surprise(row(y), row(p), unit="bits").item()


def _odds(classes: int, amount: float) -> float:
    """Return the log-odds of the true class against all others together."""
    return torch.logit(label_smoothing.smoothed_label(torch.tensor(0), classes, amount)[0]).item()


@asks("gradient", "choice")
def who_vanishes(_given: Given) -> str:
    """Return which of three derivatives vanish at a confident wrong prediction."""
    logits, target = row(WRONG_AND_SURE[0]), torch.tensor(WRONG_AND_SURE[1])
    gone = {
        "jacobian": half_l1_norm(softmax(logits)).item() < GONE,
        "squared": squared_error_gradient(logits, target).norm().item() < GONE,
        "entropy": cross_entropy_gradient(logits, target).norm().item() < GONE,
    }
    return "_".join(name for name, vanished in gone.items() if vanished) or "none"


def _ratio(classes: int, amount: float) -> float:
    """Return how many times as likely the true class is as another, where the loss is smallest."""
    return math.exp(label_smoothing.best_gap(classes, amount))


@asks(
    "loss",
    "number",
    roads=(
        Road("bits", lambda _given, classes: math.log2(classes)),
        Road("decimal", lambda _given, classes: math.log10(classes)),
        Road("probability", lambda _given, classes: 1 / classes),
        Road("miss", lambda _given, classes: 1 - 1 / classes),
        Road("negative", lambda _given, classes: -math.log(classes)),
    ),
    values=lambda _given, classes: {"classes": classes},
    example={"classes": 10},
    draw=lambda random: {"classes": random.choice((3, 5, 20, 26, 100))},
)
def knows_nothing(_given: Given, classes: int) -> float:
    """Return the loss of a model that gives all classes the same logit."""
    return cross_entropy(torch.zeros(classes, dtype=torch.float64), torch.tensor(0)).item()


@asks("loss", "order")
def order_of_losses(_given: Given) -> tuple[str, ...]:
    """Return the predictions from the smallest loss to the largest; the first class is true."""
    loss = {key: cross_entropy(row(p).log(), torch.tensor(0)) for key, p in PREDICTIONS.items()}
    return tuple(sorted(loss, key=lambda key: loss[key].item()))


@asks(
    "loss",
    "number",
    roads=(
        Road("whole", lambda _given: 3 + math.log(2)),
        Road("sum", lambda _given: 3.0),
        Road("bits", lambda _given: 1.0),
    ),
    d2l="3.4",
)
def real_softmax(_given: Given) -> float:
    """Return ln(exp(a) + exp(b)) - max(a, b) for a = b = 3."""
    both = row((3.0, 3.0))
    log_sum_exp = (both - log_softmax(both))[0]
    return (log_sum_exp - both.max()).item()


@asks("likelihood", "choice")
def likeliest(_given: Given) -> str:
    """Return the candidate under which the ten birds are likeliest."""
    counts = torch.tensor(SEEN)
    return max(LIKELIEST, key=lambda key: likelihood(row(LIKELIEST[key]), counts).item())


@asks("likelihood", "choice")
def product(_given: Given) -> str:
    """Return what float64 makes of the product of 2,000 halves."""
    found = likelihood(row((0.5, 0.5)), torch.tensor((1_000, 1_000))).item()
    return "nan" if math.isnan(found) else "tiny" if found else "zero"


@asks(
    "likelihood",
    "number",
    roads=(
        Road("sum", lambda _given, powers: float(sum(powers))),
        Road("nats", lambda _given, powers: math.log(2) * sum(powers) / len(powers)),
        Road("of_mean", lambda _given, powers: -math.log2(_mean(2.0**-k for k in powers))),
        Road("product", lambda _given, powers: 2.0 ** -sum(powers)),
    ),
    values=lambda _given, powers: {
        "p": r",\ ".join(fraction(2.0**-k) for k in powers),
        "each": ", ".join(map(str, powers)),
        "sum": sum(powers),
    },
    example={"powers": (1, 2, 3)},
    draw=lambda random: {"powers": random.choice(((1, 1, 4), (2, 3, 4), (1, 3, 5)))},
)
def mean_bits(_given: Given, powers: Sequence[int]) -> float:
    """Return the mean loss, in bits, of true classes with the probabilities 2^-k."""
    p = torch.exp2(-row(powers))
    others = torch.log1p(-p)  # one other class has the rest
    losses = cross_entropy(torch.stack([p.log(), others], dim=1), torch.zeros(len(p)).long())
    return losses.mean().item() / math.log(2)


@asks(
    "information",
    "number",
    roads=(
        Road("entropy", lambda _given, y, **_rest: entropy(row(y), unit="bits").item()),
        Road("cross_entropy", lambda _given, y, p: _cross_bits(y, p)),
        Road("nats", lambda _given, y, p: divergence(row(y), row(p)).item()),
    ),
    values=lambda _given, y, p: {
        "y": r",\ ".join(map(fraction, y)),
        "p": r",\ ".join(map(fraction, p)),
        "cross": f"{_cross_bits(y, p):g}",
        "entropy": f"{entropy(row(y), unit='bits').item():g}",
    },
    example={"y": (0.5, 0.5, 0.0), "p": (0.5, 0.25, 0.25)},
    draw=lambda random: {
        "y": (0.5, 0.25, 0.25),
        "p": random.choice(((0.125, 0.75, 0.125), (0.25, 0.25, 0.5), (0.125, 0.375, 0.5))),
    },
)
def excess(_given: Given, y: Sequence[float], p: Sequence[float]) -> float:
    """Return by how many bits the cross-entropy exceeds the entropy."""
    return divergence(row(y), row(p), unit="bits").item()


@asks("information", "choice")
def symmetric(_given: Given) -> str:
    """Compare the divergence of two distributions with that of the second from the first."""
    y, p = row((0.5, 0.5, 0.0)), row((0.5, 0.25, 0.25))
    other_way = divergence(p, y).item()
    if math.isinf(other_way):
        return "infinite"
    return "same" if math.isclose(other_way, divergence(y, p).item()) else "other"


@asks(
    "two_classes",
    "number",
    roads=(
        Road("sum", lambda _given, a, b: a + b),
        Road("first", lambda _given, a, **_rest: a),
        Road("probability", lambda _given, a, b: softmax(row((a, b)))[0].item()),
    ),
    values=lambda _given, a, b: {
        "a": f"{a:g}",
        "b": f"{b:g}",
    },
    example={"a": 3.0, "b": 1.0},
    draw=lambda random: {"a": random.choice((4.0, 2.5)), "b": random.choice((-1.5, 0.5, 2.0))},
)
def sigmoid_logit(_given: Given, a: float, b: float) -> float:
    """Return the number whose sigmoid is the first probability of softmax."""
    return torch.logit(softmax(row((a, b)))[0]).item()


@asks(
    "several_labels",
    "number",
    roads=(
        Road("one", lambda _given, **_rest: 1.0),
        Road("tenth", lambda _given, **_rest: 0.1),
    ),
    values=lambda _given, k: {"k": k},
    example={"k": 4},
    draw=lambda random: {"k": random.choice((2, 3, 5))},
)
def at_most(_given: Given, k: int) -> float:
    """Return the share of k equal classes among ten, when the others get nothing."""
    return softmax(row([0.0] * k + [-math.inf] * (10 - k)))[0].item()


@asks(
    "smoothing",
    "number",
    roads=(
        Road("kept", lambda _given, amount, **_rest: 1 - amount),
        Road("others", lambda _given, classes, amount: amount / classes),
        Road("only_one", lambda _given, classes, amount: 1 - amount / classes),
    ),
    values=lambda _given, classes, amount: {"classes": classes, "amount": f"{amount:g}"},
    example={"classes": 10, "amount": 0.1},
    draw=lambda random: {"classes": random.choice((4, 5)), "amount": 0.2},
)
def smoothed_share(_given: Given, classes: int, amount: float) -> float:
    """Return what a smoothed label gives the true class."""
    return label_smoothing.smoothed_label(torch.tensor(0), classes, amount)[0].item()


@asks(
    "smoothing",
    "number",
    roads=(
        Road("odds", lambda _given, classes, amount: _odds(classes, amount)),
        Road(
            "ratio",
            lambda _given, classes, amount: _ratio(classes, amount),
        ),
    ),
    values=lambda _given, classes, amount: {"classes": classes, "amount": f"{amount:g}"},
    example={"classes": 10, "amount": 0.1},
    draw=lambda random: {"classes": random.choice((4, 20)), "amount": 0.2},
)
def best_gap(_given: Given, classes: int, amount: float) -> float:
    """Return how far the true class's logit is above the others where the loss is smallest."""
    return label_smoothing.best_gap(classes, amount)


@asks(
    "gradient",
    "choice",
    values=own,
)
def who_rises(given: Given) -> str:
    """Return which logits one step of descent raises."""
    step = -cross_entropy_gradient(given.o, given.t)
    raised = (step > 0).tolist()
    only_target = [k == given.target for k in range(len(raised))]
    if not any(raised):
        return "none"
    return "target" if raised == only_target else "others"


@asks(
    "gradient",
    "number",
    roads=(
        Road("one", lambda _given: 1.0),
        Road("target", lambda given: given.p_t - 1),
        Road("others", lambda given: 1 - given.p_t),
        Road("loss", lambda given: cross_entropy(given.o, given.t).item()),
    ),
    values=own,
    draw=lambda _random: {},
)
def gradient_sum(given: Given) -> float:
    """Return the sum of the gradient's entries."""
    return cross_entropy_gradient(given.o, given.t).sum().item()


@asks(
    "gradient",
    "number",
    roads=(
        Road("first", lambda _given, p: p - 1),
        Road("chain", lambda _given, p: 1 / p**2),
        Road("square", lambda _given, p: p**2),
        Road("negative", lambda _given, p: -p * (1 - p)),
    ),
    values=lambda _given, p: {"p": fraction(p)},
    example={"p": 0.25},
    draw=lambda random: {"p": random.choice((0.1, 0.2, 0.4, 0.75, 0.8))},
    d2l="3.4",
)
def second_derivative(_given: Given, p: float) -> float:
    """Return ∂²L/∂o_t² at a probability p_t, by autograd through the gradient."""
    logits = row((p, 1 - p)).log().requires_grad_()
    slope = cross_entropy_gradient(logits, torch.tensor(0))[0]
    return torch.autograd.grad(slope, logits)[0][0].item()


LOSS: Final = (
    knows_nothing,
    order_of_losses,
    real_softmax,
    likeliest,
    product,
    mean_bits,
    excess,
    symmetric,
    sigmoid_logit,
    at_most,
    smoothed_share,
    best_gap,
    who_rises,
    gradient_sum,
    second_derivative,
    who_vanishes,
)
"""In this order a shared review draws from them."""
