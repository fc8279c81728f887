"""What will be there: the places of the curves, the classes, and the templates before any step."""

from __future__ import annotations

import html
import math
from typing import Final

import streamlit as st
import torch

from softmax_core.data import Description
from softmax_core.training.experiment import Experiment
from softmax_core.training.parameters import Parameters
from softmax_ui.components.picture_grid.signed import signed_pictures
from softmax_ui.figures.pictures import nearly_all_within, scale_end
from softmax_ui.screens.training.class_samples import show_classes, still_pictures
from softmax_ui.terms import class_words, heading, quantity_name
from softmax_ui.text import _

_IN_A_ROW: Final = 10
_MOST_IN_A_ROW: Final = 17
"""Of more than ten classes the templates are in several rows, as `live_run` draws them."""


def show_preview(experiment: Experiment | None, data: Description, *, is_told: bool) -> None:
    """Draw the screen as a run on these data will fill it; `is_told` as in `show_classes`."""
    with st.container(key="what_learns", gap="small"):
        left, right = st.columns([2, 1], gap="medium")
        with left:
            names = [heading(quantity_name(measure)) for measure in ("loss", "accuracy")]
            frames = "".join(
                f"<div><p>{html.escape(name)}</p><div class='frame'>{html.escape(said)}</div></div>"
                for name, said in zip(names, _expectations(data), strict=True)
            )
            st.html(f"<div class='curves-to-come'>{frames}</div>")
        with right:
            has_classes = show_classes(data, is_told=is_told)
        if has_classes and experiment is not None:
            _templates(experiment, data)


def _expectations(data: Description) -> tuple[str, str]:
    return (
        _("How wrong the minibatches and the test pictures are: press Start and watch it fall."),
        _(
            "How many it gets right: guessing among {n} classes gives {share}.",
            n=len(data.class_names),
            share=f"{1 / len(data.class_names):.2g}",
        ),
    )


def _templates(experiment: Experiment, data: Description) -> None:
    """Draw the first variant's templates as they are drawn by chance."""
    names, size = class_words(data.class_names), (data.height, data.width)
    drawn_first = Parameters(experiment, len(names), math.prod(size), torch.device("cpu"))
    weights = drawn_first.state()["weights"][0].numpy()
    limit = scale_end(nearly_all_within(weights))
    notes = ["b = 0"] * len(names)
    pictures, _end = signed_pictures(
        weights, size, names, notes, _("The templates"), limit, captioned=False
    )
    drawn = still_pictures(pictures)
    many = " many" if len(names) > _IN_A_ROW else ""
    across = math.ceil(len(names) / math.ceil(len(names) / _MOST_IN_A_ROW)) if many else _IN_A_ROW
    st.html(f"<div class='templates-to-come{many}' style='--across: {across}'>{drawn}</div>")
    st.caption(
        _(
            "The templates before the first step: noise. Green speaks for the class, purple "
            "against it; the deepest colour is ±{limit} or more.",
            limit=f"{limit:.3g}",
        )
    )
