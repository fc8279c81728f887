"""Asking a trained model why: evidence, the pictures in a cell, the surest mistakes.

Softmax regression can be asked down to the single pixel: a logit is the sum of one number a pixel
and the bias. Everything here takes one variant, W (classes, pixels) and b (classes,).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from softmax_core.activations import log_softmax, softmax

PixelScale = Literal["unit", "raw", "standardized"]

_AT_ONCE = 2_000


def scaled_pixels(
    images: Tensor, pixel_scale: PixelScale, moments: tuple[float, float] = (0.0, 1.0)
) -> Tensor:
    """Return pictures as the features x that a model with this pixel scale sees.

    x = u / 255 for "unit", u for "raw", (u / 255 - mean) / deviation for "standardized".

    Args:
        images: uint8 (…, 28, 28).
        pixel_scale: as in `Experiment`.
        moments: mean and standard deviation of the training pixels divided by 255, as
            `pixel_moments` gives them; only "standardized" needs them.

    Returns:
        float32 (…, 784).

    Example:
        >>> picture = torch.full((28, 28), 255, dtype=torch.uint8)
        >>> scaled_pixels(picture, "unit")[0].item(), scaled_pixels(picture, "raw")[0].item()
        (1.0, 255.0)
    """
    pixels = images.flatten(-2).to(torch.float32)
    if pixel_scale == "raw":
        return pixels
    pixels = pixels / 255.0
    if pixel_scale == "unit":
        return pixels
    mean, deviation = moments
    return (pixels - mean) / deviation


def logits_of(
    images: Tensor,
    weights: Tensor,
    bias: Tensor,
    pixel_scale: PixelScale,
    moments: tuple[float, float] = (0.0, 1.0),
) -> Tensor:
    """Return o = x Wᵀ + b of many pictures, a few thousand at a time.

    Args:
        images: uint8 (N, 28, 28).
        weights: float32 (classes, 784).
        bias: float32 (classes,).
        pixel_scale: as in `Experiment`.
        moments: as in `scaled_pixels`.

    Returns:
        float32 (N, classes).

    Example:
        >>> dark = torch.zeros(2, 28, 28, dtype=torch.uint8)
        >>> logits_of(dark, torch.ones(3, 784), torch.tensor([1.0, 2.0, 3.0]), "unit").tolist()
        [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]
    """
    parts = [
        torch.addmm(bias, scaled_pixels(some, pixel_scale, moments), weights.T)
        for some in torch.split(images, _AT_ONCE)
    ]
    return torch.cat(parts) if parts else bias.new_empty((0, len(bias)))


def evidence(features: Tensor, weights: Tensor) -> Tensor:
    """Return what each pixel says for each class: x ⊙ W[k].

    Summed over the pixels and with b[k] added it is the logit o_k.

    Args:
        features: x, floating (…, pixels).
        weights: W, floating (classes, pixels).

    Returns:
        (…, classes, pixels).

    Example:
        >>> x, W = torch.tensor([1.0, 2.0]), torch.tensor([[3.0, -1.0], [0.5, 4.0]])
        >>> evidence(x, W).tolist()
        [[3.0, -2.0], [0.5, 8.0]]
        >>> evidence(x, W).sum(-1).tolist() == (W @ x).tolist()
        True
    """
    return features.unsqueeze(-2) * weights


def recall_and_precision(confusion: Tensor) -> tuple[Tensor, Tensor]:
    """Return how much of each class was found, and how much of what was called so was it.

    recall_k = C[k, k] / Σ_l C[k, l], precision_k = C[k, k] / Σ_l C[l, k]

    Args:
        confusion: counts (classes, classes), [true][predicted].

    Returns:
        Two float64 (classes,); nan for a class that does not occur, or was never predicted.

    Example:
        >>> recall, precision = recall_and_precision(torch.tensor([[3, 1], [0, 2]]))
        >>> recall.tolist(), [round(value, 3) for value in precision.tolist()]
        ([0.75, 1.0], [1.0, 0.667])
    """
    counts = confusion.to(torch.float64)
    right = counts.diagonal()
    return right / counts.sum(dim=1), right / counts.sum(dim=0)


def pictures_in_cell(
    logits: Tensor, labels: Tensor, true: int, predicted: int, most: int
) -> Tensor:
    """Return the pictures of one cell of the confusion matrix, the most confident first.

    Args:
        logits: floating (N, classes).
        labels: int64 (N,).
        true: the row.
        predicted: the column.
        most: how many are returned at most.

    Returns:
        Positions, int64 (at most `most`,), by falling probability of the predicted class; a tie
        keeps the order of the data set.
    """
    chosen = ((labels == true) & (logits.argmax(dim=1) == predicted)).nonzero().flatten()
    return _by_falling(log_softmax(logits[chosen])[:, predicted], chosen, most)


def surest_mistakes(logits: Tensor, labels: Tensor, most: int) -> Tensor:
    """Return the pictures that were taken for something else with the highest probability.

    Args:
        logits: floating (N, classes).
        labels: int64 (N,).
        most: how many are returned at most.

    Returns:
        Positions, int64 (at most `most`,), by falling probability of the predicted class.
    """
    wrong = (logits.argmax(dim=1) != labels).nonzero().flatten()
    return _by_falling(log_softmax(logits[wrong]).amax(dim=1), wrong, most)


@dataclass(frozen=True, slots=True, eq=False)
class Suspects:
    """Pictures whose labels look wrong.

    Attributes:
        pictures: positions, int64 (k,), the most suspicious first.
        suggested: the class that each looks like, int64 (k,).
    """

    pictures: Tensor
    suggested: Tensor


def likely_wrong_labels(logits: Tensor, labels: Tensor, most: int) -> Suspects:
    """Return the pictures whose labels the model has the best reason to doubt.

    A class's own pictures set its bar: t_k = mean of p_k over the pictures labelled k. A picture
    is a suspect when the most probable class among those whose bar it passes is not its label;
    suspects come by falling p_suggested - p_label. Unlike the surest mistakes this asks more of a
    class that the model is generally sure of, and less of one that it never is.

    Args:
        logits: floating (N, classes).
        labels: int64 (N,).
        most: how many are returned at most.

    Returns:
        The suspects. On pictures that the model was trained on it is too trusting: their labels
        have shaped it.

    Source:
        Northcutt, Jiang and Chuang (2021), Confident Learning, section 3.1.
    """
    p = softmax(logits.to(torch.float64))
    own = torch.nn.functional.one_hot(labels, p.shape[1]).to(p.dtype)
    bars = (p * own).sum(dim=0) / own.sum(dim=0)
    passing = torch.where(p >= bars, p, -torch.inf)
    suggested = passing.argmax(dim=1)
    chosen = (passing.amax(dim=1).isfinite() & (suggested != labels)).nonzero().flatten()
    margin = p.gather(1, suggested[:, None]) - p.gather(1, labels[:, None])
    pictures = _by_falling(margin[chosen, 0], chosen, most)
    return Suspects(pictures, suggested[pictures])


def _by_falling(scores: Tensor, positions: Tensor, most: int) -> Tensor:
    order = scores.argsort(descending=True, stable=True)
    return positions[order[:most]]
