"""A reliability diagram whose temperature is moved in the browser.

Python sends what softmax_core has computed at each temperature that the slider stops at: the bins,
their bands and the figures, some 500 bytes a place. The logits would be 20 times as much, and the
browser would have to compute the smooth error and the bootstrap again; so it computes nothing, and
what it shows is exact wherever the slider stands. Python hears where it was let go.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import position_from, reported

_component = browser_side("reliability", html='<section class="reliability"></section>')


@dataclass(frozen=True, slots=True)
class Bin:
    """The predictions of a bin that holds any.

    Attributes:
        low: where the bin begins, on the axis of confidence.
        high: where it ends.
        confidence: their mean confidence.
        accuracy: the share of them that is right.
        band: the lower and the upper end of the accuracy's confidence band.
        count: how many they are.
    """

    low: float
    high: float
    confidence: float
    accuracy: float
    band: tuple[float, float]
    count: int


@dataclass(frozen=True, slots=True)
class Moment:
    """What is seen at one temperature.

    Attributes:
        temperature: T, as it is written.
        bins: from the lowest confidence up.
        histogram: predictions by their confidence, in bins of equal width from 0 to 1.
        figures: one a row of the list beside the diagram, as they are written.
    """

    temperature: str
    bins: Sequence[Bin]
    histogram: Sequence[int]
    figures: Sequence[str]


@dataclass(frozen=True, slots=True)
class Other:
    """Another variant, a thin line to compare with.

    Attributes:
        name: what it is called, plain text.
        colour: its own.
        points: (mean confidence, accuracy) of each of its bins, at T = 1.
    """

    name: str
    colour: str
    points: Sequence[tuple[float, float]]


def reliability_board(
    moments: Sequence[Moment],
    *,
    place: int,
    jumps: Mapping[str, int],
    name: str,
    colour: str,
    others: Sequence[Other],
    rows: Sequence[str],
    labels: Mapping[str, str],
    key: str,
    on_release: Callable[[int], None],
) -> None:
    """Draw the diagram, the histogram below it, the slider and the figures beside.

    Args:
        moments: one a place of the slider, the temperatures rising.
        place: where the slider stands.
        jumps: buttons that set the slider: what is on each -> a place.
        name: the variant's name, plain text.
        colour: its own.
        others: the other variants.
        rows: what each of the figures is.
        labels: confidence, accuracy, predictions, too_sure, not_sure, temperature, alt, before.
        key: the component's key.
        on_release: called before the next run with the place where the slider was let go.
    """
    described = {
        "moments": [asdict(moment) for moment in moments],
        "jumps": [{"label": label, "place": at} for label, at in jumps.items()],
        "name": name,
        "colour": colour,
        "others": [asdict(other) for other in others],
        "rows": list(rows),
        "labels": dict(labels),
        "first": next((at for at, each in enumerate(moments) if each.temperature == "1"), 0),
    }
    revision = hashlib.sha256(json.dumps(described).encode()).hexdigest()[:16]

    def released() -> None:
        found = position_from(reported(key, "place"), len(moments))
        if found is not None:
            on_release(found)

    _component(
        key=key,
        data={**described, "revision": revision, "place": place},
        on_place_change=released,
    )
