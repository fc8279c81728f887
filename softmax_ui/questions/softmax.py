"""The questions up to softmax and its Jacobian."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import Final

import torch

from softmax_core import half_l1_norm, softmax, softmax_jacobian
from softmax_core.derivatives import checked_probabilities
from softmax_core.distributions import entropy
from softmax_core.errors import InvalidProbabilities
from softmax_core.linear import linear
from softmax_ui.questions.given import Given, row
from softmax_ui.questions.parts import fraction, listed
from softmax_ui.questions.question import Road, asks, own

SOFT_ANSWERS: Final = {
    "first": (0.7, 0.2, 0.2),
    "second": (1.2, -0.1, -0.1),
    "third": (0.7, 0.2, 0.1),
}
SHIFT: Final = 100.0
SCALE: Final = 2.0
BIRDS: Final = ("chick", "duck", "goose")


def _weight(given: Given) -> dict[str, object]:
    """Fill in the goose's row of the weights."""
    return {"column": listed([row_[2] for row_ in given.weights])}


def _birds(_given: Given, logits: Sequence[float]) -> dict[str, object]:
    """Fill in a logit for each bird."""
    return dict(zip(BIRDS, listed(logits).split(", "), strict=True))


def _row_of_p(_given: Given, p: Sequence[float]) -> dict[str, object]:
    """Fill in a row of probabilities, and the first two alone."""
    return {"p": ", ".join(map(fraction, p)), "p1": fraction(p[0]), "p2": fraction(p[1])}


def _three_probabilities(random: Random) -> dict[str, object]:
    """Draw three probabilities, tenths, no two of them equal."""
    rows = ((0.5, 0.3, 0.2), (0.2, 0.7, 0.1), (0.6, 0.1, 0.3), (0.1, 0.4, 0.5))
    return {"p": random.choice(rows)}


def _three_logits(random: Random) -> dict[str, object]:
    """Draw three logits, no two of them equal."""
    return {"logits": tuple(k / 2 for k in random.sample(range(-8, 9), 3))}


def compared(before: float, after: float) -> str:
    """Compare two numbers up to rounding: "same", "grows" or "shrinks"."""
    if math.isclose(before, after, rel_tol=1e-9, abs_tol=1e-12):
        return "same"
    return "grows" if after > before else "shrinks"


@asks("categories", "choice")
def distribution(_given: Given) -> str:
    """Return the one candidate that is a distribution."""
    valid = []
    for key, candidate in SOFT_ANSWERS.items():
        try:
            checked_probabilities(row(candidate), -1)
        except InvalidProbabilities:
            continue
        valid.append(key)
    (only,) = valid
    return only


@asks(
    "categories",
    "number",
    roads=(
        Road("block", lambda _given, classes: math.ceil(5 * math.log2(classes)) / 5),
        Road("alone", lambda _given, classes: math.ceil(math.log2(classes))),
        Road("nats", lambda _given, classes: math.log(classes)),
    ),
    values=lambda _given, classes: {
        "classes": classes,
        "block": classes**5,
        "alone": math.ceil(math.log2(classes)),
        "bits": math.ceil(5 * math.log2(classes)),
        "each": f"{math.ceil(5 * math.log2(classes)) / 5:g}",
    },
    example={"classes": 3},
    draw=lambda random: {"classes": random.choice((5, 6, 11, 9, 10))},
    d2l="3.4",
)
def binary_code(_given: Given, classes: int) -> float:
    """Return the bits that equally likely classes need on average."""
    return entropy(softmax(torch.zeros(classes, dtype=torch.float64)), unit="bits").item()


@asks(
    "network",
    "number",
    roads=(
        Road("product", lambda given: given.features[2] * given.weights[2][2]),
        Road("grown", lambda given: (given.features[2] + 1) * given.weights[2][2]),
        Road("chick", lambda given: given.weights[2][0]),
        Road("third_class", lambda given: given.weights[3][2]),
    ),
    values=_weight,
    draw=lambda _random: {},
)
def longer_neck(given: Given) -> float:
    """Return how much the goose's logit grows when "long neck" grows by 1."""
    x, w, b = given.linear
    longer = x + row((0.0, 0.0, 1.0, 0.0))
    return (linear(longer, w, b) - linear(x, w, b))[2].item()


