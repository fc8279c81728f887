"""What one process has one of, however many people are connected.

Runner and store belong to the process and are in no st.cache_*: Streamlit empties those when any
browser sends the message for it, so they hold only what can be read anew. The module is small and
changes seldom on purpose: code that holds one of these must not have its class imported twice.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING, Final

import streamlit as st

if TYPE_CHECKING:  # importing torch takes seconds; a page that needs none of this does not pay them
    import torch

    from softmax_core.classroom import Classroom
    from softmax_core.data import Dataset, Description
    from softmax_core.data.apart import Imports
    from softmax_core.data.collection import Collection
    from softmax_core.data.picture import PreparedPicture, StepName
    from softmax_core.data.picture_opening import OpenedPicture
    from softmax_core.errors import InvalidPicture
    from softmax_core.runs import Films, Glance, History, Run, Runner, Store
    from softmax_core.runs.cluster.settings import SharedSettings
    from softmax_ui.computing import Computations


@st.cache_resource(show_spinner=False)
def dataset() -> Dataset:
    """Return Fashion-MNIST, read once a process; only a person starts its download (on home)."""
    from softmax_core.data import load_fashion_mnist

    return load_fashion_mnist(download=False)


def dataset_of(data: Description) -> Dataset:
    """Return the data set of a description.

    Raises:
        DatasetMissing: it is not on this machine.
    """
    from softmax_core.data import FASHION_MNIST

    return dataset() if data.digest == FASHION_MNIST.digest else collection().get(data)


class _Process(ModuleType):
    """The store and the runner, once they were asked for."""

    def __init__(self) -> None:
        super().__init__("softmax_process")
        self.lock = RLock()
        self.store: Store | None = None
        self.runner: Runner | None = None
        self.classroom: Classroom | None = None
        self.films: Films | None = None
        self.computations: Computations | None = None
        self.collection: Collection | None = None
        self.imports: Imports | None = None


# A module without a file stays when an edit has all others imported again (`make dev`): the runner
# that holds the store's lock is then found, and not made a second time.
_OWN: Final[_Process] = sys.modules.setdefault("softmax_process", _Process())  # type: ignore[assignment]


def store() -> Store:
    """Return the store of the runs, opened once a process; a damaged one is set aside."""
    from softmax_core.folders import store_place
    from softmax_core.runs import open_store
    from softmax_ui.sharing import quota, store_bytes

    with _OWN.lock:
        if _OWN.store is None:
            _OWN.store = open_store(store_place(), max_bytes=store_bytes(), quota=quota())
        return _OWN.store


def runner() -> Runner:
    """Return the runner: it trains here, or lets workers train for all who share the store."""
    from softmax_core.runs import make_runner
    from softmax_ui.sharing import limits

    with _OWN.lock:
        if _OWN.runner is None:
            _OWN.runner = make_runner(store(), dataset_of, limits())
        return _OWN.runner


def give_way(seconds: float) -> None:
    """See `Runner.give_way`; it waits for nothing, so the event loop may call it."""
    if _OWN.runner is not None:
        _OWN.runner.give_way(seconds)


def shared_settings() -> SharedSettings | None:
    """Return what all servers on this store have in common; None where there is but this one."""
    from softmax_core.folders import store_place

    if not isinstance(store_place(), str):
        return None
    from softmax_core.runs.cluster.settings import SharedSettings

    return SharedSettings(store().database)


def own_folder() -> Path:
    """Return a folder for what belongs to this process alone, beside the runs."""
    from softmax_core.folders import runs_folder, store_place

    if not isinstance(store_place(), str):
        return runs_folder()
    return runs_folder() / f"replica-{st.get_option('server.port')}"


def classroom() -> Classroom:
    """Return the class of this server, open or not."""
    from softmax_core.classroom import Classroom

    with _OWN.lock:
        if _OWN.classroom is None:
            _OWN.classroom = Classroom(store())
        return _OWN.classroom


def give_limits(values: Mapping[str, int]) -> None:
    """Set limits while the server runs, of all servers on this store.

    Args:
        values: by the names of `sharing.SETTINGS`.

    Raises:
        InvalidExperiment: one is out of its range.
        StoreError: the other servers cannot be told.
    """
    from softmax_ui.sharing import given_limits, set_limits

    set_limits(values)
    if (settings := shared_settings()) is not None:
        settings.write("limits", json.dumps({**_given_elsewhere(settings), **given_limits()}))
    take_limits()


def follow_limits() -> None:
    """Take the limits over that were set on another server of this store."""
    from softmax_ui.sharing import given_limits, set_limits

    if (settings := shared_settings()) is None:
        return
    given = _given_elsewhere(settings)
    if given != given_limits():
        set_limits(given)
        take_limits()


def _given_elsewhere(settings: SharedSettings) -> dict[str, int]:
    found: dict[str, int] = json.loads(settings.read("limits") or "{}")
    return found


def take_limits() -> None:
    """Let all that have limits keep to those that hold now."""
    from softmax_ui.sharing import (
        import_limits,
        imports_at_once,
        limits,
        quota,
        room,
        store_bytes,
    )

    runner().allow(limits())
    store().max_bytes, store().quota = store_bytes(), quota()
    collection().room = room()
    imports().limits, imports().most = import_limits(), imports_at_once()


def films() -> Films:
    """Return what computes the weights of any run at any of its steps."""
    from softmax_core.runs import Films

    with _OWN.lock:
        if _OWN.films is None:
            _OWN.films = Films(store(), dataset_of)
        return _OWN.films


def computations() -> Computations:
    """Return what computes, one after the other, what takes longer than a page may."""
    from softmax_ui.computing import Computations

    with _OWN.lock:
        if _OWN.computations is None:
            _OWN.computations = Computations()
        return _OWN.computations


def collection() -> Collection:
    """Return the data sets that people keep; what was deleted before this process began is gone."""
    from softmax_core.data.collection import Collection
    from softmax_core.errors import SoftmaxError
    from softmax_core.folders import sets_folder, store_place
    from softmax_ui.sharing import room

    with _OWN.lock:
        if _OWN.collection is None:
            folder, keeping = sets_folder(), None
            if shared := isinstance(store_place(), str):
                from softmax_core.runs.cluster.sets import StoreKeeping

                keeping = StoreKeeping(store().database, folder)
            _OWN.collection = Collection(
                folder,
                fashion=dataset,
                in_use=_needed_by_runs,
                named_by_runs=lambda: store().digests(),
                room=room(),
                keeping=keeping,
            )
            with suppress(SoftmaxError):  # without the store nobody knows what runs need
                _OWN.collection.clear(all_deleted=not shared)  # others serve on
        return _OWN.collection


def _needed_by_runs() -> set[str]:
    from softmax_core.runs import ALIVE

    alive = [head.id for head in store().heads() if head.status in ALIVE]
    return {run.data.digest for run in store().runs(alive)}


def imports() -> Imports:
    """Return what people bring and have read at this moment."""
    from softmax_core.data.apart import Imports
    from softmax_ui.sharing import import_limits, imports_at_once, is_shared

    with _OWN.lock:
        if _OWN.imports is None:
            _OWN.imports = Imports(
                own_folder() / "sets" / "arriving",
                import_limits(),
                imports_at_once(),
                per_person=is_shared(),
            )
        return _OWN.imports


def close_runs() -> None:
    """Let every run end at its next step, store it, join its thread and close the store.

    `softmax_ui.server` does it on Ctrl-C and on SIGTERM.
    """
    with _OWN.lock:
        if _OWN.computations is not None:
            _OWN.computations.close()
        if _OWN.films is not None:
            _OWN.films.close()
        if _OWN.imports is not None:
            _OWN.imports.close()
        if _OWN.runner is not None:
            _OWN.runner.close()
        if _OWN.store is not None:
            _OWN.store.close()
        _OWN.runner = _OWN.store = _OWN.films = None
        _OWN.collection = _OWN.imports = None
        _OWN.classroom = _OWN.computations = None


@st.cache_resource(show_spinner=False, max_entries=32)
def history(run_id: str) -> History:
    """Return a run's records, read from the store once for everybody who watches it."""
    from softmax_core.runs import History

    return History(store(), run_id)


