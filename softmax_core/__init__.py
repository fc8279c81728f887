"""Softmax, its derivatives, and softmax regression from scratch.

The mathematics, for `from softmax_core import ...`. The data are in `softmax_core.data`, training
in `softmax_core.training`, runs and their store in `softmax_core.runs`, errors in
`softmax_core.errors`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from softmax_core.activations import log_softmax, naive_softmax, softmax
from softmax_core.calibration import calibration_figures, fit_temperature, reliability
from softmax_core.derivatives import half_l1_norm, softmax_jacobian
from softmax_core.flips import smallest_flip, smallest_flips
from softmax_core.label_smoothing import (
    smoothed_cross_entropy,
    smoothed_cross_entropy_gradient,
)
from softmax_core.losses import (
    cross_entropy,
    cross_entropy_gradient,
    naive_cross_entropy,
    squared_error,
    squared_error_gradient,
)
from softmax_core.metrics import Accumulator, accuracy, confusion_matrix

__version__ = "0.2.0"

__all__ = [
    "Accumulator",
    "accuracy",
    "calibration_figures",
    "confusion_matrix",
    "cross_entropy",
    "cross_entropy_gradient",
    "data",
    "fit_temperature",
    "half_l1_norm",
    "log_softmax",
    "naive_cross_entropy",
    "naive_softmax",
    "reliability",
    "runs",
    "smallest_flip",
    "smallest_flips",
    "smoothed_cross_entropy",
    "smoothed_cross_entropy_gradient",
    "softmax",
    "softmax_jacobian",
    "squared_error",
    "squared_error_gradient",
    "training",
]

if TYPE_CHECKING:
    from softmax_core import data, runs, training
else:
    # Imported when first asked for: softmax alone should not cost SQLite, safetensors and the rest.
    def __getattr__(name: str) -> object:
        if name in {"data", "runs", "training"}:
            return import_module(f"softmax_core.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
