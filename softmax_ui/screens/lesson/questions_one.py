"""The questions of part one: the mathematics."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from random import Random
from typing import Final

import torch

from softmax_core import (
    cross_entropy,
    cross_entropy_gradient,
    half_l1_norm,
    log_softmax,
    softmax,
    softmax_jacobian,
    squared_error_gradient,
)
from softmax_core.derivatives import checked_probabilities
from softmax_core.distributions import divergence, entropy, expected_surprise
from softmax_core.errors import InvalidProbabilities
from softmax_core.label_smoothing import best_gap, smoothed_label
from softmax_core.likelihood import likelihood
from softmax_core.linear import linear
from softmax_ui.screens.lesson.numbers import Given
from softmax_ui.screens.lesson.questions import Question, Road

SOFT_ANSWERS: Final = {
    "first": (0.7, 0.2, 0.2),
    "second": (1.2, -0.1, -0.1),
    "third": (0.7, 0.2, 0.1),
}
SHIFT: Final = 100.0
SCALE: Final = 2.0
BIRDS: Final = ("chick", "duck", "goose")
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


def row(values: Sequence[float]) -> torch.Tensor:
    """Return numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


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


def binary_code(_given: Given, classes: int) -> float:
    """Return the bits that equally likely classes need on average."""
    return entropy(softmax(torch.zeros(classes, dtype=torch.float64)), unit="bits").item()


def longer_neck(given: Given) -> float:
    """Return how much the goose's logit grows when "long neck" grows by 1."""
    x, w, b = given.linear
    longer = x + row((0.0, 0.0, 1.0, 0.0))
    return (linear(longer, w, b) - linear(x, w, b))[2].item()


def compared(before: float, after: float) -> str:
    """Compare two numbers up to rounding: "same", "grows" or "shrinks"."""
    if math.isclose(before, after, rel_tol=1e-9, abs_tol=1e-12):
        return "same"
    return "grows" if after > before else "shrinks"


def shift(given: Given) -> str:
    """Compare the true class's probability before and after adding 100 to each logit."""
    before, after = softmax(given.o), softmax(given.o + SHIFT)
    return compared(before[given.target].item(), after[given.target].item())


def scale(given: Given) -> str:
    """Compare the largest probability before and after doubling each logit."""
    before, after = softmax(given.o), softmax(SCALE * given.o)
    return compared(before.max().item(), after.max().item())


def order(_given: Given, logits: Sequence[float]) -> tuple[str, ...]:
    """Return the birds from the likeliest to the least likely."""
    p = softmax(row(logits))
    return tuple(BIRDS[k] for k in p.argsort(descending=True).tolist())


def log_two(_given: Given, times: int) -> float:
    """Return the third probability of the logits 0, 0, ln k."""
    return softmax(row((0.0, 0.0, math.log(times))))[2].item()


def off_diagonal(_given: Given, p: Sequence[float]) -> float:
    """Return the entry (1, 2) of the Jacobian at some probabilities."""
    return softmax_jacobian(row(p))[0, 1].item()


def column_sum(given: Given) -> float:
    """Return the sum of the Jacobian's column for the true class."""
    return softmax_jacobian(softmax(given.o))[:, given.target].sum().item()


def largest_norm(_given: Given, classes: int) -> float:
    """Return ½‖J‖₁ of the uniform distribution, where it is largest."""
    return half_l1_norm(softmax(torch.zeros(classes, dtype=torch.float64))).item()


def who_vanishes(_given: Given) -> str:
    """Return which of three derivatives vanish at a confident wrong prediction."""
    logits, target = row(WRONG_AND_SURE[0]), torch.tensor(WRONG_AND_SURE[1])
    gone = {
        "jacobian": half_l1_norm(softmax(logits)).item() < GONE,
        "squared": squared_error_gradient(logits, target).norm().item() < GONE,
        "entropy": cross_entropy_gradient(logits, target).norm().item() < GONE,
    }
    return "_".join(name for name, vanished in gone.items() if vanished) or "none"


def knows_nothing(_given: Given, classes: int) -> float:
    """Return the loss of a model that gives all classes the same logit."""
    return cross_entropy(torch.zeros(classes, dtype=torch.float64), torch.tensor(0)).item()


