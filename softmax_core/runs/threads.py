"""Runs trained in threads of this process, those that wait in a queue of its own."""

from __future__ import annotations

import atexit
import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic
from typing import Final

import torch

from softmax_core.data import Dataset, Description
from softmax_core.errors import InvalidExperiment, QueueFull, RunNotSteerable
from softmax_core.runs.job import Go, GoToEpochEnd, Job, Leave, Order, Rate, Speed
from softmax_core.runs.limits import PERSONAL, Limits
from softmax_core.runs.run import RESUMABLE, Run, Status
from softmax_core.runs.starting import Starting
from softmax_core.runs.store import Store
from softmax_core.runs.waits import expected_waits
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.engine import Training, train
from softmax_core.training.experiment import rate_change
from softmax_core.training.records import RateChange

_ANSWER_SECONDS: Final = 1.0  # how long a command waits until it is obeyed


class ThreadRunner(Starting):
    """The `Runner` of a server of its own: it trains its runs in threads, at most `limits.active`.

    As many light runs (slow ones, single steps) as may wait (`limits.waiting`) train beside those.
    A run that the process leaves unfinished is "interrupted"; of one store there is one runner.

    One lock, that of the condition `_changed`, protects all attributes but `_way_until`, and
    `orders`, `idle` and `done` of each job. A command holds it until it waits, so that no other
    command changes what it has checked.

    Args:
        store: the store of the runs. Runs that another process left unfinished become
            "interrupted".
        load_dataset: returns the data set of a description, or raises `DatasetMissing`; called in
            the training thread whenever a run starts or resumes.
        limits: how many runs it accepts.
        device: the torch device.

    Raises:
        StoreLocked: another process trains into this store.
    """

    def __init__(
        self,
        store: Store,
        load_dataset: Callable[[Description], Dataset],
        limits: Limits = PERSONAL,
        device: str = "cpu",
    ) -> None:
        super().__init__(store, load_dataset, limits, device)
        self._holder = store.hold()
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._active: dict[str, tuple[Job, threading.Thread]] = {}
        self._closing = False
        self._way_until = 0.0
        store.interrupt_alive()
        atexit.register(self.close)

    # -- commands --------------------------------------------------------------------------------

    def allow(self, limits: Limits) -> None:
        """See `Runner.allow`."""
        with self._changed:
            self.limits = limits
            self._dispatch()

    def give_way(self, seconds: float) -> None:
        """See `Runner.give_way`; it never waits for the lock."""
        self._way_until = monotonic() + seconds

    def pause(self, run_id: str) -> None:
        """See `Runner.pause`."""
        with self._changed:
            self._settle(run_id)
            if self._leave_queue(run_id, "paused"):
                return
            job = self._steerable(run_id, "be paused")
            if job.idle:
                raise RunNotSteerable(run_id, "be paused", "paused")
            self._order(job, Go(0), lambda: job.idle)

    def resume(self, run_id: str) -> None:
        """See `Runner.resume`."""
        self._go_on(run_id, "be resumed", Go(None))

    def step(self, run_id: str, steps: int = 1) -> None:
        """See `Runner.step`."""
        if steps < 1:
            raise InvalidExperiment("steps", steps, "at least 1")
        self._go_on(run_id, "make single steps", Go(steps))

    def step_epoch(self, run_id: str, epochs: int = 1) -> None:
        """See `Runner.step_epoch`."""
        if epochs < 1:
            raise InvalidExperiment("epochs", epochs, "at least 1")
        self._go_on(run_id, "make a single epoch", GoToEpochEnd(epochs))

    def stop(self, run_id: str) -> None:
        """See `Runner.stop`."""
        with self._changed:
            self._settle(run_id)
            if self._leave_queue(run_id, "stopped"):
                return
            if run_id not in self._active and self.store.run(run_id).status == "paused":
                self.store.set_status(run_id, "stopped")
                return
            job = self._steerable(run_id, "be stopped")
            self._order(job, Leave("stopped"), lambda: job.done)

    def change_learning_rate(self, run_id: str, variant: int, learning_rate: float) -> None:
        """See `Runner.change_learning_rate`."""
        with self._changed:
            self._settle(run_id)
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
        """See `Runner.set_speed`."""
        if steps_per_second is not None and not 0 < steps_per_second < math.inf:
            raise InvalidExperiment("speed", steps_per_second, "more than 0 steps a second")
        with self._changed:
            self._settle(run_id)
            order = Speed(steps_per_second)
            if (waiting := self._in_queue(run_id)) is not None:
                waiting.orders.append(order)
            else:
                job = self._steerable(run_id, "change its speed")
                if not job.idle and not self._fits(job, order):
                    self._wait_for_place(job, [Go(job.left), order])
                    return
                self._order(job, order, lambda: order not in job.orders)
            self._dispatch()

    # -- what a page asks ------------------------------------------------------------------------

    def place(self, run_id: str) -> int | None:
        """See `Runner.place`."""
        with self._changed:
            return self._place(run_id)

    def speed(self, run_id: str) -> float | None:
        """See `Runner.speed`."""
        with self._changed:
            job = self._job(run_id)
            return job.speed if job else None

    def seen_weights(self, run_id: str) -> tuple[int, torch.Tensor, torch.Tensor] | None:
        """See `Runner.seen_weights`."""
        with self._changed:
            job = self._job(run_id)
            return job.seen() if job else None

    def is_under_way(self, run_id: str) -> bool:
        """See `Runner.is_under_way`."""
        with self._changed:
            return not self._rests(run_id)

    def is_stepping(self, run_id: str) -> bool:
        """See `Runner.is_stepping`."""
        with self._changed:
            job = self._job(run_id) or self._in_queue(run_id)
            return job is not None and not job.idle and job.is_stepping()

    def is_served(self) -> bool:
        """Return True: it trains by itself."""
        return True

    def expected_wait(self, run_id: str) -> float | None:
        """See `Runner.expected_wait`."""
        with self._changed:
            place = self._place(run_id)
            if place is None:
                return None
            busy = sorted(self._moving(), key=lambda job: job.is_light())
            active = [
                (job.recorder.steps_left, job.recorder.steps_per_second)
                for job in busy[: self._places(busy)]
            ]
            waiting = [job.recorder.steps_left for job in self._waiting]
            return expected_waits(active, waiting, self.limits.active)[place - 1]

    def wait(self, run_id: str, timeout: float | None = None) -> Run:
        """See `Runner.wait`."""
        with self._changed:
            self._changed.wait_for(lambda: self._rests(run_id), timeout)
        return self.store.run(run_id)

    def close(self, timeout: float = 3.0) -> None:
        """See `Runner.close`."""
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
            self._settle(run_id)
            stepping = self._job(run_id) or self._in_queue(run_id)
            if stepping and not stepping.idle and order != Go(None) and stepping.is_stepping():
                if self._fits(stepping, order) or stepping in self._waiting:
                    stepping.orders.append(order)  # the clicks add up
                    self._changed.notify_all()
                else:
                    self._wait_for_place(stepping, [Go(stepping.left), order])
                return
            job = self._rested(run_id, command)
            if job is not None:
                # An idle run has not seen an order to leave yet, so it can be withdrawn.
                job.orders[:] = [given for given in job.orders if given != Leave("paused")]
                if not self._fits(job, order):
                    self._refuse_when_full()
                    self._wait_for_place(job, [order, Speed(job.speed)])
                    return
                job.idle = False
                self._order(job, order, lambda: job.idle or _under_way(job, order))
                return
            run = self.store.run(run_id)
            if run.status not in RESUMABLE:
                raise RunNotSteerable(run_id, command, run.status)
            self._refuse_when_full()
            self.store.set_status(run_id, "queued")
            queued = self._submit(run, [order])
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
            self._load_dataset(run.data),
            device=self._device,
            start=start,
            rate_changes=changes,
        )

    def _refuse_when_full(self) -> None:
        coming_back = sum(job.leaving == "queued" for job, _ in self._active.values())
        wanted = self._places(self._moving()) + coming_back + len(self._waiting)
        if wanted >= self.limits.active + self.limits.waiting:
            raise QueueFull(wanted - self.limits.active, self.limits.waiting)

    def _moving(self) -> list[Job]:
        """Return the jobs that train, without those that are paused or about to leave."""
        jobs = [job for job, _ in self._active.values()]
        return [job for job in jobs if not job.idle and job.leaving is None]

    def _places(self, jobs: Sequence[Job], *orders: Order, of: Job | None = None) -> int:
        """Count the places that jobs hold, one of which would get orders besides."""
        light = sum(job.is_light(*(orders if job is of else ())) for job in jobs)
        return len(jobs) - min(light, self.limits.waiting)

    def _fits(self, job: Job, *orders: Order) -> bool:
        """Whether a job may train with these orders beside those that are under way."""
        others = [other for other in self._moving() if other is not job]
        before = self._places(others)
        after = self._places([*others, job], *orders, of=job)
        return after == before or after <= self.limits.active

    def _wait_for_place(self, job: Job, again: list[Order]) -> None:
        """Let a job leave its thread for the queue, with the first orders of its next turn."""
        job.again = again
        self._order(job, Leave("queued"), lambda: job.done)

    def _settle(self, run_id: str) -> None:
        """Wait a moment until a job that is leaving its thread has left it."""
        job = self._job(run_id)
        if job is not None and job.leaving is not None and not job.idle:
            self._changed.wait_for(lambda: job.done, _ANSWER_SECONDS)

    def _admitting(self) -> threading.Condition:
        return self._changed

    def _enqueue(self, run: Run) -> None:
        self._submit(run, [Go(None)])

    def _submit(self, run: Run, first: list[Order]) -> Job:
        job = Job(
            run,
            self.store,
            self._begin,
            self._changed,
            first,
            self._dispatch,
            gives_way=lambda: monotonic() < self._way_until,
        )
        self._waiting.append(job)
        self._dispatch()
        return job

    def _leave_queue(self, run_id: str, status: Status) -> bool:
        job = self._in_queue(run_id)
        if job is None:
            return False
        self._waiting.remove(job)
        self.store.set_status(run_id, status)
        self._changed.notify_all()
        return True

    def _dispatch(self) -> None:
        """Start the waiting runs that have a place, and end the threads of long paused ones."""
        ending = self._closing or not threading.main_thread().is_alive()
        for job in list(self._waiting):
            if ending or not self._fits(job):
                continue  # a light one further back may have a place
            self._waiting.remove(job)
            thread = threading.Thread(target=self._train, args=(job,), name=f"run {job.run_id}")
            self._active[job.run_id] = job, thread
            thread.start()
        # A paused run answers at once from its thread; for the memory it takes, few do.
        idle = [job for job, _ in self._active.values() if job.idle]
        for job in idle[: max(len(idle) - self.limits.active, 0)]:
            if job.leaving is None:
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
                if job.status == "queued" and self._closing:
                    self.store.set_status(job.run_id, "interrupted")
                elif job.status == "queued":
                    self._submit(self.store.run(job.run_id), job.again)
                self._dispatch()

    def _job(self, run_id: str) -> Job | None:
        """Return the job of a run that has a thread, or None."""
        return self._active[run_id][0] if run_id in self._active else None

    def _in_queue(self, run_id: str) -> Job | None:
        """Return the job of a run that waits, or None."""
        return next((job for job in self._waiting if job.run_id == run_id), None)

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
