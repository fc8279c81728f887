"""Words on a chart beside its lines: which line it is at its end, and how far it goes beyond."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from softmax_ui.figures.extent import Extent
from softmax_ui.figures.theme import as_text

MANY: Final = 3
"""Up to so many lines are told apart by their colours; of more, each bears a label at its end."""

_LINE: Final = 14  # CSS pixels from one label to the next
_COLUMN: Final = 18  # CSS pixels that a number and its frame need
_HEIGHT: Final = 165  # of the lowest chart between its axes, about
_APART: Final = 0.2  # of the width: notes that are nearer to each other go below each other
PAPER: Final = "var(--st-background-color)"
_SMALL: Final = {"size": 11}


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of a line with words at it.

    Attributes:
        x: as plotly has it, on a logarithmic axis the power of ten.
        y: the value.
        colour: the line's.
        text: the words.
        across: how far along the axis it is, from 0 to 1.
    """

    x: float
    y: float
    colour: str
    text: str
    across: float = 1.0


def label_room(lines: int) -> int:
    """Return the margin, in CSS pixels, that the numbers at the ends of so many lines need.

    >>> label_room(3), label_room(4), label_room(16)
    (8, 26, 44)
    """
    return 8 + _COLUMN * (_columns(lines) if lines > MANY else 0)


def _columns(labels: int) -> int:
    """Return in how many columns so many labels stand beside each other."""
    return math.ceil(labels * _LINE / _HEIGHT)


def end_labels(ends: Sequence[Spot], axis: Extent) -> list[dict[str, Any]]:
    """Return a label to the right of each line's end, none on another, as plotly's annotations.

    Those of more lines than fit below each other stand in columns, by turns.
    """
    columns = _columns(len(ends))
    order = sorted(range(len(ends)), key=lambda k: axis.share(ends[k].y))
    true = [axis.share(ends[k].y) * _HEIGHT for k in order]
    places = _spread(true, _LINE / max(columns, 1))
    return [
        {
            "x": ends[k].x,
            "y": axis.place(ends[k].y),
            "text": as_text(ends[k].text),
            "showarrow": False,
            "xanchor": "left",
            "xshift": 3 + _COLUMN * (rank % columns),
            "yshift": round(place - at),
            "font": _SMALL,
            "bgcolor": PAPER,
            "bordercolor": ends[k].colour,
            "borderwidth": 1.5,
            "borderpad": 1,
        }
        for rank, (k, at, place) in enumerate(zip(order, true, places, strict=True))
    ]


def _spread(places: Sequence[float], gap: float) -> list[float]:
    """Return rising places moved apart, within the height where there is room.

    >>> _spread([10.0, 12.0, 100.0], 14.0), _spread([164.0, 165.0], 14.0)
    ([10.0, 24.0, 100.0], [144.0, 158.0])
    """
    apart: list[float] = []
    for place in places:
        apart.append(max(place, apart[-1] + gap) if apart else place)
    limit: float = _HEIGHT - _LINE / 2
    for k in reversed(range(len(apart))):
        apart[k] = min(apart[k], limit)
        limit = apart[k] - gap
    return apart


def notes(spots: Sequence[Spot], axis: Extent, sign: str) -> list[dict[str, Any]]:
    """Return words at points of lines, each after a sign in the line's colour.

    Notes near each other stand below each other.

    Args:
        spots: the points; one beyond the axis is noted at its end.
        axis: the y axis.
        sign: what the words begin with, as an arrow.
    """
    made: list[dict[str, Any]] = []
    taken: list[tuple[float, float]] = []
    for spot in spots:
        height = axis.share(spot.y) * _HEIGHT
        shift = 0
        while any(
            abs(spot.across - across) < _APART and abs(height + shift - other) < _LINE
            for across, other in taken
        ):
            shift -= _LINE
        taken.append((spot.across, height + shift))
        is_left = spot.across < 0.5
        made.append(
            {
                "x": spot.x,
                "y": axis.place(spot.y),
                "text": f'<span style="color:{spot.colour}">{sign}</span> {as_text(spot.text)}',
                "showarrow": False,
                # Towards the middle of the chart, where there is room for it.
                "xanchor": "left" if is_left else "right",
                "yanchor": "top" if height > _HEIGHT / 2 else "bottom",
                "yshift": shift,
                "font": _SMALL,
                "bgcolor": PAPER,
            }
        )
    return made


def shown(value: float) -> str:
    """Return a value as a note says it.

    >>> shown(2.3026), shown(48.2), shown(1.2e9)
    ('2.3', '48.2', '1.2e+09')
    """
    return f"{value:.3g}" if not 1000 <= abs(value) < 1e6 else f"{round(value, -2):,.0f}"


def across(x: float, start: float, end: float, *, logarithmic: bool) -> float:
    """Return how far along an axis a value is, from 0 to 1.

    >>> across(10.0, 1.0, 100.0, logarithmic=True)
    0.5
    """
    if logarithmic:
        x, start, end = math.log10(x), math.log10(start), math.log10(end)
    return min(max((x - start) / ((end - start) or 1.0), 0.0), 1.0)
