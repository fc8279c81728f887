"""The lesson's settings: its section, and the numbers that all sections share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from softmax_ui.addresses.numbers import NotARow, logits_text, row_of
from softmax_ui.addresses.state import (
    PageState,
    Setting,
    choice,
    number,
    numbers,
    optional,
    shown,
    whole,
)
from softmax_ui.text import _

PART_ONE: Final = (
    "categories",
    "network",
    "softmax",
    "jacobian",
    "norm",
    "loss",
    "likelihood",
    "information",
    "gradient",
    "two_classes",
    "several_labels",
    "smoothing",
    "calibration",
)
PART_TWO: Final = (
    "data",
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
    "generalization",
    "prediction",
    "concise",
    "own_birds",
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

LARGEST_ENTRY: Final = 1_000.0
"""Of the matrices in part two, whose exponentials nobody writes out."""

MATRICES: Final[dict[str, tuple[str, ...]]] = {
    "O": ("0, 1.0986, 1.7918", "1.0986, 0.6931, 1.6094"),
    "Y": ("0.1, 0.3, 0.6", "0.3, 0.2, 0.5"),
    "X": ("1, 0, 0, 0", "0, 0, 0, 1"),
    "W": ("0, 1.0986, 1.7918", "0.5, 0, -0.5", "-0.5, 0.5, 0", "1.0986, 0.6931, 1.6094"),
    "B": ("0, 0, 0",),
}
"""What the code of part two computes with, a row a text: logits, probabilities, two pictures of
2 x 2 pixels, weights and biases. The logits are logarithms of 1, 3, 6 and of 3, 2, 5: softmax makes
the note's test data of them, and so does the model."""


def _row(name: str, default: str) -> Setting[str]:
    """A row of as many numbers as the default has."""
    count = len(row_of(default))
    row = logits_text(name, default, largest=LARGEST_ENTRY, most=count)

    def parse(text: str) -> str:
        taken = row.parse(text)
        if len(row_of(taken)) < count:
            raise NotARow("too_few", str(len(row_of(taken))), count)
        return taken

    limit = shown(LARGEST_ENTRY)
    return replace(
        row,
        parse=parse,
        allowed=lambda: _(
            "{n} numbers from {low} to {high}, separated by commas",
            n=count,
            low=f"-{limit}",
            high=limit,
        ),
    )


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
    *(_row(f"{name}{k}", row) for name, rows in MATRICES.items() for k, row in enumerate(rows)),
    whole("label0", 0, 0, 2),
    whole("label1", 2, 0, 2),
    number("lr", 0.1, 0.0, 100.0),
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
