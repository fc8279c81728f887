"""What the engine says while it trains: one record a step, one an epoch.

A record holds plain numbers, one per variant, in the order of `Experiment.variants`. It holds no
tensor of the engine's, so it can be stored, sent and compared without stopping the training.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One update, measured on the minibatch it was made from, before the update.

    Attributes:
        step: how many updates have been made, this one included (the first is 1).
        epoch: the epoch that the step belongs to (the first is 1).
        loss: mean loss over the minibatch, in nats for cross-entropy; one value a variant.
        accuracy: share of the minibatch that was predicted right.
        saturation: mean of 1 - sum p² over the minibatch, half the Jacobian's entrywise L1 norm.
        gradient_norm: Euclidean norm of the mean loss's gradient in W and b, weight decay excluded.
    """

    step: int
    epoch: int
    loss: list[float]
    accuracy: list[float]
    saturation: list[float]
    gradient_norm: list[float]


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One epoch. The training figures are accumulated over its minibatches, as the course does.

    Attributes:
        epoch: the epoch that has ended (the first is 1).
        step: how many updates had been made by its end.
        train_loss: mean loss over the epoch's minibatches, each weighted by its size.
        train_accuracy: share of the epoch's training pictures predicted right when they came by.
        validation_loss: mean loss on the held-out pictures, or None when none are held out.
        validation_accuracy: accuracy there, or None.
        test_loss: mean loss on the test set.
        test_accuracy: accuracy on the test set.
        confusion: per variant a 10 x 10 table of counts on the test set, [true][predicted].
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
    """A learning rate that was changed while the run went on.

    Attributes:
        step: how many updates had been made when it was changed; it holds from the next one on.
        variant: the variant's position in the experiment.
        learning_rate: the new learning rate.
    """

    step: int
    variant: int
    learning_rate: float
