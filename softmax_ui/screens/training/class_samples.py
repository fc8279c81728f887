"""A few pictures of each class, shown before there is a run."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from softmax_core.data import Dataset, Description
from softmax_core.errors import SoftmaxError
from softmax_ui import cache
from softmax_ui.components.picture_grid import Picture
from softmax_ui.figures.pictures import four_together
from softmax_ui.notices import quoted, sentence
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.terms import class_words, data_words, logistic_note
from softmax_ui.text import _, ngettext

_FEW: Final = 12
"""The pictures of more classes are smaller."""


@dataclass(frozen=True, slots=True)
class ClassSample:
    """A class of the data set.

    Attributes:
        source: its first training pictures, up to four, a data URI.
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


@st.cache_resource(
    show_spinner=False, max_entries=32, hash_funcs={Description: lambda data: data.digest}
)
def class_samples(data: Description) -> list[ClassSample]:
    """Return the samples of every class of a data set, made once a process.

    Raises:
        DataNotFound: it has to be downloaded first, which only a person starts (on home).
        DatasetMissing: it is not on this machine.
    """
    pictures = cache.dataset_of(data)
    return [_sample_of(pictures, label) for label in range(len(data.class_names))]


def show_classes(data: Description, *, is_told: bool) -> bool:
    """Draw pictures of each class with its counts, or why there are none unless that `is_told`.

    Returns:
        Whether there are pictures.
    """
    try:
        samples = class_samples(data)
    except SoftmaxError as error:
        if not is_told:
            st.warning(sentence(error), icon=":material/image:")
        return False
    counts = [f"{sample.train:,} + {sample.test:,}" for sample in samples]
    alike, names = len(set(counts)) == 1, class_words(data.class_names)
    title = _("What it will learn to tell apart")
    st.markdown(f"**{title}**")
    pictures = [
        Picture(
            sample.source,
            _("Pictures of the class {name}", name=name),
            name if alike else f"{name}\n{sample.train:,} + {sample.test:,}",
        )
        for sample, name in zip(samples, names, strict=True)
    ]
    size = 58 if len(names) <= _FEW else 40
    st.html(
        f"<div class='classes-to-come' role='group' aria-label='{html.escape(title, quote=True)}' "
        f"style='--size: {size}px'>{still_pictures(pictures)}</div>"
    )
    said = _(
        "{name}: {train} pictures to learn from + {test} to test on, {classes}, "
        "{width} × {height} grey pixels each.",
        name=as_markdown(data_words([data])[0]),
        train=f"{data.training:,}",
        test=f"{data.test:,}",
        classes=ngettext("{n} class", "{n} classes", len(names)),
        width=data.width,
        height=data.height,
    )
    if alike:
        each = _("Four of each class, which has {counts}.", counts=counts[0])
        said = _("{first} {second}", first=said, second=each)
    if note := logistic_note([quoted(name) for name in names]):
        said = _("{first} {second}", first=said, second=note)
    st.caption(said)
    return True


def still_pictures(pictures: Sequence[Picture]) -> str:
    """Return pictures that nobody chooses and nothing moves as HTML.

    They have their place from the first frame on, where a component has none until it is loaded.
    """
    return "".join(
        f"<figure><img src='{picture.source}' alt='{html.escape(picture.alt, quote=True)}'>"
        f"<figcaption>{html.escape(picture.caption)}</figcaption></figure>"
        for picture in pictures
    )
