"""Part two of the lesson: softmax regression from scratch, and what the note left as TODO."""

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
from softmax_core.activations import against_the_winner
from softmax_core.data import epoch_order
from softmax_core.descent import descend
from softmax_core.metrics import _predicted_classes
from softmax_core.training import COURSE_BAND, Training
from softmax_core.training.evaluation import evaluate
from softmax_core.training.parameters import Parameters
from softmax_core.training.pictures import ALWAYS_ON, PIXELS, WIDTH
from softmax_ui.pages import PLAYGROUND, PRECISION, TRAINING
from softmax_ui.screens.lesson import running, trying
from softmax_ui.screens.lesson.asking import ask
from softmax_ui.screens.lesson.errata import correct
from softmax_ui.screens.lesson.links import further
from softmax_ui.screens.lesson.parts import number, say
from softmax_ui.screens.lesson.pieces import begin, show_data, try_it
from softmax_ui.screens.lesson.questions_two import COURSE, Y_HAT, Y

LOGITS: Final = Y_HAT.log()
"""The logits that softmax turns into the note's y_hat."""


def parameters() -> None:
    """W and b."""
    begin("parameters", Parameters.__init__)
    state = Parameters(COURSE, torch.device("cpu")).state()
    show_data(
        {
            "seed": COURSE.seed,
            "init_std": COURSE.variants[0].init_std,
            "W →": state["weights"][0],
            "b →": state["bias"][0],
        }
    )
    ask("parameter_count")
    correct("outputs")
    ask("square_bias")
    try_it("parameters", trying.bias)
    correct("bias")
    further(TRAINING)


def softmax_code() -> None:
    """Softmax as softmax_core computes it, and as the note does."""
    begin("softmax_code", softmax, against_the_winner, naive_softmax)
    say("softmax_code", "data")
    show_data({"logits = ln y_hat": LOGITS, "softmax(logits) →": softmax(LOGITS)})
    ask("overflow")
    try_it("softmax_code", trying.softmax_in_type)
    correct("overflow")
    further(PRECISION)


def net() -> None:
    """The model: pictures in, logits out."""
    begin("net", Parameters.logits)
    model = Parameters(COURSE, torch.device("cpu"))
    pictures = torch.zeros(2, WIDTH)
    pictures[1, :PIXELS] = 1.0
    pictures[:, ALWAYS_ON] = 1.0
    logits = model.logits(pictures, 1.0)[0].T
    say("net", "data")
    show_data(
        {
            "X": pictures[:, :PIXELS],
            "o →": logits.contiguous(),
            "softmax(o) →": softmax(logits),
        }
    )
    ask("one_hot_row")
    correct("rows")
    ask("twice")
    try_it("net", trying.twice)
    correct("probabilities")
    further(PLAYGROUND)


def loss_code() -> None:
    """Cross-entropy from logits, and the note's from probabilities."""
    begin("loss_code", cross_entropy, naive_cross_entropy)
    show_data(
        {
            "logits = ln y_hat": LOGITS,
            "y": Y,
            "cross_entropy(logits, y) →": cross_entropy(LOGITS, Y),
            "naive_cross_entropy(y_hat, y) →": naive_cross_entropy(Y_HAT, Y),
        }
    )
    ask("finite_loss")
    try_it("loss_code", trying.log_zero)
    correct("log_zero")
    further(PRECISION)


def accuracy_section() -> None:
    """The share of right predictions."""
    begin("accuracy", accuracy)
    rows = {"y_hat": Y_HAT, "y": Y, "accuracy(y_hat, y) →": accuracy(Y_HAT, Y)}
    ask("test_accuracy", lambda: show_data(rows))
    ask("last_minibatch")
    try_it("accuracy", trying.labels)
    correct("count")
    further(TRAINING)


def accumulator() -> None:
    """Several sums side by side."""
    begin("accumulator", Accumulator)
    metric = Accumulator(2)
    metric.add(accuracy(Y_HAT, Y) * len(Y), len(Y))
    show_data(
        {
            "y_hat": Y_HAT,
            "y": Y,
            "metric.data →": torch.tensor(metric.data),
            "metric[0] / metric[1] →": metric[0] / metric[1],
        }
    )
    try_it("accumulator", trying.accumulate)
    further(TRAINING)


def evaluate_section() -> None:
    """Loss and accuracy over a whole set of pictures."""
    begin("evaluate", evaluate)
    metric = Accumulator(2)
    for row, label in zip(torch.split(Y_HAT, 1), torch.split(Y, 1), strict=True):
        metric.add(accuracy(row, label) * len(label), len(label))
    show_data({"y_hat": Y_HAT, "y": Y, "accuracy →": metric[0] / metric[1]})
    ask("two_batches")
    try_it("evaluate", trying.uneven)
    correct("module")
    further(TRAINING)


def updater() -> None:
    """One step against the mean gradient."""
    begin("updater", Parameters.descend)
    gradient = cross_entropy_gradient(LOGITS, Y)
    say("updater", "data")
    show_data(
        {
            "logits = ln y_hat": LOGITS,
            "y": Y,
            "P - Y →": gradient,
            "-η mean(P - Y) →": -0.1 * gradient.mean(dim=0),
        }
    )
    ask("vector")
    correct("vector")
    ask("not_zeroed")
    try_it("updater", trying.zeroing)
    correct("todo")
    further(TRAINING)


def epoch() -> None:
    """Every picture once."""
    begin("epoch", Training._make_step, Training._close_epoch, epoch_order)
    walked = descend(LOGITS, Y, loss="cross_entropy", learning_rate=1.0, steps=1)
    say("epoch", "data")
    show_data(
        {
            "o": walked.logits[0],
            "o - η (P - Y) →": walked.logits[1],
            "loss": walked.loss[0],
            "loss →": walked.loss[1],
        }
    )
    try_it("epoch", trying.cut)
    further(TRAINING)


def training() -> None:
    """Epoch after epoch."""
    begin("training", Training.advance)
    walked = descend(LOGITS, Y, loss="cross_entropy", learning_rate=1.0, steps=10)
    say("training", "data")
    show_data({"loss": walked.loss[0].mean(), "mean loss →": walked.loss.mean(dim=1)[1:]})
    ask("steps")
    try_it("training", running.some_steps)
    band = COURSE_BAND
    say("training", "band", low=number(band.low, 4), high=number(band.high, 4))
    correct("test_set")
    further(TRAINING)


def prediction() -> None:
    """The trained model's predictions."""
    begin("prediction", _predicted_classes)
    predicted = _predicted_classes(Y_HAT, Y, -1)
    show_data({"y_hat": Y_HAT, "predicted →": predicted, "y": Y})
    try_it("prediction", running.six_pictures)
    ask("diagnosis", trying.diagnosis)
    ask("vocabulary")
    say("prediction", "end")
    further(TRAINING)
