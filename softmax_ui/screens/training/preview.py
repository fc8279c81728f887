"""What will be there: the places of the curves, the classes, and the templates before any step."""

from __future__ import annotations

import html

import streamlit as st
import torch

from softmax_core.data import FASHION_MNIST
from softmax_core.training.experiment import Experiment
from softmax_core.training.parameters import Parameters
from softmax_ui.components.picture_grid.signed import signed_pictures
from softmax_ui.figures.pictures import nearly_all_within, scale_end
from softmax_ui.screens.training.class_samples import sample_names, show_classes
from softmax_ui.terms import heading, quantity_name
from softmax_ui.text import _


def show_preview(experiment: Experiment | None, *, is_told: bool) -> None:
    """Draw the screen as a run will fill it; `is_told` as in `show_classes`."""
    with st.container(key="what_learns", gap="small"):
        left, right = st.columns([2, 1], gap="medium")
        with left:
            names = [heading(quantity_name(measure)) for measure in ("loss", "accuracy")]
            frames = "".join(
                f"<div><p>{html.escape(name)}</p><div class='frame'>{html.escape(said)}</div></div>"
                for name, said in zip(names, _expectations(), strict=True)
            )
            st.html(f"<div class='curves-to-come'>{frames}</div>")
        with right:
            has_classes = show_classes(is_told=is_told)
        if has_classes and experiment is not None:
            _templates(experiment)


def _expectations() -> tuple[str, str]:
    return (
        _("How wrong the minibatches and the test pictures are: press Start and watch it fall."),
        _("How many it gets right: guessing among ten classes gives 0.1."),
    )


def _templates(experiment: Experiment) -> None:
    """Draw the first variant's templates as they are drawn by chance."""
    classes, height, width = (
        len(FASHION_MNIST.class_names),
        FASHION_MNIST.height,
        FASHION_MNIST.width,
    )
    weights = (
        Parameters(experiment, classes, height * width, torch.device("cpu"))
        .state()["weights"][0]
        .numpy()
    )
    limit, names = scale_end(nearly_all_within(weights)), sample_names()
    notes = ["b = 0"] * len(names)
    pictures, _end = signed_pictures(
        weights, names, notes, _("The ten templates"), limit, captioned=False
    )
    drawn = "".join(
        f"<figure><img src='{picture.source}' alt='{html.escape(picture.alt, quote=True)}'>"
        f"<figcaption>{html.escape(picture.caption)}</figcaption></figure>"
        for picture in pictures
    )
    st.html(f"<div class='templates-to-come'>{drawn}</div>")
    st.caption(
        _(
            "The ten templates before the first step: noise. Green speaks for the class, purple "
            "against it; the deepest colour is ±{limit} or more.",
            limit=f"{limit:.3g}",
        )
    )
