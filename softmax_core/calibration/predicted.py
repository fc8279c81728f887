"""How sure each prediction of some logits is, and whether it is right."""

from __future__ import annotations

import math
from typing import NamedTuple

from torch import Tensor

from softmax_core.activations import checked_axis, softmax
from softmax_core.errors import InvalidLogits, InvalidTarget
from softmax_core.tensors import class_indices


class Predictions(NamedTuple):
    """How sure each prediction is, and whether it is right.

    Attributes:
        confidence: the largest probability, float64 (N,).
        correct: whether the predicted class is the label, bool (N,).
    """

    confidence: Tensor
    correct: Tensor


def predictions(logits: Tensor, labels: Tensor, temperature: float = 1.0) -> Predictions:
    """Compute how sure each prediction is, and whether it is right.

    confidence = max_k p_k, p = softmax(o / T)

    Args:
        logits: o, floating (N, n).
        labels: class indices, (N,); at least one.
        temperature: T, above 0.

    Returns:
        Confidence and correctness; of logits that tie, the first class is predicted.

    Raises:
        InvalidLogits: the logits have no softmax, or T is not a finite number above 0.
        InvalidTarget: no labels, or not class indices of these logits.

    Example:
        >>> import torch
        >>> sure, right = predictions(torch.tensor([[2.0, 0.0], [0.0, 0.0]]), torch.tensor([0, 1]))
        >>> [round(value, 4) for value in sure.tolist()], right.tolist()
        ([0.8808, 0.5], [True, False])

    Source: Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks (2017).
    """
    rows, indices = rows_of(logits, labels)
    return Predictions(
        softmax(divided(rows, temperature)).amax(dim=1), rows.argmax(dim=1) == indices
    )


def rows_of(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Check logits and labels; return them as float64 (N, n) and int64 (N,)."""
    checked_axis(logits, -1)
    indices = class_indices(labels, logits.shape[-1], "The label")
    if logits.dim() != 2 or indices.shape != logits.shape[:1] or len(indices) == 0:
        found = f"{tuple(indices.shape)} beside {tuple(logits.shape)}"
        raise InvalidTarget(
            found,
            logits.shape[-1],
            f"Labels and logits have the shapes {found}; give one label a row, and at least one.",
        )
    return logits.double(), indices


def divided(rows: Tensor, temperature: float) -> Tensor:
    """Compute o / T, and refuse a T that is no finite number above 0."""
    if not (temperature > 0 and math.isfinite(temperature)):
        raise InvalidLogits(
            "temperature",
            str(temperature),
            f"The temperature is {temperature}; give a finite number above 0.",
        )
    return rows if temperature == 1 else rows / temperature
