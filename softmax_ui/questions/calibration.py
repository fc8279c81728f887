"""The questions about calibration: whether 0.9 is really 0.9."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import torch
from torch import Tensor

from softmax_core import reliability, softmax
from softmax_core.calibration import expected_calibration_error, predictions
from softmax_ui.questions.given import Given
from softmax_ui.questions.question import Road, asks

BIRDS: Final = 4_000
"""How many birds are drawn."""

TOO_SURE: Final = 2.0
"""The logits of a model that is too sure are so many times the true ones."""


@lru_cache(maxsize=1)
def birds() -> tuple[Tensor, Tensor]:
    """Return true logits (N, 3) of birds, and what they are, drawn with softmax of these."""
    generator = torch.Generator().manual_seed(9)
    logits = 1.5 * torch.randn(BIRDS, 3, dtype=torch.float64, generator=generator)
    return logits, torch.multinomial(softmax(logits), 1, generator=generator).squeeze(1)


@asks("calibration", "choice", example={"T": 2}, values=lambda _given, T: {"T": f"{T:g}"})
def what_t_changes(_given: Given, T: float) -> str:
    """Return what dividing the logits by T changes: accuracy, confidence, both or neither."""
    logits, labels = birds()
    before, after = (predictions(logits, labels, at) for at in (1.0, T))
    changed = {
        "accuracy": not torch.equal(before.correct, after.correct),
        "confidence": not torch.equal(before.confidence, after.confidence),
    }
    return "_".join(name for name, is_other in changed.items() if is_other) or "neither"


@asks(
    "calibration",
    "number",
    roads=(
        Road("accuracy", lambda _given, right, count, **_rest: right / count),
        Road("turned", lambda _given, sure, right, count: right / count - sure),
        Road("whole", lambda _given, sure, right, count: sure * count - right),
    ),
    values=lambda _given, sure, right, count: {
        "sure": f"{sure:g}",
        "right": right,
        "count": count,
        "share": f"{right / count:g}",
    },
    example={"sure": 0.9, "right": 35, "count": 50},
    draw=lambda random: dict(
        zip(
            ("sure", "right", "count"),
            random.choice(((0.8, 24, 40), (0.95, 16, 20), (0.7, 21, 50))),
            strict=True,
        )
    ),
)
def error_of_a_bin(_given: Given, sure: float, right: int, count: int) -> float:
    """Return the expected calibration error where all predictions have the same confidence."""
    confidence = torch.full((count,), sure, dtype=torch.float64)
    return expected_calibration_error(reliability(confidence, torch.arange(count) < right, 1))


CALIBRATION: Final = (what_t_changes, error_of_a_bin)
"""In this order a shared review draws from them."""
