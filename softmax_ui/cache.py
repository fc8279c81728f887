"""Every st.cache_* call: what one process has one of, however many people are connected.

The module is small and changes seldom on purpose: code that holds a cached object must not have its
class imported a second time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:  # importing torch takes seconds; a page that needs none of this does not pay them
    import torch

    from softmax_core.data import Dataset
    from softmax_core.data.picture import PreparedPicture, StepName
    from softmax_core.data.picture_opening import OpenedPicture
    from softmax_core.errors import InvalidPicture
    from softmax_core.runs import Glance, History, Run, Runner, Store
    from softmax_core.training.experiment import Experiment


@st.cache_resource(show_spinner=False)
def dataset() -> Dataset:
    """Return Fashion-MNIST, read once a process; only a person starts its download (on home)."""
    from softmax_core.data import load_fashion_mnist

    return load_fashion_mnist(download=False)


def _close(ending: Runner | Store) -> None:
    ending.close()


@st.cache_resource(show_spinner=False, on_release=_close)
def store() -> Store:
    """Return the store of the runs, opened once a process; a damaged one is set aside."""
    from softmax_core.folders import runs_folder
    from softmax_core.runs import open_store
    from softmax_ui.sharing import store_bytes

    return open_store(runs_folder() / "runs.sqlite", max_bytes=store_bytes())


@st.cache_resource(show_spinner=False, on_release=_close)
def runner() -> Runner:
    """Return the runner, which holds the training threads.

    `softmax_ui.server` clears it on Ctrl-C and on SIGTERM: every run then ends at its next step, is
    stored, and its thread is joined.
    """
    from softmax_core.runs import Runner
    from softmax_ui.sharing import limits

    return Runner(store(), dataset, limits())


@st.cache_resource(show_spinner=False, max_entries=32)
def history(run_id: str) -> History:
    """Return a run's records, read from the store once for everybody who watches it."""
    from softmax_core.runs import History

    return History(store(), run_id)


@st.cache_resource(show_spinner=False, max_entries=64)
def weights(run_id: str, epoch: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return W (R, 10, 784) and b (R, 10) at an epoch's end; nobody may change them."""
    return store().weights(run_id, epoch)


@st.cache_resource(show_spinner=False, max_entries=8, ttl=0.4)
def newest_weights(run_id: str) -> tuple[int, torch.Tensor, torch.Tensor] | None:
    """Return (step, W, b) of the newest checkpoint; read at most about twice a second."""
    return store().latest_weights(run_id)


@st.cache_resource(show_spinner=False, max_entries=8)
def moments(validation_size: int, seed: int) -> tuple[float, float]:
    """Return mean and standard deviation of the pixels that an experiment trains on."""
    from softmax_core.data import split_validation
    from softmax_core.training.pictures import pixel_moments

    images = dataset().train.images
    trained, _held_out = split_validation(len(images), validation_size, seed)
    return pixel_moments(images if not validation_size else images[trained])


def moments_of(experiment: Experiment) -> tuple[float, float]:
    """Return the mean and deviation an experiment's pixels are standardized by, or (0, 1)."""
    if experiment.pixel_scale != "standardized":
        return 0.0, 1.0
    return moments(experiment.validation_size, experiment.seed)


@st.cache_resource(show_spinner=False, scope="session", max_entries=2)
def opened_picture(
    upload: str,  # noqa: ARG001 - what the cache goes by
    _content: bytes,
) -> OpenedPicture | InvalidPicture:
    """Return an uploaded picture, or why it is refused: an upload is decoded once, whatever it is.

    Raises:
        InvalidPicture: others' pictures are being opened; that is not remembered.
    """
    from softmax_core.data.picture_opening import open_picture
    from softmax_core.errors import InvalidPicture

    try:
        return open_picture(_content)
    except InvalidPicture as refusal:
        if refusal.problem == "busy":
            raise
        return refusal


@st.cache_resource(show_spinner=False, scope="session", max_entries=4)
def prepared_picture(
    upload: str,  # noqa: ARG001 - what the cache goes by
    asked: tuple[tuple[StepName, bool], ...],
    _opened: OpenedPicture,
) -> PreparedPicture:
    """Return an opened picture as the model takes it, with what a person asked for."""
    from softmax_core.data.picture import prepare_picture

    return prepare_picture(_opened, asked=dict(asked))


@st.cache_resource(
    show_spinner=False,
    max_entries=2000,
    hash_funcs={"softmax_core.runs.run.Run": lambda run: (run.id, run.step, run.status)},
)
def glance_of(run: Run) -> Glance:
    """Return a run's results for the list, read again when its step or its status has changed."""
    from softmax_core.runs import ALIVE, History

    # A run of which more will come is read on from where it was; of the others the line is kept.
    read = history(run.id) if run.status in ALIVE else History(store(), run.id)
    read.update(at_once=True)
    return read.glance()
