"""The engine itself, for a few steps, inside the lesson."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import cache as once
from functools import partial
from itertools import islice
from threading import Thread
from time import perf_counter
from typing import Any, Final, TypeVar

import streamlit as st
import torch
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from softmax_core import from_scratch
from softmax_core.data import Dataset, Split
from softmax_core.errors import SoftmaxError
from softmax_core.linear import linear
from softmax_core.training import EpochRecord, Experiment, StepRecord, Variant, train
from softmax_core.training.pictures import pixel_moments
from softmax_ui import cache
from softmax_ui.addresses.state import number, whole
from softmax_ui.components.live_figure import live_figure
from softmax_ui.figures import lesson as figures
from softmax_ui.figures.pictures import grey_picture
from softmax_ui.notices import sentence
from softmax_ui.terms import class_words
from softmax_ui.text import _
from softmax_ui.widgets.number_field import is_refused, number_field
from softmax_ui.widgets.number_table import number_table

Made = TypeVar("Made")

STEPS_AN_EPOCH: Final = 235
READ: Final = 6_000
MEASURED: Final = 1_000
COUNTS: Final = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000)


def _kept(
    key: str, is_asked: bool, make: Callable[[], Made | None], inputs: Hashable = None
) -> Made | None:
    """Make something when a button asks for it; it stays until other inputs, or the next press.

    A press counts for one run of the script, so that any other press would take away what it made.
    """
    if is_asked:
        st.session_state[key] = (inputs, make())
    made_of, made = st.session_state.get(key, (None, None))
    return made if made_of == inputs else None


def some_steps() -> None:
    """Train a few steps at a chosen learning rate; draw the loss of each."""
    with st.container(horizontal=True):
        rate = number_field(number("run_rate", 0.1, 0.001, 10), _("learning rate"), width=140)
        steps = whole("run_steps", 60, 1, STEPS_AN_EPOCH)
        count = number_field(steps, _("number of steps"), width=140)
    is_asked = st.button(_("Run them"), key="run_them", icon=":material/play_arrow:")
    if is_refused("run_rate") or is_refused("run_steps"):
        return  # a run with the numbers before those in the fields would be taken for theirs
    losses = _kept("steps_run", is_asked, partial(_losses_of, rate, count), (rate, count))
    if losses is None:
        return
    live_figure(
        figures.walk([losses], [_("loss")], _("step"), first=1),
        key="run_loss",
        alt=_("The loss of each minibatch, step by step."),
        height=260,
    )


def _losses_of(rate: float, count: int) -> list[float] | None:
    data = pictures()
    if data is None:
        return None
    experiment = Experiment((Variant("lesson", learning_rate=rate),), epochs=1)
    records = list(islice(train(experiment, data), count))
    return [record.loss[0] for record in records if isinstance(record, StepRecord)]


def six_pictures() -> None:
    """Train one epoch; draw the predictions for the test set's first pictures."""
    is_asked = st.button(_("Train and predict"), key="predict_six", icon=":material/play_arrow:")
    found = _kept("six_predicted", is_asked, _predicted)
    data = pictures() if found else None
    if found is None or data is None:
        return
    test_accuracy, predicted = found
    st.markdown(_("Test accuracy: {share}", share=f"{test_accuracy:.4f}"))
    names = class_words(data.class_names)
    for column, (k, guess) in zip(st.columns(6), enumerate(predicted), strict=True):
        truth, name = int(data.test.labels[k]), names[guess]
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


def _predicted() -> tuple[float, list[int]] | None:
    """Train one epoch; return the test accuracy, and what the first six pictures are taken for."""
    data = pictures()
    if data is None:
        return None
    training = train(Experiment((Variant("lesson"),), epochs=1), data)
    last = [record for record in training if isinstance(record, EpochRecord)][-1]
    state = training.checkpoint()
    pixels = data.test.images[:6].reshape(6, -1).float() / 255
    predicted = linear(pixels, state.weights[0].T, state.bias[0]).argmax(dim=1)
    return last.test_accuracy[0], predicted.tolist()