def order_of_losses(_given: Given) -> tuple[str, ...]:
    """Return the predictions from the smallest loss to the largest; the first class is true."""
    loss = {key: cross_entropy(row(p).log(), torch.tensor(0)) for key, p in PREDICTIONS.items()}
    return tuple(sorted(loss, key=lambda key: loss[key].item()))


def real_softmax(_given: Given) -> float:
    """Return ln(exp(a) + exp(b)) - max(a, b) for a = b = 3."""
    both = row((3.0, 3.0))
    log_sum_exp = (both - log_softmax(both))[0]
    return (log_sum_exp - both.max()).item()


def likeliest(_given: Given) -> str:
    """Return the candidate under which the ten birds are likeliest."""
    counts = torch.tensor(SEEN)
    return max(LIKELIEST, key=lambda key: likelihood(row(LIKELIEST[key]), counts).item())


def product(_given: Given) -> str:
    """Return what float64 makes of the product of 2,000 halves."""
    found = likelihood(row((0.5, 0.5)), torch.tensor((1_000, 1_000))).item()
    return "nan" if math.isnan(found) else "tiny" if found else "zero"


def mean_bits(_given: Given, powers: Sequence[int]) -> float:
    """Return the mean loss, in bits, of true classes with the probabilities 2^-k."""
    p = torch.exp2(-row(powers))
    others = torch.log1p(-p)  # one other class has the rest
    losses = cross_entropy(torch.stack([p.log(), others], dim=1), torch.zeros(len(p)).long())
    return losses.mean().item() / math.log(2)


def excess(_given: Given, y: Sequence[float], p: Sequence[float]) -> float:
    """Return by how many bits the cross-entropy exceeds the entropy."""
    return divergence(row(y), row(p), unit="bits").item()


def symmetric(_given: Given) -> str:
    """Compare the divergence of two distributions with that of the second from the first."""
    y, p = row((0.5, 0.5, 0.0)), row((0.5, 0.25, 0.25))
    other_way = divergence(p, y).item()
    if math.isinf(other_way):
        return "infinite"
    return "same" if math.isclose(other_way, divergence(y, p).item()) else "other"


def sigmoid_logit(_given: Given, a: float, b: float) -> float:
    """Return the number whose sigmoid is the first probability of softmax."""
    return torch.logit(softmax(row((a, b)))[0]).item()


def at_most(_given: Given, k: int) -> float:
    """Return the share of k equal classes among ten, when the others get nothing."""
    return softmax(row([0.0] * k + [-math.inf] * (10 - k)))[0].item()


def smoothed_share(_given: Given, classes: int, amount: float) -> float:
    """Return what a smoothed label gives the true class."""
    return smoothed_label(torch.tensor(0), classes, amount)[0].item()


def gap(_given: Given, classes: int, amount: float) -> float:
    """Return how far the true class's logit is above the others where the loss is smallest."""
    return best_gap(classes, amount)


def who_rises(given: Given) -> str:
    """Return which logits one step of descent raises."""
    step = -cross_entropy_gradient(given.o, given.t)
    raised = (step > 0).tolist()
    only_target = [k == given.target for k in range(len(raised))]
    if not any(raised):
        return "none"
    return "target" if raised == only_target else "others"


def gradient_sum(given: Given) -> float:
    """Return the sum of the gradient's entries."""
    return cross_entropy_gradient(given.o, given.t).sum().item()


def second_derivative(_given: Given, p: float) -> float:
    """Return ∂²L/∂o_t² at a probability p_t, by autograd through the gradient."""
    logits = row((p, 1 - p)).log().requires_grad_()
    slope = cross_entropy_gradient(logits, torch.tensor(0))[0]
    return torch.autograd.grad(slope, logits)[0][0].item()


def _own(given: Given) -> dict[str, object]:
    """Fill in the reader's logits."""
    return {"o": f"({_listed(given.logits)})"}


def _weight(given: Given) -> dict[str, object]:
    """Fill in the goose's row of the weights."""
    return {"column": _listed([row_[2] for row_ in given.weights])}


