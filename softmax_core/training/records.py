"""What the engine reports while it trains: one record per step, one per epoch.

A record holds plain numbers, one per variant, in the order of `Experiment.variants`. It shares no
tensor with the engine, so it can be stored, sent and compared while the training continues.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One update, measured on its minibatch before the update.

    Attributes:
        step: number of updates so far, including this one (the first is 1).
        epoch: the epoch of the step (the first is 1).
        loss: mean loss over the minibatch, in nats for cross-entropy; one value per variant.
        accuracy: share of the minibatch that was predicted correctly.
        saturation: mean of 1 - sum p² over the minibatch, half the Jacobian's entrywise L1 norm.
        gradient_norm: Euclidean norm of the gradient of the mean loss with respect to W and b,
            without weight decay.
    """

    step: int
    epoch: int
    loss: list[float]
    accuracy: list[float]
    saturation: list[float]
    gradient_norm: list[float]


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One epoch. Training loss and accuracy are accumulated over its minibatches, as in the course.

    Attributes:
        epoch: the epoch that has ended (the first is 1).
        step: number of updates made by its end.
        train_loss: mean loss over the epoch's minibatches, each weighted by its size.
        train_accuracy: share of the training pictures predicted correctly when they were visited.
        validation_loss: mean loss on the validation pictures, or None if there are none.
        validation_accuracy: accuracy there, or None.
        test_loss: mean loss on the test set.
        test_accuracy: accuracy on the test set.
        confusion: counts on the test set, classes x classes per variant, [true][predicted].
    """

    epoch: int
    step: int
    train_loss: list[float]
    train_accuracy: list[float]
    validation_loss: list[float] | None
    validation_accuracy: list[float] | None
    test_loss: list[float]
    test_accuracy: list[float]
    confusion: list[list[list[int]]]


@dataclass(frozen=True, slots=True)
class RateChange:
    """A change of a learning rate during training.

    Attributes:
        step: number of updates made before the change; it takes effect with the next one.
        variant: the variant's position in the experiment.
        learning_rate: the new learning rate.
    """

    step: int
    variant: int
    learning_rate: float
