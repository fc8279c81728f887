"""Calibration: are the probabilities true, and the temperature that makes them truer.

A prediction has a confidence, its largest probability, and is right or wrong. It is calibrated if,
of all predictions with the confidence c, the share c is right. All figures are computed in float64.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from softmax_core.activations import checked_axis, softmax
from softmax_core.errors import InvalidLogits, InvalidProbabilities, InvalidTarget
from softmax_core.losses import cross_entropy
from softmax_core.tensors import class_indices, kind_of

Binning = Literal["width", "mass"]
"""Bins of equal width, or bins that hold equally many predictions."""

FloatArray = npt.NDArray[np.float64]
BINS: Final = 15
RESAMPLES: Final = 1000
# Cells of the smoothed error's grid. What it moves a confidence by is far below the bandwidth.
_CELLS: Final = 4096
_NEWTON_STEPS: Final = 200
# Newton's step squares the relative error: after one as small as this, nothing is left of it.
_LAST_STEP: Final = 1e-9


class Predictions(NamedTuple):
    """How sure each prediction is, and whether it is right.

    Attributes:
        confidence: the largest probability, float64 (N,).
        correct: whether the predicted class is the label, bool (N,).
    """

    confidence: Tensor
    correct: Tensor


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


Outcome = Literal["found", "zero", "infinite", "any"]


@dataclass(frozen=True, slots=True)
class TemperatureFit:
    """The temperature with the smallest negative log-likelihood, if there is one.

    Attributes:
        outcome: "found"; "zero" where every label has the largest logit, so the loss falls for ever
            as T → 0; "infinite" where the labels' logits are on average not above the others', so
            that the uniform distribution is best; "any" where all logits of each row are equal.
        temperature: T; 0.0, inf or 1.0 for the other three.
        nll: mean -ln p_t at T, or its limit there.
        nll_before: at T = 1.
        steps: Newton and bisection steps made.
    """

    outcome: Outcome
    temperature: float
    nll: float
    nll_before: float
    steps: int


def predictions(logits: Tensor, labels: Tensor, temperature: float = 1.0) -> Predictions:
    """Compute how sure each prediction is, and whether it is right.

    confidence = max_k p_k, p = softmax(o / T)

    Args:
        logits: o, floating (N, n).
        labels: class indices, (N,); at least one.
        temperature: T, above 0.

    Returns:
        Confidence and correctness; of logits that tie, the first class is predicted.

    Raises:
        InvalidLogits: the logits have no softmax, or T is not a finite number above 0.
        InvalidTarget: no labels, or not class indices of these logits.

    Example:
        >>> sure, right = predictions(torch.tensor([[2.0, 0.0], [0.0, 0.0]]), torch.tensor([0, 1]))
        >>> [round(value, 4) for value in sure.tolist()], right.tolist()
        ([0.8808, 0.5], [True, False])

    Source: Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks (2017).
    """
    rows, indices = _rows(logits, labels)
    return Predictions(softmax(_at(rows, temperature)).amax(dim=1), rows.argmax(dim=1) == indices)


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
    sure, hits = _checked(confidence, correct)
    edges = _edges(sure, bins, by)
    place = _place(sure, edges)
    size = len(edges) - 1
    counts = torch.bincount(place, minlength=size)
    return Reliability(
        edges,
        counts,
        torch.bincount(place, sure, minlength=size) / counts,
        torch.bincount(place, hits, minlength=size) / counts,
    )


def expected_calibration_error(binned: Reliability) -> float:
    """Compute the expected calibration error over bins.

    ECE = Σ_b (n_b / N) |accuracy_b - confidence_b|

    Args:
        binned: from `reliability`.

    Returns:
        From 0 to 1. It is too large on few predictions: chance alone moves each bin's accuracy.

    Example:
        >>> sure, right = torch.full((4,), 0.8), torch.tensor([True, True, True, False])
        >>> round(expected_calibration_error(reliability(sure, right)), 4)
        0.05

    Source: Naeini, Cooper and Hauskrecht, Obtaining Well Calibrated Probabilities Using Bayesian
    Binning (2015).
    """
    weights, gaps, _noise = _filled(binned)
    return float((weights * gaps.abs()).sum())


def debiased_calibration_error(binned: Reliability) -> float:
    """Compute the expected calibration error without what chance adds to it.

    ECE - Σ_b (n_b / N) (E|g_b + s_b z| - |g_b|), g_b = accuracy_b - confidence_b, z ~ N(0, 1),
    s_b² = accuracy_b (1 - accuracy_b) / n_b

    The bracket is how much larger a bin's error looks when its accuracy is drawn once more:
    E|g + s z| = s √(2/π) exp(-g²/2s²) + g erf(g / s√2), the mean of a folded normal.

    Args:
        binned: from `reliability`.

    Returns:
        It may be a little below 0 where the error is smaller than chance.

    Example:
        >>> sure = torch.full((100,), 0.8)
        >>> right = torch.arange(100) < 82
        >>> binned = reliability(sure, right)
        >>> expected_calibration_error(binned) > debiased_calibration_error(binned)
        True

    Source: Kumar, Liang and Ma, Verified Uncertainty Calibration (2019), section 5, whose draws are
    replaced by the mean that they estimate.
    """
    weights, gaps, noise = _filled(binned)
    certain = noise == 0
    s = torch.where(certain, 1.0, noise)
    folded = s * math.sqrt(2 / math.pi) * torch.exp(-(gaps**2) / (2 * s**2)) + gaps * torch.erf(
        gaps / (s * math.sqrt(2))
    )
    seen_twice = torch.where(certain, gaps.abs(), folded)
    return float((weights * (2 * gaps.abs() - seen_twice)).sum())


def debiased_squared_error(binned: Reliability) -> float:
    """Estimate the mean squared calibration error of the bins without bias.

    Σ_b (n_b / N) ((accuracy_b - confidence_b)² - accuracy_b (1 - accuracy_b) / (n_b - 1))

    Args:
        binned: from `reliability`. A bin with one prediction adds its square as it is.

    Returns:
        It may be below 0; its root is the debiased calibration error in the Euclidean norm.

    Example:
        >>> sure, right = torch.full((5,), 0.8), torch.tensor([True, True, True, True, False])
        >>> round(debiased_squared_error(reliability(sure, right)), 4)
        -0.04

    Source: Kumar, Liang and Ma, Verified Uncertainty Calibration (2019), section 5.
    """
    weights, gaps, noise = _filled(binned)
    counts = binned.counts[binned.counts > 0].double()
    several = counts > 1
    of_chance = torch.where(several, noise**2 * counts / (counts - 1).clamp(min=1), 0.0)
    return float((weights * (gaps**2 - of_chance)).sum())


def smooth_calibration_error(confidence: Tensor, correct: Tensor) -> float:
    """Compute the smooth calibration error, which needs no bins.

    smECE = the σ with ∫ |(1/N) Σ_i (correct_i - confidence_i) K_σ(t, confidence_i)| dt = σ,

    K_σ the normal density of width σ, reflected at 0 and 1. The left side falls with σ, so there is
    one such σ; it is both the width of the smoothing and the error.

    Args:
        confidence: floating (N,), from 0 to 1; at least one.
        correct: bool (N,).

    Returns:
        From 0 to 1, to 1e-6.

    Raises:
        InvalidProbabilities: a confidence outside [0, 1], or none at all.
        InvalidTarget: `correct` has another shape.

    Example:
        >>> round(smooth_calibration_error(torch.full((10,), 0.9), torch.ones(10).bool()), 4)
        0.1

    Source: Błasiok and Nakkiran, Smooth ECE: Principled Reliability Diagrams via Kernel Smoothing
    (2023).
    """
    sure, hits = _checked(confidence, correct)
    # Each difference is shared by the two points of the grid beside it, which keeps its mean place.
    at = sure * _CELLS
    left = at.floor().clamp(max=_CELLS - 1)
    share, difference = at - left, (hits - sure) / len(sure)
    mass = torch.zeros(_CELLS + 1, dtype=torch.float64, device=sure.device)
    mass.index_add_(0, left.long(), (1 - share) * difference)
    mass.index_add_(0, left.long() + 1, share * difference)
    low, high = 0.0, 1.0
    waves = _cosines(mass)
    while high - low > 1e-7:
        middle = (low + high) / 2
        if _smoothed_norm(waves, middle) > middle:
            low = middle
        else:
            high = middle
    return (low + high) / 2


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
    sure, hits = _checked(confidence, correct)
    if not 0 < level < 1 or resamples < 1:
        raise InvalidProbabilities(
            str(level), f"The level {level} is no share above 0 and below 1, or nothing is drawn."
        )
    size, count = len(binned.edges) - 1, len(sure)
    # What matters of a prediction is its bin and whether it is right: 2 B kinds. Drawing N of N
    # predictions is drawing how often each kind comes.
    kinds = torch.bincount(_place(sure, binned.edges) * 2 + hits.long(), minlength=2 * size)
    shares = (kinds.double() / count).cpu().numpy()
    drawn = np.random.default_rng(seed).multinomial(count, shares, size=resamples)
    counts = torch.from_numpy(drawn).double().view(resamples, size, 2)
    accuracy = counts[..., 1] / counts.sum(dim=2)
    tails = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    low, high = torch.nanquantile(accuracy, tails, dim=0)
    return Band(low, high)


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
    rows, indices = _rows(logits, labels)
    p = softmax(_at(rows, temperature))
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
    f, o = _checked(forecasts, outcomes)
    binned = reliability(f, outcomes, bins, by)
    place, filled = _place(f, binned.edges), binned.counts > 0
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
    rows, indices = _rows(logits, labels)
    one_hot = torch.nn.functional.one_hot(indices, rows.shape[1])
    return brier_decomposition(softmax(_at(rows, temperature)), one_hot.bool(), bins, by)


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
        >>> o = torch.tensor([[4.0, 0.0], [4.0, 0.0]])
        >>> figures = calibration_figures(o, torch.tensor([0, 1]))
        >>> round(figures.excess, 3), round(figures.nll, 3)
        (0.482, 2.018)

    Source: the functions named in `CalibrationFigures`.
    """
    found = predictions(logits, labels, temperature)
    binned = reliability(*found, bins, by)
    rows, indices = _rows(logits, labels)
    return CalibrationFigures(
        temperature=float(temperature),
        confidence=float(found.confidence.mean()),
        accuracy=float(found.correct.double().mean()),
        expected_error=expected_calibration_error(binned),
        debiased_error=debiased_calibration_error(binned),
        smooth_error=smooth_calibration_error(*found),
        brier=brier_score(logits, labels, temperature),
        nll=float(cross_entropy(_at(rows, temperature), indices).mean()),
    )


