"""Ten pictures that share one scale: a signed number for each pixel and class."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from softmax_ui.cache import dataset
from softmax_ui.components.picture_grid import picture_grid
from softmax_ui.components.picture_grid.signed import signed_pictures
from softmax_ui.terms import class_words


def ten_pictures(
    rows: npt.NDArray[np.floating], notes: list[str], *, key: str, label: str, size: int
) -> float:
    """Draw a signed number for each pixel and class as ten pictures that share one scale.

    Args:
        rows: (10, 784).
        notes: a line for each, below the class's name.
        key: the component's key.
        label: the common name of the pictures.
        size: smallest width of each, in CSS pixels.

    Returns:
        The absolute value that has the deepest colour.
    """
    pictures, limit = signed_pictures(rows, class_words(dataset().class_names), notes, label)
    picture_grid(pictures, key=key, label=label, size=size)
    return limit
