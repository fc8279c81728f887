"""Which formulas each variant uses: stable or naive, cross-entropy or squared error."""

from __future__ import annotations

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

    def measure(self, logits: torch.Tensor, labels: torch.Tensor) -> tuple[Forward, torch.Tensor]:
        """Return each variant's figures, and every picture's P - Y.

        Args:
            logits: floating (R, classes, n).
            labels: int64 (n,).

        Returns:
            The figures, `loss` being the one that the variant minimises, and (R, classes, n).
        """
        found = forward(logits, labels)
        for chosen in (self._naive, self._naive_squared):
            if chosen is not None:
                naive = naive_forward(logits[chosen], labels)
                found.probabilities[chosen] = naive.probabilities
                found.loss[chosen] = naive.loss
                found.predicted[chosen] = naive.predicted
                found.saturation[chosen] = naive.saturation
        error = found.probabilities - self._one_hot.index_select(1, labels)
        for chosen in (self._squared, self._naive_squared):
            if chosen is not None:
                found.loss[chosen] = squared_error(error[chosen])
        return found, error

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
