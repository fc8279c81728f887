"""The test accuracy to expect at the course's settings, and whether a run has reached it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from softmax_core.data.dataset import FASHION_MNIST
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.records import EpochRecord

Verdict = Literal["inside", "above", "below"]


@dataclass(frozen=True, slots=True)
class Band:
    """A range of test accuracies.

    Attributes:
        low: its lower end, a share from 0 to 1.
        high: its upper end.
    """

    low: float
    high: float

    def verdict(self, test_accuracy: float) -> Verdict:
        """Compare an accuracy with the band; both ends belong to it.

        Args:
            test_accuracy: a share from 0 to 1.

        Returns:
            "inside", "above" or "below".

        Example:
            >>> COURSE_BAND.verdict(0.83)
            'inside'
        """
        if test_accuracy < self.low:
            return "below"
        return "above" if test_accuracy > self.high else "inside"


# Test accuracy after ten epochs at the course's settings, over fifty seeds (ten of them by the
# course's own loop): mean 0.8303, lowest 0.8138, highest 0.8357, rounded outwards to hundredths.
COURSE_BAND: Final = Band(low=0.81, high=0.84)


def course_experiment(seed: int = 0) -> Experiment:
    """Build the course's experiment: η = 0.1, minibatches of 256, 10 epochs, W ~ N(0, 0.01²).

    Args:
        seed: determines the initial weights and the order of the pictures.

    Returns:
        An experiment with one variant.

    Source:
        The note, part two; Dive into Deep Learning, section 3.6 of its first edition.
    """
    return Experiment([Variant("course")], seed=seed)


def band_of_course(experiment: Experiment, data: str = FASHION_MNIST.digest) -> Band | None:
    """Look up the band for an experiment's settings.

    Args:
        experiment: any experiment; seed and variant names do not matter.
        data: `Dataset.fingerprint` of the pictures.

    Returns:
        The band if every variant has the course's settings and the pictures are those of
        Fashion-MNIST, else None.

    Example:
        >>> band_of_course(course_experiment(seed=7)) == COURSE_BAND
        True
        >>> band_of_course(Experiment([Variant("fast", learning_rate=1.0)])) is None
        True
    """
    course = course_experiment(experiment.seed)
    same = replace(experiment, variants=course.variants) == course and all(
        replace(variant, name="course") == course.variants[0] for variant in experiment.variants
    )
    return COURSE_BAND if same and data == FASHION_MNIST.digest else None


def verdicts(
    experiment: Experiment, last: EpochRecord, data: str = FASHION_MNIST.digest
) -> list[Verdict] | None:
    """Compare the final test accuracy of each variant with the band.

    Args:
        experiment: the experiment.
        last: the record of its last epoch.
        data: `Dataset.fingerprint` of the pictures.

    Returns:
        One verdict per variant, or None if there is no band for these settings and pictures, or
        the run has not completed its last epoch.
    """
    band = band_of_course(experiment, data)
    if band is None or last.epoch != experiment.epochs:
        return None
    return [band.verdict(accuracy) for accuracy in last.test_accuracy]
