"""The limits of a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from softmax_core.data.dataset import FASHION_MNIST
from softmax_core.errors import InvalidExperiment
from softmax_core.training.experiment import Experiment
from softmax_core.training.fitting import steps_per_epoch


@dataclass(frozen=True, slots=True)
class Limits:
    """How many runs a server accepts.

    Attributes:
        active: number of training threads.
        waiting: number of runs in the queue.
        per_person: queued, running and paused runs per owner; None for no limit.
        steps: updates per experiment; None for no limit.
        owned: whether each run needs an owner, as on a server that many people share.
    """

    active: int = 2
    waiting: int = 8
    per_person: int | None = None
    steps: int | None = None
    owned: bool = False

    def refuse_too_long(
        self, experiment: Experiment, pictures: int = FASHION_MNIST.training
    ) -> None:
        """Raise `InvalidExperiment` if an experiment has more steps than are allowed."""
        if self.steps is None or expected_steps(experiment, pictures) <= self.steps:
            return
        fitting = self.steps // steps_per_epoch(experiment, pictures)
        raise InvalidExperiment(
            "epochs",
            experiment.epochs,
            f"at most {fitting} with minibatches of {experiment.batch_size}: this server allows "
            f"{self.steps:,} steps a run",
        )


@dataclass(frozen=True, slots=True)
class Quota:
    """What one owner may keep in the store; None for no limit. Who has no owner has no quota.

    Attributes:
        bytes: what their runs take; beyond it their own oldest ones are cleared.
        runs: number of runs; beyond it their own oldest ones are cleared.
        pins: number of pinned runs.
    """

    bytes: int | None = None
    runs: int | None = None
    pins: int | None = None


NO_QUOTA: Final = Quota()
"""What holds on a personal machine."""

PERSONAL: Final = Limits()
"""What a personal machine accepts."""


def expected_steps(experiment: Experiment, pictures: int = FASHION_MNIST.training) -> int:
    """Compute the number of steps of an experiment.

    Args:
        experiment: what to train.
        pictures: number of training pictures, including those that it holds out.

    Returns:
        epochs x ⌈pictures / batch_size⌉.

    Example:
        >>> from softmax_core.training.experiment import Variant
        >>> expected_steps(Experiment([Variant("course")]))
        2350
    """
    return experiment.epochs * steps_per_epoch(experiment, pictures)
