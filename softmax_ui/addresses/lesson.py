"""The lesson's settings: its section, and the numbers that all sections share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from softmax_ui.addresses.state import PageState, choice, numbers, optional, whole

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
THE_NOTE: Final = ("review", "errata", "map")
SECTIONS: Final = (*PART_ONE, *PART_TWO, *THE_NOTE)
"""The sections in the order of reading; each has a prose file `lesson_<section>.md`."""

LESSON_MEMORY: Final = "lesson"
"""The name under which a browser keeps the answers and the section."""

LARGEST_EXPONENT: Final = 100.0
"""The lesson writes out e^o for each logit; e^100, some 3 × 10^43, can still be read."""

LARGEST_SEED: Final = 999_999
"""The seeds of the review's questions are 1 to this; 0 is none."""

LARGEST_FEATURE: Final = 10.0
LARGEST_WEIGHT: Final = 20.0

LESSON_STATE: Final = PageState(
    choice("step", SECTIONS[0], SECTIONS),
    numbers("o", (2.0, 1.0, -1.0), -LARGEST_EXPONENT, LARGEST_EXPONENT, shortest=3, longest=3),
    whole("t", 1, 0, 2),
    whole("entry_i", 0, 0, 2),
    whole("entry_j", 1, 0, 2),
    whole("seed", 0, 0, LARGEST_SEED),
    optional(whole("score", 0, 0, 10)),
    numbers("x", (0.2, 0.9, 0.3, 0.4), -LARGEST_FEATURE, LARGEST_FEATURE, shortest=4, longest=4),
    numbers(
        "w",
        (3.0, 1.0, -1.0, -2.0, 2.0, 1.0, -1.0, 0.0, 3.0, -1.0, 0.5, 2.0),
        -LARGEST_WEIGHT,
        LARGEST_WEIGHT,
        shortest=12,
        longest=12,
    ),
    numbers("b", (0.5, 0.0, -0.5), -LARGEST_WEIGHT, LARGEST_WEIGHT, shortest=3, longest=3),
)
"""`?step=jacobian&o=2,1,-1&t=0`: logits and target are named as in the playground's links."""


def kept_section(found: Mapping[Any, Any]) -> str | None:
    """Return the section at which a reader was the last time; None for the first or none.

    Args:
        found: what the browser has kept: anything at all.

    >>> kept_section({"section": "norm"}), kept_section({"section": ["norm"]})
    ('norm', None)
    """
    section = found.get("section")
    return section if section in SECTIONS[1:] else None
