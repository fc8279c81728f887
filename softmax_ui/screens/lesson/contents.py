"""The lesson's table of contents."""

from __future__ import annotations

from typing import Final

PART_ONE: Final = ("categories", "network", "softmax", "jacobian", "norm", "loss", "gradient")
PART_TWO: Final = (
    "parameters",
    "softmax_code",
    "net",
    "loss_code",
    "accuracy",
    "accumulator",
    "evaluate",
    "updater",
    "epoch",
    "training",
    "prediction",
)
SECTIONS: Final = (*PART_ONE, *PART_TWO, "map")
"""The sections in the order of reading; each has a prose file `lesson_<section>.md`."""
