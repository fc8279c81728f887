"""Softmax, its derivatives, and softmax regression from scratch.

The mathematics, for `from softmax_core import ...`. The data are in `softmax_core.data`, training
in `softmax_core.training`, runs and their store in `softmax_core.runs`, errors in
`softmax_core.errors`.
"""

from softmax_core.activations import log_softmax, naive_softmax, softmax
from softmax_core.derivatives import half_l1_norm, softmax_jacobian
from softmax_core.losses import (
    cross_entropy,
    cross_entropy_gradient,
    naive_cross_entropy,
    squared_error,
    squared_error_gradient,
)
from softmax_core.metrics import Accumulator, accuracy, confusion_matrix

__all__ = [
    "Accumulator",
    "accuracy",
    "confusion_matrix",
    "cross_entropy",
    "cross_entropy_gradient",
    "half_l1_norm",
    "log_softmax",
    "naive_cross_entropy",
    "naive_softmax",
    "softmax",
    "softmax_jacobian",
    "squared_error",
    "squared_error_gradient",
]
