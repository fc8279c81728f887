"""The triangle of all predictions over three classes, as a landscape of 1 - Σp².

It also holds the colours of the three sizes on the vanishing-gradient page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from torch import Tensor

from softmax_core.losses import Loss
from softmax_core.saturation import largest_half_l1, level_radius, simplex_points
from softmax_ui.colours import FIRST, SECOND
from softmax_ui.figures.handle import Line, Path, Ring, Triangle

LOSS_COLOURS: Final[Mapping[Loss, str]] = {"cross_entropy": FIRST, "squared_error": SECOND}
LOSS_LINES: Final[Mapping[Loss, Line]] = {"cross_entropy": "solid", "squared_error": "dash"}
JACOBIAN: Final = "#b65ed7"
RING_STEP: Final = 0.05
_LABELLED: Final = 4  # every fourth ring bears its level
CENTRE: Final = largest_half_l1([3]).item()
LEVELS: Final = tuple(round(step * RING_STEP, 2) for step in range(20) if step * RING_STEP < CENTRE)
RINGS: Final = tuple(
    Ring(level_radius(level), f"{level:g}" if step and step % _LABELLED == 0 else "")
    for step, level in enumerate(LEVELS)
)


def landscape(title: str, names: Sequence[str], paths: Sequence[Path], note: str) -> Triangle:
    """Draw the landscape with paths on it, in the triangle's coordinates, and a note below it."""
    return Triangle(title, names, RINGS, paths, note, JACOBIAN)


def planar(probabilities: Tensor) -> list[list[float]]:
    """Return the planar points of distributions over three classes, (K, 3)."""
    points: list[list[float]] = simplex_points(probabilities).tolist()
    return points
