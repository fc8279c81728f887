"""One signed number a pixel and class, as pictures that share one scale of colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from softmax_ui.components.picture_grid import Picture
from softmax_ui.figures.pictures import diverging_picture, largest
from softmax_ui.text import _
from softmax_ui.text.numbers import written


def signed_pictures(
    rows: npt.NDArray[np.floating],
    names: Sequence[str],
    notes: Sequence[str],
    label: str,
    limit: float | None = None,
    *,
    captioned: bool = True,
) -> tuple[list[Picture], float]:
    """Return ten pictures with their descriptions, and what has the deepest colour.

    Args:
        rows: (10, 784).
        names: the classes, one a row.
        notes: what belongs to each, as its bias.
        label: what the pictures are.
        limit: what has the deepest colour; the largest number of them all, unless it is given.
        captioned: whether the note stands below the class's name, or in the description alone.
    """
    arrays = rows.reshape(-1, 28, 28)
    limit = largest([arrays]) if limit is None else limit
    pictures = [
        Picture(
            diverging_picture(array, limit),
            _(
                "{what}, {name}: from {low} to {high}, {note}",
                what=label,
                name=name,
                low=written(float(array.min())),
                high=written(float(array.max())),
                note=note,
            ),
            f"{name}\n{note}" if captioned else name,
        )
        for array, name, note in zip(arrays, names, notes, strict=True)
    ]
    return pictures, limit
