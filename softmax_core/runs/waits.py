"""How long those who wait for a place to train will wait."""

from __future__ import annotations


def expected_waits(
    active: list[tuple[int, float]], waiting: list[int], threads: int
) -> list[float | None]:
    """Estimate how long each waiting run will wait for a thread, in seconds.

    A free thread takes the next waiting run, which is assumed to have the mean pace of the current
    ones.

    Args:
        active: (steps left, steps per second) of each run in a thread; 0 if the pace is unknown.
        waiting: steps left of each waiting run, in the order of the queue.
        threads: number of training threads.

    Returns:
        The wait of each waiting run, or None if no pace is known yet.

    Example:
        >>> expected_waits([(100, 10.0), (50, 10.0)], [200, 30], threads=2)
        [5.0, 10.0]
    """
    paces = [pace for _, pace in active if pace > 0]
    if len(paces) < len(active) or not paces:
        return [None] * len(waiting)
    mean = sum(paces) / len(paces)
    free = sorted([left / pace for left, pace in active] + [0.0] * (threads - len(active)))
    waits: list[float | None] = []
    for left in waiting:
        waits.append(free[0])
        free = sorted([free[0] + left / mean, *free[1:]])
    return waits