@asks(
    "softmax",
    "choice",
    values=own,
)
def shift(given: Given) -> str:
    """Compare the true class's probability before and after adding 100 to each logit."""
    before, after = softmax(given.o), softmax(given.o + SHIFT)
    return compared(before[given.target].item(), after[given.target].item())


@asks(
    "softmax",
    "choice",
    values=own,
)
def scale(given: Given) -> str:
    """Compare the largest probability before and after doubling each logit."""
    # 1 / max p = Σ exp(o_k - max o). Near p = 1 only the terms below 1 still tell numbers apart.
    gaps = given.o - given.o.max()
    below = gaps[gaps < 0]
    before, after = below.exp().sum().item(), (SCALE * below).exp().sum().item()
    return "grows" if after < before else "shrinks" if after > before else "same"


@asks(
    "softmax",
    "order",
    values=_birds,
    example={"logits": (-2.0, 3.0, 0.5)},
    draw=_three_logits,
)
def order(_given: Given, logits: Sequence[float]) -> tuple[str, ...]:
    """Return the birds from the likeliest to the least likely."""
    p = softmax(row(logits))
    return tuple(BIRDS[k] for k in p.argsort(descending=True).tolist())


@asks(
    "softmax",
    "number",
    roads=(
        Road("no_exponential", lambda _given, times: math.log(times)),
        Road("odds", lambda _given, times: times / 2),
        Road("without_itself", lambda _given, times: 1 / (times + 2)),
        Road("share", lambda _given, **_rest: 1.0),
    ),
    values=lambda _given, times: {
        "k": times,
        "sum": times + 2,
        "log": f"{math.log(times):.3f}",
    },
    example={"times": 2},
    draw=lambda random: {"times": random.choice((3, 4, 5, 6, 8))},
)
def log_two(_given: Given, times: int) -> float:
    """Return the third probability of the logits 0, 0, ln k."""
    return softmax(row((0.0, 0.0, math.log(times))))[2].item()


@asks(
    "jacobian",
    "number",
    roads=(
        Road("positive", lambda _given, p: p[0] * p[1]),
        Road("diagonal", lambda _given, p: p[0] * (1 - p[0])),
        Road("mixed", lambda _given, p: -p[0] * (1 - p[1])),
        Road("second", lambda _given, p: p[1] * (1 - p[1])),
    ),
    values=_row_of_p,
    example={"p": (0.5, 0.25, 0.25)},
    draw=_three_probabilities,
)
def off_diagonal(_given: Given, p: Sequence[float]) -> float:
    """Return the entry (1, 2) of the Jacobian at some probabilities."""
    return softmax_jacobian(row(p))[0, 1].item()


@asks(
    "jacobian",
    "number",
    roads=(
        Road("one", lambda _given: 1.0),
        Road("diagonal", lambda given: given.p_t * (1 - given.p_t)),
        Road("rest", lambda given: -given.p_t * (1 - given.p_t)),
    ),
    values=own,
    draw=lambda _random: {},
)
def column_sum(given: Given) -> float:
    """Return the sum of the Jacobian's column for the true class."""
    return softmax_jacobian(softmax(given.o))[:, given.target].sum().item()


@asks(
    "norm",
    "number",
    roads=(
        Road("squares", lambda _given, classes: 1 / classes),
        Road("halved", lambda _given, classes: (1 - 1 / classes) / 2),
        Road("one", lambda _given, **_rest: 1.0),
        Road("one_square", lambda _given, classes: 1 - 1 / classes**2),
    ),
    values=lambda _given, classes: {"classes": classes, "share": f"{1 / classes:.3g}"},
    example={"classes": 10},
    draw=lambda random: {"classes": random.choice((4, 5, 8, 20))},
)
def largest_norm(_given: Given, classes: int) -> float:
    """Return ½‖J‖₁ of the uniform distribution, where it is largest."""
    return half_l1_norm(softmax(torch.zeros(classes, dtype=torch.float64))).item()


SOFTMAX: Final = (
    distribution,
    binary_code,
    longer_neck,
    shift,
    scale,
    order,
    log_two,
    off_diagonal,
    column_sum,
    largest_norm,
)
"""In this order a shared review draws from them."""
