"""Ctrl-C, SIGTERM and SIGKILL while two runs train and are watched: not one of them is lost."""

from __future__ import annotations

import re
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from softmax_core.runs import Store
from tests.browser.server import start_server

RUNS = 2


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_server_that_ends_leaves_its_runs_to_go_on(
    tmp_path: Path,
    open_page: Callable[..., Page],
    settled: Callable[[Page], None],
    complaints: list[str],
    name: str,
) -> None:
    server, base = start_server(tmp_path)
    path = tmp_path / "runs" / "runs.sqlite"
    pages = [open_page() for _ in range(RUNS)]
    try:
        for page in pages:
            start_a_long_run(page, base, settled)
        with Store(path) as watching:
            while any(run.step < 300 for run in watching.runs()):
                pages[0].wait_for_timeout(50)
        began = time.monotonic()
        server.send_signal(getattr(signal, name))
        server.wait(timeout=15)
        print(f"{name}: ended after {time.monotonic() - began:.2f} s")
    finally:
        server.kill()
        server.wait()
    for page in pages:
        page.close()
    complaints.clear()  # the pages lost their server, and say so
    said_after_the_start = (tmp_path / "server.log").read_text().split(base)[1]
    assert said_after_the_start.strip() == ""
    if name != "SIGKILL":
        assert server.returncode == 0
        path = Path(shutil.copy(path, tmp_path))  # this one file is the whole store
    with Store(path) as store:
        runs = store.runs()
        assert len(runs) == RUNS
        for run in runs:
            assert len(store.steps(run.id)) == run.step
            checkpoint = store.checkpoint(run.id)
            assert checkpoint is not None
            if name == "SIGKILL":
                assert run.status == "running"  # whoever opens the store next finds it so
            else:
                assert (run.status, checkpoint.step) == ("interrupted", run.step)


def start_a_long_run(page: Page, base: str, settled: Callable[[Page], None]) -> None:
    """Start a run that is still under way when the test has ended, and watch it."""
    page.goto(f"{base}/training_dashboard?epochs=1000")
    settled(page)
    page.locator(".st-key-start button").click()
    page.wait_for_url(re.compile(r"run="))
