"""One variant's parameters at one moment, and its logits for whole splits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st
import torch

from softmax_core.data import Description, Split
from softmax_core.errors import DataError
from softmax_core.inspection import PixelScale, logits_of, scaled_pixels
from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui import cache
from softmax_ui.addresses.training import NEWEST
from softmax_ui.cache import films, moments_of, newest_weights, store, weights
from softmax_ui.text import _

SplitName = Literal["test", "train"]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One variant's parameters at one moment.

    Attributes:
        run: the run.
        variant: the variant's position.
        weights: float32 (classes, pixels).
        bias: float32 (classes,).
        step: updates made before.
        moment: the time in the run, in words.
    """

    run: Run
    variant: int
    weights: torch.Tensor
    bias: torch.Tensor
    step: int
    moment: str

    @property
    def has_numbers(self) -> bool:
        """Whether all parameters are finite."""
        return bool(self.weights.isfinite().all() and self.bias.isfinite().all())

    def key(self) -> tuple[str, int, int]:
        """Return the key that identifies these weights in the caches."""
        return self.run.id, self.step, self.variant

    def logits(self, split: SplitName) -> torch.Tensor:
        """Return the logits of a whole split, (N, classes)."""
        return _logits_of(self, split)

    def right_of_test(self) -> int:
        """Count the test pictures whose class is the predicted one; 8 ms."""
        scale, data = self.run.experiment.pixel_scale, self.run.data
        features = _test_features(data, scale, moments_of(self.run))
        logits = torch.addmm(self.bias, features, self.weights.T)
        return int((logits.argmax(dim=1) == cache.dataset_of(data).test.labels).sum())


@st.cache_resource(
    show_spinner=False, max_entries=1, hash_funcs={Description: lambda data: data.digest}
)
def _test_features(
    data: Description, scale: PixelScale, moments: tuple[float, float]
) -> torch.Tensor:
    """Return the features of all test pictures, 31 MB; to make them costs more than the product."""
    return scaled_pixels(cache.dataset_of(data).test.images, scale, moments)


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs={Model: Model.key})
def _logits_of(model: Model, split: SplitName) -> torch.Tensor:
    run = model.run
    scale, moments = run.experiment.pixel_scale, moments_of(run)
    return logits_of(split_of(run, split).images, model.weights, model.bias, scale, moments)


def model_at(
    run: Run, history: History, variant: int, epoch: int, step: int = NEWEST
) -> Model | None:
    """Return a variant's parameters at an epoch's end, or the newest; None before the first.

    An epoch that the run has not reached, or whose weights a long run did not keep, stands for the
    last one before it. Another step than the newest one is computed anew; the epoch does not matter
    then.
    """
    if step != NEWEST:
        return _model_after(run, variant, min(step, run.step))
    # While a run moves, all who watch share one reading; at rest its weights no longer change.
    moving = run.status == "running"
    newest = newest_weights(run.id) if moving else store().latest_weights(run.id)
    if newest is None:
        return None
    if epoch == NEWEST:
        step, w, b = newest
        moment = _("after step {step}", step=f"{step:,}")
    else:
        ended = min(epoch, len(history.epochs))
        stored = store().weight_epochs(run.id)
        reached = max((kept for kept in stored if kept <= ended), default=0)
        w, b = weights(run.id, reached)
        step = int(history.epochs.step[reached - 1]) if reached else 0
        moment = _("before the first step") if reached == 0 else _("after epoch {n}", n=reached)
    return Model(run, variant, w[variant], b[variant], step, moment)


def _model_after(run: Run, variant: int, step: int) -> Model:
    w, b = films().at(run.id, step)
    moment = _("after step {step}", step=f"{step:,}") if step else _("before the first step")
    return Model(run, variant, w[variant], b[variant], step, moment)


def settled_epoch(run: Run, history: History, epoch: int) -> int:
    """Return the epoch at which whole splits are evaluated: while the run moves, its last one.

    The newest weights change several times a second; to evaluate and draw 10,000 pictures that
    often would slow the run.
    """
    if epoch == NEWEST and run.status == "running":
        return len(history.epochs)
    return epoch


def split_of(run: Run, name: SplitName) -> Split:
    """Return a split of a run's data set by its name.

    Raises:
        DatasetMissing: it is not on this machine.
    """
    pictures = cache.dataset_of(run.data)
    return pictures.test if name == "test" else pictures.train


def has_pictures(run: Run) -> bool:
    """Tell whether a run's data set is on this machine."""
    try:
        cache.dataset_of(run.data)
    except DataError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Baselines:
    """What a model gets right that has learned nothing of the pictures.

    Attributes:
        guessing: the share that is right by chance, 1 / classes.
        largest: the share of the test pictures that are of the training set's largest class; None
            where all classes are of one size, for then it is the same.
    """

    guessing: float
    largest: float | None


def baselines_of(data: Description) -> Baselines:
    """Return the baselines of a data set; where it is not on this machine, guessing alone."""
    guessing = 1 / len(data.class_names)
    try:
        return Baselines(guessing, _largest(data))
    except DataError:
        return Baselines(guessing, None)


@st.cache_resource(
    show_spinner=False, max_entries=64, hash_funcs={Description: lambda data: data.digest}
)
def _largest(data: Description) -> float | None:
    pictures, classes = cache.dataset_of(data), len(data.class_names)
    train, test = (
        torch.bincount(split.labels, minlength=classes) for split in (pictures.train, pictures.test)
    )
    if train.min() == train.max() and test.min() == test.max():
        return None
    return float(test[train.argmax()]) / len(pictures.test)
