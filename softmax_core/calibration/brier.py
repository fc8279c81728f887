"""The Brier score, and what it consists of."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from softmax_core.activations import softmax
from softmax_core.calibration.bins import BINS, Binning, bin_of, checked_outcomes, reliability
from softmax_core.calibration.predicted import divided, rows_of


@dataclass(frozen=True, slots=True)
class BrierParts:
    """The Brier score and what it consists of.

    score = reliability - resolution + uncertainty + within_variance - within_covariance

    Attributes:
        score: the mean squared difference of forecast and outcome; of several classes, the sum.
        reliability: how far the bins' forecasts are from what happened in them; 0 is best.
        resolution: how much the bins differ in what happened; the more, the better.
        uncertainty: the variance of the outcomes, which no forecast changes.
        within_variance: of the forecasts inside of the bins; 0 where a bin holds one forecast only.
        within_covariance: twice that of forecasts and outcomes inside of the bins.
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    within_variance: float
    within_covariance: float


def brier_score(logits: Tensor, labels: Tensor, temperature: float = 1.0) -> float:
    """Compute the Brier score of the probabilities of all classes.

    (1/N) Σ_i Σ_k (p_ik - [k = t_i])², p = softmax(o / T)

    Args:
        logits: o, floating (N, n).
        labels: t, class indices (N,).
        temperature: T.

    Returns:
        From 0 to 2.

    Raises:
        InvalidLogits: as for `predictions`.
        InvalidTarget: as for `predictions`.

    Example:
        >>> brier_score(torch.zeros(1, 4), torch.tensor([2]))
        0.75

    Source: Brier, Verification of Forecasts Expressed in Terms of Probability (1950).
    """
    rows, indices = rows_of(logits, labels)
    p = softmax(divided(rows, temperature))
    one_hot = torch.nn.functional.one_hot(indices, p.shape[1])
    return float((p - one_hot).square().sum(dim=1).mean())


def brier_decomposition(
    forecasts: Tensor, outcomes: Tensor, bins: int = BINS, by: Binning = "width"
) -> BrierParts:
    """Split the Brier score into reliability, resolution and uncertainty.

    With bins b, their share w_b, mean forecast f_b, share of events o_b, and o over all:
    reliability Σ w_b (f_b - o_b)², resolution Σ w_b (o_b - o)², uncertainty o (1 - o). Forecasts
    differ inside of a bin; with the two terms that this adds, the sum is the score exactly.

    Args:
        forecasts: probabilities of an event (N,), such as the confidences; or of every class
            (N, n), each class being an event: the parts are then summed over the classes.
        outcomes: whether it happened, bool, of the same shape.
        bins: how many bins.
        by: "width" or "mass", as for `reliability`.

    Returns:
        The score and its parts.

    Raises:
        InvalidProbabilities: a forecast outside [0, 1], or none.
        InvalidTarget: the outcomes have another shape.

    Example:
        >>> sure, right = torch.tensor([0.25, 0.25, 1, 1]), torch.tensor([True, False, True, True])
        >>> parts = brier_decomposition(sure, right, bins=2)
        >>> parts.score, parts.reliability, parts.resolution, parts.uncertainty
        (0.15625, 0.03125, 0.0625, 0.1875)

    Source: Murphy, A New Vector Partition of the Probability Score (1973); Stephenson, Coelho and
    Jolliffe, Two Extra Components in the Brier Score Decomposition (2008).
    """
    if forecasts.dim() == 2 and forecasts.shape == outcomes.shape:
        columns = [
            brier_decomposition(forecast, outcome, bins, by)
            for forecast, outcome in zip(forecasts.unbind(1), outcomes.unbind(1), strict=True)
        ]
        return BrierParts(
            **{
                each.name: sum(getattr(one, each.name) for one in columns)
                for each in fields(BrierParts)
            }
        )
    f, o = checked_outcomes(forecasts, outcomes)
    binned = reliability(f, outcomes, bins, by)
    place, filled = bin_of(f, binned.edges), binned.counts > 0
    weights = binned.counts[filled].double() / len(f)
    mean_f, mean_o, base = binned.confidence[filled], binned.accuracy[filled], o.mean()
    off_f, off_o = f - binned.confidence[place], o - binned.accuracy[place]
    return BrierParts(
        score=float((f - o).square().mean()),
        reliability=float((weights * (mean_f - mean_o).square()).sum()),
        resolution=float((weights * (mean_o - base).square()).sum()),
        uncertainty=float(base * (1 - base)),
        within_variance=float(off_f.square().mean()),
        within_covariance=float(2 * (off_f * off_o).mean()),
    )


def brier_parts(
    logits: Tensor,
    labels: Tensor,
    temperature: float = 1.0,
    *,
    bins: int = BINS,
    by: Binning = "width",
) -> BrierParts:
    """Split `brier_score`, with each class as an event and the parts summed over the classes.

    Args:
        logits: o, floating (N, n).
        labels: t, class indices (N,).
        temperature: T.
        bins: how many bins each class has.
        by: "width" or "mass".

    Returns:
        The score and its parts.

    Raises:
        InvalidLogits: as for `predictions`.
        InvalidTarget: as for `predictions`.

    Example:
        >>> parts = brier_parts(torch.zeros(2, 4), torch.tensor([2, 1]))
        >>> parts.score, round(parts.reliability + parts.uncertainty - parts.resolution, 12)
        (0.75, 0.75)

    Source: as `brier_decomposition`.
    """
    rows, indices = rows_of(logits, labels)
    one_hot = torch.nn.functional.one_hot(indices, rows.shape[1])
    return brier_decomposition(softmax(divided(rows, temperature)), one_hot.bool(), bins, by)
