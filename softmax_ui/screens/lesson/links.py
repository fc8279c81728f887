"""Links from the lesson to the other pages, with the same numbers."""

from __future__ import annotations

import streamlit as st

from softmax_ui.addresses.gradient import GRADIENT_STATE, LARGEST_UNSCALED_LOGIT
from softmax_ui.addresses.numbers import as_text
from softmax_ui.addresses.playground import PLAYGROUND_STATE
from softmax_ui.addresses.precision import PRECISION_STATE
from softmax_ui.addresses.training import PRESET
from softmax_ui.page import page_link
from softmax_ui.pages import GRADIENT, PLAYGROUND, PRECISION, TRAINING
from softmax_ui.screens.lesson.numbers import Given, given
from softmax_ui.text import _


def playground_query(numbers: Given) -> dict[str, str]:
    """Return the parameters that open the playground with these numbers."""
    return PLAYGROUND_STATE.query(o=numbers.logits, t=numbers.target)


def gradient_query(numbers: Given) -> dict[str, str]:
    """Return the parameters that open the vanishing-gradient page with these numbers.

    That page holds logits of at most 10 and a factor k; larger ones are split into the two.
    """
    k = max(1.0, max(map(abs, numbers.logits)) / LARGEST_UNSCALED_LOGIT)
    logits = as_text([float(f"{value / k:.15g}") for value in numbers.logits])
    return GRADIENT_STATE.query(logits=logits, target=numbers.target, k=k)


def precision_query(numbers: Given) -> dict[str, str]:
    """Return the parameters that open the precision page with these numbers."""
    return PRECISION_STATE.query(logits=as_text(numbers.logits), target=numbers.target)


def to_playground() -> None:
    """Draw the link to the playground, with the lesson's logits and target."""
    page_link(
        PLAYGROUND,
        _("Drag these logits in the playground"),
        icon=":material/arrow_forward:",
        query=playground_query(given()),
    )


def to_gradient() -> None:
    """Draw the link to the vanishing-gradient page, with the lesson's logits and target."""
    page_link(
        GRADIENT,
        _("Follow these gradients to where they vanish"),
        icon=":material/arrow_forward:",
        query=gradient_query(given()),
    )


def to_precision() -> None:
    """Draw the link to the precision page, with the lesson's logits and target."""
    page_link(
        PRECISION,
        _("Compute these logits in float16 to float64"),
        icon=":material/arrow_forward:",
        query=precision_query(given()),
    )


def to_training(preset: str = "course") -> None:
    """Draw the link to the training page, with one of its presets."""
    page_link(
        TRAINING,
        _("Train it for real"),
        icon=":material/arrow_forward:",
        query={PRESET: preset},
    )


def further(*links: str) -> None:
    """Draw a section's links side by side.

    Args:
        links: "playground", "gradient", "precision", "training".
    """
    draw = {
        "playground": to_playground,
        "gradient": to_gradient,
        "precision": to_precision,
        "training": to_training,
    }
    with st.container(key="further", gap="small"):
        for link in links:
            draw[link]()
