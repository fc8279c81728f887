"""Which run has a training thread, which waits for one, and how long until an order is obeyed."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from softmax_core.errors import QueueFull
from softmax_core.runs.job import Job
from softmax_core.runs.limits import Limits
from softmax_core.runs.orders import Go, GoToEpochEnd, Leave, Order

_ANSWER_SECONDS: Final = 1.0  # how long an order is waited for


class Scheduler:
    """A bounded number of training threads, and the queue in front of them.

    One lock guards everything in here, and of each job the orders, `idle` and `done`: that of the
    condition `changed`. Whoever calls a method holds it, over as much as has to be true together;
    only `job` may be called without it, by one who can live with an answer that is out of date.
    What waits here lets the lock go meanwhile, so what was true before may not be so after.

    Args:
        limits: how many may train, and how many may wait.
    """

    def __init__(self, limits: Limits) -> None:
        self.changed = threading.Condition()
        self._limits = limits
        self._waiting: deque[Job] = deque()
        self._active: dict[str, tuple[Job, threading.Thread]] = {}
        self._closing = False

    # -- the queue and the threads ---------------------------------------------------------------

    def refuse_when_full(self) -> None:
        """Raise if another run would find neither a thread nor a place in the queue.

        A run that is paused is no hindrance: it leaves its thread to one that waits.

        Raises:
            QueueFull: too many runs wait already.
        """
        busy = sum(not job.idle for job, _ in self._active.values())
        if busy >= self._limits.active and len(self._waiting) >= self._limits.waiting:
            raise QueueFull(len(self._waiting), self._limits.waiting)

    def add(self, job: Job) -> None:
        """Put a job at the queue's end; it begins at once where a thread is free."""
        self._waiting.append(job)
        self.dispatch()

    def withdraw(self, run_id: str) -> bool:
        """Take a run out of the queue, and return whether it was in it."""
        for job in self._waiting:
            if job.run_id == run_id:
                self._waiting.remove(job)
                self.changed.notify_all()
                return True
        return False

    def dispatch(self) -> None:
        """Give the free threads to those that wait, and ask paused runs to make room."""
        ending = self._closing or not threading.main_thread().is_alive()
        while self._waiting and len(self._active) < self._limits.active and not ending:
            job = self._waiting.popleft()
            thread = threading.Thread(target=self._train, args=(job,), name=f"run {job.run_id}")
            self._active[job.run_id] = job, thread
            thread.start()
        # A paused run makes room for one that waits; its checkpoint is on disk.
        idle = [job for job, _ in self._active.values() if job.idle]
        staying = [job for job in idle if Leave("paused") not in job.orders]
        leaving = len(idle) - len(staying)
        for job in staying[: max(len(self._waiting) - leaving, 0)]:
            job.orders.append(Leave("paused"))
        self.changed.notify_all()

    def _train(self, job: Job) -> None:
        """What a training thread does; the only method that takes the lock by itself."""
        try:
            job.train()
        finally:
            with self.changed:
                job.done, job.idle = True, False
                del self._active[job.run_id]
                self.dispatch()

    def close(self) -> tuple[list[str], list[threading.Thread]]:
        """Begin no other run, empty the queue and tell those that train to leave.

        Returns:
            The runs that were in the queue, and the threads that are about to end.
        """
        self._closing = True
        waiting = [job.run_id for job in self._waiting]
        self._waiting.clear()
        for job, _ in self._active.values():
            job.orders.append(Leave("interrupted"))
        self.changed.notify_all()
        return waiting, [thread for _, thread in self._active.values()]

    # -- where a run is --------------------------------------------------------------------------

    def job(self, run_id: str) -> Job | None:
        """Return a run's job while it has a thread; None for any other run."""
        active = self._active.get(run_id)
        return active[0] if active else None

    def place(self, run_id: str) -> int | None:
        """Return a run's place in the queue, 1 for the next; None when it does not wait."""
        for place, job in enumerate(self._waiting, start=1):
            if job.run_id == run_id:
                return place
        return None

    def expected_wait(self, run_id: str) -> float | None:
        """Return how long a run will wait, in seconds; None when it does not, or nobody knows."""
        place = self.place(run_id)
        if place is None:
            return None
        active = [
            (0 if job.idle else job.steps_left, job.steps_per_second or float(job.idle))
            for job, _ in self._active.values()
        ]
        waiting = [job.steps_left for job in self._waiting]
        return expected_waits(active, waiting, self._limits.active)[place - 1]

    # -- waiting ---------------------------------------------------------------------------------

    def wait(self, run_id: str, timeout: float | None) -> None:
        """Wait until a run is neither training nor in the queue, or the seconds are over."""
        self.changed.wait_for(lambda: self._rests(run_id), timeout)

    def order(self, job: Job, order: Order, obeyed: Callable[[], bool]) -> None:
        """Give a job an order, and wait a moment to see it obeyed."""
        job.orders.append(order)
        self.changed.notify_all()
        self.changed.wait_for(lambda: job.done or obeyed(), _ANSWER_SECONDS)

    def wake(self, job: Job, order: Go | GoToEpochEnd) -> None:
        """Let a paused job go on in the thread that it still has."""
        # While it is idle it has not seen an order to leave, so that one can be taken back.
        job.orders[:] = [given for given in job.orders if given != Leave("paused")]
        job.idle = False
        self.order(job, order, lambda: job.idle or _under_way(job, order))

    def wait_for_begin(self, job: Job, order: Go | GoToEpochEnd) -> None:
        """Wait a moment to see a job in the queue, or with its first order obeyed."""
        self.changed.wait_for(
            lambda: job.done or job.idle or job in self._waiting or _under_way(job, order),
            _ANSWER_SECONDS,
        )

    def wait_for_rest(self, job: Job) -> bool:
        """Return whether a job is out of its thread or idle in it, waiting a moment if it may be.

        A paused one may be leaving its thread to another run, or just taking an order.
        """
        if job.status == "paused":
            self.changed.wait_for(lambda: job.done or job.idle, _ANSWER_SECONDS)
        return job.done or job.idle

    def _rests(self, run_id: str) -> bool:
        job = self.job(run_id)
        return self.place(run_id) is None and (job is None or job.idle)


def _under_way(job: Job, order: Go | GoToEpochEnd) -> bool:
    """Whether a run that is to go on to its end does so; one that is to pause is idle then."""
    return order == Go(None) and not job.orders


def expected_waits(
    active: list[tuple[int, float]], waiting: list[int], threads: int
) -> list[float | None]:
    """Return how long each waiting run will wait for a thread, in seconds.

    Each thread takes the next waiting run when it is free; a run that waits is taken to go at the
    mean pace of those that train.

    Args:
        active: (steps left, steps a second) of each run in a thread; pace 0 where none is known.
        waiting: steps left of each waiting run, in their order.
        threads: training threads.

    Returns:
        A wait for each waiting run, or None where no pace is known yet.

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
