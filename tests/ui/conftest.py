"""A store of the runs for one test, by itself or where the app looks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from softmax_core.runs import Store
from softmax_ui import cache


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store that the app does not know."""
    with Store(tmp_path / "runs.sqlite") as opened:
        yield opened


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path))
    cache.close_runs()
    st.cache_resource.clear()
    cache.runner()  # it interrupts what is alive, so it comes before the runs of the test
    yield cache.store()
    cache.close_runs()
    st.cache_resource.clear()