def fit_temperature(logits: Tensor, labels: Tensor) -> TemperatureFit:
    """Find the temperature with the smallest negative log-likelihood on held-out logits.

    L(β) = mean(ln Σ_k exp(β o_k) - β o_t), β = 1/T, is convex: L' = mean(Σ_k p_k (o_k - o_t)) and
    L'' = mean(Var_p(o)). Newton's steps on L' = 0, kept inside of a bracket that shrinks.

    Args:
        logits: o, floating (N, n), all finite, of pictures that were not trained on.
        labels: t, class indices (N,); at least one.

    Returns:
        T, to a relative 1e-10; or why no T above 0 and below infinity is the best.

    Raises:
        InvalidLogits: the logits have no softmax, or are not finite.
        InvalidTarget: no labels, or not class indices of these logits.

    Example:
        >>> o = torch.tensor([[4.0, 0.0]] * 4)
        >>> fit = fit_temperature(o, torch.tensor([0, 0, 0, 1]))
        >>> fit.outcome, round(fit.temperature, 6), round(4 / math.log(3), 6)
        ('found', 3.640957, 3.640957)
        >>> fit_temperature(o, torch.tensor([0, 0, 0, 0])).outcome
        'zero'

    Source: Guo, Pleiss, Sun and Weinberger (2017), section 4.2, temperature scaling; Boyd and
    Vandenberghe, Convex Optimization (2004), section 9.5, Newton's method.
    """
    rows, indices = _rows(logits, labels)
    if not rows.isfinite().all():
        raise InvalidLogits(
            "infinite", "inf", "A logit is not finite; no temperature changes it. Leave it out."
        )
    before = float(cross_entropy(rows, indices).mean())
    # As differences to the label's logit; of the largest size 1, so that β has no units.
    apart = rows - rows.gather(1, indices.unsqueeze(1))
    scale = float(apart.abs().max())
    classes = rows.shape[1]
    if scale == 0:
        return TemperatureFit("any", 1.0, before, before, 0)
    apart = apart / scale
    highest = apart.amax(dim=1)
    if not (highest > 0).any():
        winners = (apart == 0).sum(dim=1).double()
        return TemperatureFit("zero", 0.0, float(winners.log().mean()), before, 0)
    if float(apart.mean()) >= 0:
        return TemperatureFit("infinite", math.inf, math.log(classes), before, 0)
    beta, steps = _root(apart)
    temperature = scale / beta
    nll = float(cross_entropy(rows / temperature, indices).mean())
    return TemperatureFit("found", temperature, nll, before, steps)


