"""A few pictures of each class, shown before there is a run."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from softmax_core.data import Dataset
from softmax_core.errors import SoftmaxError
from softmax_ui.cache import dataset
from softmax_ui.components.picture_grid import Picture, picture_grid
from softmax_ui.figures.pictures import four_together
from softmax_ui.notices import sentence
from softmax_ui.terms import class_words
from softmax_ui.text import _


@dataclass(frozen=True, slots=True)
class ClassSample:
    """A class of the data set.

    Attributes:
        source: its first four training pictures, a data URI.
        train: number of training pictures.
        test: number of test pictures.
    """

    source: str
    train: int
    test: int


def _sample_of(pictures: Dataset, label: int) -> ClassSample:
    """Return sample pictures and counts of a class."""
    of_class = (pictures.train.labels == label).nonzero()[:, 0]
    source = four_together(pictures.train.images[of_class[:4]].numpy())
    return ClassSample(source, len(of_class), int((pictures.test.labels == label).sum()))


@st.cache_resource(show_spinner=False)
def class_samples() -> list[ClassSample]:
    """Return the samples of every class, made once a process.

    Raises:
        DataNotFound: it has to be downloaded first, which only a person starts (on home).
    """
    return [_sample_of(dataset(), label) for label in range(len(dataset().class_names))]


def sample_names() -> list[str]:
    """Return the names of the classes in the reader's language."""
    return class_words(dataset().class_names)


def show_classes(*, is_told: bool) -> bool:
    """Draw pictures of each class with its counts, or why there are none unless that `is_told`.

    Returns:
        Whether there are pictures.
    """
    try:
        samples = class_samples()
    except SoftmaxError as error:
        if not is_told:
            st.warning(sentence(error), icon=":material/image:")
        return False
    train, test = len(dataset().train), len(dataset().test)
    counts = [f"{sample.train:,} + {sample.test:,}" for sample in samples]
    alike = len(set(counts)) == 1
    st.markdown(f"**{_('What it will learn to tell apart')}**")
    picture_grid(
        [
            Picture(
                sample.source,
                _("Four pictures of the class {name}", name=name),
                name if alike else f"{name}\n{sample.train:,} + {sample.test:,}",
            )
            for sample, name in zip(samples, sample_names(), strict=True)
        ],
        key="class_samples",
        label=_("What it will learn to tell apart"),
        size=58,
    )
    said = _(
        "Fashion-MNIST: {train} pictures to learn from + {test} to test on, ten classes, "
        "28 × 28 grey pixels each.",
        train=f"{train:,}",
        test=f"{test:,}",
    )
    each = _("Four of each class, which has {counts}.", counts=counts[0])
    st.caption(_("{first} {second}", first=said, second=each) if alike else said)
    return True
