"""The weights of R variants, how they start and how they step."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.experiment import Experiment
from softmax_core.training.pictures import ALWAYS_ON, PIXELS, WIDTH
from softmax_core.training.products import times_transposed

CLASSES = 10


class Parameters:
    """W and b of R variants in one table, with momentum's memory.

    The table is (R, 10, 800): the 784 weights of a class, its bias (the weight of a pixel that is
    always on), and 15 columns that stay 0. One product and one update serve W and b.

    Attributes:
        variants: R.
        device: where the table lies.
        learning_rates: the rate of each variant as last set, before any schedule.
    """

    def __init__(self, experiment: Experiment, device: torch.device) -> None:
        """Draw the initial weights W ~ N(0, init_std²), b = 0.

        One standard normal draw, from the seed alone, is scaled for each variant: variants start
        from the same direction, and a variant starts alike alone and in company.
        """
        chosen = experiment.variants
        self.variants, self.device = len(chosen), device
        draw = torch.randn(
            (CLASSES, PIXELS), generator=torch.Generator().manual_seed(experiment.seed)
        )
        deviations = torch.tensor([variant.init_std for variant in chosen])
        self._table = torch.zeros((len(chosen), CLASSES, WIDTH), device=device)
        self._table[..., :PIXELS] = (deviations.view(-1, 1, 1) * draw).to(device)
        self._velocity = torch.zeros_like(self._table)
        self._momentum = self._column([variant.momentum for variant in chosen])
        self._decay = self._column([variant.weight_decay for variant in chosen]).repeat(1, 1, WIDTH)
        self._decay[..., ALWAYS_ON] = 0.0
        self._has_momentum = any(variant.momentum for variant in chosen)
        self._has_decay = any(variant.weight_decay for variant in chosen)
        self.set_learning_rates([variant.learning_rate for variant in chosen])

    def _column(self, values: Sequence[float]) -> torch.Tensor:
        return torch.tensor(values, device=self.device).view(-1, 1, 1)

    def set_learning_rates(self, rates: Sequence[float]) -> None:
        """Let these rates hold from the next step on, one a variant."""
        self.learning_rates = list(rates)
        self._rates = self._column(rates)

    def logits(self, rows: torch.Tensor, scale: float) -> torch.Tensor:
        """Return o = W x + b for all variants in one product, scale · T rowsᵀ.

        Args:
            rows: what `Pictures` gives, float32 (n, 800).
            scale: what the product is multiplied by.

        Returns:
            The logits (R, 10, n).
        """
        product = times_transposed(self._table.view(-1, WIDTH), rows, scale)
        return product.view(self.variants, CLASSES, len(rows))

    def gradient(self, error: torch.Tensor, rows: torch.Tensor, scale: float) -> torch.Tensor:
        """Return the gradient in the table, scale · error rows, from that in the logits.

        Args:
            error: the loss's gradient in the logits, (R, 10, n).
            rows: what `Pictures` gives, float32 (n, 800).
            scale: what the product is multiplied by.

        Returns:
            (R, 10, 800).
        """
        flat = error.view(-1, len(rows))
        return times_transposed(flat, rows.t(), scale).view_as(self._table)

    def descend(self, gradient: torch.Tensor, factor: float) -> None:
        """Take one step: v ← µv + g + λW, W ← W - ηv; for b without λ.

        Args:
            gradient: the mean loss's gradient in the table, (R, 10, 800); overwritten.
            factor: the schedule's multiple of η at this step.

        Source:
            The note, section 1.4, mended: the step is o ← o - η(p - onehot(t)), and so for W and b.
            Momentum and weight decay as in `torch.optim.SGD`.
        """
        if self._has_decay:
            gradient.addcmul_(self._table, self._decay)
        if self._has_momentum:
            gradient = self._velocity.mul_(self._momentum).add_(gradient)
        self._table.addcmul_(gradient, self._rates, value=-factor)

    def state(self) -> dict[str, torch.Tensor]:
        """Return copies of W, b and their velocities on the CPU, named as a checkpoint has them."""
        return {
            "weights": self._table[..., :PIXELS].to("cpu", copy=True).contiguous(),
            "bias": self._table[..., ALWAYS_ON].to("cpu", copy=True).contiguous(),
            "weights_velocity": self._velocity[..., :PIXELS].to("cpu", copy=True).contiguous(),
            "bias_velocity": self._velocity[..., ALWAYS_ON].to("cpu", copy=True).contiguous(),
        }

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take over a checkpoint's parameters, bit for bit."""
        self._table[..., :PIXELS] = checkpoint.weights
        self._table[..., ALWAYS_ON] = checkpoint.bias
        self._velocity[..., :PIXELS] = checkpoint.weights_velocity
        self._velocity[..., ALWAYS_ON] = checkpoint.bias_velocity
        self.set_learning_rates(checkpoint.learning_rates)


def schedule_factor(experiment: Experiment, step: int, total_steps: int) -> float:
    """Return the multiple of the learning rate at the step numbered `step` + 1.

    1 for "constant", ½(1 + cos(π · step / total_steps)) for "cosine".

    Args:
        experiment: whose schedule is meant.
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
