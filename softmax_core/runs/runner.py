"""The runner: commands to the runs of a store, the queue, and the training threads."""

from __future__ import annotations

import atexit
import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic
from typing import Final

from softmax_core.data import Dataset
from softmax_core.errors import InvalidExperiment, QueueFull, RunNotSteerable, TooManyRuns
from softmax_core.runs.job import Go, GoToEpochEnd, Job, Leave, Order, Rate, Speed
from softmax_core.runs.limits import PERSONAL, Limits, expected_steps
from softmax_core.runs.run import RESUMABLE, Run, Status
from softmax_core.runs.store import Store
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.engine import Training, train
from softmax_core.training.experiment import Experiment, rate_change
from softmax_core.training.records import RateChange

_ANSWER_SECONDS: Final = 1.0  # how long a command waits until it is obeyed


class Runner:
    """Trains the runs of a store, a limited number at a time, the others in a queue.

    Every command takes effect within some milliseconds, after the current group of steps, and then
    returns (or after a second, if a step takes longer). It raises `RunNotFound` if there is no such
    run, and `RunNotSteerable` if the run's status does not allow it. A paused run keeps its thread
    until a waiting run needs it.

    One lock, that of the condition `_changed`, protects all attributes, and `orders`, `idle` and
    `done` of each job. A command holds it until it waits, so that no other command changes what
    it has checked.

    Args:
        store: the store of the runs. Runs that another process left unfinished become
            "interrupted".
        load_dataset: called in the training thread whenever a run starts or resumes.
        limits: how many runs it accepts.
        device: the torch device.

    Raises:
        StoreLocked: another process trains into this store.
    """

    def __init__(
        self,
        store: Store,
        load_dataset: Callable[[], Dataset],
        limits: Limits = PERSONAL,
        device: str = "cpu",
    ) -> None:
        self.store = store
        self.limits = limits
        self._load_dataset = load_dataset
        self._device = device
        self._holder = store.hold()
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._active: dict[str, tuple[Job, threading.Thread]] = {}
        self._closing = False
        store.interrupt_alive()
        atexit.register(self.close)

    # -- commands --------------------------------------------------------------------------------

    def start(
        self,
        experiment: Experiment,
        *,
        owner: str = "",
        rate_changes: Sequence[RateChange] = (),
    ) -> Run:
        """Start a run, or queue it.

        Args:
            experiment: what to train.
            owner: a digest that identifies who starts it, or "".
            rate_changes: changes of another run of this experiment, to repeat it exactly.

        Returns:
            The run, "queued" until its thread starts.

        Raises:
            InvalidExperiment: more steps than this server allows.
            TooManyRuns: this owner has as many active runs as allowed.
            QueueFull: the queue is full.
            StoreFull: the store is full, and no run may be cleared.
            QuotaReached: so is what this owner may keep.
        """
        self.limits.refuse_too_long(experiment)
        with self._changed:
            self._refuse_owner(owner)
            self._refuse_when_full()
            self.store.make_room(owner)
            run = self.store.create(experiment, expected_steps(experiment), owner=owner)
            if rate_changes:
                self.store.append(run.id, rate_changes=rate_changes)
            self._enqueue(run, Go(None))
        return run

    def pause(self, run_id: str) -> None:
        """Pause a running run; a waiting one leaves the queue."""
        with self._changed:
            if self._leave_queue(run_id, "paused"):
                return
            job = self._steerable(run_id, "be paused")
            if job.idle:
                raise RunNotSteerable(run_id, "be paused", "paused")
            self._order(job, Go(0), lambda: job.idle)

    def resume(self, run_id: str) -> None:
        """Resume a paused, stopped or interrupted run.

        Raises:
            RunDamaged: its stored data differ from what was written.
            QueueFull: it needs a thread, and the queue is full.
        """
        self._go_on(run_id, "be resumed", Go(None))

    def step(self, run_id: str, steps: int = 1) -> None:
        """Make some steps, at least 1, of a run that `resume` would take, then pause it."""
        if steps < 1:
            raise InvalidExperiment("steps", steps, "at least 1")
        self._go_on(run_id, "make single steps", Go(steps))

    def step_epoch(self, run_id: str) -> None:
        """Train a run that `resume` would take to the end of its epoch, then pause it."""
        self._go_on(run_id, "make a single epoch", GoToEpochEnd())

    def stop(self, run_id: str) -> None:
        """Stop a run that has not ended; it can be resumed later."""
        with self._changed:
            if self._leave_queue(run_id, "stopped"):
                return
            if run_id not in self._active and self.store.run(run_id).status == "paused":
                self.store.set_status(run_id, "stopped")
                return
            job = self._steerable(run_id, "be stopped")
            self._order(job, Leave("stopped"), lambda: job.done)

    def change_learning_rate(self, run_id: str, variant: int, learning_rate: float) -> None:
        """Change the learning rate of a variant from the next step on.

        Args:
            run_id: the run; running or paused.
            variant: the variant's position in the experiment.
            learning_rate: in the range that `Variant` allows.

        Raises:
            InvalidExperiment: no such variant, or the rate is out of range.
        """
        with self._changed:
            run = self.store.run(run_id)
            checked = rate_change(run.experiment, run.step, variant, learning_rate)
            if run_id not in self._active and run.status == "paused":
                checkpoint = self.store.checkpoint(run_id)
                at = 0 if checkpoint is None else checkpoint.step
                self.store.add_rate_change(run_id, replace(checked, step=at))
                return
            job = self._steerable(run_id, "change its learning rate")
            order = Rate(checked.variant, checked.learning_rate)
            self._order(job, order, lambda: order not in job.orders)

    def set_speed(self, run_id: str, steps_per_second: float | None) -> None:
        """Limit the speed of a run, until it leaves its thread.

        Args:
            run_id: the run; running or paused, in a thread.
            steps_per_second: more than 0, or None for full speed.
        """
        if steps_per_second is not None and not 0 < steps_per_second < math.inf:
            raise InvalidExperiment("speed", steps_per_second, "more than 0 steps a second")
        with self._changed:
            job = self._steerable(run_id, "change its speed")
            order = Speed(steps_per_second)
            self._order(job, order, lambda: order not in job.orders)

    # -- what a page asks ------------------------------------------------------------------------

    def place(self, run_id: str) -> int | None:
        """Return a run's place in the queue, 1 for the next; None if it is not queued."""
        with self._changed:
            return self._place(run_id)

    def speed(self, run_id: str) -> float | None:
        """Return the speed limit of a run in steps per second; None for full speed."""
        with self._changed:
            job = self._job(run_id)
            return job.speed if job else None

    def expected_wait(self, run_id: str) -> float | None:
        """Estimate how long a queued run will wait in seconds, from the current pace of the others.

        None if it is not queued or no pace is known yet.
        """
        with self._changed:
            place = self._place(run_id)
            if place is None:
                return None
            active = [
                (0, job.recorder.steps_per_second or 1.0)
                if job.idle
                else (job.recorder.steps_left, job.recorder.steps_per_second)
                for job, _ in self._active.values()
            ]
            waiting = [job.recorder.steps_left for job in self._waiting]
            return expected_waits(active, waiting, self.limits.active)[place - 1]

    def wait(self, run_id: str, timeout: float | None = None) -> Run:
        """Wait until a run is neither running nor queued.

        Args:
            run_id: the run.
            timeout: the longest wait in seconds, or None.

        Returns:
            Its state then.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._rests(run_id), timeout)
        return self.store.run(run_id)

    def close(self, timeout: float = 3.0) -> None:
        """Interrupt all runs, store them and join the threads.

        Args:
            timeout: the longest wait in seconds, for all threads together.
        """
        deadline = monotonic() + timeout
        with self._changed:
            self._closing = True
            waiting, threads = list(self._waiting), [thread for _, thread in self._active.values()]
            self._waiting.clear()
            for job, _ in self._active.values():
                job.orders.append(Leave("interrupted"))
            self._changed.notify_all()
        for job in waiting:
            self.store.set_status(job.run_id, "interrupted")
        for thread in threads:
            thread.join(max(deadline - monotonic(), 0.0))
        if not any(thread.is_alive() for thread in threads):
            self._holder.release()
        atexit.unregister(self.close)

    # -- inside; every caller but a thread's `_train` holds the lock -----------------------------

    def _go_on(self, run_id: str, command: str, order: Go | GoToEpochEnd) -> None:
        if run_id not in self._active:
            self.store.verify(run_id)  # slow, so not with the lock held
        with self._changed:
            job = self._rested(run_id, command)
            if job is not None:
                # An idle run has not seen an order to leave yet, so it can be withdrawn.
                job.orders[:] = [given for given in job.orders if given != Leave("paused")]
                job.idle = False
                self._order(job, order, lambda: job.idle or _under_way(job, order))
                return
            run = self.store.run(run_id)
            if run.status not in RESUMABLE:
                raise RunNotSteerable(run_id, command, run.status)
            self._refuse_when_full()
            self.store.set_status(run_id, "queued")
            queued = self._enqueue(run, order)
            self._changed.wait_for(
                lambda: (
                    queued.done
                    or queued.idle
                    or queued in self._waiting
                    or _under_way(queued, order)
                ),
                _ANSWER_SECONDS,
            )

    def _rested(self, run_id: str, command: str) -> Job | None:
        """Return the job of an idle run, or None if it has no thread; raise if it is running."""
        job = self._job(run_id)
        if job is None or job.idle:
            return job
        if job.status == "paused":  # it is leaving its thread, or obeying an order
            self._changed.wait_for(lambda: job.done or job.idle, _ANSWER_SECONDS)
        now = self._job(run_id)
        if now is not None and not now.idle:  # another command may have resumed it meanwhile
            raise RunNotSteerable(run_id, command, now.status)
        return now

    def _order(self, job: Job, order: Order, obeyed: Callable[[], bool]) -> None:
        """Give a job an order, and wait a moment until it is obeyed."""
        job.orders.append(order)
        self._changed.notify_all()
        self._changed.wait_for(lambda: job.done or obeyed(), _ANSWER_SECONDS)

    def _begin(self, run: Run, start: Checkpoint | None, changes: list[RateChange]) -> Training:
        return train(
            run.experiment,
            self._load_dataset(),
            device=self._device,
            start=start,
            rate_changes=changes,
        )

    def _refuse_owner(self, owner: str) -> None:
        limit = self.limits.per_person
        if owner and limit is not None and (alive := self.store.alive(owner)) >= limit:
            raise TooManyRuns(alive, limit)

    def _refuse_when_full(self) -> None:
        # A paused run does not count: it leaves its thread to a waiting one.
        busy = sum(not job.idle for job, _ in self._active.values())
        if busy >= self.limits.active and len(self._waiting) >= self.limits.waiting:
            raise QueueFull(len(self._waiting), self.limits.waiting)

    def _enqueue(self, run: Run, first: Go | GoToEpochEnd) -> Job:
        job = Job(run, self.store, self._begin, self._changed, first, self._dispatch)
        self._waiting.append(job)
        self._dispatch()
        return job

    def _leave_queue(self, run_id: str, status: Status) -> bool:
        for job in self._waiting:
            if job.run_id == run_id:
                self._waiting.remove(job)
                self.store.set_status(run_id, status)
                self._changed.notify_all()
                return True
        return False

    def _dispatch(self) -> None:
        """Start waiting runs in free threads, and order paused runs to leave theirs."""
        ending = self._closing or not threading.main_thread().is_alive()
        while self._waiting and len(self._active) < self.limits.active and not ending:
            job = self._waiting.popleft()
            thread = threading.Thread(target=self._train, args=(job,), name=f"run {job.run_id}")
            self._active[job.run_id] = job, thread
            thread.start()
        idle = [job for job, _ in self._active.values() if job.idle]
        staying = [job for job in idle if Leave("paused") not in job.orders]
        leaving = len(idle) - len(staying)
        for job in staying[: max(len(self._waiting) - leaving, 0)]:
            job.orders.append(Leave("paused"))
        self._changed.notify_all()

    def _train(self, job: Job) -> None:
        """Run a job; the target of a training thread."""
        try:
            job.train()
        finally:
            with self._changed:
                job.done, job.idle = True, False
                del self._active[job.run_id]
                self._dispatch()

    def _job(self, run_id: str) -> Job | None:
        """Return the job of a run that has a thread, or None."""
        return self._active[run_id][0] if run_id in self._active else None

    def _steerable(self, run_id: str, command: str) -> Job:
        job = self._job(run_id)
        if job is None:
            raise RunNotSteerable(run_id, command, self.store.run(run_id).status)
        return job

    def _place(self, run_id: str) -> int | None:
        waiting = [job.run_id for job in self._waiting]
        return waiting.index(run_id) + 1 if run_id in waiting else None

    def _rests(self, run_id: str) -> bool:
        job = self._job(run_id)
        return self._place(run_id) is None and (job is None or job.idle)


def _under_way(job: Job, order: Go | GoToEpochEnd) -> bool:
    """Whether an order to train to the end is obeyed; after the others the job is idle."""
    return order == Go(None) and not job.orders


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
