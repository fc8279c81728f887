"""Ctrl-C and SIGTERM: first every run is stored, then the server ends, whatever still hangs on it.

Left alone, the end takes as long as its slowest part: a page that is still being drawn, a browser
that fell asleep over half an answer, and torch, which Python takes down piece by piece for half a
second, on a busy machine for two. Once the runs are stored none of them has anything to lose.
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
"""How long after a signal the process ends at the latest."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def storing_first(store_runs: Callable[[], object]) -> Iterator[None]:
    """Inside, a signal to end stores the runs at once; outside, they are stored.

    After a signal the process ends where the block does, or after `SECONDS`, and returns 0.

    Args:
        store_runs: stops the runs and stores them; called once.
    """
    # The thread is there beforehand, and put() is the one thing a signal's handler may do safely:
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