def _root(apart: Tensor) -> tuple[float, int]:
    """Find the β above 0 with L'(β) = 0, by Newton's steps in a bracket."""
    low, high, steps = 0.0, 1.0, 0
    while _slope(apart, high)[0] < 0:
        low, high, steps = high, 2 * high, steps + 1
    beta = (low + high) / 2
    for made in range(steps + 1, steps + _NEWTON_STEPS):
        slope, bend = _slope(apart, beta)
        low, high = (beta, high) if slope < 0 else (low, beta)
        newton = beta - slope / bend if bend > 0 else math.nan
        # Before the bracket is asked: at the root, rounding may put the step just outside of it.
        if abs(newton - beta) <= _LAST_STEP * beta:
            return newton, made
        beta = newton if low < newton < high else (low + high) / 2
    return beta, steps + _NEWTON_STEPS


def _slope(apart: Tensor, beta: float) -> tuple[float, float]:
    """Compute L' and L'' at β from the differences o_k - o_t."""
    p = softmax(beta * apart)
    mean = (p * apart).sum(dim=1, keepdim=True)
    return float(mean.mean()), float((p * (apart - mean).square()).sum(dim=1).mean())


def _rows(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Check logits and labels; return them as float64 (N, n) and int64 (N,)."""
    checked_axis(logits, -1)
    indices = class_indices(labels, logits.shape[-1], "The label")
    if logits.dim() != 2 or indices.shape != logits.shape[:1] or len(indices) == 0:
        found = f"{tuple(indices.shape)} beside {tuple(logits.shape)}"
        raise InvalidTarget(
            found,
            logits.shape[-1],
            f"Labels and logits have the shapes {found}; give one label a row, and at least one.",
        )
    return logits.double(), indices


def _at(rows: Tensor, temperature: float) -> Tensor:
    if not (temperature > 0 and math.isfinite(temperature)):
        raise InvalidLogits(
            "temperature",
            str(temperature),
            f"The temperature is {temperature}; give a finite number above 0.",
        )
    return rows if temperature == 1 else rows / temperature


def _checked(confidence: Tensor, correct: Tensor) -> tuple[Tensor, Tensor]:
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


def _place(sure: Tensor, edges: Tensor) -> Tensor:
    """Return the bin of each confidence: the lower end belongs to it, the last one holds 1."""
    return torch.bucketize(sure, edges[1:-1].contiguous(), right=True)


def _filled(binned: Reliability) -> tuple[Tensor, Tensor, Tensor]:
    """Return share, accuracy - confidence, and its standard error of the bins that hold any."""
    filled = binned.counts > 0
    counts, accuracy = binned.counts[filled].double(), binned.accuracy[filled]
    noise = (accuracy * (1 - accuracy) / counts).sqrt()
    return counts / counts.sum(), accuracy - binned.confidence[filled], noise


def _cosines(mass: Tensor) -> FloatArray:
    """Compute a_k = Σ_j m_j cos(π k j / cells), of which a reflected density consists."""
    around = torch.cat((mass, mass[1:-1].flip(0)))
    # The ends count once around, and the inner points twice.
    around[0], around[len(mass) - 1] = 2 * mass[0], 2 * mass[-1]
    return np.fft.rfft(around.cpu().numpy()).real / 2


def _smoothed_norm(waves: FloatArray, width: float) -> float:
    """Compute ∫ |density| after smoothing: the reflected normal damps wave k by exp(-(πkσ)²/2)."""
    cells = len(waves) - 1
    damped = waves * np.exp(-((math.pi * width * np.arange(cells + 1)) ** 2) / 2)
    half = np.abs(np.fft.irfft(damped, n=2 * cells)[: cells + 1])
    return float(2 * half.sum() - half[0] - half[-1])
