"""One colour a class and one a variant, on every page.

The scales name Streamlit's own CSS variables where they mean "nothing here", so that zero fades
into the page in light and in dark; `live_figure` puts the real colour in, in the browser.
"""

from __future__ import annotations

from typing import Final

CLASS_COLOURS: Final[tuple[str, ...]] = (
    "#3f90da",
    "#e76300",
    "#832db6",
    "#2e8b57",
    "#bd1f01",
    "#a96b59",
    "#d98c00",
    "#717581",
    "#4a9ea3",
    "#d6679f",
    "#5b6ee1",
    "#8a8a2b",
    "#b04aa0",
    "#5f8f3e",
    "#c2554d",
    "#7a6248",
    "#b58a3c",
    "#566b8c",
    "#2f7f86",
    "#9a4f72",
)
"""One colour a class, by its index."""

VARIANT_COLOURS: Final[tuple[str, ...]] = CLASS_COLOURS[:16]
"""One colour a variant, by its position in the experiment."""

POSITIVE: Final = "#2b7bba"
NEGATIVE: Final = "#d95f0e"
NOTHING: Final = "var(--st-secondary-background-color)"

DIVERGING: Final[tuple[tuple[float, str], ...]] = (
    (0.0, "#8c3a04"),
    (0.25, NEGATIVE),
    (0.5, NOTHING),
    (0.75, POSITIVE),
    (1.0, "#12476f"),
)
"""Negative is orange, positive is blue, zero fades into the page."""

SEQUENTIAL: Final[tuple[tuple[float, str], ...]] = (
    (0.0, NOTHING),
    (0.5, POSITIVE),
    (1.0, "#12476f"),
)
"""From nothing to much, for values that are never negative."""
