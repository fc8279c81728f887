"""What must fit together before a training begins: experiment, device, pictures, checkpoint."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from softmax_core.data.dataset import Dataset
from softmax_core.errors import InvalidExperiment
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.experiment import Experiment, rate_change
from softmax_core.training.records import RateChange


def usable_device(device: str | torch.device) -> torch.device:
    """Check that torch can compute on a device here.

    Args:
        device: the device or its name.

    Returns:
        The device.

    Raises:
        InvalidExperiment: torch does not know it, or cannot compute on it on this machine.

    Example:
        >>> usable_device("cpu")
        device(type='cpu')
    """
    try:
        chosen = torch.device(device)
        torch.ones(1, device=chosen).item()
    except Exception as problem:  # torch has no common class for what it raises here
        raise InvalidExperiment(
            "device", str(device), "a device that torch can use on this machine, such as cpu"
        ) from problem
    return chosen


def check_fits(experiment: Experiment, pictures: int) -> None:
    """Check that a data set has enough pictures for an experiment.

    Args:
        experiment: the experiment.
        pictures: number of training pictures, including those that it holds out.

    Raises:
        InvalidExperiment: it holds out all of them, or a minibatch has more than it trains on.

    Example:
        >>> from softmax_core.training.verdict import course_experiment
        >>> check_fits(course_experiment(), 256)
        >>> check_fits(course_experiment(), 255)
        Traceback (most recent call last):
        softmax_core.errors.InvalidExperiment: batch_size is 256; it must be at most the 255 \
pictures trained on.
    """
    trained = pictures - experiment.validation_size
    if trained < 1:
        raise InvalidExperiment(
            "validation_size",
            experiment.validation_size,
            f"a whole number from 0 to {pictures - 1}",
        )
    if experiment.batch_size > trained:
        raise InvalidExperiment(
            "batch_size", experiment.batch_size, f"at most the {trained} pictures trained on"
        )


def steps_per_epoch(experiment: Experiment, pictures: int) -> int:
    """Count the minibatches of an epoch.

    Args:
        experiment: the experiment.
        pictures: number of training pictures, including those held out.

    Returns:
        The number of steps, the last one with what is left.

    Example:
        >>> from softmax_core.training.verdict import course_experiment
        >>> steps_per_epoch(course_experiment(), 60_000)
        235
    """
    return math.ceil((pictures - experiment.validation_size) / experiment.batch_size)


def check_checkpoint(checkpoint: Checkpoint, experiment: Experiment, dataset: Dataset) -> None:
    """Check that a checkpoint is one of this experiment on these pictures.

    A checkpoint without fingerprints, from an older version, is only checked for its sizes.

    Args:
        checkpoint: the checkpoint.
        experiment: the experiment.
        dataset: the pictures.

    Raises:
        InvalidExperiment: it belongs to another experiment or other pictures, or does not fit.
    """
    if checkpoint.experiment not in (None, experiment.fingerprint):
        _refuse("a checkpoint of another experiment")
    if checkpoint.data not in (None, dataset.fingerprint):
        _refuse("a checkpoint of a training on other pictures")
    variants, classes, pixels = len(experiment.variants), dataset.classes, dataset.pixels
    for tensor, shape in (
        (checkpoint.weights, (variants, classes, pixels)),
        (checkpoint.bias, (variants, classes)),
        (checkpoint.weights_velocity, (variants, classes, pixels)),
        (checkpoint.bias_velocity, (variants, classes)),
    ):
        if tuple(tensor.shape) != shape:
            _refuse(f"a checkpoint with a tensor {tuple(tensor.shape)} where {shape} is needed")
    for numbers in (checkpoint.learning_rates, checkpoint.loss_sum, checkpoint.correct):
        if len(numbers) != variants:
            _refuse(f"a checkpoint of {len(numbers)} variants")
    for position, rate in enumerate(checkpoint.learning_rates):
        rate_change(experiment, 0, position, rate)
    pictures = len(dataset.train)
    an_epoch = steps_per_epoch(experiment, pictures)
    if not 0 <= checkpoint.step <= an_epoch * experiment.epochs:
        _refuse(f"a checkpoint after step {checkpoint.step} of {an_epoch * experiment.epochs}")
    inside = checkpoint.step % an_epoch
    fitting = {inside * experiment.batch_size}
    if inside == 0 and checkpoint.step > 0:
        fitting.add(pictures - experiment.validation_size)  # the epoch is not evaluated yet
    if checkpoint.seen not in fitting:
        _refuse(f"a checkpoint after step {checkpoint.step} and {checkpoint.seen} pictures")


def _refuse(found: str) -> None:
    raise InvalidExperiment("start", found, "a checkpoint of this experiment on these pictures")


def checked_changes(experiment: Experiment, changes: Sequence[RateChange]) -> list[RateChange]:
    """Check recorded changes of learning rates, and sort them by their steps.

    Args:
        experiment: the experiment.
        changes: the changes.

    Returns:
        The changes; those of one step in the order given.

    Raises:
        InvalidExperiment: a step below 0, an unknown variant, or a rate out of range.
    """
    checked = [rate_change(experiment, c.step, c.variant, c.learning_rate) for c in changes]
    return sorted(checked, key=lambda change: change.step)
