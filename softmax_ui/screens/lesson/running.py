"""The engine itself, for a few steps, inside the lesson."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import streamlit as st

from softmax_core.errors import SoftmaxError
from softmax_core.linear import linear
from softmax_core.training import EpochRecord, Experiment, StepRecord, Variant, train
from softmax_ui import cache
from softmax_ui.addresses.state import number, whole
from softmax_ui.components.live_figure import live_figure
from softmax_ui.figures import lesson as figures
from softmax_ui.figures.pictures import grey_picture
from softmax_ui.notices import sentence
from softmax_ui.terms import class_words
from softmax_ui.text import _
from softmax_ui.widgets.number_field import number_field

if TYPE_CHECKING:
    from softmax_core.data import Dataset

STEPS_AN_EPOCH = 235


def some_steps() -> None:
    """Train a few steps at a chosen learning rate; draw the loss of each."""
    with st.container(horizontal=True):
        rate = number_field(number("run_rate", 0.1, 0.001, 10), _("learning rate"), width=140)
        count = number_field(whole("run_steps", 60, 1, STEPS_AN_EPOCH), _("steps"), width=140)
    if not st.button(_("Run them"), key="run_them", icon=":material/play_arrow:"):
        return
    data = _data()
    if data is None:
        return
    experiment = Experiment((Variant("lesson", learning_rate=rate),), epochs=1)
    records = list(islice(train(experiment, data), count))
    losses = [record.loss[0] for record in records if isinstance(record, StepRecord)]
    live_figure(
        figures.walk([losses], [_("loss")], _("step"), first=1),
        key="run_loss",
        alt=_("The loss of each minibatch, step by step."),
        height=260,
    )


def six_pictures() -> None:
    """Train one epoch; draw the predictions for the test set's first pictures."""
    if not st.button(_("Train and predict"), key="predict_six", icon=":material/play_arrow:"):
        return
    data = _data()
    if data is None:
        return
    training = train(Experiment((Variant("lesson"),), epochs=1), data)
    last = [record for record in training if isinstance(record, EpochRecord)][-1]
    state = training.checkpoint()
    pixels = data.test.images[:6].reshape(6, -1).float() / 255
    predicted = linear(pixels, state.weights[0].T, state.bias[0]).argmax(dim=1)
    st.markdown(_("Test accuracy: {share}", share=f"{last.test_accuracy[0]:.4f}"))
    names = class_words(cache.dataset().class_names)
    for column, k in zip(st.columns(6), range(6), strict=True):
        truth, guess = int(data.test.labels[k]), int(predicted[k])
        name = names[guess]
        column.image(grey_picture(data.test.images[k].numpy()), width=84)
        column.caption(
            f":material/check: {name}"
            if truth == guess
            else _(
                "{wrong}, is {right}",
                wrong=f":material/close: {name}",
                right=names[truth],
            )
        )


def _data() -> Dataset | None:
    """Return Fashion-MNIST, or show why it cannot be read; the lesson goes on without it."""
    try:
        return cache.dataset()
    except SoftmaxError as error:
        st.error(sentence(error), icon=":material/error:")
        return None
