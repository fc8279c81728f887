"""How often those who watch may ask: less often where they are many.

An answer takes 6 to 15 kB and some 0.3 ms. A watcher who asks 2.5 times a second is served well; a
thousand of them would be sent 30 MB a second, more than the network of many a school carries.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic
from typing import Final

HEADER: Final = "Softmax-Again"
"""Of an answer: after how many milliseconds to ask again, where that is later than it says."""

CROWD_MS: Final = 700
"""What a full lecture hall waits: a record is then seen within a second, 19 times of 20."""

CROWD_REST: Final = 2.0
"""Seconds for which it keeps the wall and the templates that it has: half of what it is sent."""

_MS_EACH: Final = 4.0
_FULL: Final = 1000
_MEMORY_SECONDS: Final = 5.0
_OPENING_SECONDS: Final = 3.0
_FEW_OPENINGS: Final = 3.0  # of pages within that time, for which nobody has to wait
_MANY_OPENINGS: Final = 23.0
_MOST_PATIENCE: Final = 4.0
_DRAWING_SECONDS: Final = 10.0  # after the last of many who open a page together
_MOST_WAY_SECONDS: Final = 30.0
_WAY_AGAIN_SECONDS: Final = 120.0
_MOST_WAITS: Final = 4  # as long as what one was told, where the server is slow besides


def crowded_ms(watchers: float) -> int:
    """Return after how many milliseconds each of so many watchers of a server asks again.

    Up to a hundred ask as often as one does. From 175 to 1,000 ask every 700 ms, however many
    servers they are spread over: 1,000 of them 1,429 times a second. Beyond that a server answers
    no more often, and each of them waits longer.

    Example:
        >>> [crowded_ms(watchers) for watchers in (1, 100, 150, 500, 1000, 4000)]
        [4, 400, 600, 700, 700, 2800]
    """
    alone = watchers * _MS_EACH
    return round(max(min(alone, CROWD_MS), CROWD_MS * watchers / _FULL))


def patience(opened: float) -> float:
    """Return how many times as long a crowd waits while so many have just opened a page.

    A first picture that does not come is worse than one that is a second old, and drawing a page
    takes as long as a hundred answers.

    Example:
        >>> [patience(opened) for opened in (0, 3, 13, 200)]
        [1.0, 1.0, 2.5, 4.0]
    """
    share = (opened - _FEW_OPENINGS) / (_MANY_OPENINGS - _FEW_OPENINGS)
    return 1 + (_MOST_PATIENCE - 1) * min(max(share, 0.0), 1.0)


class Way:
    """How long trainings give way to those who open pages: for half a minute, in any two minutes.

    Who opens pages again and again shall not hold up everybody's training.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._ends = self._again = -math.inf

    def seconds(self) -> float:
        """Return for how many seconds from now on trainings give way, 0 for not at all."""
        now = self._clock()
        if now >= self._again:
            self._ends, self._again = now + _MOST_WAY_SECONDS, now + _WAY_AGAIN_SECONDS
        return max(min(_DRAWING_SECONDS, self._ends - now), 0.0)


class Watchers:
    """Counts those who watch by how often they ask. Belongs to one event loop.

    Whoever asks every second counts one each second, whoever asks every half a second a half each
    time: the sum over a second is the number of those who ask, and it is kept as a mean over some
    seconds. A tab that nobody looks at asks nothing, and so does not count.

    Each says how long ago it asked before. By how long it was told to wait, those who wait for a
    slow server besides would count too little, the fewer the more there are.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._count = self._opened = 0.0
        self._at = self._opened_at = clock()

    @property
    def count(self) -> float:
        """How many watch a run that moves."""
        return self._count * math.exp((self._at - self._clock()) / _MEMORY_SECONDS)

    @property
    def opened(self) -> float:
        """How many have opened a page in the last seconds."""
        return self._opened * math.exp((self._opened_at - self._clock()) / _OPENING_SECONDS)

    @property
    def rest(self) -> float:
        """For how many seconds the wall and the templates stay as they are."""
        return CROWD_REST if crowded_ms(self.count) >= CROWD_MS else 0.0

    def opens(self) -> None:
        """Note that somebody opens a page."""
        self._opened, self._opened_at = self.opened + 1, self._clock()

    def again(self, alone_ms: int, after_ms: int | None = None) -> int:
        """Note that somebody has asked, and return after how many milliseconds they ask again.

        Args:
            alone_ms: what it would be without the others.
            after_ms: how long ago they asked before; None where they do not say.
        """
        count = self.count
        crowd = crowded_ms(count)
        if crowd >= CROWD_MS:
            crowd = round(crowd * patience(self.opened))
        wait = max(alone_ms, crowd)
        # Nobody counts as many by saying that they waited for long.
        waited = wait if after_ms is None else min(after_ms, _MOST_WAITS * wait)
        seconds = min(waited / 1000, _MEMORY_SECONDS)
        self._count, self._at = count + seconds / _MEMORY_SECONDS, self._clock()
        return wait
