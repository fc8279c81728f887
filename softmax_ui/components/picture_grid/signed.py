"""One signed number a pixel and class, as pictures that share one scale of colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from softmax_ui.components.picture_grid import Picture
from softmax_ui.figures.pictures import diverging_pictures, largest
from softmax_ui.text import _
from softmax_ui.text.numbers import written

_MOST_PIXELS: Final = 32_000
"""Of all pictures together: a message of a run has them, and is made again several times a second;
those of Fashion-MNIST have 7,840."""


def signed_pictures(
    rows: npt.NDArray[np.floating],
    size: tuple[int, int],
    names: Sequence[str],
    notes: Sequence[str],
    label: str,
    limit: float | None = None,
    *,
    captioned: bool = True,
) -> tuple[list[Picture], float]:
    """Return a picture a class with their descriptions, and what has the deepest colour.

    Args:
        rows: (classes, height · width).
        size: height and width.
        names: the classes, one a row.
        notes: what belongs to each, as its bias.
        label: what the pictures are.
        limit: what has the deepest colour; the largest number of them all, unless it is given.
        captioned: whether the note stands below the class's name, or in the description alone.
    """
    arrays = rows.reshape(-1, *size)
    limit = largest([arrays]) if limit is None else limit
    every = _apart(rows.size)
    drawn = diverging_pictures(np.stack([_reduced(array, every) for array in arrays]), limit)
    pictures = [
        Picture(
            source,
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
        for source, array, name, note in zip(drawn, arrays, names, notes, strict=True)
    ]
    return pictures, limit


def _apart(pixels: int) -> int:
    """Return how many pixels become one, in height and in width, so that not too many are left.

    >>> _apart(10 * 28 * 28), _apart(26 * 28 * 28), _apart(50 * 64 * 64)
    (1, 1, 3)
    """
    every = 1
    while pixels > _MOST_PIXELS * every**2:
        every += 1
    return every


def _reduced(array: npt.NDArray[np.floating], every: int) -> npt.NDArray[np.floating]:
    """Return the means over squares of so many pixels; what is left at an edge makes smaller ones.

    >>> _reduced(np.array([[1.0, 3.0, 5.0], [1.0, 3.0, 7.0]]), 2).tolist()
    [[2.0, 6.0]]
    """
    if every == 1:
        return array
    rows, columns = (np.arange(0, length, every) for length in array.shape)
    sums = np.add.reduceat(np.add.reduceat(array, rows, axis=0), columns, axis=1)
    return sums / np.add.reduceat(
        np.add.reduceat(np.ones_like(array), rows, axis=0), columns, axis=1
    )
