"""One variant's parameters at one moment, and its logits for whole splits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st
import torch

from softmax_core.data import Split
from softmax_core.inspection import PixelScale, logits_of, scaled_pixels
from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui.addresses.training import NEWEST
from softmax_ui.cache import dataset, films, moments_of, newest_weights, store, weights
from softmax_ui.text import _

SplitName = Literal["test", "train"]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """One variant's parameters at one moment.

    Attributes:
        run: the run.
        variant: the variant's position.
        weights: float32 (classes, pixels).
        bias: float32 (10,).
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
        """Return the logits of a whole split, (N, 10)."""
        return _logits_of(self, split)

    def right_of_test(self) -> int:
        """Count the test pictures whose class is the predicted one; 8 ms."""
        experiment = self.run.experiment
        features = _test_features(experiment.pixel_scale, moments_of(experiment))
        logits = torch.addmm(self.bias, features, self.weights.T)
        return int((logits.argmax(dim=1) == dataset().test.labels).sum())


@st.cache_resource(show_spinner=False, max_entries=1)
def _test_features(scale: PixelScale, moments: tuple[float, float]) -> torch.Tensor:
    """Return the features of all test pictures, 31 MB; to make them costs more than the product."""
    return scaled_pixels(dataset().test.images, scale, moments)


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs={Model: Model.key})
def _logits_of(model: Model, split: SplitName) -> torch.Tensor:
    experiment = model.run.experiment
    scale, moments = experiment.pixel_scale, moments_of(experiment)
    return logits_of(split_of(split).images, model.weights, model.bias, scale, moments)


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


def split_of(name: SplitName) -> Split:
    """Return a split of the data set by its name."""
    return dataset().test if name == "test" else dataset().train
