"""Predictions in bins of their confidence: the reliability diagram, and its bands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from softmax_core.errors import InvalidProbabilities, InvalidTarget
from softmax_core.tensors import kind_of

Binning = Literal["width", "mass"]
"""Bins of equal width, or bins that hold equally many predictions."""

BINS: Final = 15
RESAMPLES: Final = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Predictions in bins of their confidence.

    Attributes:
        edges: the B + 1 ends of the bins, ascending, float64. A bin holds its lower end and not its
            upper one; the last bin holds both.
        counts: predictions in each bin, int64 (B,).
        confidence: their mean confidence, float64 (B,); nan in an empty bin.
        accuracy: the share of them that is right, float64 (B,); nan in an empty bin.
    """

    edges: Tensor
    counts: Tensor
    confidence: Tensor
    accuracy: Tensor


class Band(NamedTuple):
    """A lower and an upper end for each bin, float64 (B,); nan in an empty bin."""

    low: Tensor
    high: Tensor


def reliability(
    confidence: Tensor, correct: Tensor, bins: int = BINS, by: Binning = "width"
) -> Reliability:
    """Sort predictions into bins of their confidence: the numbers of a reliability diagram.

    Args:
        confidence: floating (N,), from 0 to 1; at least one.
        correct: bool (N,).
        bins: B, how many bins.
        by: "width" for bins of width 1/B; "mass" for bins that hold N/B predictions each, but for
            one more here and there. Equal confidences stay together, so ties leave fewer bins.

    Returns:
        The bins.

    Raises:
        InvalidProbabilities: a confidence outside [0, 1], none at all, or B below 1.
        InvalidTarget: `correct` has another shape.

    Example:
        >>> sure, right = torch.tensor([0.6, 0.7, 0.9, 0.95]), torch.tensor([1, 0, 1, 1]).bool()
        >>> two = reliability(sure, right, bins=2, by="mass")
        >>> two.counts.tolist(), two.accuracy.tolist()
        ([2, 2], [0.5, 1.0])

    Source: DeGroot and Fienberg, The Comparison and Evaluation of Forecasters (1983); for equal
    mass Nguyen and O'Connor, Posterior Calibration and Exploratory Analysis (2015).
    """
    sure, hits = checked_outcomes(confidence, correct)
    edges = _edges(sure, bins, by)
    place = bin_of(sure, edges)
    size = len(edges) - 1
    counts = torch.bincount(place, minlength=size)
    return Reliability(
        edges,
        counts,
        torch.bincount(place, sure, minlength=size) / counts,
        torch.bincount(place, hits, minlength=size) / counts,
    )


def reliability_band(
    confidence: Tensor,
    correct: Tensor,
    binned: Reliability,
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Band:
    """Compute a confidence band of each bin's accuracy by bootstrap.

    The predictions are drawn anew, N of N with repetition, `resamples` times; the band is between
    the quantiles (1 - level) / 2 and (1 + level) / 2 of each bin's accuracy.

    Args:
        confidence: floating (N,).
        correct: bool (N,).
        binned: the bins of these predictions; their edges stay.
        level: the share of the draws that the band holds, above 0 and below 1.
        resamples: how often to draw.
        seed: of the draws; the same seed gives the same band.

    Returns:
        The band, nan in bins that are empty.

    Raises:
        InvalidProbabilities: a confidence outside [0, 1], or a level outside (0, 1).
        InvalidTarget: `correct` has another shape.

    Example:
        >>> sure, right = torch.full((100,), 0.8), torch.arange(100) < 80
        >>> band = reliability_band(sure, right, reliability(sure, right, bins=1))
        >>> 0.70 < band.low.item() < 0.74, 0.86 < band.high.item() < 0.90
        (True, True)

    Source: Efron, Bootstrap Methods: Another Look at the Jackknife (1979); the percentile interval.
    """
    sure, hits = checked_outcomes(confidence, correct)
    if not 0 < level < 1 or resamples < 1:
        raise InvalidProbabilities(
            str(level), f"The level {level} is no share above 0 and below 1, or nothing is drawn."
        )
    size, count = len(binned.edges) - 1, len(sure)
    # What matters of a prediction is its bin and whether it is right: 2 B kinds. Drawing N of N
    # predictions is drawing how often each kind comes.
    kinds = torch.bincount(bin_of(sure, binned.edges) * 2 + hits.long(), minlength=2 * size)
    shares = (kinds.double() / count).cpu().numpy()
    drawn = np.random.default_rng(seed).multinomial(count, shares, size=resamples)
    counts = torch.from_numpy(drawn).double().view(resamples, size, 2)
    accuracy = counts[..., 1] / counts.sum(dim=2)
    tails = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    low, high = torch.nanquantile(accuracy, tails, dim=0)
    return Band(low, high)


def checked_outcomes(confidence: Tensor, correct: Tensor) -> tuple[Tensor, Tensor]:
    """Check confidences and outcomes; return both as float64 (N,)."""
    if not isinstance(confidence, Tensor) or not confidence.is_floating_point():
        kind = kind_of(confidence)
        raise InvalidProbabilities(
            kind, f"The probabilities are {kind}; give a floating tensor, as softmax does."
        )
    if not isinstance(correct, Tensor):
        kind = kind_of(correct)
        raise InvalidTarget(kind, 2, f"Outcomes are a bool tensor, not a {kind}.")
    sure = confidence.double().contiguous()
    if sure.dim() != 1 or len(sure) == 0:
        raise InvalidProbabilities(
            str(tuple(sure.shape)),
            f"The probabilities have the shape {tuple(sure.shape)}; give (N,), at least one.",
        )
    outside = ~((sure >= 0) & (sure <= 1))
    if outside.any():
        value = str(float(sure[outside][0]))
        raise InvalidProbabilities(value, f"{value} is no probability: they are from 0 to 1.")
    if correct.shape != sure.shape:
        found = f"{tuple(correct.shape)} beside {tuple(sure.shape)}"
        raise InvalidTarget(found, 2, f"Outcomes and probabilities have the shapes {found}.")
    return sure, correct.double()


def bin_of(sure: Tensor, edges: Tensor) -> Tensor:
    """Return the bin of each confidence: the lower end belongs to it, the last one holds 1."""
    return torch.bucketize(sure, edges[1:-1].contiguous(), right=True)


def _edges(sure: Tensor, bins: int, by: Binning) -> Tensor:
    if bins < 1:
        raise InvalidProbabilities(str(bins), f"{bins} bins hold nothing; give at least one.")
    if by == "width":
        return torch.linspace(0, 1, bins + 1, dtype=torch.float64, device=sure.device)
    ordered = sure.sort().values
    firsts = torch.arange(1, bins, device=sure.device) * len(sure) // bins
    inner = torch.unique(ordered[firsts])
    ends = ordered.new_tensor([0.0]), ordered.new_tensor([1.0])
    return torch.cat((ends[0], inner[inner > ordered[0]], ends[1]))
