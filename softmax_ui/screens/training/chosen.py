"""The pictures that the address names: which they are, and what to train them with at first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, cast

import streamlit as st

from softmax_core.data import FASHION_MNIST, Description
from softmax_core.data.named import Word, title_of
from softmax_core.errors import DataNotFound, DatasetMissing, SoftmaxError
from softmax_core.runs import Run
from softmax_ui import cache
from softmax_ui.addresses.pictures import (
    FASHION,
    FEWEST_CLASSES,
    address_of,
    is_word,
    name_of_part,
)
from softmax_ui.addresses.state import PageState
from softmax_ui.addresses.training import RUN, usual_batch
from softmax_ui.steering import owner

_ADOPTED: Final = "adopted_pictures"
_SUITED: Final = "suited_to"
_MANY: Final = 10_000
_STEPS: Final = 4_500
_SMALL_BATCH: Final = 32
_MOST_EPOCHS: Final = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address names.

    Attributes:
        whole: the data set with all its classes; None where it is not here.
        data: what is trained on, some or all of its classes; None where that cannot be.
        error: why it cannot; None where it can, or where a class more has to be chosen.
    """

    whole: Description | None
    data: Description | None
    error: SoftmaxError | None


def chosen_pictures(pictures: PageState) -> Chosen:
    """Return the pictures that the address names; when a run is opened they are the run's."""
    _adopt(pictures)
    values = pictures.values()
    try:
        whole = _whole(values["pictures"], values["called"])
    except SoftmaxError as error:
        return Chosen(None, None, error)
    classes = tuple(index for index in values["classes"] if index < len(whole.class_names))
    if not classes:
        return Chosen(whole, whole, None)
    if len(classes) < FEWEST_CLASSES:
        return Chosen(whole, None, None)
    try:
        part = cache.collection().part_of(whole, classes, name_of_part(whole, classes))
    except SoftmaxError as error:
        return Chosen(whole, None, error)
    return Chosen(whole, part, None)


def choose(pictures: PageState, data: Description) -> None:
    """Choose a data set, from a callback."""
    pictures.apply(**address_of(data, is_kept=is_kept(data)))


def is_kept(data: Description) -> bool:
    """Tell whether people of this server keep a data set, or classes of one."""
    return cache.collection().find(data.digest) is not None


def shown_run_id() -> str:
    """Return the id of the run that the page shows; "" without one."""
    return str(st.query_params.get(RUN, ""))


def chosen_run() -> Run | None:
    """Return the run that the URL names, or None."""
    try:
        return cache.runner().store.run(st.query_params[RUN])
    except (KeyError, SoftmaxError):  # the page says so where it needs the run
        return None


def told_by(run: Run | None, pictures: PageState) -> Description | None:
    """Return what a run tells of the pictures that the address names, though they are not here."""
    is_its_own = run is not None and run.data.digest == pictures.values()["pictures"]
    return run.data if run is not None and is_its_own else None


def suited(state: PageState, data: Description) -> None:
    """Have minibatches and epochs suit pictures just chosen, where nobody has set them."""
    usual = usual_start(data)
    before = st.session_state.get(_SUITED)
    st.session_state[_SUITED] = (data.digest, usual)
    if before is None or before[0] == data.digest:
        return
    values = state.values()
    changed: dict[str, Any] = {key: values[key] for key in ("batch", "epochs", "held_out")}
    changed |= {
        key: value
        for key, value in usual.items()
        if st.session_state.get(key) == before[1][key] or st.session_state.get(key) != values[key]
    }
    if values["held_out"] >= data.training // 2:
        changed["held_out"] = 0
    state.apply(**changed)


def usual_start(data: Description) -> dict[str, int]:
    """Return the minibatch and the epochs until they are set: of few pictures, enough steps.

    >>> usual_start(FASHION_MNIST)
    {'batch': 256, 'epochs': 10}
    """
    batch, epochs = usual_batch(data.training), 10
    if data.training < _MANY:
        batch = min(batch, _SMALL_BATCH)
        epochs = min(max(math.ceil(_STEPS * batch / data.training), 10), _MOST_EPOCHS)
    return {"batch": batch, "epochs": epochs}


def _adopt(pictures: PageState) -> None:
    """Take a run's pictures once, when it is opened."""
    run_id = st.query_params.get(RUN)
    is_first = _ADOPTED not in st.session_state
    if not is_first and st.session_state[_ADOPTED] == run_id:
        return
    st.session_state[_ADOPTED] = run_id
    run = chosen_run()
    if run is not None:
        if not is_first:  # it was started here: what was unfolded makes room for it
            pictures.apply(bring=False)
        part = cache.collection().whole_of(run.data.digest)
        choose(pictures, run.data)
        if part is not None and (whole := cache.collection().find(part[0], owner())):
            pictures.apply(pictures=part[0], classes=part[1], called=whole.name)


def _whole(asked: str, called: str) -> Description:
    if not is_word(asked):
        found = cache.collection().find(asked, owner())
        if found is None:
            raise DatasetMissing(called, asked)
        return found
    if asked == FASHION:
        return FASHION_MNIST
    title = title_of(cast(Word, asked))
    found = cache.collection().named(cast(Word, asked))
    if found is None:
        raise DataNotFound((), f"{title} is not here.", title)
    return found