def _birds(_given: Given, logits: Sequence[float]) -> dict[str, object]:
    """Fill in a logit for each bird."""
    return dict(zip(BIRDS, _listed(logits).split(", "), strict=True))


def _listed(values: Sequence[float]) -> str:
    """Return numbers as a sentence has them, with commas and a minus of their own width."""
    return ", ".join(f"{value + 0.0:.4g}" for value in values).replace("-", "−")


def _row_of_p(_given: Given, p: Sequence[float]) -> dict[str, object]:
    """Fill in a row of probabilities, and the first two alone."""
    return {"p": ", ".join(map(fraction, p)), "p1": fraction(p[0]), "p2": fraction(p[1])}


def fraction(value: float) -> str:
    r"""Return a probability as LaTeX writes it in a line.

    >>> fraction(0.25), fraction(0.3), fraction(0.0)
    ('\\tfrac14', '\\tfrac{3}{10}', '0')
    """
    exact = Fraction(value).limit_denominator(100)
    if exact.denominator == 1:
        return str(exact.numerator)
    if exact.numerator < 10 > exact.denominator:
        return rf"\tfrac{exact.numerator}{exact.denominator}"
    return rf"\tfrac{{{exact.numerator}}}{{{exact.denominator}}}"


def _three_probabilities(random: Random) -> dict[str, object]:
    """Draw three probabilities, tenths, no two of them equal."""
    rows = ((0.5, 0.3, 0.2), (0.2, 0.7, 0.1), (0.6, 0.1, 0.3), (0.1, 0.4, 0.5))
    return {"p": random.choice(rows)}


def _three_logits(random: Random) -> dict[str, object]:
    """Draw three logits, no two of them equal."""
    return {"logits": tuple(k / 2 for k in random.sample(range(-8, 9), 3))}


