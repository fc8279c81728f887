"""Everything that one step of one variant computes.

The engine's layout is made for speed; here the shapes are those of the note, X (n, pixels) and
o = XWᵀ + b (n, classes), computed by the public functions of `softmax_core`. Tests compare the
step with the engine's and the gradient with automatic differentiation.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from softmax_core.activations import naive_softmax, softmax
from softmax_core.data.dataset import Dataset
from softmax_core.data.minibatches import epoch_order, split_validation
from softmax_core.inspection import scaled_pixels
from softmax_core.label_smoothing import (
    smoothed_cross_entropy,
    smoothed_cross_entropy_gradient,
    smoothed_label,
)
from softmax_core.losses import (
    cross_entropy,
    cross_entropy_gradient,
    naive_cross_entropy,
    squared_error,
    squared_error_gradient,
)
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.fitting import check_checkpoint, steps_per_epoch
from softmax_core.training.parameters import schedule_factor


@dataclass(frozen=True, slots=True, eq=False)
class Lens:
    """One step of one variant.

    Attributes:
        step: the step's number, the first is 1.
        pictures: positions in the training set, int64 (n,).
        labels: class indices, int64 (n,).
        features: X, float32 (n, pixels).
        logits: o = XWᵀ + b, float32 (n, classes).
        probabilities: p = softmax(o), float32 (n, classes).
        losses: one per picture, float32 (n,).
        error: P - Y with the one-hot Y, float32 (n, classes).
        logit_gradient: ∂L/∂o of each picture, float32 (n, classes); P - Y itself for cross-entropy
            without label smoothing.
        weights_gradient: (∂L/∂o)ᵀX / n, float32 (classes, pixels), without weight decay.
        bias_gradient: the mean of ∂L/∂o, float32 (classes,).
        weights_update: the change of W, float32 (classes, pixels).
        bias_update: the change of b, float32 (classes,).
        learning_rate: η of this step, including the schedule's factor.
    """

    step: int
    pictures: Tensor
    labels: Tensor
    features: Tensor
    logits: Tensor
    probabilities: Tensor
    losses: Tensor
    error: Tensor
    logit_gradient: Tensor
    weights_gradient: Tensor
    bias_gradient: Tensor
    weights_update: Tensor
    bias_update: Tensor
    learning_rate: float


def look_at_step(
    experiment: Experiment,
    dataset: Dataset,
    checkpoint: Checkpoint,
    variant: int,
    moments: tuple[float, float] = (0.0, 1.0),
) -> Lens | None:
    """Compute the step that follows a checkpoint, for one variant.

    v ← µv + (∂L/∂o)ᵀX / n + λW, then W ← W - ηv; for b without λ.

    Args:
        experiment: the experiment.
        dataset: the pictures.
        checkpoint: the state before the step.
        variant: its position in the experiment.
        moments: mean and standard deviation of the training pixels, for "standardized".

    Returns:
        The step, or None after the last one.

    Raises:
        InvalidExperiment: the checkpoint belongs to another experiment or other pictures.
    """
    check_checkpoint(checkpoint, experiment, dataset)
    pictures = minibatch_after(experiment, len(dataset.train), checkpoint.step)
    if pictures is None:
        return None
    chosen = experiment.variants[variant]
    labels = dataset.train.labels[pictures]
    images = dataset.train.images[pictures]
    features = scaled_pixels(images, experiment.pixel_scale, moments)
    weights, bias = checkpoint.weights[variant], checkpoint.bias[variant]
    logits = torch.addmm(bias, features, weights.T)
    probabilities, losses, gradient = measured(chosen, logits, labels)
    weights_gradient = gradient.T @ features / len(labels)
    bias_gradient = gradient.mean(dim=0)
    rate = checkpoint.learning_rates[variant] * schedule_factor(
        experiment, checkpoint.step, _steps(experiment, len(dataset.train))
    )
    momentum = chosen.momentum
    velocity = momentum * checkpoint.weights_velocity[variant] + weights_gradient
    bias_velocity = momentum * checkpoint.bias_velocity[variant] + bias_gradient
    return Lens(
        step=checkpoint.step + 1,
        pictures=pictures,
        labels=labels,
        features=features,
        logits=logits,
        probabilities=probabilities,
        losses=losses,
        error=probabilities - torch.nn.functional.one_hot(labels, len(bias)),
        logit_gradient=gradient,
        weights_gradient=weights_gradient,
        bias_gradient=bias_gradient,
        weights_update=-rate * (velocity + chosen.weight_decay * weights),
        bias_update=-rate * bias_velocity,
        learning_rate=rate,
    )


def minibatch_after(experiment: Experiment, count: int, step: int) -> Tensor | None:
    """Return the minibatch of the next step.

    Args:
        experiment: the experiment.
        count: number of training pictures, including those held out.
        step: number of updates so far.

    Returns:
        Positions in the training set, int64 (n,), or None after the last step.
    """
    if step >= _steps(experiment, count):
        return None
    trained, _held_out = split_validation(count, experiment.validation_size, experiment.seed)
    epoch, position = divmod(step, steps_per_epoch(experiment, count))
    order = epoch_order(experiment.seed, epoch + 1, len(trained))
    first = position * experiment.batch_size
    return trained[order[first : first + experiment.batch_size]]


def _steps(experiment: Experiment, count: int) -> int:
    return experiment.epochs * steps_per_epoch(experiment, count)


def measured(variant: Variant, logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Compute p, the loss and ∂L/∂o of each picture as a variant does.

    Args:
        variant: determines the loss and the form of softmax.
        logits: o, floating (n, classes).
        labels: class indices, int64 (n,).

    Returns:
        p (n, classes), the losses (n,) and ∂L/∂o (n, classes); nan for pictures whose logits are
        not finite.

    Example:
        >>> p, losses, gradient = measured(
        ...     Variant("course"), torch.zeros(1, 2), torch.tensor([1])
        ... )
        >>> p.tolist(), gradient.tolist()
        ([[0.5, 0.5]], [[0.5, -0.5]])
    """
    finite = logits.isfinite().all(dim=1)
    if finite.all():
        return _measured(variant, logits, labels)
    # The variant has diverged: the public functions refuse such logits, the page shows nan.
    p, gradient = torch.full_like(logits, torch.nan), torch.full_like(logits, torch.nan)
    losses = p[:, 0].clone()
    if finite.any():
        p[finite], losses[finite], gradient[finite] = _measured(
            variant, logits[finite], labels[finite]
        )
    return p, losses, gradient


