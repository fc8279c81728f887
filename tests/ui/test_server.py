"""What the server does besides Streamlit's pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.web.server.app_discovery import discover_asgi_app

from softmax_core.runs.holder import Holder
from softmax_ui import cache
from softmax_ui.server import lifespan

ROOT = Path(__file__).parents[2]


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path))
    st.cache_resource.clear()
    yield tmp_path / "runs.sqlite"
    cache.runner.clear()
    cache.store().close()
    st.cache_resource.clear()


def test_streamlit_run_finds_the_server_in_the_home_page() -> None:
    assert discover_asgi_app(ROOT / "app.py").import_string == "app:app"


def test_the_end_of_the_server_is_the_end_of_the_runner(own_store: Path) -> None:
    async def serve_and_end() -> None:
        async with lifespan(None):
            cache.runner()

    asyncio.run(serve_and_end())
    Holder(own_store).release()  # StoreLocked while the runner lives
