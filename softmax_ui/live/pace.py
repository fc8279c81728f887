"""How often those who watch may ask: less often where they are many.

An answer takes some 11 kB and 0.3 ms. A watcher who asks 2.5 times a second is served well; a
thousand of them would be sent 27 MB a second, more than the network of many a school carries.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic
from typing import Final

HEADER: Final = "Softmax-Again"
"""Of an answer: after how many milliseconds to ask again, where that is later than it says."""

CROWD_MS: Final = 750
"""What a full lecture hall waits: a record is then seen within a second, 19 times of 20."""

_MS_EACH: Final = 4.0
_FULL: Final = 1000
_MEMORY_SECONDS: Final = 5.0


def crowded_ms(watchers: float) -> int:
    """Return after how many milliseconds each of so many watchers of a server asks again.

    Up to a hundred ask as often as one does. From 188 to 1,000 ask every 750 ms, however many
    servers they are spread over: 1,000 of them 1,333 times a second. Beyond that a server answers
    no more often, and each of them waits longer.

    Example:
        >>> [crowded_ms(watchers) for watchers in (1, 100, 150, 500, 1000, 4000)]
        [4, 400, 600, 750, 750, 3000]
    """
    alone = watchers * _MS_EACH
    return round(max(min(alone, CROWD_MS), CROWD_MS * watchers / _FULL))


class Watchers:
    """Counts those who watch by how often they ask. Belongs to one event loop.

    Whoever asks every second counts one each second, whoever asks every half a second a half each
    time: the sum over a second is the number of those who ask, and it is kept as a mean over some
    seconds. A tab that nobody looks at asks nothing, and so does not count.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._count = 0.0
        self._at = clock()

    @property
    def count(self) -> float:
        """How many watch a run that moves."""
        return self._count * math.exp((self._at - self._clock()) / _MEMORY_SECONDS)

    def again(self, alone_ms: int) -> int:
        """Note that somebody has asked, and return after how many milliseconds they ask again.

        Args:
            alone_ms: what it would be without the others.
        """
        count = self.count
        wait = max(alone_ms, crowded_ms(count))
        self._count, self._at = count + wait / 1000 / _MEMORY_SECONDS, self._clock()
        return wait
