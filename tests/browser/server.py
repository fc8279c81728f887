"""The real app, started as the README does, and the browser to look at it with.

The fixtures of the browser tests and the scripts that take pictures and measure pages share this.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 90.0
# As in the Makefile: Chromium without its windows first, for it is a quarter cheaper to run.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"
# Quiet as root in a container, and no request of Chromium's own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--force-color-profile=srgb",
    # A camera that sees a green disc, and the permission to use it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


class DidNotStart(Exception):
    """The app ended, or did not answer in time; the message has the end of its log."""


def browser_executable() -> str | None:
    """Return the Chromium of this machine, or None for Playwright's own."""
    named = os.environ.get("SOFTMAX_BROWSER")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def start_server(
    folder: Path,
    app: str = "app.py",
    env: Mapping[str, str] | None = None,
    port: int | None = None,
    descriptors: int | None = None,
) -> tuple[subprocess.Popen[bytes], str]:
    """Start an app with a run store in `folder`, unless `env` names one; return it with its URL.

    It may keep as many files and connections open as the machine allows, or `descriptors`.
    """
    port = port or free_port()
    log = folder / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port)]
    if descriptors is not None:
        command = ["sh", "-c", 'ulimit -n "$0" && exec "$@"', str(descriptors), *command]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "SOFTMAX_RUNS": str(folder / "runs"), **(env or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    base = f"http://localhost:{port}"
    wait_for(server, base, log)
    return server, base


def wait_for(server: subprocess.Popen[bytes], base: str, log: Path) -> None:
    """Return when a server answers; one that does not is ended, and its log is in the error."""
    deadline = time.monotonic() + START_SECONDS
    while not _healthy(base):
        if server.poll() is not None or time.monotonic() > deadline:
            end_server(server)
            raise DidNotStart(log.read_text(errors="replace")[-3000:])
        time.sleep(0.1)


def end_server(server: subprocess.Popen[bytes]) -> None:
    """End one server by its own process, first politely."""
    server.terminate()
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return int(listener.getsockname()[1])


def _healthy(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
