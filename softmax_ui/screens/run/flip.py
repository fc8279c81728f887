"""The smallest change of a picture that has it taken for another class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st
import torch

from softmax_core.flips import Flip, NoFlip, predicted_along, smallest_flip
from softmax_core.inspection import pixel_bounds, pixels_of
from softmax_ui.cache import moments_of
from softmax_ui.components.picture_grid import Picture, picture_grid
from softmax_ui.figures.pictures import diverging_picture, grey_picture, largest
from softmax_ui.model import Model
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.terms import class_words
from softmax_ui.text import _
from softmax_ui.text.numbers import written
from softmax_ui.widgets.number_table import number_table

_FACTORS: Final = (0.999, 1.001)


def show_flip(model: Model, image: torch.Tensor, features: torch.Tensor, *, key: str) -> None:
    """Draw the smallest change to the nearest other class, free and with pixels that exist.

    Args:
        model: the model.
        image: the picture, uint8 (H, W).
        features: the same as features, (H * W,).
        key: the beginning of the components' keys.
    """
    experiment = model.run.experiment
    bounds = pixel_bounds(experiment.pixel_scale, moments_of(model.run))
    low, high = bounds
    free = smallest_flip(features, model.weights, model.bias)
    kept = smallest_flip(features, model.weights, model.bias, low=low, high=high)
    if isinstance(free, NoFlip):
        return  # all classes have the same weights
    names = class_words(model.run.data.class_names)
    st.markdown("**" + _("The smallest change that flips it") + "**")
    left, right = st.columns([1, 1], gap="large")
    with left:
        _pictures(image, features, free, kept, names, bounds, key)
    with right:
        _numbers(model, features, free, kept, names)


def _pictures(
    image: torch.Tensor,
    features: torch.Tensor,
    free: Flip,
    kept: Flip | NoFlip,
    names: Sequence[str],
    bounds: tuple[float, float],
    key: str,
) -> None:
    """Draw the changes, and the picture after the one that keeps the pixels possible."""
    found = [free] if isinstance(kept, NoFlip) else [free, kept]
    changes = [flip.change.numpy().reshape(image.shape) for flip in found]
    limit = largest(changes)
    captions = [
        _("free, to {name}\n‖δ‖ = {norm}", name=names[flip.other], norm=written(flip.distance))
        for flip in found
    ]
    if len(captions) > 1:
        captions[1] = _(
            "pixels kept, to {name}\n‖δ‖ = {norm}",
            name=names[found[1].other],
            norm=written(found[1].distance),
        )
    pictures = [
        Picture(diverging_picture(change, limit), caption.replace("\n", ", "), caption)
        for change, caption in zip(changes, captions, strict=True)
    ]
    if len(found) > 1:
        flipped = pixels_of(features.double() + _FACTORS[1] * found[1].change, bounds)
        caption = _("flipped:\ntaken for {name}", name=names[found[1].other])
        pictures.append(
            Picture(
                grey_picture(flipped.view(image.shape).numpy()),
                caption.replace("\n", " "),
                caption,
            )
        )
    picture_grid(pictures, key=f"{key}_flip", label=_("The smallest change"), size=140)
    st.caption(
        _(
            "Green pixels become lighter, purple ones darker; the deepest colour is ±{limit}. The "
            "change goes along the difference of two templates, the shortest way to the border "
            "between the two classes.",
            limit=f"{limit:.3g}",
        )
    )


def _numbers(
    model: Model, features: torch.Tensor, free: Flip, kept: Flip | NoFlip, names: Sequence[str]
) -> None:
    """Draw how large the change is, and what is predicted just before it and just after."""
    norm = float(torch.linalg.vector_norm(features.double()))
    heads, columns = [_("Figure"), _("free")], [_column(model, features, free, norm, names)]
    if isinstance(kept, Flip):
        heads.append(_("pixels kept from black to white"))
        columns.append(_column(model, features, kept, norm, names))
    words = [
        _("from"),
        _("to the nearest other class"),
        _("size of the change ‖δ‖"),
        _("size of the picture ‖x‖"),
        _("the change as a part of it"),
        _("taken for, at {factor} δ", factor="0.999"),
        _("taken for, at {factor} δ", factor="1.001"),
    ]
    number_table(
        _("(o_k − o_j) / ‖W_k − W_j‖ is how far the picture is from being taken for j"),
        heads,
        [[word, *cells] for word, *cells in zip(words, *columns, strict=True)],
        strong=[2],
    )
    if isinstance(kept, NoFlip):
        st.caption(
            _(
                "With pixels from black to white no change flips it: {name} comes nearest, and "
                "{missing} of a logit is still missing.",
                name=as_markdown(names[kept.nearest]),
                missing=written(kept.missing),
            )
        )
    else:
        st.caption(
            _(
                "With the pixels kept it is a quadratic problem, solved exactly: ½‖δ‖² is at "
                "most {gap} above the smallest possible, by duality.",
                gap=f"{kept.gap:.0e}" if kept.gap else "0",
            )
        )


def _column(
    model: Model, features: torch.Tensor, flip: Flip, norm: float, names: Sequence[str]
) -> list[str]:
    after = predicted_along(features, model.weights, model.bias, flip.change, _FACTORS)
    return [
        names[flip.predicted],
        names[flip.other],
        written(flip.distance),
        written(norm),
        f"{flip.distance / norm:.1%}" if norm else "–",
        *(names[k] for k in after),
    ]
