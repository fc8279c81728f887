"""Accuracy, the confusion matrix, and the course's accumulator."""

from __future__ import annotations

import torch
from torch import Tensor

from softmax_core.activations import checked_axis
from softmax_core.errors import InvalidLogits, InvalidTarget
from softmax_core.tensors import INDEX_TYPES, class_indices, holds, kind_of


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
        InvalidLogits: a score is nan, so its row predicts nothing; or no such class axis.
        InvalidTarget: no labels, labels of another type, or shapes that do not match.

    Example:
        >>> accuracy(torch.tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]]), torch.tensor([0, 2]))
        0.5

    Source: the note, section 2.4.
    """
    labels = class_indices(labels, None, "The label")
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
        InvalidLogits: a score is nan, so its row predicts nothing; or no such class axis.
        InvalidTarget: a label or a prediction outside the classes or of another type, shapes that
            do not match, or a number of classes that is none.

    Example:
        >>> confusion_matrix(torch.tensor([0, 1, 1]), torch.tensor([0, 1, 0]), classes=2)
        tensor([[1, 1],
                [0, 1]])
    """
    if not isinstance(classes, int) or classes < 1:
        raise InvalidTarget(
            repr(classes), 0, f"The number of classes is {classes!r}; give a whole number from 1."
        )
    labels = class_indices(labels, classes, "The label")
    predicted = class_indices(
        _predicted_classes(predictions, labels, dim), classes, "The prediction"
    )
    pairs = (labels * classes + predicted).flatten()
    # Not bincount: the length of its result depends on values.
    counts = pairs.new_zeros(classes * classes).index_add(0, pairs, torch.ones_like(pairs))
    return counts.reshape(classes, classes)


def balanced_accuracy(confusion: Tensor) -> float:
    """Compute the mean of the recall over the classes.

    (1/n) Σ_k C[k, k] / Σ_l C[k, l]

    Each class counts alike, however many pictures it has: whoever always says the largest class
    gets 1/n.

    Args:
        confusion: counts (classes, classes), [true][predicted].

    Returns:
        A number from 0 to 1, over the classes that occur; nan where none does.

    Example:
        >>> balanced_accuracy(torch.tensor([[90, 0], [10, 0]]))
        0.5

    Source:
        Brodersen, Ong, Stephan and Buhmann (2010), The balanced accuracy and its posterior
        distribution, ICPR.
    """
    counts = confusion.double()
    totals = counts.sum(dim=1)
    recall = counts.diagonal()[totals > 0] / totals[totals > 0]
    return recall.mean().item()


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
    """Return class indices as int64, and the argmax of scores."""
    if not isinstance(predictions, Tensor):
        kind = kind_of(predictions)
        raise InvalidLogits(
            "not_a_tensor", kind, f"The predictions are a {kind}; wrap them: torch.tensor(...)."
        )
    if predictions.shape == labels.shape and predictions.dtype in INDEX_TYPES:
        return predictions.long()
    if not predictions.is_floating_point() or predictions.dim() != labels.dim() + 1:
        raise _misfit(predictions, labels)
    predicted = predictions.argmax(dim=checked_axis(predictions, dim))
    if predicted.shape != labels.shape:
        raise _misfit(predictions, labels)
    if holds(predictions.isnan().any()):
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
