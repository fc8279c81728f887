"""Every logit of a trained model as a sum over the training pictures.

A step adds multiples of the minibatch's pictures to W and scales what is there, so at any moment

    W = c W₀ + Aᵀ X,    b = Σ_i B_i,

with a row of A and of B for each training picture: how much it has pushed each class. They obey the
recursion of W and b, momentum and weight decay included:

    v ← µ v + e + λ a,    a ← a - η v,

with e the picture's part of the gradient in the logits: ∂L_i/∂o / n in the step that it belongs to,
0 in all others. All rows of a step share µ, λ and η, so a step is one 2 x 2 matrix for all of them.
They are folded into the rows once an epoch, and a step costs no more than the copy of its gradient:
keeping A makes an epoch a tenth to a quarter longer, the most with momentum and decay at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from softmax_core.data.dataset import Dataset
from softmax_core.errors import InvalidExperiment
from softmax_core.inspection import PixelScale, scaled_pixels
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.engine import Training
from softmax_core.training.experiment import Experiment
from softmax_core.training.fitting import usable_device
from softmax_core.training.parameters import schedule_factor
from softmax_core.training.pictures import pixel_moments
from softmax_core.training.records import RateChange

Progress = Callable[[int, int], None]
"""Called with the steps made and the steps to make; what it raises ends the replay."""

_AT_ONCE = 2_000
_ROWS_AT_ONCE = 4_000


@dataclass(frozen=True, slots=True, eq=False)
class Attribution:
    """What each training picture has added to the weights of R variants, after some steps.

    Attributes:
        checkpoint: the state that the sum amounts to, bit for bit that of the training.
        pushes: A, float64 (R, N, C); 0 for pictures held out.
        bias_pushes: B, float64 (R, N, C); A itself where no variant has weight decay.
        of_start: c, what is left of the initial weights, float64 (R,).
        start: W₀, float32 (R, C, D).
        pixel_scale: as in the experiment.
        moments: mean and deviation of the pixels trained on, for "standardized".
    """

    checkpoint: Checkpoint
    pushes: Tensor
    bias_pushes: Tensor
    of_start: Tensor
    start: Tensor
    pixel_scale: PixelScale
    moments: tuple[float, float]

    def rebuilt(self, images: Tensor, variant: int) -> tuple[Tensor, Tensor]:
        """Compute W = c W₀ + Aᵀ X and b = Σ_i B_i from the sum.

        Args:
            images: the training pictures, uint8 (N, …).
            variant: its position in the experiment.

        Returns:
            W (C, D) and b (C,), float64: those of the checkpoint, up to the rounding of each step.
        """
        weights = self.of_start[variant] * self.start[variant].double()
        parts = zip(
            torch.split(images, _AT_ONCE), torch.split(self.pushes[variant], _AT_ONCE), strict=True
        )
        for some, pushes in parts:
            weights = weights + pushes.T @ self._features(some).double()
        return weights, self.bias_pushes[variant].sum(dim=0)

    def contributions(self, images: Tensor, picture: Tensor, variant: int) -> Contributions:
        """Split the logits of one picture into what each training picture added to them.

        o_k = c W₀_k·x + Σ_i (A_ik x_i·x + B_ik)

        Args:
            images: the training pictures, uint8 (N, …).
            picture: the picture to explain, uint8, of the same size.
            variant: its position in the experiment.

        Returns:
            A number for each training picture and class, and what the initial weights add.
        """
        x = self._features(picture.unsqueeze(0))[0]
        # In float32, which is six times as fast: these roundings are independent, and cancel.
        alike = torch.cat(
            [self._features(some) @ x for some in torch.split(images, _AT_ONCE)]
        ).double()
        return Contributions(
            self.pushes[variant] * alike.unsqueeze(1) + self.bias_pushes[variant],
            self.of_start[variant] * (self.start[variant].double() @ x.double()),
        )

    def _features(self, images: Tensor) -> Tensor:
        return scaled_pixels(images.reshape(len(images), 1, -1), self.pixel_scale, self.moments)


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """The logits of one picture, as a sum.

    Attributes:
        of_pictures: what each training picture adds to each logit, float64 (N, C).
        of_start: what the initial weights add, float64 (C,).
    """

    of_pictures: Tensor
    of_start: Tensor

    @property
    def logits(self) -> Tensor:
        """The logits, float64 (C,)."""
        return self.of_pictures.sum(dim=0) + self.of_start

    def of_class(self, k: int, against: int | None = None) -> Tensor:
        """Return what each picture adds to logit k, or to o_k - o_against, float64 (N,)."""
        found = self.of_pictures[:, k]
        return found if against is None else found - self.of_pictures[:, against]

    def without(self, left_out: Tensor) -> Tensor:
        """Return what is left of the logits without some pictures' parts, float64 (C,).

        Args:
            left_out: bool (N,).
        """
        return self.logits - self.of_pictures[left_out].sum(dim=0)


def shares_of_classes(contributions: Tensor, labels: Tensor, classes: int) -> Tensor:
    """Sum contributions over the training pictures of each class.

    Args:
        contributions: from `Contributions.of_class`, (N,).
        labels: class indices of the training pictures, int64 (N,).
        classes: C.

    Returns:
        float64 (C,); its sum is what all training pictures add.

    Example:
        >>> shares_of_classes(torch.tensor([1.0, -3.0, 2.0]), torch.tensor([0, 1, 0]), 2).tolist()
        [3.0, -3.0]
    """
    return torch.zeros(classes, dtype=torch.float64).index_add(0, labels, contributions.double())


def pictures_for_half(contributions: Tensor) -> int:
    """Count how few pictures make half of all that is added and taken away.

    The smallest m such that the m largest |contributions| sum to at least half of all of them.

    Args:
        contributions: from `Contributions.of_class`, (N,).

    Returns:
        m; 0 where nothing contributes.

    Example:
        >>> pictures_for_half(torch.tensor([1.0, -5.0, 2.0, 2.0]))
        1
        >>> pictures_for_half(torch.ones(10))
        5
    """
    sizes = contributions.double().abs().sort(descending=True).values.cumsum(0)
    if len(sizes) == 0 or sizes[-1] == 0:
        return 0
    # The half itself counts, also where rounding has left it a little below.
    return int((sizes < sizes[-1] / 2 * (1 - 1e-12)).sum()) + 1


def strongest(contributions: Tensor, most: int) -> tuple[Tensor, Tensor]:
    """Find the pictures that speak most for a logit, and most against it.

    Args:
        contributions: from `Contributions.of_class`, (N,).
        most: the largest number of pictures for each.

    Returns:
        Positions for, those with the largest contributions above 0, and against, the lowest below
        0, each int64, the strongest first; ties in the order of the data set.

    Example:
        >>> speaking_for, against = strongest(torch.tensor([1.0, -5.0, 2.0, 0.0]), 3)
        >>> speaking_for.tolist(), against.tolist()
        ([2, 0], [1])
    """
    order = contributions.argsort(descending=True, stable=True)
    back = contributions.argsort(stable=True)
    return (
        order[: min(most, int((contributions > 0).sum()))],
        back[: min(most, int((contributions < 0).sum()))],
    )


def share_of(contributions: Tensor, chosen: Tensor) -> float:
    """Compute the share of some pictures, such as those with suspected labels, in a logit.

    Σ_chosen |contribution| / Σ |contribution|

    Args:
        contributions: from `Contributions.of_class`, (N,).
        chosen: bool (N,).

    Returns:
        From 0 to 1; 0 where nothing contributes.

    Example:
        >>> share_of(torch.tensor([1.0, -1.0, 2.0]), torch.tensor([True, True, False]))
        0.5
    """
    sizes = contributions.double().abs()
    total = float(sizes.sum())
    return float(sizes[chosen].sum()) / total if total else 0.0


def attribute(
    experiment: Experiment,
    dataset: Dataset,
    *,
    rate_changes: Sequence[RateChange] = (),
    until: int | None = None,
    on_progress: Progress | None = None,
) -> Attribution:
    """Train anew from the first step, and keep what each training picture adds to the weights.

    Args:
        experiment: the experiment.
        dataset: its pictures.
        rate_changes: the changes of learning rates that were made.
        until: the number of steps to make, or None for all of them.
        on_progress: called now and then; to cancel, raise an exception of your own in it.

    Returns:
        The sums, and the state that they amount to.

    Raises:
        InvalidExperiment: as for `train`; or there are not so many steps.

    Example:
        >>> from softmax_core.data import Split
        >>> from softmax_core.training import Experiment, Variant
        >>> images = torch.arange(4 * 784).reshape(4, 28, 28).remainder(256).to(torch.uint8)
        >>> some = Split(images, torch.tensor([0, 1, 2, 0]))
        >>> found = attribute(
        ...     Experiment([Variant("a")], batch_size=2, epochs=1), Dataset(some, some)
        ... )
        >>> weights, bias = found.rebuilt(images, 0)
        >>> torch.allclose(weights.float(), found.checkpoint.weights[0], atol=1e-6)
        True

    Source: the representer theorem of kernel methods (Kimeldorf and Wahba, 1971), for the steps of
    gradient descent instead of its minimum.
    """
    training = _Traced(experiment, dataset, rate_changes)
    _advance(training, _steps_to_make(training, until), on_progress)
    return training.attribution()


def retrain_without(
    experiment: Experiment,
    dataset: Dataset,
    left_out: Tensor,
    *,
    rate_changes: Sequence[RateChange] = (),
    until: int | None = None,
    on_progress: Progress | None = None,
) -> Checkpoint:
    """Train as if some pictures had not been there.

    The initial weights, the minibatches and their order stay, and so does the number n that a
    minibatch's gradient is divided by; the pictures left out add nothing to it.

    Args:
        experiment: the experiment.
        dataset: its pictures.
        left_out: bool (N,), the training pictures left out.
        rate_changes: the changes of learning rates that were made.
        until: the number of steps to make, or None for all of them.
        on_progress: called now and then; to cancel, raise an exception of your own in it.

    Returns:
        The state after the last step. Pictures are left out of the gradient only: the loss and
        accuracy of a step would still count them.

    Raises:
        InvalidExperiment: as for `train`; there are not so many steps, or not one entry a picture.
    """
    if left_out.dtype != torch.bool or tuple(left_out.shape) != (len(dataset.train),):
        raise InvalidExperiment(
            "left_out",
            f"{left_out.dtype} {tuple(left_out.shape)}",
            f"a bool tensor ({len(dataset.train)},)",
        )
    training = _Without(experiment, dataset, left_out, rate_changes)
    _advance(training, _steps_to_make(training, until), on_progress)
    return training.checkpoint()


def _steps_to_make(training: Training, until: int | None) -> int:
    total = training.total_steps
    if until is None:
        return total
    if not 0 <= until <= total:
        raise InvalidExperiment("until", until, f"a number of steps from 0 to {total}")
    return until


def _advance(training: Training, steps: int, on_progress: Progress | None) -> None:
    while training.step < steps:
        # Where the epoch has ended only its record is made.
        training.advance(steps - training.step)
        if on_progress is not None:
            on_progress(training.step, steps)


class _Traced(Training):
    """A training that keeps each picture's part of the gradients."""

    def __init__(
        self, experiment: Experiment, dataset: Dataset, rate_changes: Sequence[RateChange]
    ) -> None:
        super().__init__(experiment, dataset, usable_device("cpu"), None, rate_changes)
        state = self._parameters.state()
        self._start = state["weights"]
        variants, classes = self._start.shape[:2]
        shape = (variants, len(dataset.train), classes)
        chosen = experiment.variants
        self._mu = torch.tensor([v.momentum for v in chosen], dtype=torch.float64)
        self._lambda = torch.tensor([v.weight_decay for v in chosen], dtype=torch.float64)
        decayed = any(v.weight_decay for v in chosen)
        # What a picture has pushed, and its velocity: of W, and of b, which does not decay.
        self._sums = [_Sums(shape, self._mu, self._lambda)]
        if decayed:
            self._sums.append(_Sums(shape, self._mu, torch.zeros_like(self._lambda)))
        # c and its velocity: the coefficient of W₀ obeys the same recursion.
        self._coefficient = torch.zeros(variants, 2, dtype=torch.float64)
        self._coefficient[:, 0] = 1.0
        # One row more than an epoch has pictures: the part of those that did not come, zeros.
        self._errors = torch.zeros((variants, len(self._training) + 1, classes))
        self._visited: list[Tensor] = []
        self._rates_made: list[list[float]] = []
        self._kept = 0

    def _in_logits(self, chosen: Tensor, error: Tensor) -> Tensor:
        count = len(chosen)
        self._errors[:, self._kept : self._kept + count] = error.transpose(1, 2)
        self._kept += count
        self._visited.append(chosen)
        factor = schedule_factor(self.experiment, self._made, self.total_steps)
        self._rates_made.append([rate * factor for rate in self._parameters.learning_rates])
        if self._kept == len(self._training):
            self._fold()
        return error

    def _fold(self) -> None:
        """Take the steps since the last time into the sums."""
        if not self._visited:
            return
        rates = torch.tensor(self._rates_made, dtype=torch.float64)
        # Each picture comes once an epoch at most, so its place among the errors and its step are
        # one number each; the last are for those that did not come.
        count, order = len(self._dataset.train), torch.cat(self._visited)
        sizes = torch.tensor([len(some) for some in self._visited])
        places = torch.full((count,), self._errors.shape[1] - 1)
        steps = torch.full((count,), len(sizes))
        places[order] = torch.arange(self._kept)
        steps[order] = torch.arange(len(sizes)).repeat_interleave(sizes)
        for sums in self._sums:
            sums.begin(rates, sizes)
        # Some pictures at a time, and all that becomes of them, so that each row is fetched from
        # memory once: the rows of an epoch fit in no cache.
        for variant, errors in enumerate(self._errors):
            for first in range(0, count, _ROWS_AT_ONCE):
                here = slice(first, first + _ROWS_AT_ONCE)
                gathered = errors.index_select(0, places[here]).double()
                for sums in self._sums:
                    sums.fold(variant, here, steps[here], gathered)
        made = self._sums[0].made
        self._coefficient = (made @ self._coefficient.unsqueeze(2)).squeeze(2)
        self._visited, self._rates_made, self._kept = [], [], 0

    def attribution(self) -> Attribution:
        """Return the sums after the steps made so far."""
        self._fold()
        experiment, images = self.experiment, self._dataset.train.images
        standardized = experiment.pixel_scale == "standardized"
        moments = pixel_moments(images[self._training]) if standardized else (0.0, 1.0)
        return Attribution(
            checkpoint=self.checkpoint(),
            pushes=self._sums[0].pushes,
            bias_pushes=self._sums[-1].pushes,
            of_start=self._coefficient[:, 0].clone(),
            start=self._start,
            pixel_scale=experiment.pixel_scale,
            moments=moments,
        )


