"""Part two of the lesson: softmax regression from scratch, and what the note left as TODO.

Each section begins with short code (`softmax_core.from_scratch`), run line by line; what the app
itself runs is folded below it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st
import torch

from softmax_core import (
    Accumulator,
    accuracy,
    confusion_matrix,
    cross_entropy,
    from_scratch,
    naive_cross_entropy,
    naive_softmax,
    softmax,
)
from softmax_core.activations import against_the_winner
from softmax_core.data import epoch_order, split_validation
from softmax_core.training import COURSE_BAND, Training
from softmax_core.training.evaluation import evaluate
from softmax_core.training.parameters import Parameters
from softmax_core.training.pictures import Pictures
from softmax_ui.addresses.pictures import pictures_state
from softmax_ui.addresses.state import whole
from softmax_ui.page import page_link
from softmax_ui.pages import PLAYGROUND, PRECISION, TRAINING
from softmax_ui.questions.parts import number, say
from softmax_ui.screens.lesson import running, trying
from softmax_ui.screens.lesson.asking import ask
from softmax_ui.screens.lesson.errata import correct
from softmax_ui.screens.lesson.links import further, to_calibration, to_speed_limit
from softmax_ui.screens.lesson.matrices import label_fields, matrix_fields, rate_field
from softmax_ui.screens.lesson.pieces import code_of, show_lines, show_source, try_it
from softmax_ui.text import _
from softmax_ui.widgets.number_field import number_field

if TYPE_CHECKING:
    from torch import Tensor

PIXELS_A_SIDE = 2
"""The pictures of part two are 2 x 2, so that all of W can be seen."""


FROM_SCRATCH = (
    from_scratch.initial_parameters,
    from_scratch.net,
    from_scratch.cross_entropy,
    from_scratch.sgd,
    from_scratch.accuracy,
    from_scratch.evaluate_accuracy,
    from_scratch.train_epoch,
    from_scratch.train,
)
"""All that training takes, beside the `Accumulator`."""


def data() -> None:
    """What the data set holds, and how it is read."""
    say("data", "intro")
    found = running.pictures()
    if found is not None:
        running.a_picture_a_class(found)
        say("data", "code")
        size = number_field(whole("try_batch", 256, 1, 600), "batch_size", width=160)
        images, labels = found.train.images[:600], found.train.labels[:600]
        show_lines(
            "data",
            (from_scratch.load, images, labels, size, 0),
            (from_scratch.first_minibatch, from_scratch.load(images, labels, size, 0)),
            behind="minibatch_shape",
        )
    show_source("data", epoch_order, Pictures.at)
    ask("minibatch_shape")
    ask("last_minibatch", trying.cut)
    if found is not None:
        try_it("data", partial(running.reading_speed, found))
    further(TRAINING)


def parameters() -> None:
    """W and b."""
    say("parameters", "intro")
    with st.container(horizontal=True, border=True, key="own_sizes"):
        inputs = number_field(whole("try_inputs", 4, 1, 784), "num_inputs", width=140)
        outputs = number_field(whole("try_outputs", 3, 1, 10), "num_outputs", width=140)
        seed = number_field(whole("try_seed", 0, 0, 9999), "seed", width=140)
    show_lines("parameters", (from_scratch.initial_parameters, inputs, outputs, seed))
    show_source("parameters", Parameters.__init__)
    ask("parameter_count")
    correct("outputs")
    ask("square_bias", partial(try_it, "parameters", trying.bias))
    correct("bias")
    further(TRAINING)


def softmax_code() -> None:
    """Softmax with the largest logit subtracted, and as the note computes it."""
    say("softmax_code", "intro")
    (logits,) = matrix_fields("O")
    show_lines("softmax_code", (from_scratch.softmax, logits))
    show_source("softmax_code", softmax, against_the_winner, naive_softmax)
    ask("overflow", partial(try_it, "softmax_code", trying.softmax_in_type))
    correct("overflow")
    further(PRECISION)


def net() -> None:
    """The model: pictures in, logits out."""
    say("net", "intro")
    show_lines("net", (from_scratch.net, *_pictures_and_model()))
    show_source("net", Parameters.logits)
    ask("one_hot_row")
    correct("rows")
    ask("twice", partial(try_it, "net", trying.twice))
    correct("probabilities")
    further(PLAYGROUND)


def loss_code() -> None:
    """Cross-entropy from logits, and the note's from probabilities."""
    say("loss_code", "intro")
    (logits,) = matrix_fields("O")
    y = label_fields()
    show_lines("loss_code", (from_scratch.cross_entropy, logits, y))
    show_source("loss_code", cross_entropy, naive_cross_entropy)
    ask("finite_loss", partial(try_it, "loss_code", trying.log_zero))
    correct("log_zero")
    further(PRECISION)


def accuracy_section() -> None:
    """The share of right predictions."""
    say("accuracy", "intro")
    (y_hat,) = matrix_fields("Y")
    y = label_fields()
    show_lines("accuracy", (from_scratch.accuracy, y_hat, y), behind="test_accuracy")
    show_source("accuracy", accuracy)
    ask("test_accuracy", partial(trying.count_and_share, y_hat, y))
    correct("count")
    further(TRAINING)


def accumulator() -> None:
    """Several sums side by side."""
    say("accumulator", "intro")
    st.code(code_of(Accumulator), language="python", wrap_lines=True)
    (y_hat,) = matrix_fields("Y")
    with st.container(horizontal=True):
        y = label_fields()
        size = number_field(whole("try_rows", 1, 1, 2), "batch_size", width=140)
    show_lines("accumulator", (from_scratch.share_by_minibatch, y_hat, y, size))
    try_it("accumulator", trying.accumulate)
    further(TRAINING)


