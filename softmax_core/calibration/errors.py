"""How far confidence and accuracy are apart: over bins, without what chance adds, without bins."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from softmax_core.calibration.bins import Reliability, checked_outcomes

FloatArray = npt.NDArray[np.float64]
# Cells of the smoothed error's grid. What it moves a confidence by is far below the bandwidth.
_CELLS: Final = 4096


def expected_calibration_error(binned: Reliability) -> float:
    """Compute the expected calibration error over bins.

    ECE = Σ_b (n_b / N) |accuracy_b - confidence_b|

    Args:
        binned: from `reliability`.

    Returns:
        From 0 to 1. It is too large on few predictions: chance alone moves each bin's accuracy.

    Example:
        >>> from softmax_core import reliability
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
        >>> from softmax_core import reliability
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
        >>> from softmax_core import reliability
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
    sure, hits = checked_outcomes(confidence, correct)
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
