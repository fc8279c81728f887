"""The parts of the home page: what learns, the three ways in, and what to do without the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from softmax_core.data import CLASS_NAMES, data_status, load_fashion_mnist
from softmax_ui.addresses.lesson import LESSON_MEMORY, LESSON_STATE, SECTIONS, kept_section
from softmax_ui.addresses.playground import PLAYGROUND_STATE, default_names, values_of
from softmax_ui.components.device_memory import device_memory
from softmax_ui.components.living_picture import living_picture
from softmax_ui.components.logit_board import BoardValue, logit_board
from softmax_ui.components.logit_board.labels import board_labels
from softmax_ui.live.demonstration import PATH as DEMONSTRATION
from softmax_ui.live.demonstration import SEEDS
from softmax_ui.notices import guard
from softmax_ui.page import page_link
from softmax_ui.pages import GRADIENT, LESSON, PLAYGROUND, PRECISION, RUNS, TRAINING
from softmax_ui.terms import class_words
from softmax_ui.text import _

_LOGITS = (1.0, 2.0, 0.5)


def living() -> None:
    """Draw what learns, or, without the pictures, three logits to move."""
    if is_missing():
        _three_logits()
    else:
        _learning()


def is_missing() -> bool:
    """Tell whether Fashion-MNIST is not on this machine."""
    return data_status() == "missing"


@st.fragment
def _learning() -> None:
    """Draw a model that learns to tell ten garments apart, and the way on with its logits."""
    with st.container(border=True, key="home_board"):
        taken = living_picture(
            class_words(CLASS_NAMES), address=DEMONSTRATION, seeds=SEEDS, key="living_picture"
        )
        with st.container(key="home_taken"):
            if taken is None:
                st.caption(_("Take hold of a logit, or choose another garment: it is yours then."))
            else:
                _onward(taken)


@st.fragment
def _three_logits() -> None:
    """Draw a small live board of the note's three birds, and the way on with the same numbers."""
    with st.container(border=True, key="home_board"):
        value = logit_board(
            _LOGITS,
            names=default_names(3),
            labels=board_labels(),
            key="three_logits",
            compact=True,
        )
        _onward(value)


def _onward(board: BoardValue) -> None:
    page_link(
        PLAYGROUND,
        _("Go on with these numbers in the playground"),
        icon=":material/arrow_forward:",
        query=PLAYGROUND_STATE.query(**values_of(board)),
    )


def ways_in() -> None:
    """Draw the three ways in: learn, play, train."""
    with st.container(key="home_ways", horizontal=True):
        with _way("learn", _("Learn")):
            st.markdown(
                _(
                    "From three numbers to the trained model, step by step. Predict first, then "
                    "look."
                )
            )
            _lesson_link()
        with _way("play", _("Play")):
            st.markdown(
                _(
                    "Drag up to twenty logits: the probabilities, the Jacobian and the gradient "
                    "follow."
                )
            )
            page_link(PLAYGROUND, _("Logit playground"), icon=":material/tune:")
            page_link(GRADIENT, _("Where the gradient vanishes"), icon=":material/trending_down:")
            page_link(PRECISION, _("Where the numbers run out"), icon=":material/memory:")
        with _way("train", _("Train")):
            st.markdown(
                _(
                    "Watch every step of a training, race learning rates, and ask why a picture "
                    "was taken for another."
                )
            )
            page_link(TRAINING, _("Train a model"), icon=":material/play_arrow:")
            page_link(RUNS, _("Look at earlier runs"), icon=":material/history:")


@contextmanager
def _way(name: str, title: str) -> Iterator[None]:
    """Draw a way in around what is drawn inside."""
    with st.container(border=True, height="stretch", key=f"way_{name}"):
        st.subheader(title, anchor=False)
        yield


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
    """Say what to do where the pictures are not on this machine; nothing where they are."""
    with guard():
        if not is_missing():
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
