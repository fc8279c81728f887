"""What the vanishing-gradient page shows, in its URL."""

from __future__ import annotations

from typing import Final

import torch

from softmax_ui.addresses.numbers import logits_text, target_outside
from softmax_ui.addresses.state import PageState, choice, number, whole

MOST_CLASSES: Final = 10
LARGEST_UNSCALED_LOGIT: Final = 10.0
"""The page multiplies the logits by up to 31.6; a difference of 20 becomes 632, and with a smallest
p_t of e^-632 the 1 / p_t is still finite."""
FACTORS: Final[tuple[float, ...]] = tuple(
    float(f"{k:.3g}") for k in torch.logspace(-2, 1.5, 141, dtype=torch.float64).tolist()
)

RATES: Final = ("0.5", "1", "2", "5")
STEP_LIMIT: Final = 1000
FURTHEST: Final = 12.0
# Each of the first thirty steps, then forty places to each power of ten.
STEPS: Final[tuple[int, ...]] = tuple(
    sorted({*range(31), *(round(10 ** (k / 40)) for k in range(60, 121))})
)

GRADIENT_STATE: Final = PageState(
    logits_text("logits", "2, 1, 0", largest=LARGEST_UNSCALED_LOGIT, most=MOST_CLASSES),
    whole("target", 1, 0, MOST_CLASSES - 1),
    number("k", 10.0, FACTORS[0], FACTORS[-1]),
    choice("sizes", "log", ["log", "linear"]),
    number("ahead", 6.0, 0.0, FURTHEST),
    choice("rate", "1", RATES),
    whole("step", 0, 0, STEP_LIMIT),
    misfits=target_outside,
)
