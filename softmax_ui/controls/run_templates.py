"""The ten templates of a variant: the rows of W as pictures, with b, at any epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st

from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui.cache import dataset, newest_weights, weights
from softmax_ui.components.picture_grid import Picture, picture_grid
from softmax_ui.controls.training_state import NEWEST
from softmax_ui.figures.pictures import diverging_picture, largest
from softmax_ui.state import PageState
from softmax_ui.text import _


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """W and b of one variant at one moment.

    Attributes:
        weights: float32 (10, 784).
        bias: float32 (10,).
        moment: when, in the reader's words.
    """

    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    moment: str


def variant_control(run: Run) -> None:
    """Draw the choice of the variant that is looked into; nothing where there is only one."""
    variants = run.experiment.variants
    if len(variants) > 1:
        st.selectbox(
            _("Variant"),
            range(1, len(variants) + 1),
            format_func=lambda position: variants[position - 1].name,
            key="variant",
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


def chosen_parameters(run: Run, history: History, variant: int, epoch: int) -> Parameters | None:
    """Return W and b of a variant at an epoch's end, or the newest; None before the first.

    An epoch that the run has not reached is the last one that it has.
    """
    if epoch == NEWEST:
        newest = newest_weights(run.id)
        if newest is None:
            return None
        step, newest_w, newest_b = newest
        moment = _("after step {step}", step=f"{step:,}")
        return Parameters(newest_w[variant].numpy(), newest_b[variant].numpy(), moment)
    reached = min(epoch, len(history.epochs))
    if newest_weights(run.id) is None:
        return None
    epoch_w, epoch_b = weights(run.id, reached)
    moment = _("before the first step") if reached == 0 else _("after epoch {n}", n=reached)
    return Parameters(epoch_w[variant].numpy(), epoch_b[variant].numpy(), moment)


def show_templates(found: Parameters | None, *, key: str, size: int) -> None:
    """Draw the ten rows of W as pictures that share one scale, b under each."""
    if found is None:
        st.caption(_("There are no weights yet."))
        return
    templates = found.weights.reshape(-1, 28, 28)
    limit = largest([templates])
    names = class_names()
    picture_grid(
        [
            Picture(
                diverging_picture(template, limit),
                _(
                    "Template of {name} {moment}: weights from {low} to {high}, bias {bias}",
                    name=name,
                    moment=found.moment,
                    low=f"{np.nanmin(template):.3f}" if np.isfinite(template).any() else "nan",
                    high=f"{np.nanmax(template):.3f}" if np.isfinite(template).any() else "nan",
                    bias=f"{bias:.3f}",
                ),
                f"{name}\nb = {bias:+.3f}",
            )
            for template, bias, name in zip(templates, found.bias, names, strict=True)
        ],
        key=key,
        label=_("The ten templates"),
        size=size,
    )
    st.caption(
        _(
            "Blue speaks for the class, orange against it; the deepest colour is ±{limit}. "
            "Weights {moment}.",
            limit=f"{limit:.3g}",
            moment=found.moment,
        )
    )


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
