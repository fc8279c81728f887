"""The short training that home shows: made by this server, once a seed, for all who look.

One epoch with the course's settings takes some tenths of a second. What the browser draws of it is
kept as a few tens of kilobytes: the ten templates at some steps, and the logits of ten test
pictures there. The templates are written as shades, and each as its difference to the one before:
most of these are 0, which compresses well.
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
_DEEPEST: Final = 0.99  # quantile of the last templates' amounts that has the deepest shade


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
    plain = _encoded(*_trained(Experiment([Variant("course")], epochs=1, seed=seed), dataset()))
    return Demonstration(plain, gzip.compress(plain, 9, mtime=0))


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    """The model at one step: its weights, logits (10, classes), and the share that is right."""

    step: int
    weights: torch.Tensor
    logits: torch.Tensor
    right: float


def _trained(
    experiment: Experiment, pictures: Dataset
) -> tuple[Mapping[str, Any], torch.Tensor, Sequence[_Moment]]:
    """Return what is said of the training, one test picture a class, and the moments."""
    shown = _one_a_class(pictures)
    tested = Split(pictures.test.images[:_TESTED], pictures.test.labels[:_TESTED])
    moments = []
    began = perf_counter()
    training = train(experiment, pictures)
    wanted = [step for step in _STEPS if step < training.total_steps] + [training.total_steps]
    spent = 0.0
    for step in wanted:
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


def _encoded(said: Mapping[str, Any], pictures: torch.Tensor, moments: Sequence[_Moment]) -> bytes:
    weights = np.stack([moment.weights.numpy() for moment in moments])
    deepest = float(np.quantile(np.abs(weights[-1]), _DEEPEST)) or 1.0
    shades = np.rint(np.clip(weights / deepest, -1, 1) * LEVELS).astype(np.int8)
    differences = np.diff(shades, axis=0, prepend=np.zeros_like(shades[:1]))
    head = {
        **said,
        "size": list(pictures.shape[1:]),
        "steps": [moment.step for moment in moments],
        "right": [moment.right for moment in moments],
        "logits": [np.round(moment.logits.numpy().astype(float), 3).tolist() for moment in moments],
        "deepest": deepest,
    }
    line = json.dumps(head, separators=(",", ":"), allow_nan=False).encode()
    return b"\n".join((line, pictures.numpy().tobytes() + differences.tobytes()))
