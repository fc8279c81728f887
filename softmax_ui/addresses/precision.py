"""What the precision page shows, in its URL, and the cases that break something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from softmax_core.floating_types import TYPES
from softmax_core.precision import QUANTITIES
from softmax_ui.addresses.numbers import as_text, logits_text, target_outside
from softmax_ui.addresses.state import PageState, choice, number, whole

MOST_CLASSES: Final = 10
INVARIANT_ROW: Final = (1, 2, 3)
INVARIANCE_SHIFT: Final = 10**8
"""Added to each of `INVARIANT_ROW`: softmax should not notice, and float32 cannot hold it."""

LARGEST_SHIFTED_LOGIT: Final = 10.0 * INVARIANCE_SHIFT
"""Beyond the largest logit of the other pages, so that such a shift can be tried."""

PLACES: Final[tuple[float, ...]] = tuple(0.5 * k for k in range(-240, 241))

ALL_TYPES: Final = "all"
"""The choice that shows every type."""

PRECISION_STATE: Final = PageState(
    logits_text(
        "logits", "100, 0, 0", largest=LARGEST_SHIFTED_LOGIT, most=MOST_CLASSES, masks=True
    ),
    whole("target", 0, 0, MOST_CLASSES - 1),
    choice("type", "float32", [*TYPES, ALL_TYPES]),
    choice("curves", "float32", [*TYPES, ALL_TYPES]),
    choice("quantity", "loss", QUANTITIES),
    number("x", 30.0, PLACES[0], PLACES[-1]),
    misfits=target_outside,
)


@dataclass(frozen=True, slots=True)
class Case:
    """Logits, as the field has them, a target and a type that show one way to break."""

    logits: str
    target: int = 0
    type: str = "float32"


CASES: Final[dict[str, Case]] = {
    "ordinary": Case("2, 1, 0.1"),
    "overflow": Case("100, 0, 0"),
    "half_overflow": Case("12, 0, 0", type="float16"),
    "sum": Case("88.5, 88.5, 0"),
    "zeros": Case("-105, -105, -105"),
    "infinite": Case("0, -104, 0", 1),
    "gradient": Case("0, -100, 0", 1),
    "sure": Case("20, 0, 0"),
    "invariance": Case(as_text([INVARIANCE_SHIFT + o for o in INVARIANT_ROW]), 2),
    "twice": Case("1, 0, 0, 0, 0, 0, 0, 0, 0, 0"),
}
