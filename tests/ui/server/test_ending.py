"""A signal to end: the runs are stored first, and then nothing can hold the process up."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from softmax_ui.server.ending import storing_first

ROOT = Path(__file__).parents[3]
SERVER = """
import os, signal, sys, time
from softmax_ui.server import ending
def say(line):  # at once: two threads do it, and print's line and its end are two writes
    os.write(1, (line + "\\n").encode())
ending.SECONDS = 2 if sys.argv[1] == "stuck" else 60
went_on = []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, _frame: went_on.append(number))
with ending.storing_first(lambda: say("stored")):
    say("serving")
    while not went_on or sys.argv[1] == "stuck":
        time.sleep(0.01)
    say(f"the server's own handler was called {went_on[0]}")
say("nobody hears this")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("server", ["prompt", "stuck"])
def test_a_signal_stores_the_runs_and_ends_the_process(number: signal.Signals, server: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, server],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "serving\n"
    process.send_signal(number)
    said, complained = process.communicate(timeout=60)
    handled = f"the server's own handler was called {int(number)}"
    wanted = {"prompt": {"stored", handled}, "stuck": {"stored"}}
    assert set(said.splitlines()) == wanted[server]
    assert (complained, process.returncode) == ("", 0)


def test_without_a_signal_the_runs_are_stored_once_and_the_handlers_are_as_before() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    stored: list[str] = []

    def serve_and_break() -> None:
        with storing_first(lambda: stored.append("all")):
            assert stored == []
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        serve_and_break()
    assert stored == ["all"]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
