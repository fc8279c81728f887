"""Accuracy, the confusion matrix, and the course's accumulator."""

from __future__ import annotations

import torch
from torch import Tensor

from softmax_core.errors import InvalidLogits, InvalidTarget


def accuracy(predictions: Tensor, labels: Tensor, *, dim: int = -1) -> float:
    """Compute the share of correct predictions.

    accuracy = (1/N) Σ [prediction = label]

    Args:
        predictions: scores (…, n), logits or probabilities, whose largest entry along `dim` is the
            prediction (the first of a tie); or class indices (…), of the labels' shape.
        labels: true class indices, integers, (…); at least one.
        dim: the class axis of scores.

    Returns:
        A number from 0 to 1; the note's function of this name returns the count instead.

    Raises:
        InvalidLogits: a score is nan, so its row predicts nothing.
        InvalidTarget: no labels, or shapes that do not match.

    Example:
        >>> accuracy(torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]]), torch.tensor([0, 2]))
        0.5

    Source: the note, section 2.4.
    """
    predicted = _predicted_classes(predictions, labels, dim)
    if labels.numel() == 0:
        raise InvalidTarget("0 labels", 0, "There are 0 labels; a share of nothing has no value.")
    return (predicted == labels).double().mean().item()


def confusion_matrix(
    predictions: Tensor, labels: Tensor, classes: int = 10, *, dim: int = -1
) -> Tensor:
    """Count how often each class was predicted as each other class.

    C[k, l] = number of pictures of class k that were predicted as class l

    Args:
        predictions: scores (…, classes) or class indices (…), as for `accuracy`.
        labels: true class indices, integers, (…).
        classes: number of classes.
        dim: the class axis of scores.

    Returns:
        int64 (classes, classes), one row per true class; the sum is the number of labels.

    Raises:
        InvalidLogits: a score is nan, so its row predicts nothing.
        InvalidTarget: a label or a prediction outside the classes, or shapes that do not match.

    Example:
        >>> confusion_matrix(torch.tensor([0, 1, 1]), torch.tensor([0, 1, 0]), classes=2)
        tensor([[1, 1],
                [0, 1]])
    """
    predicted = _predicted_classes(predictions, labels, dim)
    for name, indices in (("label", labels), ("prediction", predicted)):
        outside = (indices < 0) | (indices >= classes)
        if outside.any():
            value = str(indices[outside][0].item())
            raise InvalidTarget(
                value,
                classes,
                f"The {name} {value} is not a class: with {classes} classes they are 0 to "
                f"{classes - 1}.",
            )
    pairs = labels.long().flatten() * classes + predicted.long().flatten()
    return torch.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


class Accumulator:
    """n running sums, such as loss and correct predictions over the minibatches of an epoch.

    Attributes:
        data: the n sums, floats.

    Example:
        >>> metric = Accumulator(2)
        >>> metric.add(200, 256)
        >>> metric.add(torch.tensor(64.0), 96)
        >>> metric
        <Accumulator: 264.0, 352.0>
        >>> metric[0] / metric[1]
        0.75

    Source: the note, section 2.4, after *Dive into Deep Learning*.
    """

    def __init__(self, n: int) -> None:
        self.data = [0.0] * n

    def add(self, *values: float | Tensor) -> None:
        """Add one value to each sum."""
        self.data = [total + float(value) for total, value in zip(self.data, values, strict=True)]

    def reset(self) -> None:
        """Set all sums to 0."""
        self.data = [0.0] * len(self.data)

    def __repr__(self) -> str:
        return f"<Accumulator: {', '.join(map(str, self.data))}>"

    def __getitem__(self, index: int) -> float:
        return self.data[index]


def _predicted_classes(predictions: Tensor, labels: Tensor, dim: int) -> Tensor:
    """Return class indices unchanged, and the argmax of scores."""
    if predictions.shape == labels.shape and not predictions.is_floating_point():
        return predictions
    if not predictions.is_floating_point() or predictions.dim() != labels.dim() + 1:
        raise _misfit(predictions, labels)
    predicted = predictions.argmax(dim=dim)
    if predicted.shape != labels.shape:
        raise _misfit(predictions, labels)
    if predictions.isnan().any():
        raise InvalidLogits(
            "nan", "nan", "A score is nan, so its row predicts no class. Leave such rows out."
        )
    return predicted


def _misfit(predictions: Tensor, labels: Tensor) -> InvalidTarget:
    found = f"{tuple(labels.shape)} beside {tuple(predictions.shape)}"
    return InvalidTarget(
        found,
        predictions.shape[-1] if predictions.dim() else 0,
        f"Labels and predictions have the shapes {found}. Give floating scores with one axis more "
        "than the labels, or class indices of the labels' shape.",
    )
