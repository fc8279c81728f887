"""Which formulas each variant uses: stable or naive, cross-entropy or squared error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from softmax_core.training.experiment import Experiment
from softmax_core.training.formulas import (
    Forward,
    forward,
    log_gradient,
    naive_forward,
    naive_gradient,
    squared_error,
    through_softmax,
)


@dataclass(slots=True, eq=False)
class Measured:
    """What one minibatch's figures are computed from.

    Attributes:
        labels: int64 (n,).
        forward: the stable formulas' parts, of all variants; only the probabilities are each
            variant's own, until the figures use them up.
        apart: figures of the variants that compute them otherwise: which variants, the figure's
            name in `Figures`, and its values (chosen, 1, n).
    """

    labels: torch.Tensor
    forward: Forward
    apart: list[tuple[torch.Tensor, str, torch.Tensor]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Figures:
    """The figures of S minibatches of one size, per variant and picture, each (S, R, 1, n).

    Attributes:
        loss: what the variant minimises.
        saturation: 1 - Σp².
        predicted: the class that the variant answers, int64.
        labels: the class that is right, int64 (S, 1, 1, n).
    """

    loss: torch.Tensor
    saturation: torch.Tensor
    predicted: torch.Tensor
    labels: torch.Tensor


def figures(steps: Sequence[Measured]) -> Figures:
    """Return the figures of several minibatches of one size at once; what they hold is used up."""
    predicted = _stack([measured.forward.predicted for measured in steps])
    loss, saturation = Forward(
        _stack([measured.forward.probabilities for measured in steps]),
        predicted,
        _stack([measured.forward.target for measured in steps]),
    ).loss_and_saturation()
    labels = _stack([measured.labels for measured in steps]).view(len(steps), 1, 1, -1)
    found = Figures(loss, saturation, predicted, labels)
    for step, measured in enumerate(steps):
        for chosen, name, values in measured.apart:
            getattr(found, name)[step, chosen] = values
    return found


def _stack(parts: Sequence[torch.Tensor]) -> torch.Tensor:
    """Put tensors one behind the other; a single one is not copied."""
    return parts[0].unsqueeze(0) if len(parts) == 1 else torch.stack(tuple(parts))


class Objectives:
    """The losses of R variants, computed together where they agree and apart where they do not."""

    def __init__(self, experiment: Experiment, classes: int, device: torch.device) -> None:
        """Sort the variants by the formulas that they use."""

        def positions(naive: bool, squared: bool) -> torch.Tensor | None:
            chosen = [
                position
                for position, variant in enumerate(experiment.variants)
                if (variant.softmax == "naive") == naive
                and (variant.loss == "squared_error") == squared
            ]
            return torch.tensor(chosen, dtype=torch.int64, device=device) if chosen else None

        self._squared = positions(naive=False, squared=True)
        self._naive = positions(naive=True, squared=False)
        self._naive_squared = positions(naive=True, squared=True)
        self._one_hot = torch.eye(classes, device=device)

    def measure(
        self, logits: torch.Tensor, labels: torch.Tensor
    ) -> tuple[Measured, torch.Tensor, torch.Tensor]:
        """Return what each variant's figures are computed from, and every picture's P and P - Y.

        Args:
            logits: floating (R, classes, n).
            labels: int64 (n,).

        Returns:
            The figures' parts, and P and P - Y, both (R, classes, n).
        """
        found = forward(logits, labels)
        measured, probabilities = Measured(labels, found), found.probabilities
        for chosen in (self._naive, self._naive_squared):
            if chosen is not None:
                naive = naive_forward(logits[chosen], labels)
                probabilities[chosen] = naive.probabilities
                for name in ("loss", "saturation", "predicted"):
                    measured.apart.append((chosen, name, getattr(naive, name)))
        error = probabilities - self._one_hot.index_select(1, labels)
        for chosen in (self._squared, self._naive_squared):
            if chosen is not None:
                measured.apart.append((chosen, "loss", squared_error(error[chosen])))
        return measured, probabilities, error

    def gradient(
        self,
        logits: torch.Tensor,
        labels: torch.Tensor,
        probabilities: torch.Tensor,
        error: torch.Tensor,
    ) -> torch.Tensor:
        """Return every picture's gradient in its logits, for the loss that each variant minimises.

        P - Y for cross-entropy; for the squared error the same carried through the softmax.

        Args:
            logits: floating (R, classes, n).
            labels: int64 (n,).
            probabilities: what `measure` found, (R, classes, n).
            error: P - Y, (R, classes, n); overwritten.

        Returns:
            The gradients, (R, classes, n).
        """
        if (chosen := self._squared) is not None:
            error[chosen] = through_softmax(probabilities[chosen], error[chosen])
        if (chosen := self._naive) is not None:
            naive = probabilities[chosen]
            error[chosen] = naive_gradient(logits[chosen], naive, log_gradient(naive, labels))
        if (chosen := self._naive_squared) is not None:
            error[chosen] = naive_gradient(logits[chosen], probabilities[chosen], error[chosen])
        return error
