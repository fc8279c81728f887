"""Ctrl-C and SIGTERM in the middle of a run: it is stored, and the server ends without a word."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from softmax_core.runs import Store
from tests.browser.server import start_server


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_server_that_ends_leaves_its_run_to_go_on(
    tmp_path: Path,
    open_page: Callable[..., Page],
    settled: Callable[[Page], None],
    complaints: list[str],
    name: str,
) -> None:
    server, base = start_server(tmp_path)
    page = open_page()
    try:
        page.goto(f"{base}/training_dashboard?epochs=1000")
        settled(page)
        page.locator(".st-key-start button").click()
        page.wait_for_url(re.compile(r"run="))
        run_id = re.search(r"run=([\w-]+)", page.url)[1]  # type: ignore[index]
        with Store(tmp_path / "runs" / "runs.sqlite") as watching:
            while watching.run(run_id).step < 300:
                page.wait_for_timeout(50)
        began = time.monotonic()
        server.send_signal(getattr(signal, name))
        server.wait(timeout=15)
        print(f"{name}: ended after {time.monotonic() - began:.2f} s")
    finally:
        server.kill()
        server.wait()
    page.close()
    complaints.clear()  # the page lost its server, and says so
    log = (tmp_path / "server.log").read_text()
    assert "terminate called" not in log
    assert "Traceback" not in log
    with Store(tmp_path / "runs" / "runs.sqlite") as store:
        run = store.run(run_id)
        assert run.status == ("running" if name == "SIGKILL" else "interrupted")
        checkpoint = store.checkpoint(run_id)
        assert checkpoint is not None
        if name != "SIGKILL":
            assert checkpoint.step == run.step
        assert len(store.steps(run_id)) == run.step
