"""One of each a process, where the environment says."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from softmax_core.runs.holder import Holder
from softmax_ui import cache


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path / "runs"))
    cache.close_runs()
    yield tmp_path / "runs"
    cache.close_runs()


def test_one_runner_over_one_store(runs: Path) -> None:
    runner = cache.runner()
    assert (runs / "runs.sqlite").is_file()
    assert cache.runner() is runner
    assert runner.store is cache.store()


@pytest.mark.usefixtures("runs")
def test_no_message_of_a_browser_takes_them_away() -> None:
    runner, store = cache.runner(), cache.store()
    st.cache_data.clear()  # what Streamlit does on a BackMsg(clear_cache=True)
    st.cache_resource.clear()
    assert (cache.runner(), cache.store()) == (runner, store)
    assert store.runs() == [], "it is still open"


@pytest.mark.usefixtures("runs")
def test_a_module_that_is_imported_again_finds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    runner, store = cache.runner(), cache.store()
    for name in [name for name in sys.modules if name.startswith("softmax_ui")]:
        monkeypatch.delitem(sys.modules, name)  # what Streamlit does when a watched file is saved
    again = importlib.import_module("softmax_ui.cache")
    assert again is not cache
    assert (again.runner(), again.store()) == (runner, store)


def test_once_closed_they_are_made_anew(runs: Path) -> None:
    runner = cache.runner()
    cache.close_runs()
    cache.close_runs()
    Holder(runs / "runs.sqlite").release()  # StoreLocked while the runner lives
    assert cache.runner() is not runner