def evaluate_section() -> None:
    """Accuracy over a whole set of pictures."""
    say("evaluate", "intro")
    X, W, b = _pictures_and_model()
    y = label_fields()
    show_lines("evaluate", (from_scratch.evaluate_accuracy, _one_by_one(X, y), W, b))
    show_source("evaluate", evaluate)
    ask("two_batches", partial(try_it, "evaluate", trying.uneven))
    correct("module")
    further(TRAINING)


def updater() -> None:
    """One step against the mean gradient."""
    say("updater", "intro")
    X, W, b = _pictures_and_model()
    with st.container(horizontal=True):
        y, rate = label_fields(), rate_field()
    show_lines(
        "updater",
        (from_scratch.step, X, y, *_to_learn(W, b), rate),
        (from_scratch.step_by_hand, X, y, W, b, rate),
    )
    say("updater", "same")
    code = code_of(from_scratch.sgd)
    st.code(code, language="python", wrap_lines=True)
    show_source("updater", Parameters.descend)
    ask("vector")
    correct("vector")
    ask("not_zeroed", partial(try_it, "updater", trying.zeroing))
    correct("todo")
    to_speed_limit()
    further(TRAINING)


def epoch() -> None:
    """Every picture once."""
    say("epoch", "intro")
    X, W, b = _pictures_and_model()
    with st.container(horizontal=True):
        y, rate = label_fields(), rate_field()
    show_lines("epoch", (from_scratch.train_epoch, _one_by_one(X, y), *_to_learn(W, b), rate))
    show_source("epoch", Training._make_step, Training._close_epoch, epoch_order)
    further(TRAINING)


def training() -> None:
    """Epoch after epoch."""
    say("training", "intro")
    X, W, b = _pictures_and_model()
    with st.container(horizontal=True):
        y, rate = label_fields(), rate_field()
        epochs = number_field(whole("try_epochs", 5, 1, 50), "epochs", width=120)
    data = _one_by_one(X, y)
    show_lines("training", (from_scratch.train, data, data, *_to_learn(W, b), rate, epochs))
    show_source("training", Training.advance)
    ask("steps")
    try_it("training", running.some_steps)
    band = COURSE_BAND
    say("training", "band", low=number(band.low, 4), high=number(band.high, 4))
    further(TRAINING)


def generalization() -> None:
    """What the test set is for."""
    say("generalization", "intro")
    with st.container(horizontal=True):
        count = number_field(whole("try_held_out", 2, 0, 8), "count", width=120)
        seed = number_field(whole("try_seed", 0, 0, 9999), "seed", width=120)
    labels = running.first_labels(8)
    show_lines("generalization", (from_scratch.hold_out, labels, count, seed))
    show_source("generalization", split_validation)
    ask("memorize", partial(try_it, "generalization", running.few_pictures))
    ask("best_of_ten")
    correct("test_set")
    further(TRAINING)


def prediction() -> None:
    """The trained model's predictions."""
    say("prediction", "intro")
    show_lines("prediction", (from_scratch.predict, *_pictures_and_model()))
    show_source("prediction", confusion_matrix)
    try_it("prediction", running.six_pictures)
    ask("diagnosis", trying.diagnosis)
    ask("vocabulary")
    st.caption(
        _(
            "Below a run, “Why?” follows each logit back to the training pictures and shows the "
            "smallest change that has a picture taken for another class; “Calibration” asks "
            "whether its probabilities are true."
        )
    )
    to_calibration()
    further(TRAINING)


def concise() -> None:
    """The same with torch's own layer, loss and optimiser."""
    running.load_optimisers()
    say("concise", "intro")
    X, W, b = _pictures_and_model()
    with st.container(horizontal=True):
        y, rate = label_fields(), rate_field()
    minibatches = _one_by_one(X, y)
    call = (from_scratch.concise, minibatches, W, b, rate)
    with st.spinner(_("Loading torch's optimisers; this happens only once.")):
        show_lines("concise", call, behind="linear_weight")
    compare = partial(running.both_ways, minibatches, W, b, rate)
    ask("linear_weight", partial(try_it, "concise", compare))
    code = "\n\n\n".join(map(code_of, FROM_SCRATCH))
    count = sum(bool(line.strip()) for line in code.splitlines())
    with st.expander(
        _("The {count} lines without torch's parts", count=count), icon=":material/code:"
    ):
        st.code(code, language="python", wrap_lines=True)
    say("concise", "end")
    further(TRAINING)


def own_birds() -> None:
    """Three things of the reader's own, from photographs to a trained model."""
    say("own_birds", "intro")
    say("own_birds", "steps")
    with st.container(key="further", gap="small"):
        page_link(
            TRAINING,
            _("Bring pictures of your own"),
            icon=":material/add_photo_alternate:",
            query=pictures_state().query(bring=True),
        )
        page_link(
            TRAINING,
            _("No camera at hand: sneakers, sandals and boots"),
            icon=":material/steps:",
            query=pictures_state().query(classes=(7, 5, 9)),
        )
    say("own_birds", "look")


def _pictures_and_model() -> tuple[Tensor, Tensor, Tensor]:
    """Draw the fields of two pictures, W and b; return them, the pictures as 2 x 2."""
    X, W, b = matrix_fields("X", "W", "B")
    return X.reshape(-1, PIXELS_A_SIDE, PIXELS_A_SIDE), W, b


def _one_by_one(X: Tensor, y: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Return two pictures and their labels as minibatches of one."""
    return list(zip(torch.split(X, 1), torch.split(y, 1), strict=True))


def _to_learn(W: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return W and b with a gradient."""
    return W.clone().requires_grad_(), b.clone().requires_grad_()
