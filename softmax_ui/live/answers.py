"""Messages shared by all who ask for the same: made in one thread, cached briefly, sent as bytes.

A hundred people who watch a run ask 250 times a second. What they see changes three or four times
a second, so that is how often a message is made, written as JSON and compressed; everything else
is handing out bytes, which the server's event loop does without waiting for anybody.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from softmax_ui.live.watched import Watched

FRESH_SECONDS: Final = 0.25
MOST_KEPT: Final = 256
_LEVEL: Final = 3  # of gzip: 6 takes twice as long for 2 % less


class Closed(Exception):
    """The server is shutting down and makes no more messages."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A message as bytes.

    Attributes:
        marker: a digest of its content; a browser that has it gets no second copy.
        plain: JSON, UTF-8.
        compressed: the same, gzipped.
    """

    marker: str
    plain: bytes
    compressed: bytes

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Answer:
        """Encode a message; its "marker" is added."""
        content = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        marker = hashlib.blake2b(content.encode(), digest_size=8).hexdigest()
        plain = f'{{"marker":"{marker}",{content[1:]}'.encode()
        return cls(marker, plain, gzip.compress(plain, _LEVEL, mtime=0))


class Answers:
    """A cache of the newest answers, one for each thing watched. Belongs to one event loop.

    Args:
        make: returns the message for what is watched; called in a thread of its own.
        fresh_seconds: how long an answer is reused before it is made again.
    """

    def __init__(
        self,
        make: Callable[[Watched], Mapping[str, Any]],
        fresh_seconds: float = FRESH_SECONDS,
    ) -> None:
        self._make = make
        self._fresh_seconds = fresh_seconds
        self._closed = False
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._kept: OrderedDict[Watched, tuple[float, asyncio.Future[Answer]]] = OrderedDict()

    async def get(self, watched: Watched) -> Answer:
        """Return the current answer for what is watched.

        Raises:
            Closed: the server is ending.
            Exception: whatever `make` raised; it is tried again at the next request.
        """
        if self._closed:
            raise Closed
        made_at, answer = self._kept.get(watched, (0.0, None))
        if answer is None or (answer.done() and self._is_stale(made_at, answer)):
            loop = asyncio.get_running_loop()
            answer = loop.run_in_executor(self._worker, self._answer, watched)
            self._kept[watched] = (monotonic(), answer)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(watched)
        # One of several waiting requests may be cancelled; the others still need the answer.
        return await asyncio.shield(answer)

    def close(self) -> None:
        """Stop making messages, from any thread; a message in the making is finished."""
        self._closed = True
        self._worker.shutdown(wait=False)

    def _is_stale(self, made_at: float, answer: asyncio.Future[Answer]) -> bool:
        failed = answer.cancelled() or answer.exception() is not None
        return failed or monotonic() - made_at > self._fresh_seconds

    def _answer(self, watched: Watched) -> Answer:
        return Answer.of(self._make(watched))
