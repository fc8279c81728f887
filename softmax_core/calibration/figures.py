"""All figures of some logits' probabilities at one temperature."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from softmax_core.calibration.bins import BINS, Binning, reliability
from softmax_core.calibration.brier import brier_score
from softmax_core.calibration.errors import (
    debiased_calibration_error,
    expected_calibration_error,
    smooth_calibration_error,
)
from softmax_core.calibration.predicted import divided, predictions, rows_of
from softmax_core.losses import cross_entropy


@dataclass(frozen=True, slots=True)
class CalibrationFigures:
    """How good the probabilities of some logits are, at one temperature.

    Attributes:
        temperature: T.
        confidence: mean confidence.
        accuracy: share of correct predictions; no temperature changes it.
        expected_error: `expected_calibration_error`.
        debiased_error: `debiased_calibration_error`.
        smooth_error: `smooth_calibration_error`.
        brier: `brier_score`.
        nll: mean negative log-likelihood -ln p_t, in nats.
    """

    temperature: float
    confidence: float
    accuracy: float
    expected_error: float
    debiased_error: float
    smooth_error: float
    brier: float
    nll: float

    @property
    def excess(self) -> float:
        """Mean confidence minus accuracy: above 0 too sure, below 0 not sure enough."""
        return self.confidence - self.accuracy


def calibration_figures(
    logits: Tensor,
    labels: Tensor,
    temperature: float = 1.0,
    *,
    bins: int = BINS,
    by: Binning = "width",
) -> CalibrationFigures:
    """Compute all figures of some logits' probabilities, at one temperature.

    p = softmax(o / T)

    Args:
        logits: o, floating (N, n).
        labels: class indices (N,).
        temperature: T, above 0.
        bins: how many bins the binned errors have.
        by: "width" or "mass".

    Returns:
        The figures.

    Raises:
        InvalidLogits: as for `predictions`.
        InvalidTarget: as for `predictions`.

    Example:
        >>> import torch
        >>> o = torch.tensor([[4.0, 0.0], [4.0, 0.0]])
        >>> figures = calibration_figures(o, torch.tensor([0, 1]))
        >>> round(figures.excess, 3), round(figures.nll, 3)
        (0.482, 2.018)

    Source: the functions named in `CalibrationFigures`.
    """
    found = predictions(logits, labels, temperature)
    binned = reliability(*found, bins, by)
    rows, indices = rows_of(logits, labels)
    return CalibrationFigures(
        temperature=float(temperature),
        confidence=float(found.confidence.mean()),
        accuracy=float(found.correct.double().mean()),
        expected_error=expected_calibration_error(binned),
        debiased_error=debiased_calibration_error(binned),
        smooth_error=smooth_calibration_error(*found),
        brier=brier_score(logits, labels, temperature),
        nll=float(cross_entropy(divided(rows, temperature), indices).mean()),
    )
