"""The questions of part one: the mathematics."""

from __future__ import annotations

import math
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
from softmax_core.distributions import entropy
from softmax_core.errors import InvalidProbabilities
from softmax_core.linear import linear
from softmax_ui.screens.lesson.numbers import Given
from softmax_ui.screens.lesson.questions import Question

SOFT_ANSWERS: Final = {
    "first": (0.7, 0.2, 0.2),
    "second": (1.2, -0.1, -0.1),
    "third": (0.7, 0.2, 0.1),
}
SHIFT: Final = 100.0
SCALE: Final = 2.0
MIXED_LOGITS: Final = {"chick": -2.0, "duck": 3.0, "goose": 0.5}
LOG_TWO: Final = (0.0, 0.0, math.log(2.0))
HALF: Final = (0.5, 0.25, 0.25)
WRONG_AND_SURE: Final = ((20.0, 0.0, 0.0), 1)
GONE: Final = 1e-6
PREDICTIONS: Final = {
    "unsure": (0.4, 0.3, 0.3),
    "sure": (0.9, 0.05, 0.05),
    "wrong": (0.1, 0.8, 0.1),
}


def row(values: tuple[float, ...]) -> torch.Tensor:
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


def binary_code(_given: Given) -> float:
    """Return the bits that three equally likely classes need on average."""
    return entropy(softmax(torch.zeros(3, dtype=torch.float64)), unit="bits").item()


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


def order(_given: Given) -> tuple[str, ...]:
    """Return the birds from the likeliest to the least likely."""
    p = softmax(row(tuple(MIXED_LOGITS.values())))
    names = list(MIXED_LOGITS)
    return tuple(names[k] for k in p.argsort(descending=True).tolist())


def log_two(_given: Given) -> float:
    """Return the third probability of the logits 0, 0, ln 2."""
    return softmax(row(LOG_TWO))[2].item()


def off_diagonal(_given: Given) -> float:
    """Return the entry (1, 2) of the Jacobian at p = (1/2, 1/4, 1/4)."""
    return softmax_jacobian(row(HALF))[0, 1].item()


def column_sum(given: Given) -> float:
    """Return the sum of the Jacobian's column for the true class."""
    return softmax_jacobian(softmax(given.o))[:, given.target].sum().item()


def largest_norm(_given: Given) -> float:
    """Return ½‖J‖₁ of the uniform distribution over ten classes, where it is largest."""
    return half_l1_norm(softmax(torch.zeros(10, dtype=torch.float64))).item()


def who_vanishes(_given: Given) -> str:
    """Return which of three derivatives vanish at a confident wrong prediction."""
    logits, target = row(WRONG_AND_SURE[0]), torch.tensor(WRONG_AND_SURE[1])
    gone = {
        "jacobian": half_l1_norm(softmax(logits)).item() < GONE,
        "squared": squared_error_gradient(logits, target).norm().item() < GONE,
        "entropy": cross_entropy_gradient(logits, target).norm().item() < GONE,
    }
    return "_".join(name for name, vanished in gone.items() if vanished) or "none"


def knows_nothing(_given: Given) -> float:
    """Return the loss of a model that gives ten classes the same logit."""
    return cross_entropy(torch.zeros(10, dtype=torch.float64), torch.tensor(3)).item()


def order_of_losses(_given: Given) -> tuple[str, ...]:
    """Return the predictions from the smallest loss to the largest; the first class is true."""
    loss = {key: cross_entropy(row(p).log(), torch.tensor(0)) for key, p in PREDICTIONS.items()}
    return tuple(sorted(loss, key=lambda key: loss[key].item()))


def real_softmax(_given: Given) -> float:
    """Return ln(exp(a) + exp(b)) - max(a, b) for a = b = 3."""
    both = row((3.0, 3.0))
    log_sum_exp = (both - log_softmax(both))[0]
    return (log_sum_exp - both.max()).item()


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


def second_derivative(_given: Given) -> float:
    """Return ∂²L/∂o_t² at p_t = 1/4, by autograd through the gradient."""
    logits = row((0.25, 0.5, 0.25)).log().requires_grad_()
    slope = cross_entropy_gradient(logits, torch.tensor(0))[0]
    return torch.autograd.grad(slope, logits)[0][0].item()


def _own(given: Given) -> dict[str, object]:
    """Fill in the reader's logits."""
    return {"o": "(" + ", ".join(f"{value:g}" for value in given.logits) + ")"}


def _weight(given: Given) -> dict[str, object]:
    """Fill in the goose's row of the weights."""
    return {"column": ", ".join(f"{row_[2]:g}" for row_ in given.weights)}


PART_ONE: Final = (
    Question("distribution", "categories", "choice", distribution),
    Question("binary_code", "categories", "number", binary_code, 0.02, d2l="3.4"),
    Question("longer_neck", "network", "number", longer_neck, values=_weight),
    Question("shift", "softmax", "choice", shift, values=_own),
    Question("scale", "softmax", "choice", scale, values=_own),
    Question("order", "softmax", "order", order),
    Question("log_two", "softmax", "number", log_two),
    Question("off_diagonal", "jacobian", "number", off_diagonal),
    Question("column_sum", "jacobian", "number", column_sum, values=_own),
    Question("largest_norm", "norm", "number", largest_norm),
    Question("who_vanishes", "norm", "choice", who_vanishes),
    Question("knows_nothing", "loss", "number", knows_nothing, 0.02),
    Question("order_of_losses", "loss", "order", order_of_losses),
    Question("real_softmax", "loss", "number", real_softmax, 0.01, d2l="3.4"),
    Question("who_rises", "gradient", "choice", who_rises, values=_own),
    Question("gradient_sum", "gradient", "number", gradient_sum, values=_own),
    Question("second_derivative", "gradient", "number", second_derivative, d2l="3.4"),
)