class _Sums:
    """One pair of numbers, push and velocity, for each variant, picture and class.

    Attributes:
        pushes: float64 (R, N, C).
        made: what the steps of `begin` together make of a pair, (R, 2, 2).
    """

    def __init__(self, shape: tuple[int, int, int], mu: Tensor, decay: Tensor) -> None:
        self._mu, self._decay = mu, decay
        self.pushes = torch.zeros(shape, dtype=torch.float64)
        self._velocity = torch.zeros(shape, dtype=torch.float64) if bool(mu.any()) else None
        self.made = torch.empty(0)
        self._of_step = torch.empty(0)

    def begin(self, rates: Tensor, sizes: Tensor) -> None:
        """Prepare to take some steps in: their rates (S, R), and the sizes of their minibatches."""
        factors, self.made = self._factors(rates)
        # (R, 2, S + 1, 1): what becomes of a picture's gradient in push and velocity. The last is
        # for pictures that came in no step.
        self._of_step = torch.zeros((*factors.shape[1:], len(sizes) + 1, 1), dtype=torch.float64)
        self._of_step[:, :, :-1, 0] = (factors / sizes.view(-1, 1, 1)).permute(1, 2, 0)

    def fold(self, variant: int, here: slice, steps: Tensor, errors: Tensor) -> None:
        """Take the steps in for some pictures: the step that each came in, and its gradient."""
        (push_stays, from_velocity), (from_push, velocity_stays) = self.made[variant].tolist()
        pushed, moved = self._of_step[variant]
        push = self.pushes[variant, here]
        if self._velocity is not None:
            velocity = self._velocity[variant, here]
            before = push * from_push if from_push else None
            push.mul_(push_stays).add_(velocity, alpha=from_velocity)
            velocity.mul_(velocity_stays).addcmul_(errors, moved.index_select(0, steps))
            if before is not None:
                velocity.add_(before)
        elif push_stays != 1:
            push.mul_(push_stays)
        push.addcmul_(errors, pushed.index_select(0, steps))

    def _factors(self, rates: Tensor) -> tuple[Tensor, Tensor]:
        """Compute what becomes of a gradient of each step, (S, R, 2), and of what was there.

        Backwards, so that `after` is the product of all later steps: a picture's part of step s
        has become after_s · (-η_s e, e). In numpy, whose calls on so little cost less.
        """
        mu, decay = (each.expand_as(rates) for each in (self._mu, self._decay))
        # What a step makes of (a, v): v ← µv + λa, a ← a - ηv.
        rows = torch.stack((1 - rates * decay, -rates * mu, decay, mu), dim=2)
        steps = rows.view(*rates.shape, 2, 2).numpy()
        after = np.empty((len(steps) + 1, *steps.shape[1:]))
        after[-1] = np.eye(2)
        for step in range(len(steps) - 1, -1, -1):
            np.matmul(after[step + 1], steps[step], out=after[step])
        entries = torch.stack((-rates, torch.ones_like(rates)), dim=2).unsqueeze(3).numpy()
        factors = torch.from_numpy(after[1:] @ entries)
        return factors.squeeze(3), torch.from_numpy(after[0])


class _Without(Training):
    """A training to whose gradients some pictures add nothing."""

    def __init__(
        self,
        experiment: Experiment,
        dataset: Dataset,
        left_out: Tensor,
        rate_changes: Sequence[RateChange],
    ) -> None:
        super().__init__(experiment, dataset, usable_device("cpu"), None, rate_changes)
        self._left_out = left_out

    def _in_logits(self, chosen: Tensor, error: Tensor) -> Tensor:
        # Not times 0: the gradient of a diverged picture is nan.
        return error.masked_fill(self._left_out[chosen], 0.0)
