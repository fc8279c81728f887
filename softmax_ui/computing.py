"""Computations that take longer than a page may: one at a time a process, in a thread of its own.

A page asks, goes on, and looks again until there is a result. The last few results are kept by what
they answer, so whoever asks the same again has it at once. A computation that nobody looks at any
more ends by itself: what one person asked for and left does not keep others waiting.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final

from softmax_core.errors import SoftmaxError

Tell = Callable[[int, int], None]
"""Called with what is done and what there is to do; it raises `Cancelled` to end the work."""

KEPT: Final = 12
UNSEEN_SECONDS: Final = 20.0


class Cancelled(Exception):
    """The work is to end: a person has cancelled it, nobody looks at it, or the process ends."""


@dataclass(frozen=True, slots=True)
class Look:
    """How it stands with what was asked.

    Attributes:
        result: what came of it, or None.
        error: why nothing came of it, or None.
        share: how much of it is done while it is computed, from 0 to 1; else None.
        is_busy: whether something else is being computed.
    """

    result: Any = None
    error: SoftmaxError | None = None
    share: float | None = None
    is_busy: bool = False


class Computations:
    """The computations of a process.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with none."""
        self._clock = clock
        self._lock = threading.Lock()
        self._results: OrderedDict[Hashable, Look] = OrderedDict()
        self._key: Hashable | None = None
        self._thread: threading.Thread | None = None
        self._share = 0.0
        self._seen = 0.0
        self._is_cancelled = self._is_closed = False

    def ask(self, key: Hashable, work: Callable[[Tell], Any]) -> bool:
        """Have something computed.

        Args:
            key: what it answers; its result is kept under it.
            work: computes it, and calls what it is given now and then.

        Returns:
            False where something else is being computed, or the process is ending.
        """
        with self._lock:
            if self._is_closed:
                return False
            if self._key is not None:
                return self._key == key
            self._results.pop(key, None)
            self._key, self._share, self._is_cancelled = key, 0.0, False
            self._seen = self._clock()
            self._thread = threading.Thread(target=self._run, args=(key, work), name="computing")
            self._thread.start()
            return True

    def look(self, key: Hashable) -> Look:
        """Return how it stands with what was asked under a key."""
        with self._lock:
            if self._key == key:
                self._seen = self._clock()
                return Look(share=self._share)
            found = self._results.get(key)
            if found is None:
                return Look(is_busy=self._key is not None)
            self._results.move_to_end(key)
            return found

    def cancel(self, key: Hashable) -> None:
        """End the computation of a key, if that is what is being computed."""
        with self._lock:
            if self._key == key:
                self._is_cancelled = True

    def wait(self, seconds: float) -> None:
        """Return when nothing is being computed, at the latest after so many seconds."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def close(self) -> None:
        """End what is being computed, and take no more."""
        with self._lock:
            self._is_closed = self._is_cancelled = True
        if self._thread is not None:
            self._thread.join()

    def _run(self, key: Hashable, work: Callable[[Tell], Any]) -> None:
        found: Look | None = None
        try:
            found = Look(result=work(self._tell))
        except Cancelled:
            pass
        except SoftmaxError as error:
            found = Look(error=error)
        finally:
            with self._lock:
                if found is not None:
                    self._results[key] = found
                while len(self._results) > KEPT:
                    self._results.popitem(last=False)
                self._key = None

    def _tell(self, made: int, total: int) -> None:
        with self._lock:
            self._share = min(made / max(total, 1), 1.0)
            if self._is_cancelled or self._clock() - self._seen > UNSEEN_SECONDS:
                raise Cancelled
