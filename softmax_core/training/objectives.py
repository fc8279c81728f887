"""The loss of each variant: stable or naive, cross-entropy (smoothed or not) or squared error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from softmax_core.training.experiment import Experiment
from softmax_core.training.formulas import (
    class_probabilities,
    half_squared_norm,
    log_gradient,
    naive_forward,
    naive_gradient,
    squared_error_gradient,
    stable_figures,
)


@dataclass(slots=True, eq=False)
class Measured:
    """The forward pass of one minibatch, from which its figures are computed.

    Attributes:
        labels: int64 (n,).
        logits: of all variants, (R, classes, n).
        probabilities: of all variants, (R, classes, n); `figures` overwrites them.
        apart: figures that some variants compute by other formulas: which variants, the name in
            `Figures`, and the values (chosen, 1, n).
    """

    labels: torch.Tensor
    logits: torch.Tensor
    probabilities: torch.Tensor
    apart: list[tuple[torch.Tensor, str, torch.Tensor]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Figures:
    """The figures of S minibatches of one size, per variant and picture, each (S, R, 1, n).

    Attributes:
        loss: the loss that the variant minimises.
        saturation: 1 - Σp².
        predicted: the predicted class, int64.
        labels: the true class, int64 (S, 1, 1, n).
    """

    loss: torch.Tensor
    saturation: torch.Tensor
    predicted: torch.Tensor
    labels: torch.Tensor


def figures(steps: Sequence[Measured]) -> Figures:
    """Compute the figures of several minibatches of one size; overwrites their probabilities."""
    labels = _stack([measured.labels for measured in steps]).view(len(steps), 1, 1, -1)
    loss, saturation, predicted = stable_figures(
        _stack([measured.logits for measured in steps]),
        _stack([measured.probabilities for measured in steps]),
        labels,
    )
    found = Figures(loss, saturation, predicted, labels)
    for step, measured in enumerate(steps):
        for chosen, name, values in measured.apart:
            getattr(found, name)[step, chosen] = values
    return found


def _stack(parts: Sequence[torch.Tensor]) -> torch.Tensor:
    """Stack tensors; a single one is not copied."""
    return parts[0].unsqueeze(0) if len(parts) == 1 else torch.stack(tuple(parts))


class Objectives:
    """The losses of R variants; variants with the same formulas are computed together."""

    def __init__(self, experiment: Experiment, classes: int, device: torch.device) -> None:
        """Group the variants by their formulas."""

        def positions(naive: bool, squared: bool, smoothed: bool = False) -> torch.Tensor | None:
            chosen = [
                position
                for position, variant in enumerate(experiment.variants)
                if (variant.softmax == "naive") == naive
                and (variant.loss == "squared_error") == squared
                and (variant.label_smoothing > 0) == smoothed
            ]
            return torch.tensor(chosen, dtype=torch.int64, device=device) if chosen else None

        self._squared = positions(naive=False, squared=True)
        self._naive = positions(naive=True, squared=False)
        self._naive_squared = positions(naive=True, squared=True)
        self._smoothed = positions(naive=False, squared=False, smoothed=True)
        self._naive_smoothed = positions(naive=True, squared=False, smoothed=True)
        self._smoothing = torch.tensor(
            [variant.label_smoothing for variant in experiment.variants], device=device
        ).view(-1, 1, 1)
        self._one_hot = torch.eye(classes, device=device)

    def measure(self, logits: torch.Tensor, labels: torch.Tensor) -> Measured:
        """Run the forward pass: logits floating (R, classes, n), labels int64 (n,)."""
        probabilities = class_probabilities(logits)
        measured = Measured(labels, logits, probabilities)
        for chosen in (self._naive, self._naive_squared, self._naive_smoothed):
            if chosen is not None:
                naive = naive_forward(logits[chosen], labels)
                probabilities[chosen] = naive.probabilities
                for name in ("loss", "saturation", "predicted"):
                    measured.apart.append((chosen, name, getattr(naive, name)))
        for chosen in (self._squared, self._naive_squared):
            if chosen is not None:
                error = probabilities[chosen] - self._labelled(labels)
                measured.apart.append((chosen, "loss", half_squared_norm(error)))
        if (chosen := self._smoothed) is not None:
            logs = torch.log_softmax(logits[chosen], dim=1)
            measured.apart.append((chosen, "loss", self._against(logs, chosen, labels)))
        if (chosen := self._naive_smoothed) is not None:
            logs = probabilities[chosen].log()
            measured.apart.append((chosen, "loss", self._against(logs, chosen, labels)))
        return measured

    def gradient(self, measured: Measured) -> torch.Tensor:
        """Compute the gradient of each variant's loss with respect to the logits, per picture.

        P - Y for cross-entropy, Y smoothed where the variant asks for it; J (P - Y) for the
        squared error. (R, classes, n).
        """
        logits, probabilities = measured.logits, measured.probabilities
        error = probabilities - self._labelled(measured.labels)
        if (chosen := self._squared) is not None:
            error[chosen] = squared_error_gradient(
                probabilities[chosen], error[chosen], measured.labels
            )
        if (chosen := self._naive) is not None:
            naive = probabilities[chosen]
            in_probabilities = log_gradient(naive, measured.labels)
            error[chosen] = naive_gradient(logits[chosen], naive, in_probabilities)
        if (chosen := self._smoothed) is not None:
            error[chosen] = probabilities[chosen] - self._smoothly(chosen, measured.labels)
        if (chosen := self._naive_smoothed) is not None:
            naive = probabilities[chosen]
            in_probabilities = -self._smoothly(chosen, measured.labels) / naive
            error[chosen] = naive_gradient(logits[chosen], naive, in_probabilities)
        if (chosen := self._naive_squared) is not None:
            error[chosen] = naive_gradient(logits[chosen], probabilities[chosen], error[chosen])
        return error

    def _labelled(self, labels: torch.Tensor) -> torch.Tensor:
        """Return the one-hot labels Y, (classes, n)."""
        return self._one_hot.index_select(1, labels)

    def _smoothly(self, chosen: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the smoothed labels (1 - ε) Y + ε / classes, (chosen, classes, n)."""
        amount = self._smoothing[chosen]
        return (1 - amount) * self._labelled(labels) + amount / len(self._one_hot)

    def _against(
        self, logs: torch.Tensor, chosen: torch.Tensor, labels: torch.Tensor
    ) -> torch.Tensor:
        """Return the cross-entropy -Σ y ln p with the smoothed labels, (chosen, 1, n)."""
        return -(self._smoothly(chosen, labels) * logs).sum(dim=1, keepdim=True)
