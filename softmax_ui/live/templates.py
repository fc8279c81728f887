"""The templates of a variant as they change: the rows of W as pictures, with b."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from softmax_ui.components.picture_grid import Picture
from softmax_ui.components.picture_grid.signed import signed_pictures
from softmax_ui.figures.pictures import nearly_all_within, scale_end
from softmax_ui.model import Model
from softmax_ui.terms import class_words, logistic_note
from softmax_ui.text import Language, _, language, speaking


@dataclass(slots=True)
class _Scale:
    """How far the weights of a variant have reached while it was watched."""

    reached: float = 0.0


def templates(model: Model | None) -> dict[str, Any]:
    """Return the templates of a variant, for the component in the browser."""
    shown = {"label": _("The templates")}
    if model is None:
        return {**shown, "pictures": [], "caption": _("There are no weights yet.")}
    pictures = template_pictures(model, limit := _limit(model), language())
    if model.weights.isfinite().all():
        caption = _(
            "Green speaks for the class, purple against it; the deepest colour is ±{limit} or "
            "more, an end that only grows. Weights {moment}.",
            limit=f"{limit:.3g}",
            moment=model.moment,
        )
    else:
        caption = _(
            "This variant has diverged: its weights {moment} are not numbers (nan). With the "
            "slider below you can go back to an earlier step.",
            moment=model.moment,
        )
    if note := logistic_note(class_words(model.run.data.class_names)):
        caption = _("{first} {second}", first=caption, second=note)
    return {**shown, "pictures": [asdict(picture) for picture in pictures], "caption": caption}


def _limit(model: Model) -> float:
    """Return the end of the scale of colours: it only grows, so that the templates do as well."""
    scale = _scale_of(model.run.id, model.variant)
    scale.reached = max(scale.reached, nearly_all_within(model.weights.numpy()))
    return scale_end(scale.reached)


@st.cache_resource(show_spinner=False, max_entries=256)
def _scale_of(
    run_id: str,  # noqa: ARG001 - what the cache goes by
    variant: int,  # noqa: ARG001
) -> _Scale:
    return _Scale()


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs={Model: Model.key})
def template_pictures(model: Model, limit: float, reader: Language) -> list[Picture]:
    """Return the templates as captioned pictures; `limit` has the deepest colour."""
    notes = [f"b = {bias:+.3f}" for bias in model.bias.tolist()]
    with speaking(reader):
        label = _("The templates")
        data = model.run.data
        names, size = class_words(data.class_names), (data.height, data.width)
        weights = model.weights.numpy()
        return signed_pictures(weights, size, names, notes, label, limit, captioned=False)[0]
