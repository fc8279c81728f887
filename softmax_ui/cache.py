"""Every st.cache_* call: what one process has one of, however many people are connected.

The module is small and changes seldom on purpose: whoever holds a cached object must not have its
class imported a second time.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

if TYPE_CHECKING:  # importing torch takes seconds; a page that needs none of this does not pay them
    import torch

    from softmax_core.data import Dataset
    from softmax_core.runs import Runner, Store
    from softmax_core.runs.history import History

RUNS_VARIABLE: Final = "SOFTMAX_RUNS"


def runs_folder() -> Path:
    """Return the folder of the runs: $SOFTMAX_RUNS, or `.data/runs` in the project."""
    chosen = os.environ.get(RUNS_VARIABLE) or Path(__file__).parents[1] / ".data" / "runs"
    return Path(chosen).expanduser().absolute()


@st.cache_resource(show_spinner=False)
def dataset() -> Dataset:
    """Return Fashion-MNIST, read once a process.

    Raises:
        DataNotFound: it has to be downloaded first, which only a person starts (on home).
    """
    from softmax_core.data import load_fashion_mnist

    return load_fashion_mnist(download=False)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Return the store of the runs, opened once a process."""
    from softmax_core.runs import Store

    return Store(runs_folder() / "runs.sqlite")


@st.cache_resource(show_spinner=False)
def runner() -> Runner:
    """Return the runner, which holds the training threads.

    Streamlit's server ends its loop on Ctrl-C and on SIGTERM and returns; the runner then stops its
    threads and joins them by itself.
    """
    from softmax_core.runs import Runner

    return Runner(store(), dataset)


@st.cache_resource(show_spinner=False, max_entries=32)
def history(run_id: str) -> History:
    """Return a run's records, read from the store once for everybody who watches it.

    Raises:
        RunNotFound: there is no such run.
    """
    from softmax_core.runs.history import History

    return History(store(), run_id)


@st.cache_resource(show_spinner=False, max_entries=64)
def weights(run_id: str, epoch: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return W (R, 10, 784) and b (R, 10) at an epoch's end; nobody may change them.

    Raises:
        RunNotFound: the run has not got that far.
    """
    return store().weights(run_id, epoch)


@st.cache_resource(show_spinner=False, max_entries=8, ttl=0.4)
def newest_weights(run_id: str) -> tuple[int, torch.Tensor, torch.Tensor] | None:
    """Return (step, W, b) of the newest checkpoint; read at most about twice a second."""
    return store().latest_weights(run_id)
