"""Every st.cache_* call: what one process has one of, however many people are connected.

The module is small and changes seldom on purpose: whoever holds a cached object must not have its
class imported a second time.
"""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:  # importing torch takes a second; a page that needs none of this does not pay it
    from softmax_core.data import Dataset
    from softmax_core.runs import Runner, Store


@st.cache_resource(show_spinner=False)
def dataset() -> Dataset:
    """Return Fashion-MNIST, read once a process; DataNotFound where it has to be fetched first."""
    from softmax_core.data import load_fashion_mnist

    return load_fashion_mnist(download=False)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """Return the store of the runs, opened once a process."""
    from softmax_core.runs import Store, default_path

    return Store(default_path())


@st.cache_resource(show_spinner=False)
def runner() -> Runner:
    """Return the runner, which holds the training threads; it is stopped and joined at exit.

    Streamlit's server ends its loop on Ctrl-C and on SIGTERM and returns, so that the exit handlers
    run in either case.
    """
    from softmax_core.runs import Runner

    running = Runner(store(), dataset)
    atexit.register(running.close)
    return running
