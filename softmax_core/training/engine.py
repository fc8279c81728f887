"""The training engine: softmax regression by minibatch SGD, R variants in lockstep.

It uses no thread, no disk and no clock: the caller decides when the next step is made, and all
output is records. A step gathers a minibatch once for all variants and computes two matrix
products, W Xᵀ forward and (P - Y) X backward, with W of shape (R · classes, pixels) as it lies in
memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from numbers import Integral

import torch

from softmax_core.data.dataset import Dataset, check_dataset
from softmax_core.data.minibatches import epoch_order, split_validation
from softmax_core.errors import InvalidExperiment
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.evaluation import Evaluation, evaluate
from softmax_core.training.experiment import Experiment, rate_change
from softmax_core.training.fitting import (
    check_checkpoint,
    check_fits,
    checked_changes,
    steps_per_epoch,
    usable_device,
)
from softmax_core.training.objectives import Measured, Objectives, figures
from softmax_core.training.parameters import Parameters, schedule_factor
from softmax_core.training.pictures import Pictures, pixel_moments
from softmax_core.training.records import EpochRecord, RateChange, StepRecord

EVALUATION_BATCH = 2000
# The order of summation depends on the number of threads, and a run must give the same bits
# whatever else the process computes. One thread also leaves the other cores to other runs and
# to the pages; on two cores a second one made a step at most 1.4 times as fast.
THREADS = 1
# The figures of up to so many steps, or of so many pictures times variants, are computed together,
# because each call has a high fixed cost once the products have flushed the processor's caches.
# Not of more steps, because a run obeys commands only between such groups.
STEPS_AT_ONCE = 64
FIGURES_AT_ONCE = 32_768


def train(
    experiment: Experiment,
    dataset: Dataset,
    *,
    device: str | torch.device = "cpu",
    start: Checkpoint | None = None,
    rate_changes: Sequence[RateChange] = (),
) -> Training:
    """Train all variants of an experiment; yields a record per step and a record per epoch.

    W ← W - η (P - Y)ᵀX / n and b ← b - η mean(P - Y) for cross-entropy, with momentum and weight
    decay where a variant has them. The same experiment gives the same bits on the same machine,
    also when it is continued from a checkpoint.

    Args:
        experiment: what to train.
        dataset: the pictures; they stay uint8 and are not copied on the CPU.
        device: the torch device.
        start: a checkpoint of the same experiment to continue from, or None.
        rate_changes: changes of learning rates to replay at their steps; those before the
            checkpoint are part of it already.

    Returns:
        An iterator of `StepRecord`, with an `EpochRecord` after the last step of each epoch. Its
        method `advance` makes several steps at once.

    Raises:
        InvalidData: the pictures, their labels or the classes are not valid.
        InvalidExperiment: the device, the checkpoint or a change of rate is not valid, or the
            experiment does not fit the number of pictures.

    Source:
        The note, part two, and its TODO (updater, epoch, training).
    """
    return Training(experiment, dataset, usable_device(device), start, rate_changes)


class Training(Iterator[StepRecord | EpochRecord]):
    """A training in progress; iterate over it from one thread at a time.

    Attributes:
        experiment: the experiment.
        total_steps: number of updates in the whole experiment.
        steps_per_epoch: number of updates per epoch.
    """

    def __init__(
        self,
        experiment: Experiment,
        dataset: Dataset,
        device: torch.device,
        start: Checkpoint | None,
        rate_changes: Sequence[RateChange],
    ) -> None:
        """Prepare the data and the parameters; see `train`."""
        check_dataset(dataset)
        check_fits(experiment, len(dataset.train))
        self.experiment = experiment
        self._dataset, self._fingerprint = dataset, experiment.fingerprint
        training, validation = split_validation(
            len(dataset.train.images), experiment.validation_size, experiment.seed
        )
        self._training = training
        self.steps_per_epoch = steps_per_epoch(experiment, len(dataset.train))
        self.total_steps = self.steps_per_epoch * experiment.epochs
        self._changes = checked_changes(experiment, rate_changes)
        if start:
            check_checkpoint(start, experiment, dataset)
        self._pictures, self._validation, self._test = _picture_sets(
            experiment, dataset, training, validation, device
        )
        self._parameters = Parameters(experiment, dataset.classes, dataset.pixels, device)
        self._objectives = Objectives(experiment, dataset.classes, device)
        figures_a_step = len(experiment.variants) * experiment.batch_size
        self._at_once = max(1, min(STEPS_AT_ONCE, FIGURES_AT_ONCE // figures_a_step))
        self._order, self._ordered_labels = training, self._pictures.labels
        self._ordered_epoch = 0
        # Iterating makes some steps ahead: their records wait here, and the state before them is
        # kept, because a checkpoint may be asked for between two of them.
        self._ahead: deque[StepRecord | EpochRecord] = deque()
        self._reach = 1
        self._before: tuple[Checkpoint, list[RateChange]] | None = None
        self._begin(start)

    def _begin(self, start: Checkpoint | None) -> None:
        self._made = 0
        self._begin_totals()
        if start:
            self._made = start.step
            self._loss_sum, self._correct = list(start.loss_sum), list(start.correct)
            self._seen = start.seen
            self._parameters.restore(start)
            self._changes = [change for change in self._changes if change.step >= start.step]

    @property
    def step(self) -> int:
        """The number of updates so far."""
        return self._made - len(self._ahead)

    def __repr__(self) -> str:
        variants = ", ".join(variant.name for variant in self.experiment.variants)
        return f"<Training of {variants}: step {self.step} of {self.total_steps}>"

    def __next__(self) -> StepRecord | EpochRecord:
        """Make the next step, or evaluate the epoch if its last step has been made."""
        if not self._ahead:
            reach = self._reach
            self._before = self.checkpoint(), list(self._changes)
            self._ahead.extend(self._go_on(reach))
            # From one step on, so that few are made in vain where only some are asked for.
            self._reach = min(2 * reach, self._at_once)
        if not self._ahead:
            raise StopIteration
        return self._hand_out(1)[0]

    def advance(self, most: int | None = None) -> list[StepRecord | EpochRecord]:
        """Make several steps, or evaluate the epoch if its last step has been made.

        The steps and their bits are the same as one at a time; only the figures of their records
        are computed together, which is faster.

        Args:
            most: the largest number of steps, at least 1, or None for the fastest number. Fewer
                are made where the epoch ends before. An epoch is evaluated in any case, and so
                are no steps needed where only that is left.

        Returns:
            The records of the steps, or that of the epoch; nothing once the training has ended.

        Raises:
            InvalidExperiment: `most` is no such number.
        """
        steps_are_left = self.step < self.total_steps and self._seen < len(self._training)
        if most is not None and (
            not isinstance(most, Integral) or isinstance(most, bool) or most < int(steps_are_left)
        ):
            raise InvalidExperiment("most", most, "a whole number from 1, or None")
        if not self._ahead:
            self._ahead.extend(self._go_on(most or self._at_once))
        return self._hand_out(most or self._at_once)

    def checkpoint(self) -> Checkpoint:
        """Copy the state that `train(..., start=...)` needs to continue from here."""
        self._return_to_step()
        with _few_threads():
            parameters = self._parameters.state()
        return Checkpoint(
            step=self._made,
            **parameters,
            learning_rates=list(self._parameters.learning_rates),
            loss_sum=list(self._loss_sum),
            correct=list(self._correct),
            seen=self._seen,
            experiment=self._fingerprint,
            data=self._dataset.fingerprint,
        )

    def _go_on(self, most: int) -> Sequence[StepRecord | EpochRecord]:
        """Make steps, or evaluate the epoch; nothing once the training has ended."""
        if self._made == self.total_steps and not self._seen:
            return []
        with _few_threads(), torch.inference_mode():
            if self._seen == len(self._training):
                return [self._close_epoch()]
            return self._make_steps(min(most, self._at_once))

    def _hand_out(self, most: int) -> list[StepRecord | EpochRecord]:
        """Take records made ahead, and add those of steps to the totals of the epoch."""
        handed = [self._ahead.popleft() for _ in range(min(most, len(self._ahead)))]
        for record in handed:
            if isinstance(record, StepRecord):
                self._count(record)
        return handed

    def _count(self, record: StepRecord) -> None:
        count = min(self.experiment.batch_size, len(self._training) - self._seen)
        for totals, means in ((self._loss_sum, record.loss), (self._correct, record.accuracy)):
            totals[:] = [total + mean * count for total, mean in zip(totals, means, strict=True)]
        self._seen += count

    def _return_to_step(self) -> None:
        """Undo the steps made ahead: return to the state before them, and repeat those returned."""
        self._reach = 1
        if not self._ahead:
            return
        assert self._before is not None
        before, changes = self._before
        again = self.step - before.step
        self._ahead.clear()
        self._parameters.restore(before)
        self._made, self._changes = before.step, changes
        with _few_threads(), torch.inference_mode():
            for _ in range(again):
                self._make_step()

    def change_learning_rate(self, variant: int, learning_rate: float) -> RateChange:
        """Change the learning rate of a variant from the next step on.

        Args:
            variant: its position in the experiment.
            learning_rate: the new rate, in the range that `Variant` allows.

        Returns:
            The change with its step; pass it to `train` to repeat this training exactly.

        Raises:
            InvalidExperiment: there is no such variant, or the rate is out of range.
        """
        change = rate_change(self.experiment, self.step, variant, learning_rate)
        self._return_to_step()
        # Changes recorded for this step are applied first, so that the newest one wins.
        self._replay_changes()
        self._apply(change)
        return change

    def _apply(self, change: RateChange) -> None:
        rates = list(self._parameters.learning_rates)
        rates[change.variant] = change.learning_rate
        self._parameters.set_learning_rates(rates)

    def _replay_changes(self) -> None:
        while self._changes and self._changes[0].step <= self._made:
            self._apply(self._changes.pop(0))

    def _next_minibatch(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the indices of the next minibatch and its labels."""
        epoch, position = divmod(self._made, self.steps_per_epoch)
        if self._ordered_epoch != epoch + 1:
            order = epoch_order(self.experiment.seed, epoch + 1, len(self._training))
            self._order = self._training[order].to(self._pictures.labels.device)
            self._ordered_labels = self._pictures.labels.index_select(0, self._order)
            self._ordered_epoch = epoch + 1
        first = position * self.experiment.batch_size
        here = slice(first, first + self.experiment.batch_size)
        return self._order[here], self._ordered_labels[here]

    def _make_steps(self, most: int) -> list[StepRecord]:
        """Make steps with full minibatches, or the one with the shorter minibatch of an epoch."""
        full = (len(self._training) - self._seen) // self.experiment.batch_size
        made = [self._make_step() for _ in range(min(most, full) if full else 1)]
        return self._records([measured for measured, _ in made], [norm for _, norm in made])

    def _make_step(self) -> tuple[Measured, torch.Tensor]:
        """Make a step; return its forward pass and the norms of its gradients."""
        self._replay_changes()
        chosen, labels = self._next_minibatch()
        rows = self._pictures.at(chosen)
        scale = self._pictures.scale
        logits = self._parameters.logits(rows, scale)
        measured = self._objectives.measure(logits, labels)
        error = self._in_logits(chosen, self._objectives.gradient(measured))
        gradient = self._parameters.gradient(error, rows, scale / len(labels))
        norm = torch.linalg.vector_norm(gradient.view(len(gradient), -1), dim=1)
        factor = schedule_factor(self.experiment, self._made, self.total_steps)
        self._parameters.descend(gradient, factor)
        self._made += 1
        return measured, norm

    def _in_logits(self, chosen: torch.Tensor, error: torch.Tensor) -> torch.Tensor:  # noqa: ARG002
        """Return the gradient in the logits (R, C, n) that a step uses, of the pictures chosen.

        Where a training keeps each picture's part, or leaves some out, as `attribution` does.
        """
        return error

    def _records(self, steps: list[Measured], norms: list[torch.Tensor]) -> list[StepRecord]:
        found = figures(steps)
        hits = (found.predicted == found.labels).to(found.loss.dtype)
        # (S, 3, R): loss, saturation and accuracy of each step.
        means = torch.stack((found.loss, found.saturation, hits), dim=1).mean(dim=-1).squeeze(-1)
        first = self._made - len(steps) + 1
        return [
            StepRecord(
                step=step,
                epoch=(step - 1) // self.steps_per_epoch + 1,
                loss=loss,
                accuracy=accuracy,
                saturation=saturation,
                gradient_norm=norm,
            )
            for step, (loss, saturation, accuracy), norm in zip(
                range(first, self._made + 1),
                means.tolist(),
                torch.stack(norms).tolist(),
                strict=True,
            )
        ]

    def _close_epoch(self) -> EpochRecord:
        seen = self._seen
        train_loss = [total / seen for total in self._loss_sum]
        train_accuracy = [round(total) / seen for total in self._correct]
        self._begin_totals()
        validation = self._evaluate(self._validation) if self._validation else None
        test = self._evaluate(self._test)
        return EpochRecord(
            epoch=self._made // self.steps_per_epoch,
            step=self._made,
            train_loss=train_loss,
            train_accuracy=train_accuracy,
            validation_loss=validation.loss if validation else None,
            validation_accuracy=validation.accuracy if validation else None,
            test_loss=test.loss,
            test_accuracy=test.accuracy,
            confusion=test.confusion,
        )

    def _begin_totals(self) -> None:
        variants = len(self.experiment.variants)
        self._loss_sum, self._correct, self._seen = [0.0] * variants, [0.0] * variants, 0

    def _evaluate(self, pictures: Pictures) -> Evaluation:
        return evaluate(self._parameters, self._objectives, pictures, EVALUATION_BATCH)


@contextmanager
def _few_threads() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _picture_sets(
    experiment: Experiment,
    dataset: Dataset,
    training: torch.Tensor,
    validation: torch.Tensor,
    device: torch.device,
) -> tuple[Pictures, Pictures | None, Pictures]:
    images, labels = dataset.train.images.to(device), dataset.train.labels.to(device)
    held_in = images if not len(validation) else images[training]
    # Without the validation pictures, which must not influence the scale.
    moments = pixel_moments(held_in) if experiment.pixel_scale == "standardized" else (0.0, 1.0)
    scale = experiment.pixel_scale
    return (
        Pictures(images, labels, scale, moments, experiment.batch_size),
        Pictures(images[validation], labels[validation], scale, moments, EVALUATION_BATCH)
        if len(validation)
        else None,
        Pictures(
            dataset.test.images.to(device),
            dataset.test.labels.to(device),
            scale,
            moments,
            EVALUATION_BATCH,
        ),
    )
