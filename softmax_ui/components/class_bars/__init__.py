"""Distributions over a few classes as upright bars, drawn without plotly.

They are the first thing that a reader of the lesson sees; plotly.js alone is 1.5 MB, and to run it
takes longer than all the rest of that page.
"""

from __future__ import annotations

from collections.abc import Sequence

from softmax_ui.colours import class_colours
from softmax_ui.components.modules import browser_side

_component = browser_side("class_bars", html='<div class="class-bars"></div>')


def class_bars(
    rows: Sequence[Sequence[float]],
    labels: Sequence[str],
    class_words: Sequence[str],
    *,
    key: str,
    alt: str,
    height: int = 260,
) -> None:
    """Draw distributions over the same classes side by side, the first full, the others paler.

    Args:
        rows: the probabilities, a row a distribution.
        labels: what each row is, for the legend; a single row needs none.
        class_words: the classes.
        key: the component's key, one a figure of the page.
        alt: what the figure shows, in a sentence, for those who do not see it.
        height: in CSS pixels, the legend among them.
    """
    columns = zip(class_words, class_colours(len(class_words)), *rows, strict=True)
    _component(
        key=key,
        data={
            "alt": alt,
            "height": height,
            "labels": list(labels) if len(rows) > 1 else [],
            "classes": [
                {"name": name, "colour": colour, "bars": [_bar(p) for p in values]}
                for name, colour, *values in columns
            ],
        },
        height=height,
    )


def _bar(p: float) -> dict[str, float | str]:
    return {"p": p, "text": f"{p:.3g}", "exact": f"{p:.6g}"}
