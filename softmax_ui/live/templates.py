"""The ten templates of a variant as they change: the rows of W as pictures, with b."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import streamlit as st

from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui.addresses.training import NEWEST
from softmax_ui.cache import dataset
from softmax_ui.components.picture_grid import Picture
from softmax_ui.components.picture_grid.signed import signed_pictures
from softmax_ui.model import Model, model_at
from softmax_ui.terms import class_words
from softmax_ui.text import Language, _, language, speaking

SIZES: Final[Mapping[str, int]] = {"curves": 92, "templates": 190}
"""View -> how wide each picture is at least, in CSS pixels."""


def templates(run: Run, history: History, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the templates of the chosen variant, for the component in the browser.

    `values` has the view, the variant and, where there is a choice, the epoch.
    """
    variant = min(values["variant"], len(run.experiment.variants)) - 1
    model = model_at(run, history, variant, values.get("epoch", NEWEST), values["step"])
    return templates_of(model, SIZES[values["view"]])


def templates_of(model: Model | None, size: int) -> dict[str, Any]:
    """Return the templates of a variant at one moment, each at least `size` CSS pixels wide."""
    shown = {"label": _("The ten templates"), "size": size}
    if model is None:
        return {**shown, "pictures": [], "caption": _("There are no weights yet.")}
    pictures, limit = template_pictures(model, language())
    if model.weights.isfinite().all():
        caption = _(
            "Blue speaks for the class, orange against it; the deepest colour is ±{limit}. "
            "Weights {moment}.",
            limit=f"{limit:.3g}",
            moment=model.moment,
        )
    else:
        caption = _(
            "This variant has diverged: weights {moment} are no numbers (nan). Go back through the "
            "epochs for its last good ones.",
            moment=model.moment,
        )
    return {**shown, "pictures": [asdict(picture) for picture in pictures], "caption": caption}


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs={Model: Model.key})
def template_pictures(model: Model, reader: Language) -> tuple[list[Picture], float]:
    """Return the ten templates as captioned pictures, and the value of the deepest colour."""
    notes = [f"b = {bias:+.3f}" for bias in model.bias.tolist()]
    with speaking(reader):
        names = class_words(dataset().class_names)
        return signed_pictures(model.weights.numpy(), names, notes, _("The ten templates"))
