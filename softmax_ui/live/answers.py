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
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Final, Generic, TypeVar

Asked = TypeVar("Asked", bound=Hashable)

FRESH_SECONDS: Final = 0.25
MOST_KEPT: Final = 256
MOST_PENDING: Final = 96
"""Messages that wait to be made, for all who ask; each takes about 3 ms."""
MOST_OF_ONE: Final = 48
"""Of these, for one who asks: a class behind one address watches fewer views in a moment."""
_LEVEL: Final = 3  # of gzip: 6 takes twice as long for 2 % less


class Closed(Exception):
    """The server is shutting down and makes no more messages."""


class Busy(Exception):
    """So many messages are to be made that one more would wait too long."""


_MARKER: Final = 16  # characters of a marker; what comes after them is that of the still parts


@dataclass(frozen=True, slots=True)
class Answer:
    """A message as bytes.

    Attributes:
        marker: a digest of its content, then one of its still parts, if it has any; a browser that
            has it gets no second copy.
        plain: JSON, UTF-8.
        compressed: the same, gzipped.
        again: after how many milliseconds it says to ask again; None for never.
        moved: the same without the still parts, for a browser that has these; None without any.
        still: the still parts.
        drawn_at: when these were made, in seconds of `monotonic`.
    """

    marker: str
    plain: bytes
    compressed: bytes
    again: int | None = None
    moved: Answer | None = None
    still: Mapping[str, Any] = field(default_factory=dict)
    drawn_at: float = 0.0

    @classmethod
    def of(
        cls,
        message: Mapping[str, Any],
        still: Collection[str] = (),
        before: Answer | None = None,
    ) -> Answer:
        """Encode a message; its "marker" is added.

        Args:
            message: what there is to say.
            still: the parts that change less often than the others.
            before: whose still parts it has instead of its own.
        """
        if before is not None:
            message = {**message, **before.still}
        content = _json(message)
        marker = _digest(content)
        if not still:
            return cls._made(marker, content, message.get("again"))
        marker += _digest(_json({name: message.get(name) for name in still}))
        rest = {name: part for name, part in message.items() if name not in still}
        moved = cls._made(marker, _json(rest), message.get("again"))
        whole = cls._made(marker, content, message.get("again"))
        kept = {name: message[name] for name in still if name in message}
        drawn_at = monotonic() if before is None else before.drawn_at
        return replace(whole, moved=moved, still=kept, drawn_at=drawn_at)

    @classmethod
    def _made(cls, marker: str, content: str, again: int | None) -> Answer:
        plain = f'{{"marker":"{marker}",{content[1:]}'.encode()
        return cls(marker, plain, gzip.compress(plain, _LEVEL, mtime=0), again)

    def after(self, seen: str) -> Answer:
        """Return what a browser needs that has the message of a marker: all, or what moved."""
        if self.moved and len(seen) > _MARKER and seen[_MARKER:] == self.marker[_MARKER:]:
            return self.moved
        return self


def _json(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _digest(content: str) -> str:
    return hashlib.blake2b(content.encode(), digest_size=_MARKER // 2).hexdigest()


@dataclass(slots=True)
class _Kept:
    made_at: float
    answer: asyncio.Future[Answer]
    waiting: int = 0
    before: Answer | None = None  # what was made before it


class Answers(Generic[Asked]):
    """A cache of the newest answers, one for each thing watched. Belongs to one event loop.

    Args:
        make: returns the message for what is watched; called in a thread of its own.
        fresh_seconds: how long an answer is reused before it is made again.
        still: the parts of a message that change less often than the others.
        rest: for how many seconds the still parts stay as they are, given a message.
    """

    def __init__(
        self,
        make: Callable[[Asked], Mapping[str, Any]],
        fresh_seconds: float = FRESH_SECONDS,
        still: Collection[str] = (),
        rest: Callable[[Mapping[str, Any]], float] = lambda _message: 0.0,
    ) -> None:
        self._still, self._rest = still, rest
        self._make = make
        self._fresh_seconds = fresh_seconds
        self._closed = False
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._kept: OrderedDict[Asked, _Kept] = OrderedDict()
        self._pending: Counter[str] = Counter()

    def current(self, watched: Asked, asker: str = "") -> Answer | None:
        """Return the answer for what is watched; None when it has to be made, or is being made.

        Where too many are to be made already, one from before is still the answer.

        Args:
            watched: the run, the view and the language.
            asker: whose place among the pending ones it would take, an address.

        Raises:
            Closed: the server is ending.
            Busy: there are too many to make, and none was made before.
        """
        if self._closed:
            raise Closed
        kept = self._kept.get(watched)
        if kept is not None and not kept.answer.done():
            return None
        if kept is not None and not self._is_stale(kept):
            self._kept.move_to_end(watched)
            return kept.answer.result()
        if self._pending.total() < MOST_PENDING and self._pending[asker] < MOST_OF_ONE:
            return None
        if kept is None or (before := _made(kept)) is None:
            raise Busy
        return before

    def is_being_made(self, watched: Asked) -> bool:
        """Tell whether somebody waits already for the answer for what is watched."""
        kept = self._kept.get(watched)
        return kept is not None and not kept.answer.done()

    async def get(self, watched: Asked, asker: str = "") -> Answer:
        """Return the current answer for what is watched, when it is made.

        A message that nobody waits for any more before it is begun is not made.

        Raises:
            Closed, Busy: as `current`.
            Exception: whatever `make` raised; it is tried again at the next request.
        """
        if (answer := self.current(watched, asker)) is not None:
            return answer
        kept = self._kept.get(watched)
        if kept is None or kept.answer.done():
            kept = self._begin(watched, asker, kept)
        self._kept.move_to_end(watched)
        kept.waiting += 1
        try:
            # One of several waiting requests may be cancelled; the others still need the answer.
            return await asyncio.shield(kept.answer)
        finally:
            kept.waiting -= 1
            if not kept.waiting:
                kept.answer.cancel()

    def close(self) -> None:
        """Stop making messages, from any thread; a message in the making is finished."""
        self._closed = True
        self._worker.shutdown(wait=False)

    def _begin(self, watched: Asked, asker: str, kept: _Kept | None) -> _Kept:
        loop = asyncio.get_running_loop()
        before = _made(kept) if kept else None
        answer = loop.run_in_executor(self._worker, self._answer, watched, before)
        self._pending[asker] += 1
        answer.add_done_callback(lambda _answer: self._ended(asker))
        begun = _Kept(monotonic(), answer, before=before)
        self._kept[watched] = begun
        if len(self._kept) > MOST_KEPT:  # the oldest that nobody waits for
            oldest = next((key for key, one in self._kept.items() if one.answer.done()), None)
            if oldest is not None:
                del self._kept[oldest]
        return begun

    def _ended(self, asker: str) -> None:
        self._pending[asker] -= 1
        if not self._pending[asker]:
            del self._pending[asker]

    def _is_stale(self, kept: _Kept) -> bool:
        failed = kept.answer.cancelled() or kept.answer.exception() is not None
        return failed or monotonic() - kept.made_at > self._fresh_seconds

    def _answer(self, watched: Asked, before: Answer | None) -> Answer:
        message = self._make(watched)
        rests = before is not None and monotonic() - before.drawn_at < self._rest(message)
        return Answer.of(message, self._still, before if rests else None)


def _made(kept: _Kept) -> Answer | None:
    """Return the newest answer that there is; None when there was none, or making it failed."""
    if kept.answer.cancelled():
        return kept.before
    return None if kept.answer.exception() else kept.answer.result()
