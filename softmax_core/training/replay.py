"""Steps that were made before, made again: the state after any step of a training."""

from __future__ import annotations

from collections.abc import Callable

from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.engine import Training

Progress = Callable[[int, int], object]
"""Called with the steps made and the steps to make; what it raises ends the replay."""


def go_to(training: Training, step: int, on_progress: Progress | None = None) -> Checkpoint:
    """Train up to a step, and return the state there.

    An epoch that ends with this step is evaluated, so that it is the state between two epochs.

    Args:
        training: where it begins; at or before the step.
        step: number of updates, at most `training.total_steps`.
        on_progress: called between groups of steps, some tens of milliseconds each.

    Returns:
        The state after `step` updates.

    Example:
        >>> import torch
        >>> from softmax_core.data.dataset import Dataset, Split
        >>> from softmax_core.training import course_experiment, train
        >>> grey = Split(torch.full((512, 28, 28), 99, dtype=torch.uint8), torch.arange(512) % 10)
        >>> go_to(train(course_experiment(), Dataset(grey, grey)), 3).step
        3
    """
    first = training.step
    while training.step < step:
        if on_progress:
            on_progress(training.step - first, step - first)
        training.advance(step - training.step)
    state = training.checkpoint()
    if state.seen and not step % training.steps_per_epoch:
        training.advance()
        state = training.checkpoint()
    return state