def _measured(variant: Variant, logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    if variant.softmax == "naive":
        return _naively_measured(variant, logits, labels)
    if variant.loss == "squared_error":
        losses, gradient = squared_error(logits, labels), squared_error_gradient(logits, labels)
    elif amount := variant.label_smoothing:
        losses = smoothed_cross_entropy(logits, labels, amount)
        gradient = smoothed_cross_entropy_gradient(logits, labels, amount)
    else:
        losses, gradient = cross_entropy(logits, labels), cross_entropy_gradient(logits, labels)
    return softmax(logits), losses, gradient


def _naively_measured(
    variant: Variant, logits: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Compute the same by the note's formulas, the gradient by automatic differentiation."""
    free = logits.detach().requires_grad_()
    probabilities = naive_softmax(free)
    if variant.loss == "squared_error":
        one_hot = torch.nn.functional.one_hot(labels, logits.shape[1])
        losses = 0.5 * (probabilities - one_hot).square().sum(dim=1)
    elif amount := variant.label_smoothing:
        label = smoothed_label(labels, logits.shape[1], amount).to(logits.dtype)
        losses = -(label * probabilities.log()).sum(dim=1)
    else:
        losses = naive_cross_entropy(probabilities, labels)
    (gradient,) = torch.autograd.grad(losses.sum(), free)
    return probabilities.detach(), losses.detach(), gradient
