"""Part two of the lesson: softmax regression from scratch, up to where the note ends."""

from __future__ import annotations

from typing import Final

import torch

from softmax_core import (
    Accumulator,
    accuracy,
    cross_entropy,
    cross_entropy_gradient,
    naive_cross_entropy,
    naive_softmax,
    softmax,
)
from softmax_core.activations import _against_the_winner
from softmax_core.data import epoch_order
from softmax_core.training.evaluation import evaluate
from softmax_core.training.experiment import TRAINING_PICTURES
from softmax_core.training.parameters import Parameters
from softmax_core.training.pictures import ALWAYS_ON, PIXELS, WIDTH
from softmax_core.traps import (
    count_right,
    loss_of_probabilities,
    naive_loss_and_gradient,
)
from softmax_ui.screens.lesson import trying
from softmax_ui.screens.lesson.asking import ask
from softmax_ui.screens.lesson.correcting import correct
from softmax_ui.screens.lesson.links import further
from softmax_ui.screens.lesson.pieces import Row, show_code, show_data, try_it
from softmax_ui.screens.lesson.questions_two import COURSE, TEST_Y, TEST_Y_HAT
from softmax_ui.screens.lesson.saying import number, say, shown

TEST_PICTURES: Final = 10_000


def test_data() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the note's own test data: y_hat, logits that softmax turns into it, and y."""
    y_hat = torch.tensor(TEST_Y_HAT)
    return y_hat, y_hat.log(), torch.tensor(TEST_Y)


def parameters() -> None:
    """W and b."""
    say("parameters", "intro")
    show_code("parameters", Parameters.__init__)
    state = Parameters(COURSE, torch.device("cpu")).state()
    show_data(
        [
            ("seed", COURSE.seed),
            ("init_std", COURSE.variants[0].init_std),
            ("W →", state["weights"][0]),
            ("b →", state["bias"][0]),
        ]
    )
    ask("parameter_count")
    correct("parameters", "outputs", batch=COURSE.batch_size)
    ask("square_bias")
    try_it("parameters")
    trying.bias()
    correct("parameters", "bias", behind="square_bias")
    further("training")


def softmax_code() -> None:
    """Softmax as softmax_core computes it, and as the note does."""
    say("softmax_code", "intro")
    show_code("softmax_code", softmax, _against_the_winner, naive_softmax)
    _y_hat, logits, _labels = test_data()
    say("softmax_code", "data")
    show_data([("logits = ln y_hat", logits), ("softmax(logits) →", softmax(logits))])
    ask("overflow")
    try_it("softmax_code")
    trying.softmax_in_type()
    rows = [[100.0, 0.0, 0.0], [88.5, 88.5, 0.0], [-110.0, -120.0, -130.0]]
    over, silent, zeros = (naive_softmax(torch.tensor(row)).tolist() for row in rows)
    good = ", ".join(shown(softmax(torch.tensor(row)).tolist()) for row in rows)
    correct(
        "softmax_code",
        "overflow",
        behind="overflow",
        overflow=shown(over),
        silent=shown(silent),
        zeros=shown(zeros),
        good=good,
    )
    further("precision")


def net() -> None:
    """The model: pictures in, logits out."""
    say("net", "intro")
    show_code("net", Parameters.logits)
    model = Parameters(COURSE, torch.device("cpu"))
    pictures = torch.zeros(2, WIDTH)
    pictures[1, :PIXELS] = 1.0
    pictures[:, ALWAYS_ON] = 1.0
    logits = model.logits(pictures, 1.0)[0].T
    say("net", "data")
    show_data(
        [
            ("X", pictures[:, :PIXELS]),
            ("o →", logits.contiguous()),
            ("softmax(o) →", softmax(logits)),
        ]
    )
    ask("one_hot_row")
    correct("net", "rows", behind="one_hot_row")
    ask("twice")
    try_it("net")
    trying.twice()
    perfect = loss_of_probabilities(torch.eye(10)[0], torch.tensor(0)).item()
    correct("net", "probabilities", behind="twice", perfect=number(perfect))
    further("playground")


def loss_code() -> None:
    """Cross-entropy from logits, and the note's from probabilities."""
    say("loss_code", "intro")
    show_code("loss_code", cross_entropy, naive_cross_entropy)
    y_hat, logits, y = test_data()
    show_data(
        [
            ("logits = ln y_hat", logits),
            ("y", y),
            ("cross_entropy(logits, y) →", cross_entropy(logits, y)),
            ("naive_cross_entropy(y_hat, y) →", naive_cross_entropy(y_hat, y)),
        ]
    )
    ask("finite_loss")
    try_it("loss_code")
    trying.log_zero()
    o, t = torch.tensor([0.0, -104.0, 0.0]), torch.tensor(1)
    naive_loss, naive_gradient = naive_loss_and_gradient(o, t)
    correct(
        "loss_code",
        "log_zero",
        behind="finite_loss",
        naive_loss=number(naive_loss.item()),
        naive_gradient=shown(naive_gradient.tolist()),
        stable_loss=number(cross_entropy(o, t).item(), 5),
        stable_gradient=shown(cross_entropy_gradient(o, t).tolist()),
    )
    further("precision")


def accuracy_section() -> None:
    """The share of right predictions."""
    say("accuracy", "intro")
    show_code("accuracy", accuracy)
    y_hat, _logits, y = test_data()
    rows: list[Row] = [("y_hat", y_hat), ("y", y)]
    rows.append(("accuracy(y_hat, y) →", accuracy(y_hat, y)))
    ask("test_accuracy", lambda: show_data(rows))
    ask("last_minibatch")
    try_it("accuracy")
    trying.labels()
    sizes = {
        count: len(torch.split(epoch_order(0, 1, count), COURSE.batch_size)[-1])
        for count in (TRAINING_PICTURES, TEST_PICTURES)
    }
    correct(
        "accuracy",
        "count",
        behind="last_minibatch",
        count=number(count_right(y_hat, y)),
        share=number(accuracy(y_hat, y)),
        last_train=sizes[TRAINING_PICTURES],
        last_test=sizes[TEST_PICTURES],
    )
    further("training")


def accumulator() -> None:
    """Several sums side by side."""
    say("accumulator", "intro")
    show_code("accumulator", Accumulator)
    y_hat, _logits, y = test_data()
    metric = Accumulator(2)
    metric.add(accuracy(y_hat, y) * len(y), len(y))
    show_data(
        [
            ("y_hat", y_hat),
            ("y", y),
            ("metric.data →", torch.tensor(metric.data)),
            ("metric[0] / metric[1] →", metric[0] / metric[1]),
        ]
    )
    try_it("accumulator")
    trying.accumulate()
    further("training")


def evaluate_section() -> None:
    """Loss and accuracy over a whole set of pictures."""
    say("evaluate", "intro")
    show_code("evaluate", evaluate)
    y_hat, _logits, y = test_data()
    metric = Accumulator(2)
    for row, label in zip(torch.split(y_hat, 1), torch.split(y, 1), strict=True):
        metric.add(accuracy(row, label) * len(label), len(label))
    show_data([("y_hat", y_hat), ("y", y), ("accuracy →", metric[0] / metric[1])])
    ask("two_batches")
    try_it("evaluate")
    trying.uneven()
    correct("evaluate", "module", is_module=f"`{isinstance(softmax, torch.nn.Module)}`")
    further("training")