def pictures() -> Dataset | None:
    """Return Fashion-MNIST, or show why it cannot be read; the lesson goes on without it."""
    try:
        return cache.dataset()
    except SoftmaxError as error:
        st.error(sentence(error), icon=":material/error:")
        return None


def first_labels(count: int) -> torch.Tensor:
    """Return some labels, (count,): those of the first training pictures where there are any."""
    try:
        return cache.dataset().train.labels[:count]
    except SoftmaxError:
        return torch.arange(count) % 10


def a_picture_a_class(data: Dataset) -> None:
    """Draw the first training picture of each class, and how many pictures there are."""
    names = class_words(data.class_names)
    with st.container(horizontal=True, gap="small", key="a_picture_a_class"):
        for k, name in enumerate(names):
            first = int((data.train.labels == k).nonzero()[0])
            with st.container(width=84, gap=None):
                st.image(grey_picture(data.train.images[first].numpy()), width=64)
                st.caption(f"{k} {name}")
    heads = ("", _("shape"), _("pictures of each class"), _("mean of all pixels"))
    rows = []
    for title, split in ((_("training set"), data.train), (_("test set"), data.test)):
        counts = torch.bincount(split.labels, minlength=len(names))
        mean, _deviation = pixel_moments(split.images)
        low, high = int(counts.min()), int(counts.max())
        each = f"{low:,}" if low == high else f"{low:,}–{high:,}"
        shape = f"{tuple(split.images.shape)} uint8"
        rows.append((title, shape, each, f"{mean:.4f}"))
    number_table(_("Fashion-MNIST, as it is on this machine"), heads, rows)


def reading_speed(data: Dataset) -> None:
    """Read some thousand pictures in three ways and show how many a second each reads."""
    is_asked = st.button(_("Read 6,000 pictures"), key="read_them", icon=":material/speed:")
    speeds = _kept("speeds_read", is_asked, partial(_speeds, data))
    if speeds is None:
        return
    ways = (
        _("each picture converted by itself, collected by a DataLoader"),
        _("all pictures converted once, collected by a DataLoader"),
        _("a whole minibatch indexed in memory, as the app does"),
    )
    number_table(
        _("Measured on this machine"),
        (_("way"), _("pictures a second"), _("times as fast")),
        [
            (way, f"{speed:,.0f}", f"{speed / min(speeds):.1f}")
            for way, speed in zip(ways, speeds, strict=True)
        ],
    )


def _speeds(data: Dataset) -> list[float]:
    """Return how many pictures a second each of three ways reads."""
    images, labels = data.train.images[:READ], data.train.labels[:READ]
    return [
        _speed(DataLoader(_OneByOne(images, labels), 256, shuffle=True)),
        _speed(from_scratch.load(images, labels, 256, seed=0)),
        _speed(
            (images[chosen].float() / 255, labels[chosen])
            for chosen in torch.split(torch.randperm(READ), 256)
        ),
    ]


class _OneByOne(TorchDataset[tuple[torch.Tensor, torch.Tensor]]):
    """Pictures read one at a time, as torchvision's data sets read them."""

    def __init__(self, images: torch.Tensor, labels: torch.Tensor) -> None:
        self._images, self._labels = images, labels

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, position: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self._images[position].float() / 255, self._labels[position]


def _speed(minibatches: Iterable[Any]) -> float:
    """Return how many pictures a second come out of minibatches."""
    started = perf_counter()
    count = sum(len(y) for _X, y in minibatches)
    return count / (perf_counter() - started)


