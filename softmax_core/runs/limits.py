"""What a server allows, and the words in which it refuses."""

from __future__ import annotations

import math
from dataclasses import dataclass

from softmax_core.errors import InvalidExperiment
from softmax_core.training.experiment import TRAINING_PICTURES, Experiment


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go on at once. The defaults suit a person's own machine.

    Attributes:
        active: training threads.
        waiting: runs that wait for one.
        per_person: runs of one owner that are queued, running or paused; None for any number.
        steps: updates in one experiment; None for any number.
    """

    active: int = 2
    waiting: int = 8
    per_person: int | None = None
    steps: int | None = None

    def refuse_too_long(self, experiment: Experiment) -> None:
        """Raise if an experiment makes more steps than allowed.

        Args:
            experiment: what is to be trained.

        Raises:
            InvalidExperiment: it has too many epochs for its minibatches.
        """
        if self.steps is None or expected_steps(experiment) <= self.steps:
            return
        fitting = self.steps // (expected_steps(experiment) // experiment.epochs)
        raise InvalidExperiment(
            "epochs",
            experiment.epochs,
            f"at most {fitting} with minibatches of {experiment.batch_size}: this server allows "
            f"{self.steps:,} steps a run",
        )


def expected_steps(experiment: Experiment) -> int:
    """Return how many steps an experiment makes on the whole of Fashion-MNIST.

    Args:
        experiment: what is to be trained.

    Returns:
        epochs x ⌈pictures / batch_size⌉.

    Example:
        >>> from softmax_core.training.experiment import Variant
        >>> expected_steps(Experiment([Variant("course")]))
        2350
    """
    pictures = TRAINING_PICTURES - experiment.validation_size
    return experiment.epochs * math.ceil(pictures / experiment.batch_size)
