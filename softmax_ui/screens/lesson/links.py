"""Links from the lesson to the other pages, with the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from softmax_ui.addresses.gradient import GRADIENT_STATE, LARGEST_UNSCALED_LOGIT
from softmax_ui.addresses.lesson import LESSON_STATE
from softmax_ui.addresses.numbers import as_text
from softmax_ui.addresses.playground import PLAYGROUND_STATE
from softmax_ui.addresses.precision import PRECISION_STATE
from softmax_ui.addresses.training import PRESET
from softmax_ui.page import page_link
from softmax_ui.pages import GRADIENT, LESSON, PLAYGROUND, PRECISION, TRAINING, Page
from softmax_ui.questions.parts import part
from softmax_ui.screens.lesson.numbers import given
from softmax_ui.text import _, language


def queries(logits: Sequence[float] = ()) -> dict[Page, dict[str, str]]:
    """Return the parameters that open each page which takes logits with some, or the lesson's."""
    logits, target = logits or given().logits, given().target
    # The vanishing-gradient page has logits of at most 10 and a factor k: larger ones are split.
    k = max(1.0, max(map(abs, logits)) / LARGEST_UNSCALED_LOGIT)
    scaled = as_text([float(f"{value / k:.15g}") for value in logits])
    return {
        PLAYGROUND: PLAYGROUND_STATE.query(o=logits, t=target),
        GRADIENT: GRADIENT_STATE.query(logits=scaled, target=target, k=k),
        PRECISION: PRECISION_STATE.query(logits=as_text(logits), target=target),
    }


def section_address(section: str) -> str:
    """Return the address of a section of the lesson, with the numbers that it has now."""
    query = LESSON_STATE.query(**{**LESSON_STATE.values(), "step": section})
    return f"{LESSON.address}?{urlencode(query | {'lang': language()})}"


def to_section(section: str) -> None:
    """Draw the link to another section of the lesson."""
    query = LESSON_STATE.query(**{**LESSON_STATE.values(), "step": section})
    label = part(section, "title")
    page_link(LESSON, label, icon=":material/arrow_forward:", query=query)


def to_smoothing(amount: float) -> None:
    """Draw the link to the playground with the lesson's logits and a smoothed label."""
    query = PLAYGROUND_STATE.query(o=given().logits, t=given().target, eps=amount)
    label = _("Smooth this label in the playground")
    page_link(PLAYGROUND, label, icon=":material/arrow_forward:", query=query)


def to_calibration() -> None:
    """Draw the link to models whose probabilities are not true."""
    label = _("Is 0.9 really 0.9? Train models that are too sure, and fit a temperature")
    query = {PRESET: "calibration"}
    page_link(TRAINING, label, icon=":material/arrow_forward:", query=query)


def to_speed_limit() -> None:
    """Draw the link to the race of learning rates, where 2/λ is."""
    label = _("Race learning rates, and see how large η may be")
    query = {PRESET: "rates"}
    page_link(TRAINING, label, icon=":material/arrow_forward:", query=query)


def further(*pages: Page, logits: Sequence[float] = ()) -> None:
    """Draw links to pages side by side, with some logits, or the lesson's, and its target."""
    labels = {
        PLAYGROUND: _("Drag these logits in the playground"),
        GRADIENT: _("Follow these gradients to where they vanish"),
        PRECISION: _("Compute these logits in float16 to float64"),
        TRAINING: _("Train it for real"),
    }
    query = {**queries(logits), TRAINING: {PRESET: "course"}}
    with st.container(key="further", gap="small"):
        for page in pages:
            page_link(page, labels[page], icon=":material/arrow_forward:", query=query[page])