def few_pictures() -> None:
    """Train on as many pictures as are chosen; draw the losses over all numbers tried so far."""
    data = pictures()
    if data is None:
        return
    count = st.select_slider(
        _("pictures to learn from"), COUNTS, COUNTS[-1], key="few", format_func=lambda n: f"{n:,}"
    )
    tried: dict[int, tuple[float, float]] = st.session_state.setdefault("few_tried", {})
    todo = COUNTS if st.button(_("Try them all"), key="few_all") else [count]
    for each in todo:
        if each not in tried:
            tried[each] = _losses(data, each)
    train_loss, test_loss = tried[count]
    left, middle, right = st.columns(3)
    left.metric(_("training loss"), f"{train_loss:.3f}")
    middle.metric(_("test loss"), f"{test_loss:.3f}")
    right.metric(_("difference"), f"{test_loss - train_loss:.3f}")
    counts = sorted(tried)
    live_figure(
        figures.parting(
            counts,
            [[tried[each][k] for each in counts] for k in (0, 1)],
            [_("training loss"), _("test loss")],
            _("pictures to learn from"),
            _("loss"),
        ),
        key="parting",
        alt=_("Training loss and test loss over the number of pictures: they part to the left."),
        height=280,
    )


def _losses(data: Dataset, count: int) -> tuple[float, float]:
    """Train 200 steps or so on the first pictures; return training loss and test loss."""
    train_set = Split(data.train.images[:count], data.train.labels[:count])
    test_set = Split(data.test.images[:MEASURED], data.test.labels[:MEASURED])
    size = min(count, 50)
    epochs = max(1, 200 * size // count)
    experiment = Experiment((Variant("few"),), epochs=epochs, batch_size=size)
    records = train(experiment, Dataset(train_set, test_set))
    last = [record for record in records if isinstance(record, EpochRecord)][-1]
    return last.train_loss[0], last.test_loss[0]


@once
def load_optimisers() -> None:
    """Have torch load its optimisers, which takes it seconds, while a person reads the question."""
    to_learn = [torch.zeros(1, requires_grad=True)]
    Thread(target=torch.optim.SGD, args=(to_learn, 0.1), name="optimisers").start()


def both_ways(
    minibatches: from_scratch.Minibatches, W: torch.Tensor, b: torch.Tensor, rate: float
) -> None:
    """Train one epoch from scratch and with torch's parts; show how far the weights are apart.

    On the small minibatches at once, on Fashion-MNIST at a click.
    """
    rows = [(_("the two pictures"), *_apart(minibatches, W, b, rate))]
    is_asked = st.button(_("Also on 6,000 pictures of Fashion-MNIST"), key="both_ways")
    if many := _kept("both_ways_apart", is_asked, partial(_apart_on_many, rate), rate):
        rows.append((_("6,000 pictures, 24 steps"), *many))
    heads = (
        "",
        _("accuracy, from scratch"),
        _("accuracy, with torch's parts"),
        _("largest difference in W"),
    )
    number_table(_("One epoch from the same start"), heads, rows)


def _apart_on_many(rate: float) -> tuple[str, str, str] | None:
    """Return the same for Fashion-MNIST's first pictures; None where they cannot be read."""
    data = pictures()
    if data is None:
        return None
    X, labels = data.train.images[:READ].flatten(1).float() / 255, data.train.labels[:READ]
    many = list(zip(torch.split(X, 256), torch.split(labels, 256), strict=True))
    return _apart(many, torch.zeros(784, 10), torch.zeros(10), rate)


def _apart(
    minibatches: from_scratch.Minibatches, W: torch.Tensor, b: torch.Tensor, rate: float
) -> tuple[str, str, str]:
    """Return both accuracies after an epoch, and the largest difference between the weights."""
    ours, bias = W.clone().requires_grad_(), b.clone().requires_grad_()
    from_scratch.train_epoch(minibatches, ours, bias, rate)
    model = from_scratch.concise(minibatches, W, b, rate)
    theirs = model.weight.detach().T
    shares = (
        from_scratch.evaluate_accuracy(minibatches, *pair)
        for pair in ((ours, bias), (theirs, model.bias))
    )
    apart = (ours.detach() - theirs).abs().max().item()
    first, second = (f"{share:.4f}" for share in shares)
    return first, second, f"{apart:.1e}"
