"""What must fit together before a training begins: experiment, device, pictures, checkpoint."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from softmax_core.data.dataset import Dataset
from softmax_core.errors import InvalidExperiment
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.experiment import Experiment, rate_change
from softmax_core.training.parameters import CLASSES
from softmax_core.training.pictures import PIXELS
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


def check_dataset(dataset: Dataset) -> None:
    """Check the pictures and labels of both splits.

    Args:
        dataset: the pictures.

    Raises:
        InvalidExperiment: a tensor of another type or shape, without entries or without values,
            fewer labels than pictures or more, or a label that is no class.
    """
    for name in ("train", "test"):
        split = getattr(dataset, name, None)
        images, labels = getattr(split, "images", None), getattr(split, "labels", None)
        _check_tensor(f"dataset.{name}.images", images, torch.uint8, (28, 28))
        _check_tensor(f"dataset.{name}.labels", labels, torch.int64, ())
        assert isinstance(images, torch.Tensor)
        assert isinstance(labels, torch.Tensor)
        if len(labels) != len(images):
            raise InvalidExperiment(
                f"dataset.{name}.labels",
                f"{len(labels)} labels",
                f"one label for each of the {len(images)} pictures",
            )
        low, high = (int(end) for end in labels.aminmax())
        if low < 0 or high >= CLASSES:
            raise InvalidExperiment(
                f"dataset.{name}.labels",
                low if low < 0 else high,
                f"class indices from 0 to {CLASSES - 1}",
            )


def _check_tensor(field: str, found: object, dtype: torch.dtype, entry: tuple[int, ...]) -> None:
    size = "".join(f", {length}" for length in entry) or ","
    allowed = f"a {str(dtype).removeprefix('torch.')} tensor (N{size}), N at least 1"
    if not isinstance(found, torch.Tensor):
        raise InvalidExperiment(field, type(found).__name__, allowed)
    # Pictures may also be rows of pixels, or have an axis for their one channel.
    fits = found.dim() > 0 and len(found) > 0 and found[0].numel() == math.prod(entry)
    if not fits or found.dtype != dtype or (not entry and found.dim() != 1):
        described = f"{str(found.dtype).removeprefix('torch.')} {tuple(found.shape)}"
        raise InvalidExperiment(field, described, allowed)
    if found.is_meta:
        raise InvalidExperiment(field, "a tensor without values", allowed)


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
    variants = len(experiment.variants)
    for tensor, shape in (
        (checkpoint.weights, (variants, CLASSES, PIXELS)),
        (checkpoint.bias, (variants, CLASSES)),
        (checkpoint.weights_velocity, (variants, CLASSES, PIXELS)),
        (checkpoint.bias_velocity, (variants, CLASSES)),
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
