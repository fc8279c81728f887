"""Which pictures an experiment is trained on, in a link: a data set, and some classes of it.

A data set that is published has a word; one that a person brought has its digest, and its name
beside, so that a link to what this server does not have can say which it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from softmax_core.data import FASHION_MNIST, Description
from softmax_core.data.dataset import CLASSES_RANGE
from softmax_core.data.named import SETS, WORDS, Word, title_of
from softmax_core.data.names import MAX_NAME_LENGTH
from softmax_ui.addresses.state import PageState, Setting, switch, text, whole_numbers
from softmax_ui.text import _

FASHION: Final[Word] = "fashion-mnist"
FEWEST_CLASSES: Final = CLASSES_RANGE[0]


def pictures_state() -> PageState:
    """Return what is chosen to train on: a data set, and some of its classes, () for all.

    `called` is what a link calls a data set of one's own; with `bring` the page opens where one
    brings pictures.
    """
    return PageState(
        Setting(
            "pictures",
            str(FASHION),
            _parse,
            str,
            lambda: _("{words}, or a digest of 64 characters", words=", ".join(WORDS)),
        ),
        whole_numbers("classes", (), 0, CLASSES_RANGE[1] - 1, longest=CLASSES_RANGE[1]),
        text("called", "", MAX_NAME_LENGTH),
        switch("bring", False),
    )


def is_word(pictures: str) -> bool:
    """Tell whether a data set is a published one, by its word."""
    return pictures in WORDS


def _parse(given: str) -> str:
    if not is_word(given) and not re.fullmatch("[0-9a-f]{64}", given):
        raise ValueError(given)
    return given


def address_of(data: Description, *, is_kept: bool = False) -> dict[str, Any]:
    """Return the settings that lead to a data set, for `PageState.apply` and `PageState.query`.

    Args:
        data: the data set.
        is_kept: whether people of this server keep it, who may call theirs MNIST, too; then its
            digest leads to it. Of others those with a published one's names are taken for it.

    >>> from dataclasses import replace
    >>> two = ("Sneaker", "Sandal")
    >>> shoes = replace(FASHION_MNIST, name="Fashion-MNIST: Sneaker, Sandal", class_names=two)
    >>> address_of(shoes)["classes"]
    (7, 5)
    >>> address_of(shoes, is_kept=True)["pictures"] == shoes.digest
    True
    """
    for word in () if is_kept else WORDS:
        names = FASHION_MNIST.class_names if word == FASHION else SETS[word].class_names
        whole = replace(data, name=title_of(word), class_names=names)
        if (data.name, data.class_names) == (whole.name, whole.class_names):
            return {"pictures": str(word), "classes": (), "called": ""}
        if set(data.class_names) <= set(names):
            classes = tuple(names.index(each) for each in data.class_names)
            if data.name == name_of_part(whole, classes):
                return {"pictures": str(word), "classes": classes, "called": ""}
    return {"pictures": data.digest, "classes": (), "called": data.name}


def name_of_part(data: Description, classes: Sequence[int]) -> str:
    """Return what some classes of a data set are called together, within the length of a name.

    >>> name_of_part(FASHION_MNIST, (7, 5))
    'Fashion-MNIST: Sneaker, Sandal'
    """
    named = f"{data.name}: {', '.join(data.class_names[index] for index in classes)}"
    if len(named) <= MAX_NAME_LENGTH:
        return named
    return f"{data.name[: MAX_NAME_LENGTH - 5]} ({len(classes)})"
