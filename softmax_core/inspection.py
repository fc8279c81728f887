"""Explaining a trained model: evidence, cells of the confusion matrix, confident mistakes.

Softmax regression can be explained down to the single pixel: a logit is the sum of one number per
pixel and the bias. All functions take one variant, W (classes, pixels) and b (classes,).
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
    """Convert pictures to the features x of a model.

    x = u / 255 for "unit", u for "raw", (u / 255 - mean) / deviation for "standardized".

    Args:
        images: uint8 (…, height, width).
        pixel_scale: as in `Experiment`.
        moments: mean and standard deviation of the training pixels divided by 255, as
            `pixel_moments` gives them; only "standardized" needs them.

    Returns:
        float32 (…, pixels).

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


def pixel_bounds(
    pixel_scale: PixelScale, moments: tuple[float, float] = (0.0, 1.0)
) -> tuple[float, float]:
    """Return the features of a black and of a white pixel: no picture has any beyond them.

    Args:
        pixel_scale: as in `Experiment`.
        moments: as in `scaled_pixels`.

    Returns:
        The smallest and the largest feature.

    Example:
        >>> pixel_bounds("unit"), pixel_bounds("raw")
        ((0.0, 1.0), (0.0, 255.0))
    """
    ends = torch.tensor([[[0, 255]]], dtype=torch.uint8)
    low, high = scaled_pixels(ends, pixel_scale, moments)[0].tolist()
    return low, high


def pixels_of(features: Tensor, bounds: tuple[float, float]) -> Tensor:
    """Convert features back to pixels: the inverse of `scaled_pixels`, rounded to 256 greys.

    Args:
        features: floating (…,).
        bounds: from `pixel_bounds`; what is beyond them becomes black or white.

    Returns:
        uint8 (…,).

    Example:
        >>> pixels_of(torch.tensor([0.0, 0.5, 2.0]), (0.0, 1.0)).tolist()
        [0, 128, 255]
    """
    low, high = bounds
    return (255 * (features - low) / (high - low)).round().clamp(0, 255).to(torch.uint8)


def logits_of(
    images: Tensor,
    weights: Tensor,
    bias: Tensor,
    pixel_scale: PixelScale,
    moments: tuple[float, float] = (0.0, 1.0),
) -> Tensor:
    """Compute o = x Wᵀ + b for many pictures, a few thousand at a time.

    Args:
        images: uint8 (N, height, width).
        weights: float32 (classes, pixels).
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
    """Compute the contribution of each pixel to each logit: x ⊙ W[k].

    Its sum over the pixels plus b[k] is the logit o_k.

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
    """Compute recall and precision of each class.

    recall_k = C[k, k] / Σ_l C[k, l], precision_k = C[k, k] / Σ_l C[l, k]

    Args:
        confusion: counts (classes, classes), [true][predicted].

    Returns:
        Recall and precision, float64 (classes,); nan for a class that does not occur, or was
        never predicted.

    Example:
        >>> recall, precision = recall_and_precision(torch.tensor([[3, 1], [0, 2]]))
        >>> recall.tolist(), [round(value, 3) for value in precision.tolist()]
        ([0.75, 1.0], [1.0, 0.667])
    """
    counts = confusion.to(torch.float64)
    right = counts.diagonal()
    return right / counts.sum(dim=1), right / counts.sum(dim=0)


def some_of_each(labels: Tensor, classes: int, each: int, seed: int, turn: int = 0) -> Tensor:
    """Choose the same number of pictures of each class by chance.

    Args:
        labels: int64 (N,).
        classes: number of classes.
        each: number of pictures of each class; fewer where there are not so many.
        seed: decides the order in which the pictures of a class have their turn.
        turn: 0 for the first ones, 1 for the next, and from the beginning after the last.

    Returns:
        Positions, int64 (at most classes · each,), in the order of the classes.

    Example:
        >>> labels = torch.tensor([0, 1, 0, 1, 0, 1])
        >>> first, second = (some_of_each(labels, 2, 1, seed=0, turn=turn) for turn in (0, 1))
        >>> labels[first].tolist(), bool((first == second).any())
        ([0, 1], False)
    """
    chance = torch.Generator().manual_seed(seed)
    found = []
    for label in range(classes):
        places = (labels == label).nonzero()[:, 0]
        shuffled = places[torch.randperm(len(places), generator=chance)]
        found.append(torch.roll(shuffled, -turn * each)[:each])
    return torch.cat(found)


def pictures_in_cell(
    logits: Tensor, labels: Tensor, true: int, predicted: int, most: int
) -> Tensor:
    """Find the pictures in one cell of the confusion matrix, the most confident first.

    Args:
        logits: floating (N, classes).
        labels: int64 (N,).
        true: the true class, the row.
        predicted: the predicted class, the column.
        most: the largest number of pictures to return.

    Returns:
        Positions, int64 (at most `most`,), by decreasing probability of the predicted class; ties
        in the order of the data set.
    """
    chosen = ((labels == true) & (logits.argmax(dim=1) == predicted)).nonzero().flatten()
    return _sorted(log_softmax(logits[chosen])[:, predicted], chosen, most)


def surest_mistakes(logits: Tensor, labels: Tensor, most: int) -> Tensor:
    """Find the wrong predictions with the highest probability.

    Args:
        logits: floating (N, classes).
        labels: int64 (N,).
        most: the largest number of pictures to return.

    Returns:
        Positions, int64 (at most `most`,), by decreasing probability of the predicted class.
    """
    wrong = (logits.argmax(dim=1) != labels).nonzero().flatten()
    return _sorted(log_softmax(logits[wrong]).amax(dim=1), wrong, most)


@dataclass(frozen=True, slots=True, eq=False)
class Suspects:
    """Pictures whose labels look wrong.

    Attributes:
        pictures: positions, int64 (k,), the most suspicious first.
        suggested: the class that the model suggests for each, int64 (k,).
    """

    pictures: Tensor
    suggested: Tensor


def likely_wrong_labels(logits: Tensor, labels: Tensor, most: int) -> Suspects:
    """Find the pictures whose labels are most likely wrong.

    Each class has a threshold t_k, the mean of p_k over the pictures labelled k. A picture is a
    suspect if the most probable class with p_k ≥ t_k is not its label; suspects are sorted by
    decreasing p_suggested - p_label. Unlike `surest_mistakes` this requires more of a class that
    the model is generally sure of, and less of one that it is not.

    Args:
        logits: floating (N, classes).
        labels: int64 (N,).
        most: the largest number of pictures to return.

    Returns:
        The suspects. On training pictures it finds too few, because the model was fitted to their
        labels.

    Source:
        Northcutt, Jiang and Chuang (2021), Confident Learning, section 3.1.
    """
    p = softmax(logits.to(torch.float64))
    own = torch.nn.functional.one_hot(labels, p.shape[1]).to(p.dtype)
    thresholds = (p * own).sum(dim=0) / own.sum(dim=0)
    passing = torch.where(p >= thresholds, p, -torch.inf)
    suggested = passing.argmax(dim=1)
    chosen = (passing.amax(dim=1).isfinite() & (suggested != labels)).nonzero().flatten()
    margin = p.gather(1, suggested[:, None]) - p.gather(1, labels[:, None])
    pictures = _sorted(margin[chosen, 0], chosen, most)
    return Suspects(pictures, suggested[pictures])


def _sorted(scores: Tensor, positions: Tensor, most: int) -> Tensor:
    order = scores.argsort(descending=True, stable=True)
    return positions[order[:most]]
