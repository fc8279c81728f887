"""Loss, accuracy and confusion of all variants on a whole set of pictures."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from softmax_core.training.objectives import Objectives, figures
from softmax_core.training.parameters import Parameters
from softmax_core.training.pictures import Pictures


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Loss, accuracy and confusion of each variant on a set of pictures.

    Attributes:
        loss: mean of the loss that the variant minimises.
        accuracy: share of correct predictions.
        confusion: counts, [variant][true][predicted].
    """

    loss: list[float]
    accuracy: list[float]
    confusion: list[list[list[int]]]


def evaluate(
    parameters: Parameters, objectives: Objectives, pictures: Pictures, batch: int
) -> Evaluation:
    """Evaluate all variants on a set of pictures, `batch` pictures per product.

    Losses are summed in float64, whatever the type of W.
    """
    variants, classes, device = parameters.variants, parameters.classes, parameters.device
    loss = torch.zeros((variants, 1), dtype=torch.float64, device=device)
    cells = torch.zeros(variants * classes * classes, dtype=torch.int64, device=device)
    offsets = (torch.arange(variants, device=device) * classes * classes).view(-1, 1, 1)
    for first in range(0, len(pictures), batch):
        pixels, labels = pictures.between(first, min(first + batch, len(pictures)))
        measured = objectives.measure(parameters.logits(pixels, pictures.scale), labels)
        found = figures([measured])
        loss += found.loss[0].sum(dim=2, dtype=torch.float64)
        where = found.predicted[0].add_(labels * classes).add_(offsets)
        cells += torch.bincount(where.view(-1), minlength=len(cells))
    confusion = cells.view(variants, classes, classes)
    right = confusion.diagonal(dim1=1, dim2=2).sum(dim=1).tolist()
    return Evaluation(
        (loss[:, 0] / len(pictures)).tolist(),
        [count / len(pictures) for count in right],
        confusion.tolist(),
    )