@st.cache_resource(show_spinner=False, max_entries=64)
def weights(run_id: str, epoch: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return W (R, classes, pixels) and b at an epoch's end; nobody may change them."""
    return store().weights(run_id, epoch)


def newest_weights(run_id: str) -> tuple[int, torch.Tensor, torch.Tensor] | None:
    """Return (step, W, b) of a run that moves, a moment old; nobody may change them."""
    return runner().seen_weights(run_id) or _stored_weights(run_id)


@st.cache_resource(show_spinner=False, max_entries=8, ttl=0.4)
def _stored_weights(run_id: str) -> tuple[int, torch.Tensor, torch.Tensor] | None:
    """Return (step, W, b) of the newest checkpoint; read at most about twice a second."""
    return store().latest_weights(run_id)


@st.cache_resource(
    show_spinner=False,
    max_entries=8,
    hash_funcs={"softmax_core.data.dataset.Description": lambda data: data.digest},
)
def moments(data: Description, validation_size: int, seed: int) -> tuple[float, float]:
    """Return mean and standard deviation of the pixels that an experiment trains on."""
    from softmax_core.data import split_validation
    from softmax_core.training.pictures import pixel_moments

    images = dataset_of(data).train.images
    trained, _held_out = split_validation(len(images), validation_size, seed)
    return pixel_moments(images if not validation_size else images[trained])


def moments_of(run: Run) -> tuple[float, float]:
    """Return the mean and deviation a run's pixels are standardized by, or (0, 1)."""
    experiment = run.experiment
    if experiment.pixel_scale != "standardized":
        return 0.0, 1.0
    return moments(run.data, experiment.validation_size, experiment.seed)


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
    side: int,
    _opened: OpenedPicture,
) -> PreparedPicture:
    """Return an opened picture as a square for a model, with what a person asked for."""
    from softmax_core.data.picture import prepare_picture

    return prepare_picture(_opened, side, asked=dict(asked))


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
