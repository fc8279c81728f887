"""The rest of part two: what the note left as TODO."""

from __future__ import annotations

from softmax_core import cross_entropy, cross_entropy_gradient
from softmax_core.data import epoch_order, split_validation
from softmax_core.descent import descend
from softmax_core.metrics import _predicted_classes
from softmax_core.training import COURSE_BAND, Training
from softmax_core.training.experiment import TRAINING_PICTURES
from softmax_core.training.parameters import Parameters
from softmax_core.traps import backward_of_a_vector
from softmax_ui.screens.lesson import running, trying
from softmax_ui.screens.lesson.asking import ask
from softmax_ui.screens.lesson.correcting import correct
from softmax_ui.screens.lesson.links import further
from softmax_ui.screens.lesson.part_two import test_data
from softmax_ui.screens.lesson.pieces import show_code, show_data, try_it
from softmax_ui.screens.lesson.saying import number, say


def updater() -> None:
    """One step against the mean gradient."""
    say("updater", "intro")
    show_code("updater", Parameters.descend)
    _y_hat, logits, y = test_data()
    gradient = cross_entropy_gradient(logits, y)
    say("updater", "data")
    show_data(
        [
            ("logits = ln y_hat", logits),
            ("y", y),
            ("P - Y →", gradient),
            ("-η mean(P - Y) →", -0.1 * gradient.mean(dim=0)),
        ]
    )
    ask("vector")
    refusal = backward_of_a_vector(cross_entropy(logits, y))
    correct("updater", "vector", behind="vector", message=f"`{refusal}`")
    ask("not_zeroed")
    try_it("updater")
    trying.zeroing()
    correct("updater", "todo", behind="not_zeroed")
    further("training")


def epoch() -> None:
    """Every picture once."""
    say("epoch", "intro")
    show_code("epoch", Training._make_step, Training._close_epoch, epoch_order)
    _y_hat, logits, y = test_data()
    walked = descend(logits, y, loss="cross_entropy", learning_rate=1.0, steps=1)
    say("epoch", "data")
    show_data(
        [
            ("o", walked.logits[0]),
            ("o - η (P - Y) →", walked.logits[1]),
            ("loss", walked.loss[0]),
            ("loss →", walked.loss[1]),
        ]
    )
    try_it("epoch")
    trying.cut()
    further("training")


def training() -> None:
    """Epoch after epoch."""
    say("training", "intro")
    show_code("training", Training.advance)
    _y_hat, logits, y = test_data()
    walked = descend(logits, y, loss="cross_entropy", learning_rate=1.0, steps=10)
    say("training", "data")
    show_data([("loss", walked.loss[0].mean()), ("mean loss →", walked.loss.mean(dim=1)[1:])])
    ask("steps")
    try_it("training")
    running.some_steps()
    band = COURSE_BAND
    say("training", "band", low=number(band.low, 4), high=number(band.high, 4))
    kept, _held_out = split_validation(TRAINING_PICTURES, 10_000, seed=0)
    correct("training", "test_set", kept=f"{len(kept):,}")
    further("training")


def prediction() -> None:
    """The trained model's predictions."""
    say("prediction", "intro")
    show_code("prediction", _predicted_classes)
    y_hat, _logits, y = test_data()
    predicted = _predicted_classes(y_hat, y, -1)
    show_data([("y_hat", y_hat), ("predicted →", predicted), ("y", y)])
    try_it("prediction")
    running.six_pictures()
    ask("diagnosis", trying.diagnosis)
    ask("vocabulary")
    say("prediction", "end")
    further("training")
