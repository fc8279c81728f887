"""The parts of the home page: three logits, three ways in, and the state of the data."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from softmax_core.data import data_status, load_fashion_mnist
from softmax_ui.addresses.lesson import LESSON_MEMORY, LESSON_STATE, SECTIONS, kept_section
from softmax_ui.addresses.playground import PLAYGROUND_STATE, default_names, values_of
from softmax_ui.components.device_memory import device_memory
from softmax_ui.components.logit_board import logit_board
from softmax_ui.components.logit_board.labels import board_labels
from softmax_ui.notices import guard
from softmax_ui.page import page_link
from softmax_ui.pages import GRADIENT, LESSON, PLAYGROUND, PRECISION, RUNS, TRAINING
from softmax_ui.text import _

_LOGITS = (1.0, 2.0, 0.5)


@st.fragment
def three_logits() -> None:
    """Draw a small live board of the note's three birds, and the way on with the same numbers."""
    with st.container(border=True, key="home_board"):
        value = logit_board(
            _LOGITS,
            names=default_names(3),
            labels=board_labels(),
            key="three_logits",
            compact=True,
        )
        page_link(
            PLAYGROUND,
            _("Go on with these numbers in the playground"),
            icon=":material/arrow_forward:",
            query=PLAYGROUND_STATE.query(**values_of(value)),
        )


def ways_in() -> None:
    """Draw the three ways in: play, learn, train."""
    play, learn, train = st.columns(3)
    with play.container(border=True, height="stretch", key="way_play"):
        st.subheader(_("Play"), anchor=False)
        st.markdown(
            _(
                "Drag up to twenty logits. The probabilities, the Jacobian, the loss and its "
                "gradient move with your hand."
            )
        )
        page_link(PLAYGROUND, _("Logit playground"), icon=":material/tune:")
        page_link(
            GRADIENT,
            _("Where the gradient vanishes"),
            icon=":material/trending_down:",
        )
        page_link(
            PRECISION,
            _("Where the numbers run out"),
            icon=":material/memory:",
        )
    with learn.container(border=True, height="stretch", key="way_learn"):
        st.subheader(_("Learn"), anchor=False)
        st.markdown(
            _(
                "From the chick, the duck and the goose to the trained model, step by step. "
                "Predict first, then look."
            )
        )
        _lesson_link()
    with train.container(border=True, height="stretch", key="way_train"):
        st.subheader(_("Train"), anchor=False)
        st.markdown(
            _(
                "Watch softmax regression, written from scratch, learn to tell shirts from shoes, "
                "and race one learning rate against another."
            )
        )
        page_link(TRAINING, _("Train a model"), icon=":material/play_arrow:")
        page_link(RUNS, _("Look at earlier runs"), icon=":material/history:")


def _lesson_link() -> None:
    """Draw the link to the lesson, at the section where this device's reader was."""
    found = device_memory(LESSON_MEMORY, key="lesson_memory")
    section = kept_section(found) if isinstance(found, Mapping) else None
    if section is None:
        page_link(LESSON, _("Begin the lesson"), icon=":material/school:")
        return
    page_link(
        LESSON,
        _("Continue the lesson at section {number}", number=SECTIONS.index(section) + 1),
        icon=":material/resume:",
        query=LESSON_STATE.query(step=section),
    )


def data_card() -> None:
    """Show whether the pictures are on this machine, and offer the download if they are not."""
    with guard():
        if data_status() != "missing":
            st.caption(
                _(
                    "Fashion-MNIST is on this machine: {training} pictures "
                    "to train on and {test} to test with.",
                    training=f"{60_000:,}",
                    test=f"{10_000:,}",
                )
            )
            return
        with st.container(border=True, key="data_card"):
            st.markdown(
                _(
                    "Training needs the 70,000 pictures of Fashion-MNIST, and they are not on this "
                    "machine yet. Everything else works without them. Whoever serves this app can "
                    "also put the four files, as .gz or extracted, into the folder that "
                    "SOFTMAX_DATA names."
                )
            )
            if st.button(_("Get the pictures (31 MB)"), key="get_data", icon=":material/download:"):
                _get_data()


def _get_data() -> None:
    """Download and verify the pictures with a progress bar; show an error in the card."""
    bar = st.progress(0.0)

    def show(name: str, done: int, total: int) -> None:
        share = min(done / total, 1.0) if total else 0.0
        bar.progress(share, _("{file}: {percent} %", file=name, percent=round(100 * share)))

    load_fashion_mnist(on_progress=show)
    st.rerun()
