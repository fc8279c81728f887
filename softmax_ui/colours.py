"""One colour a class and one a variant, on every page, in light and in dark.

The colours were searched for by computation: each keeps a contrast of 2.7 or more to the light and
the dark paper, and any two of them stay apart for full colour vision and for its three common
deficiencies (Machado, Oliveira and Fernandes 2009) by a distance in OKLab (Ottosson 2020) of at
least 0.07 among the first ten and 0.04 among all; about 0.02 is just noticeable. The earlier ones
are the farther apart. `tests/ui/test_colours.py` computes all of that again.

The scale names Streamlit's own CSS variable where it means "nothing here", so that zero fades
into the page in either theme; `live_figure` puts the real colour in, in the browser.
"""

from __future__ import annotations

from typing import Final

CLASS_COLOURS: Final[tuple[str, ...]] = (
    "#325ecc",
    "#d77406",
    "#b62769",
    "#3da0f8",
    "#95531c",
    "#f84874",
    "#8a69f8",
    "#d774cc",
    "#32958a",
    "#7f5395",
    "#1c743d",
    "#b65ed7",
    "#8a7406",
    "#d748b6",
    "#5e9553",
    "#27ab3d",
    "#b65369",
    "#953db6",
    "#327fab",
    "#c17495",
)
"""The colours of the classes; of more than these, `class_colours` begins again."""


def class_colours(classes: int) -> list[str]:
    """Return one colour a class, by its index; beyond twenty classes they come again.

    >>> class_colours(21)[20] == CLASS_COLOURS[0]
    True
    """
    return [CLASS_COLOURS[index % len(CLASS_COLOURS)] for index in range(classes)]


VARIANT_COLOURS: Final[tuple[str, ...]] = CLASS_COLOURS[:16]
"""One colour a variant, by its position in the experiment."""

POSITIVE: Final = "#3a8a1e"
NEGATIVE: Final = "#b02fd0"
"""The signs: above 0 and below it, for a class and against it. They mean nothing else."""

FIRST: Final = "#2f66d0"
SECOND: Final = "#d2690c"
"""Two things beside each other that are neither classes nor variants nor signs, as two losses."""

NOTHING: Final = "var(--st-secondary-background-color)"
INK: Final = "var(--st-text-color)"

SEQUENTIAL: Final[tuple[tuple[float, str], ...]] = ((0.0, NOTHING), (0.6, FIRST), (1.0, INK))
"""From nothing to much, away from the paper: darker on the light page, lighter on the dark one."""

DIVERGING: Final[tuple[tuple[float, str], ...]] = (
    (0.0, NEGATIVE),
    (0.5, NOTHING),
    (1.0, POSITIVE),
)
"""From below 0 to above it; 0 fades into the page."""
