"""The weights of R variants: initialisation and updates."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.experiment import Experiment
from softmax_core.training.pictures import row_width
from softmax_core.training.products import times_transposed


class Parameters:
    """W and b of R variants in one table, with their momentum.

    The table is (R, classes, width): the weights of a class, one a pixel, its bias (the weight of
    a constant 1), and columns that stay 0. One product and one update serve W and b.

    Attributes:
        variants: R.
        classes: number of classes.
        device: the device of the table.
        learning_rates: the current rate of each variant, before the schedule.
    """

    def __init__(
        self, experiment: Experiment, classes: int, pixels: int, device: torch.device
    ) -> None:
        """Draw the initial weights W ~ N(0, init_std²), b = 0.

        One standard normal draw, from the seed alone, is scaled for each variant: all variants
        start in the same direction, however many there are.
        """
        chosen = experiment.variants
        self.variants, self.classes, self.device = len(chosen), classes, device
        self._pixels, width = pixels, row_width(pixels)
        draw = torch.randn(
            (classes, pixels), generator=torch.Generator().manual_seed(experiment.seed)
        )
        deviations = torch.tensor([variant.init_std for variant in chosen])
        self._table = torch.zeros((len(chosen), classes, width), device=device)
        self._table[..., :pixels] = (deviations.view(-1, 1, 1) * draw).to(device)
        self._velocity = torch.zeros_like(self._table)
        self._momentum = self._column([variant.momentum for variant in chosen])
        self._decay = self._column([variant.weight_decay for variant in chosen]).repeat(1, 1, width)
        self._decay[..., pixels] = 0.0
        self._has_momentum = any(variant.momentum for variant in chosen)
        self._has_decay = any(variant.weight_decay for variant in chosen)
        self.set_learning_rates([variant.learning_rate for variant in chosen])

    def _column(self, values: Sequence[float]) -> torch.Tensor:
        return torch.tensor(values, device=self.device).view(-1, 1, 1)

    def set_learning_rates(self, rates: Sequence[float]) -> None:
        """Set the learning rates from the next step on, one per variant."""
        self.learning_rates = list(rates)
        self._rates = self._column(rates)

    def logits(self, rows: torch.Tensor, scale: float) -> torch.Tensor:
        """Compute o = W x + b for all variants in one product, scale · T rowsᵀ.

        Args:
            rows: from `Pictures`, float32 (n, width).
            scale: the factor of the product.

        Returns:
            The logits (R, classes, n).
        """
        product = times_transposed(self._table.flatten(0, 1), rows, scale)
        return product.view(self.variants, self.classes, len(rows))

    def gradient(self, error: torch.Tensor, rows: torch.Tensor, scale: float) -> torch.Tensor:
        """Compute the gradient with respect to the table, scale · error rows.

        Args:
            error: the gradient of the loss with respect to the logits, (R, classes, n).
            rows: from `Pictures`, float32 (n, width).
            scale: the factor of the product.

        Returns:
            (R, classes, width).
        """
        flat = error.view(-1, len(rows))
        return times_transposed(flat, rows.t(), scale).view_as(self._table)

    def descend(self, gradient: torch.Tensor, factor: float) -> None:
        """Update the table: v ← µv + g + λW, W ← W - ηv; for b without λ.

        Args:
            gradient: the gradient of the mean loss, (R, classes, width); overwritten.
            factor: the schedule's factor for η at this step.

        Source:
            The note, section 1.4, corrected: the step is o ← o - η(p - onehot(t)); so for W and b.
            Momentum and weight decay as in `torch.optim.SGD`.
        """
        if self._has_decay:
            gradient.addcmul_(self._table, self._decay)
        if self._has_momentum:
            gradient = self._velocity.mul_(self._momentum).add_(gradient)
        self._table.addcmul_(gradient, self._rates, value=-factor)

    def state(self) -> dict[str, torch.Tensor]:
        """Return copies of W, b and their velocities on the CPU, named as in `Checkpoint`."""
        return {
            "weights": self._table[..., : self._pixels].to("cpu", copy=True).contiguous(),
            "bias": self._table[..., self._pixels].to("cpu", copy=True).contiguous(),
            "weights_velocity": self._velocity[..., : self._pixels]
            .to("cpu", copy=True)
            .contiguous(),
            "bias_velocity": self._velocity[..., self._pixels].to("cpu", copy=True).contiguous(),
        }

    def restore(self, checkpoint: Checkpoint) -> None:
        """Load the parameters of a checkpoint, bit for bit."""
        # What diverged has nan in the columns that are 0 otherwise.
        self._table.zero_()
        self._velocity.zero_()
        self._table[..., : self._pixels] = checkpoint.weights
        self._table[..., self._pixels] = checkpoint.bias
        self._velocity[..., : self._pixels] = checkpoint.weights_velocity
        self._velocity[..., self._pixels] = checkpoint.bias_velocity
        self.set_learning_rates(checkpoint.learning_rates)


def schedule_factor(experiment: Experiment, step: int, total_steps: int) -> float:
    """Compute the schedule's factor for the learning rate of the next step.

    1 for "constant", ½(1 + cos(π · step / total_steps)) for "cosine".

    Args:
        experiment: the experiment with the schedule.
        step: updates made so far.
        total_steps: updates in the whole experiment.

    Returns:
        A number from 0 to 1.

    Example:
        >>> from softmax_core.training.experiment import Experiment, Variant
        >>> cosine = Experiment([Variant("a")], schedule="cosine")
        >>> [round(schedule_factor(cosine, step, 4), 3) for step in range(4)]
        [1.0, 0.854, 0.5, 0.146]

    Source:
        Loshchilov and Hutter (2017), equation 5, one period.
    """
    if experiment.schedule == "constant":
        return 1.0
    return 0.5 * (1.0 + math.cos(math.pi * step / total_steps))
