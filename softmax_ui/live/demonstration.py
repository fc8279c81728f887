"""The short training that home shows: made by this server, once a seed, for all who look.

One epoch with the course's settings takes some tenths of a second; the model before its first step
is there by itself, at once. What the browser draws is kept as a few tens of kilobytes: the ten
templates at some steps, and the logits of ten test pictures there. The templates are written as
shades, and each as its difference to the one before: most of these are 0, which compresses well.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import numpy as np
import torch

from softmax_core import accuracy
from softmax_core.data import Dataset, Split
from softmax_core.inspection import logits_of
from softmax_core.training import Experiment, Variant, train
from softmax_ui.cache import dataset
from softmax_ui.figures.pictures import LEVELS

PATH: Final = "demonstration"
"""The route's first segment; the seed is the second."""

SEEDS: Final = 16
"""A visitor may have it trained anew with so many seeds, so that a server's work has an end."""

_STEPS: Final = (
    0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 45, 55, 65, 77, 90, 105, 120, 140, 160, 185, 210,
)  # fmt: skip
_TESTED: Final = 1_000
_DEEPEST: Final = 0.13
"""The weight that has the deepest shade: at the end, with every seed, 1 % are larger."""
_LEVEL: Final = 6  # of gzip: 9 saves 2 kB and takes a fifth of a second


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A training as bytes: a line of JSON, the pictures (uint8), the differences (int8).

    Attributes:
        plain: as it is.
        compressed: the same, gzipped.
    """

    plain: bytes
    compressed: bytes


def demonstration(seed: int) -> Demonstration:
    """Train one epoch on this machine's Fashion-MNIST, and keep what home draws of it.

    Args:
        seed: of the initial weights and of the order of the pictures.

    Raises:
        DataNotFound, DataDamaged: the pictures are not there, or not whole.
    """
    return _packed(_trained(seed))


def first_look(seed: int) -> Demonstration:
    """Return what `demonstration` begins with: the model before its first step, 9 kB in 0.1 s.

    Args:
        seed: of the initial weights.

    Raises:
        DataNotFound, DataDamaged: the pictures are not there, or not whole.
    """
    return _packed(_trained(seed, steps=(0,)))


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    """The model at one step: its weights, logits (10, classes), and the share that is right."""

    step: int
    weights: torch.Tensor
    logits: torch.Tensor
    right: float


_Trained = tuple[Mapping[str, Any], torch.Tensor, Sequence[_Moment]]


def _trained(seed: int, steps: Sequence[int] | None = None) -> _Trained:
    """Return what is said of a training, one test picture a class, and the moments at steps.

    Without `steps` these are some of the first, and the last one.
    """
    experiment, pictures = Experiment([Variant("course")], epochs=1, seed=seed), dataset()
    shown = _one_a_class(pictures)
    tested = Split(pictures.test.images[:_TESTED], pictures.test.labels[:_TESTED])
    moments = []
    began = perf_counter()
    training = train(experiment, pictures)
    total = training.total_steps
    spent = 0.0
    for step in steps or (*(step for step in _STEPS if step < total), total):
        while training.step < step:
            training.advance(step - training.step)
        spent += perf_counter() - began
        state = training.checkpoint()
        weights, bias = state.weights[0], state.bias[0]
        seen = logits_of(tested.images, weights, bias, experiment.pixel_scale)
        logits = logits_of(pictures.test.images[shown], weights, bias, experiment.pixel_scale)
        moments.append(_Moment(step, weights, logits, accuracy(seen, tested.labels)))
        began = perf_counter()
    said = {
        "seed": experiment.seed,
        "seconds": round(spent, 2),
        "pictures": len(pictures.train),
        "batch_size": experiment.batch_size,
        "learning_rate": experiment.variants[0].learning_rate,
        "labels": pictures.test.labels[shown].tolist(),
        "tested": len(tested),
    }
    return said, pictures.test.images[shown], moments


def _one_a_class(pictures: Dataset) -> list[int]:
    """Return the position of the first test picture of each class that has one."""
    labels = pictures.test.labels
    classes = range(len(pictures.class_names))
    found = [(labels == k).nonzero().flatten()[:1].tolist() for k in classes]
    return [position for positions in found for position in positions]


def _packed(trained: _Trained) -> Demonstration:
    said, pictures, moments = trained
    weights = np.stack([moment.weights.numpy() for moment in moments])
    shades = np.rint(np.clip(weights / _DEEPEST, -1, 1) * LEVELS).astype(np.int8)
    differences = np.diff(shades, axis=0, prepend=np.zeros_like(shades[:1]))
    head = {
        **said,
        "size": list(pictures.shape[1:]),
        "steps": [moment.step for moment in moments],
        "right": [moment.right for moment in moments],
        "logits": [np.round(moment.logits.numpy().astype(float), 3).tolist() for moment in moments],
        "deepest": _DEEPEST,
    }
    line = json.dumps(head, separators=(",", ":"), allow_nan=False).encode()
    plain = b"\n".join((line, pictures.numpy().tobytes() + differences.tobytes()))
    return Demonstration(plain, gzip.compress(plain, _LEVEL, mtime=0))
