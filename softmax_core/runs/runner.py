"""The runner: the commands that the runs of a store obey, and what a page asks about them."""

from __future__ import annotations

import atexit
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

from softmax_core.data import Dataset
from softmax_core.errors import InvalidExperiment, RunNotSteerable, TooManyRuns
from softmax_core.runs.holder import Holder
from softmax_core.runs.job import Job
from softmax_core.runs.job import Training as TrainingProtocol
from softmax_core.runs.limits import Limits, expected_steps
from softmax_core.runs.orders import Go, GoToEpochEnd, Leave, Rate, Speed
from softmax_core.runs.run import RESUMABLE, Run, Status
from softmax_core.runs.scheduler import Scheduler
from softmax_core.runs.store import Store
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.engine import train
from softmax_core.training.experiment import Experiment, rate_change
from softmax_core.training.records import RateChange


class Runner:
    """Trains the runs of a store, a bounded number at once, the others in a queue.

    Every command takes effect after the handful of steps under way (some milliseconds), and returns
    when it has (or after a second, when a step takes longer). A paused run keeps its thread until a
    waiting run needs it. A command holds the scheduler's lock until it waits, so no other one comes
    between what it finds and does.

    Args:
        store: where the runs are. Runs that another process left alive become "interrupted".
        load_dataset: called in the training thread, each time a run begins or goes on.
        max_active: training threads at once.
        max_waiting: runs that may wait for one.
        per_person: runs that one owner may have queued, running or paused; None for any number.
        max_steps: updates that one experiment may make; None for any number.
        device: where torch computes.

    Raises:
        StoreLocked: another process trains into this store.
    """

    def __init__(
        self,
        store: Store,
        load_dataset: Callable[[], Dataset],
        max_active: int = 2,
        max_waiting: int = 8,
        per_person: int | None = None,
        max_steps: int | None = None,
        device: str = "cpu",
    ) -> None:
        self.store = store
        self.limits = Limits(max_active, max_waiting, per_person, max_steps)
        self._load_dataset = load_dataset
        self._device = device
        self._holder = Holder(store.path)
        self._scheduler = Scheduler(self.limits)
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
            owner: a digest of who starts it, or "".
            rate_changes: changes of another run of this experiment, to repeat it bit for bit.

        Returns:
            The run, "queued"; its thread makes it "running".

        Raises:
            InvalidExperiment: it makes more steps than this server allows.
            TooManyRuns: this owner has as many runs under way as one may have.
            QueueFull: too many runs wait already.
            StoreFull: there is no room for another run, and none may be cleared.
        """
        self.limits.refuse_too_long(experiment)
        self.store.keep_bounded()
        with self._scheduler.changed:
            self._refuse_owner(owner)
            self._scheduler.refuse_when_full()
            run = self.store.create(experiment, expected_steps(experiment), owner=owner)
            if rate_changes:
                self.store.append(run.id, rate_changes=rate_changes)
            self._enqueue(run, Go(None))
        return run

    def pause(self, run_id: str) -> None:
        """Pause a run after the steps under way; a waiting one leaves the queue.

        Args:
            run_id: the run.

        Raises:
            RunNotFound: there is no such run.
            RunNotSteerable: it is neither running nor queued.
        """
        with self._scheduler.changed:
            if self._leave_queue(run_id, "paused"):
                return
            job = self._job(run_id, "be paused")
            if job.idle:
                raise RunNotSteerable(run_id, "be paused", "paused")
            self._scheduler.order(job, Go(0), lambda: job.idle)

    def resume(self, run_id: str) -> None:
        """Let a paused, stopped or interrupted run go on, from its checkpoint if need be.

        Args:
            run_id: the run.

        Raises:
            RunNotFound: there is no such run.
            RunNotSteerable: it is running, queued, finished or failed.
            RunDamaged: what it would go on from is not what was written.
            QueueFull: it needs a thread, and too many runs wait already.
        """
        self._go_on(run_id, "be resumed", Go(None))

    def step(self, run_id: str, steps: int = 1) -> None:
        """Let a paused, stopped or interrupted run make some steps, then pause.

        Args:
            run_id: the run.
            steps: how many, at least 1.

        Raises:
            RunNotFound: there is no such run.
            RunNotSteerable: it is running, queued, finished or failed.
            RunDamaged: what it would go on from is not what was written.
            QueueFull: it needs a thread, and too many runs wait already.
        """
        if steps < 1:
            raise InvalidExperiment("steps", steps, "at least 1")
        self._go_on(run_id, "make single steps", Go(steps))

    def step_epoch(self, run_id: str) -> None:
        """Let a paused, stopped or interrupted run go on to the end of its epoch, then pause.

        Args:
            run_id: the run.

        Raises:
            RunNotFound: there is no such run.
            RunNotSteerable: it is running, queued, finished or failed.
            RunDamaged: what it would go on from is not what was written.
            QueueFull: it needs a thread, and too many runs wait already.
        """
        self._go_on(run_id, "make a single epoch", GoToEpochEnd())

    def stop(self, run_id: str) -> None:
        """End a run after the steps under way; it can be resumed later.

        Args:
            run_id: the run.

        Raises:
            RunNotFound: there is no such run.
            RunNotSteerable: it has ended already.
        """
        with self._scheduler.changed:
            if self._leave_queue(run_id, "stopped"):
                return
            if self._scheduler.job(run_id) is None and self.store.run(run_id).status == "paused":
                self.store.set_status(run_id, "stopped")
                return
            job = self._job(run_id, "be stopped")
            self._scheduler.order(job, Leave("stopped"), lambda: job.done)

    def change_learning_rate(self, run_id: str, variant: int, learning_rate: float) -> None:
        """Give a variant another learning rate from the next step on.

        Args:
            run_id: the run; running or paused.
            variant: the variant's position in the experiment.
            learning_rate: in the range that `Variant` allows.

        Raises:
            InvalidExperiment: no such variant, or the rate is out of range.
            RunNotFound: there is no such run.
            RunNotSteerable: it is neither running nor paused.
        """
        with self._scheduler.changed:
            run = self.store.run(run_id)
            checked = rate_change(run.experiment, run.step, variant, learning_rate)
            if self._scheduler.job(run_id) is None and run.status == "paused":
                checkpoint = self.store.checkpoint(run_id)
                at = 0 if checkpoint is None else checkpoint.step
                self.store.add_rate_change(run_id, replace(checked, step=at))
                return
            job = self._job(run_id, "change its learning rate")
            order = Rate(checked.variant, checked.learning_rate)
            self._scheduler.order(job, order, lambda: order not in job.orders)

    def set_speed(self, run_id: str, steps_per_second: float | None) -> None:
        """Slow a run down to be watched, until it leaves its thread.

        Args:
            run_id: the run; running or paused.
            steps_per_second: more than 0, or None for as fast as it goes.

        Raises:
            RunNotFound: there is no such run.
            RunNotSteerable: it has no thread.
        """
        if steps_per_second is not None and not 0 < steps_per_second < math.inf:
            raise InvalidExperiment("speed", steps_per_second, "more than 0 steps a second")
        with self._scheduler.changed:
            job = self._job(run_id, "change its speed")
            order = Speed(steps_per_second)
            self._scheduler.order(job, order, lambda: order not in job.orders)

    # -- what a page asks ------------------------------------------------------------------------

    def place(self, run_id: str) -> int | None:
        """Return a run's place in the queue, 1 for the next; None when it does not wait."""
        with self._scheduler.changed:
            return self._scheduler.place(run_id)

    def speed(self, run_id: str) -> float | None:
        """Return the steps a second that a run is slowed down to, or None for as fast as it goes.

        Args:
            run_id: the run.
        """
        with self._scheduler.changed:
            job = self._scheduler.job(run_id)
            return job.speed if job else None

    def expected_wait(self, run_id: str) -> float | None:
        """Return how long a queued run will wait, in seconds, judged by those that train now.

        Args:
            run_id: the run.

        Returns:
            The seconds, or None when it does not wait or no pace is known yet.
        """
        with self._scheduler.changed:
            return self._scheduler.expected_wait(run_id)

    def wait(self, run_id: str, timeout: float | None = None) -> Run:
        """Wait until a run is neither running nor queued.

        Args:
            run_id: the run.
            timeout: seconds to wait at most, or None.

        Returns:
            The run as it is then.
        """
        with self._scheduler.changed:
            self._scheduler.wait(run_id, timeout)
        return self.store.run(run_id)

    def close(self, timeout: float = 3.0) -> None:
        """Interrupt all runs after the steps under way, store them and join the threads.

        Args:
            timeout: seconds to wait at most, for all threads together.
        """
        deadline = monotonic() + timeout
        with self._scheduler.changed:
            waiting, threads = self._scheduler.close()
        for run_id in waiting:
            self.store.set_status(run_id, "interrupted")
        for thread in threads:
            thread.join(max(deadline - monotonic(), 0.0))
        if not any(thread.is_alive() for thread in threads):
            self._holder.release()
        atexit.unregister(self.close)

    # -- inside ----------------------------------------------------------------------------------

    def _go_on(self, run_id: str, command: str, order: Go | GoToEpochEnd) -> None:
        scheduler = self._scheduler
        if scheduler.job(run_id) is None:
            self.store.verify(run_id)  # it reads the whole run, so not with the lock held
        with scheduler.changed:
            job = scheduler.job(run_id)
            if job is not None and not job.idle:
                if not scheduler.wait_for_rest(job):
                    raise RunNotSteerable(run_id, command, job.status)
                job = scheduler.job(run_id)
                if job is not None and not job.idle:  # somebody else let it go on meanwhile
                    raise RunNotSteerable(run_id, command, job.status)
            if job is not None:
                scheduler.wake(job, order)
                return
            run = self.store.run(run_id)
            if run.status not in RESUMABLE:
                raise RunNotSteerable(run_id, command, run.status)
            scheduler.refuse_when_full()
            self.store.set_status(run_id, "queued")
            scheduler.wait_for_begin(self._enqueue(run, order), order)

    def _begin(
        self, run: Run, start: Checkpoint | None, changes: list[RateChange]
    ) -> TrainingProtocol:
        return train(
            run.experiment,
            self._load_dataset(),
            device=self._device,
            start=start,
            rate_changes=changes,
        )

    # -- inside; every caller holds the lock -----------------------------------------------------

    def _refuse_owner(self, owner: str) -> None:
        limit = self.limits.per_person
        if owner and limit is not None and (alive := self.store.alive(owner)) >= limit:
            raise TooManyRuns(alive, limit)

    def _enqueue(self, run: Run, first: Go | GoToEpochEnd) -> Job:
        scheduler = self._scheduler
        job = Job(run, self.store, self._begin, scheduler.changed, first, scheduler.dispatch)
        scheduler.add(job)
        return job

    def _job(self, run_id: str, command: str) -> Job:
        job = self._scheduler.job(run_id)
        if job is None:
            raise RunNotSteerable(run_id, command, self.store.run(run_id).status)
        return job

    def _leave_queue(self, run_id: str, status: Status) -> bool:
        withdrawn = self._scheduler.withdraw(run_id)
        if withdrawn:
            self.store.set_status(run_id, status)
        return withdrawn
