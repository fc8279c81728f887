"""The ten templates of a variant: the rows of W as pictures, with b, at any epoch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import streamlit as st

from softmax_core.runs import Run
from softmax_ui.cache import dataset
from softmax_ui.components.picture_grid import Picture, picture_grid
from softmax_ui.controls.number_table import written
from softmax_ui.controls.training_state import NEWEST
from softmax_ui.figures.pictures import diverging_picture, largest
from softmax_ui.state import PageState
from softmax_ui.text import _


def variant_control(run: Run) -> None:
    """Draw the choice of the variant that is looked into; nothing where there is only one."""
    variants = run.experiment.variants
    if len(variants) > 1:
        st.selectbox(
            _("Variant"),
            range(1, len(variants) + 1),
            format_func=lambda position: variants[position - 1].name,
            key="variant",
            width=240,
        )


def epoch_control(run: Run) -> None:
    """Draw the slider back through the epochs; its right end is the newest moment."""
    st.select_slider(
        _("Epoch"),
        [*range(run.experiment.epochs + 1), NEWEST],
        key="epoch",
        format_func=lambda epoch: _("newest") if epoch == NEWEST else str(epoch),
    )


def chosen_variant(run: Run, state: PageState) -> int:
    """Return the position of the variant that is looked into, from 0."""
    return min(int(state.values()["variant"]), len(run.experiment.variants)) - 1


def ten_pictures(
    rows: npt.NDArray[np.floating], notes: list[str], *, key: str, label: str, size: int
) -> float:
    """Draw one signed number a pixel and class as ten pictures that share one scale.

    Args:
        rows: (10, 784).
        notes: what stands under each, below the class's name.
        key: the component's key.
        label: what the pictures are.
        size: of each at least, in CSS pixels.

    Returns:
        The absolute value that has the deepest colour.
    """
    pictures, limit = pictures_of_rows(rows, notes, label)
    picture_grid(pictures, key=key, label=label, size=size)
    return limit


def pictures_of_rows(
    rows: npt.NDArray[np.floating], notes: list[str], label: str
) -> tuple[list[Picture], float]:
    """Return ten pictures with their descriptions, and what has the deepest colour.

    Args:
        rows: (10, 784).
        notes: what stands under each, below the class's name.
        label: what the pictures are.
    """
    arrays = rows.reshape(-1, 28, 28)
    limit = largest([arrays])
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
            f"{name}\n{note}",
        )
        for array, name, note in zip(arrays, class_names(), notes, strict=True)
    ]
    return pictures, limit


def class_names() -> list[str]:
    """Return the names of the ten classes in the reader's language."""
    translated = {
        "T-shirt/top": _("T-shirt/top"),
        "Trouser": _("Trouser"),
        "Pullover": _("Pullover"),
        "Dress": _("Dress"),
        "Coat": _("Coat"),
        "Sandal": _("Sandal"),
        "Shirt": _("Shirt"),
        "Sneaker": _("Sneaker"),
        "Bag": _("Bag"),
        "Ankle boot": _("Ankle boot"),
    }
    return [translated.get(name, name) for name in dataset().class_names]
