"""Ctrl-C and SIGTERM: every run is stored, then the server ends, even with open connections.

By itself, shutdown takes as long as its slowest part: a page that is still being drawn, a browser
that stopped reading in the middle of an answer, and torch, which Python unloads piece by piece in
half a second, on a busy machine in two. Once the runs are stored nothing can be lost.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType
from typing import Final

SECONDS: Final = 2.5
"""The longest time from a signal to the end of the process."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def storing_first(store_runs: Callable[[], object]) -> Iterator[None]:
    """Store the runs on a signal to end, and in any case when the block is left.

    After a signal the process ends where the block does, or after `SECONDS`, and returns 0.
    `store_runs` is called once.
    """
    # The thread is started beforehand, and put() is safe in a signal's handler:
    # the signal may come while this thread itself holds a lock.
    came: SimpleQueue[bool] = SimpleQueue()
    stored = threading.Event()
    signalled = False

    def wait() -> None:
        if not came.get():
            return
        timer = threading.Timer(SECONDS, _end)
        timer.daemon = True
        timer.start()
        store_runs()
        stored.set()

    def take(number: int, frame: FrameType | None) -> None:
        nonlocal signalled
        signalled = True
        came.put(True)
        if callable(server := before[signal.Signals(number)]):
            server(number, frame)

    waiting = threading.Thread(target=wait, name="ending", daemon=True)
    waiting.start()
    before = {number: signal.signal(number, take) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        came.put(False)
        if signalled:
            stored.wait(SECONDS)
            _end()
        waiting.join()
        store_runs()


def _end() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)