PART_ONE: Final = (
    Question("distribution", "categories", "choice", distribution),
    Question(
        "binary_code",
        "categories",
        "number",
        binary_code,
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
        draw=lambda random: {"classes": random.choice((5, 6, 7, 9, 10))},
        d2l="3.4",
    ),
    Question(
        "longer_neck",
        "network",
        "number",
        longer_neck,
        roads=(
            Road("product", lambda given: given.features[2] * given.weights[2][2]),
            Road("grown", lambda given: (given.features[2] + 1) * given.weights[2][2]),
            Road("chick", lambda given: given.weights[2][0]),
            Road("third_class", lambda given: given.weights[3][2]),
        ),
        values=_weight,
        draw=lambda _random: {},
    ),
    Question("shift", "softmax", "choice", shift, values=_own),
    Question("scale", "softmax", "choice", scale, values=_own),
    Question(
        "order",
        "softmax",
        "order",
        order,
        values=_birds,
        example={"logits": (-2.0, 3.0, 0.5)},
        draw=_three_logits,
    ),
    Question(
        "log_two",
        "softmax",
        "number",
        log_two,
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
    ),
    Question(
        "off_diagonal",
        "jacobian",
        "number",
        off_diagonal,
        roads=(
            Road("positive", lambda _given, p: p[0] * p[1]),
            Road("diagonal", lambda _given, p: p[0] * (1 - p[0])),
            Road("mixed", lambda _given, p: -p[0] * (1 - p[1])),
            Road("second", lambda _given, p: p[1] * (1 - p[1])),
        ),
        values=_row_of_p,
        example={"p": (0.5, 0.25, 0.25)},
        draw=_three_probabilities,
    ),
    Question(
        "column_sum",
        "jacobian",
        "number",
        column_sum,
        roads=(
            Road("one", lambda _given: 1.0),
            Road("diagonal", lambda given: _p_t(given) * (1 - _p_t(given))),
            Road("rest", lambda given: -_p_t(given) * (1 - _p_t(given))),
        ),
        values=_own,
        draw=lambda _random: {},
    ),
    Question(
        "largest_norm",
        "norm",
        "number",
        largest_norm,
        roads=(
            Road("squares", lambda _given, classes: 1 / classes),
            Road("halved", lambda _given, classes: (1 - 1 / classes) / 2),
            Road("one", lambda _given, **_rest: 1.0),
            Road("one_square", lambda _given, classes: 1 - 1 / classes**2),
        ),
        values=lambda _given, classes: {"classes": classes, "share": f"{1 / classes:.3g}"},
        example={"classes": 10},
        draw=lambda random: {"classes": random.choice((4, 5, 8, 20))},
    ),
    Question("who_vanishes", "gradient", "choice", who_vanishes),
    Question(
        "knows_nothing",
        "loss",
        "number",
        knows_nothing,
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
    ),
    Question("order_of_losses", "loss", "order", order_of_losses),
    Question(
        "real_softmax",
        "loss",
        "number",
        real_softmax,
        roads=(
            Road("whole", lambda _given: 3 + math.log(2)),
            Road("sum", lambda _given: 3.0),
            Road("bits", lambda _given: 1.0),
        ),
        d2l="3.4",
    ),
    Question("likeliest", "likelihood", "choice", likeliest),
    Question("product", "likelihood", "choice", product),
    Question(
        "mean_bits",
        "likelihood",
        "number",
        mean_bits,
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
    ),
    Question(
        "excess",
        "information",
        "number",
        excess,
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
    ),
    Question("symmetric", "information", "choice", symmetric),
    Question(
        "sigmoid_logit",
        "two_classes",
        "number",
        sigmoid_logit,
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
    ),
    Question(
        "at_most",
        "several_labels",
        "number",
        at_most,
        roads=(
            Road("one", lambda _given, **_rest: 1.0),
            Road("tenth", lambda _given, **_rest: 0.1),
        ),
        values=lambda _given, k: {"k": k},
        example={"k": 4},
        draw=lambda random: {"k": random.choice((2, 3, 5))},
    ),
    Question(
        "smoothed_share",
        "smoothing",
        "number",
        smoothed_share,
        roads=(
            Road("kept", lambda _given, amount, **_rest: 1 - amount),
            Road("others", lambda _given, classes, amount: amount / classes),
            Road("only_one", lambda _given, classes, amount: 1 - amount / classes),
        ),
        values=lambda _given, classes, amount: {"classes": classes, "amount": f"{amount:g}"},
        example={"classes": 10, "amount": 0.1},
        draw=lambda random: {"classes": random.choice((4, 5)), "amount": 0.2},
    ),
    Question(
        "best_gap",
        "smoothing",
        "number",
        gap,
        roads=(
            Road("odds", lambda _given, classes, amount: _odds(classes, amount)),
            Road("ratio", lambda _given, classes, amount: math.exp(best_gap(classes, amount))),
        ),
        values=lambda _given, classes, amount: {"classes": classes, "amount": f"{amount:g}"},
        example={"classes": 10, "amount": 0.1},
        draw=lambda random: {"classes": random.choice((4, 20)), "amount": 0.2},
    ),
    Question("who_rises", "gradient", "choice", who_rises, values=_own),
    Question(
        "gradient_sum",
        "gradient",
        "number",
        gradient_sum,
        roads=(
            Road("one", lambda _given: 1.0),
            Road("target", lambda given: _p_t(given) - 1),
            Road("others", lambda given: 1 - _p_t(given)),
            Road("loss", lambda given: cross_entropy(given.o, given.t).item()),
        ),
        values=_own,
        draw=lambda _random: {},
    ),
    Question(
        "second_derivative",
        "gradient",
        "number",
        second_derivative,
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
    ),
)


def _mean(values: Iterable[float]) -> float:
    """Return the mean of numbers."""
    return row(list(values)).mean().item()


def _cross_bits(y: Sequence[float], p: Sequence[float]) -> float:
    """Return the cross-entropy of two distributions in bits."""
    return expected_surprise(row(y), row(p), unit="bits").item()


def _odds(classes: int, amount: float) -> float:
    """Return the log-odds of the true class against all others together."""
    return torch.logit(smoothed_label(torch.tensor(0), classes, amount)[0]).item()


def _p_t(given: Given) -> float:
    """Return the true class's probability."""
    return softmax(given.o)[given.target].item()
