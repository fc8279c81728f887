"""Calibration: are the probabilities true, and the temperature that makes them truer.

A prediction has a confidence, its largest probability, and is right or wrong. It is calibrated if,
of all predictions with the confidence c, the share c is right. All figures are computed in float64.
"""

from softmax_core.calibration.bins import (
    BINS,
    RESAMPLES,
    Band,
    Binning,
    Reliability,
    reliability,
    reliability_band,
)
from softmax_core.calibration.brier import (
    BrierParts,
    brier_decomposition,
    brier_parts,
    brier_score,
)
from softmax_core.calibration.errors import (
    debiased_calibration_error,
    debiased_squared_error,
    expected_calibration_error,
    smooth_calibration_error,
)
from softmax_core.calibration.figures import CalibrationFigures, calibration_figures
from softmax_core.calibration.predicted import Predictions, predictions
from softmax_core.calibration.temperature import Outcome, TemperatureFit, fit_temperature

__all__ = [
    "BINS",
    "RESAMPLES",
    "Band",
    "Binning",
    "BrierParts",
    "CalibrationFigures",
    "Outcome",
    "Predictions",
    "Reliability",
    "TemperatureFit",
    "brier_decomposition",
    "brier_parts",
    "brier_score",
    "calibration_figures",
    "debiased_calibration_error",
    "debiased_squared_error",
    "expected_calibration_error",
    "fit_temperature",
    "predictions",
    "reliability",
    "reliability_band",
    "smooth_calibration_error",
]
