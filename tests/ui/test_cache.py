"""One of each a process, where the environment says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from softmax_ui import cache


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SOFTMAX_RUNS", str(tmp_path / "runs"))
    cache.store.clear()
    cache.runner.clear()
    yield tmp_path / "runs"
    cache.store.clear()
    cache.runner.clear()


def test_one_runner_over_one_store(runs: Path) -> None:
    runner = cache.runner()
    try:
        assert (runs / "runs.sqlite").is_file()
        assert cache.runner() is runner
        assert runner.store is cache.store()
    finally:
        runner.close()
        cache.store().close()
