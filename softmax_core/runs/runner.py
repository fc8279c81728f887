"""The runner: commands to the runs of a store, the queue, and the training threads."""

from __future__ import annotations

import atexit
import math
import secrets
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic
from typing import Final

import torch

from softmax_core.data import FASHION_MNIST, Dataset, Description
from softmax_core.errors import (
    InvalidExperiment,
    OwnerMissing,
    QueueFull,
    QuotaReached,
    RunNotSteerable,
    SoftmaxError,
    StoreFull,
    TooManyRuns,
)
from softmax_core.runs.film import Film, ancestry_at
from softmax_core.runs.job import Go, GoToEpochEnd, Job, Leave, Order, Rate, Speed
from softmax_core.runs.limits import PERSONAL, Limits, expected_steps
from softmax_core.runs.run import RESUMABLE, Run, Status
from softmax_core.runs.store import Store
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.engine import Training, train
from softmax_core.training.experiment import Experiment, rate_change
from softmax_core.training.fitting import check_fits
from softmax_core.training.records import RateChange
from softmax_core.training.replay import Progress

_GROUP_BYTES: Final = 12
_FORKED: Final = ("loss", "weight_decay")  # what may differ of a variant that goes on
_ANSWER_SECONDS: Final = 1.0  # how long a command waits until it is obeyed


class Runner:
    """Trains the runs of a store, a limited number at a time, the others in a queue.

    Every command takes effect within some milliseconds, after the current group of steps, and then
    returns (or after a second, if a step takes longer). It raises `RunNotFound` if there is no such
    run, and `RunNotSteerable` if the run's status does not allow it.

    The queue is fair to those who wait: only a run that uses its core holds one of `limits.active`
    places. A paused run holds none, nor does one at a slow pace or that makes a few single steps
    (`job.LIGHT_PICTURES`); as many of the latter as may wait (`limits.waiting`) train beside the
    others. Whoever wants full speed again takes a free place, or waits for one like everybody.

    One lock, that of the condition `_changed`, protects all attributes, and `orders`, `idle` and
    `done` of each job. A command holds it until it waits, so that no other command changes what
    it has checked.

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
        steering: Callable[[str], str] | None = None,
        rate_changes: Sequence[RateChange] = (),
        data: Description = FASHION_MNIST,
    ) -> Run:
        """Start a run, or queue it.

        Args:
            experiment: what to train.
            owner: a digest that identifies who starts it, or "".
            steering: returns for the run's id the digest of the secret that steers it.
            rate_changes: changes of another run of this experiment, to repeat it exactly.
            data: what to train on.

        Returns:
            The run, "queued" until its thread starts.

        Raises:
            InvalidExperiment: more steps than this server allows, or more pictures than there are.
            OwnerMissing: on this server each run needs `owner` and `steering`.
            TooManyRuns: this owner has as many active runs as allowed.
            QueueFull: the queue is full.
            StoreFull: the store is full, and no run may be cleared.
            QuotaReached: so is what this owner may keep.
        """
        self._refuse(experiment, data, owner, steering)
        with self._changed:
            run = self._created(experiment, data, owner, steering)
            if rate_changes:
                self.store.append(run.id, rate_changes=rate_changes)
            self._enqueue(run, [Go(None)])
        return run

    def repeat(
        self,
        experiment: Experiment,
        seeds: Sequence[int],
        *,
        owner: str = "",
        steering: Callable[[str], str] | None = None,
        rate_changes: Sequence[RateChange] = (),
        data: Description = FASHION_MNIST,
    ) -> tuple[list[Run], SoftmaxError | None]:
        """Start or queue an experiment once for each seed, as one group.

        Args:
            experiment: what to train; its own seed does not matter.
            seeds: those of the runs.
            owner: as for `start`.
            steering: as for `start`.
            rate_changes: as for `start`; for each of the runs.
            data: what to train on.

        Returns:
            The runs of the group, and why there are fewer than seeds, or None.

        Raises:
            SoftmaxError: as for `start`, where not even the first could be started.
        """
        group = secrets.token_urlsafe(_GROUP_BYTES)
        made: list[Run] = []
        for seed in seeds:
            member = replace(experiment, seed=seed)
            try:
                self._refuse(member, data, owner, steering)
                with self._changed:
                    run = self._created(member, data, owner, steering, group)
                    if rate_changes:
                        self.store.append(run.id, rate_changes=rate_changes)
                    self._enqueue(run, [Go(None)])
            except (TooManyRuns, QueueFull, StoreFull, QuotaReached) as error:
                if not made:
                    raise
                return made, error
            made.append(run)
        return made, None

    def fork(
        self,
        run_id: str,
        step: int,
        experiment: Experiment | None = None,
        *,
        learning_rates: Sequence[float] | None = None,
        owner: str = "",
        steering: Callable[[str], str] | None = None,
        on_progress: Progress | None = None,
    ) -> Run:
        """Start a run that goes on from a step of another one, or queue it.

        It has all that the other one recorded up to this step, and needs it no more. With nothing
        changed it comes to the same bits, as long as no learning rate of the other one was changed
        after this step.

        Args:
            run_id: the run to go on from; it may still be under way.
            step: number of its updates to keep, 0 for its initial weights.
            experiment: what to train from there: that of the other run, but for the variants'
                loss functions and weight decays and for the number of epochs. None for the same.
            learning_rates: the rate of each variant from there on; None for what they are there.
            owner: as for `start`.
            steering: as for `start`.
            on_progress: as for `film.Film.at`: the state at the step has to be computed first.

        Returns:
            The new run.

        Raises:
            InvalidExperiment: the other run has no such step, another setting differs, a rate is
                out of range, or nothing is left to train.
            OtherPictures: the other run was trained on others than those that are here.
            RunNotFound: there is no such run to go on from.
            SoftmaxError: as for `start`.
        """
        parent = self.store.run(run_id)
        experiment = experiment or parent.experiment
        _refuse_other_settings(experiment, parent.experiment)
        changes = _changes_at(step, parent, self.store.rate_changes(run_id), learning_rates)
        self._refuse(experiment, parent.data, owner, steering)
        film = Film(self.store, run_id, self._load_dataset(parent.data), self._device)
        per_epoch = parent.total_steps // parent.experiment.epochs
        if step >= experiment.epochs * per_epoch:
            raise InvalidExperiment(
                "epochs", experiment.epochs, f"more than the {step // per_epoch} that are over"
            )
        ended = step // per_epoch
        epoch = (ended, film.at(ended * per_epoch, on_progress))
        state = replace(film.at(step, on_progress), experiment=experiment.fingerprint)
        forks = ancestry_at(film.forks, film.run, step)
        with self._changed:
            run = self._created(experiment, parent.data, owner, steering)
            try:
                self.store.begin_fork(run.id, forks, state, epoch, changes)
            except SoftmaxError:
                self.store.set_status(run.id, "stopped")
                self.store.delete(run.id)
                raise
            self._enqueue(self.store.run(run.id), [Go(None)])
        return self.store.run(run.id)

    def allow(self, limits: Limits) -> None:
        """Keep to other limits from now on; what is under way goes on."""
        with self._changed:
            self.limits = limits
            self._dispatch()

    def pause(self, run_id: str) -> None:
        """Pause a running run; a waiting one leaves the queue."""
        with self._changed:
            self._settle(run_id)
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
        """Make some steps, at least 1, of a run that `resume` would take, then pause it.

        While it makes the steps that were ordered before, these come after them.
        """
        if steps < 1:
            raise InvalidExperiment("steps", steps, "at least 1")
        self._go_on(run_id, "make single steps", Go(steps))

    def step_epoch(self, run_id: str, epochs: int = 1) -> None:
        """Train a run that `resume` would take to the end of its epoch, or of a later one.

        Then it pauses. While it makes steps that were ordered before, these come after them.
        """
        if epochs < 1:
            raise InvalidExperiment("epochs", epochs, "at least 1")
        self._go_on(run_id, "make a single epoch", GoToEpochEnd(epochs))

    def stop(self, run_id: str) -> None:
        """Stop a run that has not ended; it can be resumed later."""
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
        """Change the learning rate of a variant from the next step on.

        Args:
            run_id: the run; running or paused.
            variant: the variant's position in the experiment.
            learning_rate: in the range that `Variant` allows.

        Raises:
            InvalidExperiment: no such variant, or the rate is out of range.
        """
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
        """Limit the speed of a run, until it is paused and leaves its thread.

        A slow run holds no place that others wait for. At a higher speed it takes a free one, or
        waits for one: it is "queued" then, and goes on at that speed.

        Args:
            run_id: the run; queued, running, or paused in a thread.
            steps_per_second: more than 0, or None for full speed.
        """
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
        """Return a run's place in the queue, 1 for the next; None if it is not queued."""
        with self._changed:
            return self._place(run_id)

    def speed(self, run_id: str) -> float | None:
        """Return the speed limit of a run in steps per second; None for full speed."""
        with self._changed:
            job = self._job(run_id)
            return job.speed if job else None

    def seen_weights(self, run_id: str) -> tuple[int, torch.Tensor, torch.Tensor] | None:
        """Return (step, W, b) of a run that trains, at most about a quarter of a second old.

        None where the newest are in the store: of a run at rest, and of one that nobody has watched
        in the last seconds, until its thread has copied the first. Nobody may change them.
        """
        with self._changed:
            job = self._job(run_id)
            return job.seen() if job else None

    def is_under_way(self, run_id: str) -> bool:
        """Return whether a run waits or trains, whatever the store says of it yet."""
        with self._changed:
            return not self._rests(run_id)

    def is_stepping(self, run_id: str) -> bool:
        """Return whether a run under way pauses by itself, so that it takes more single steps."""
        with self._changed:
            job = self._job(run_id) or self._in_queue(run_id)
            return job is not None and not job.idle and job.is_stepping()

    def expected_wait(self, run_id: str) -> float | None:
        """Estimate how long a queued run will wait in seconds, from the current pace of the others.

        None if it is not queued or no pace is known yet.
        """
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

    def _refuse(
        self,
        experiment: Experiment,
        data: Description,
        owner: str,
        steering: Callable[[str], str] | None,
    ) -> None:
        check_fits(experiment, data.training)
        self.limits.refuse_too_long(experiment, data.training)
        if self.limits.owned and not (owner and steering):
            raise OwnerMissing

    def _created(
        self,
        experiment: Experiment,
        data: Description,
        owner: str,
        steering: Callable[[str], str] | None,
        group: str = "",
    ) -> Run:
        self._refuse_owner(owner)
        self._refuse_when_full()
        self.store.make_room(owner)
        steps = expected_steps(experiment, data.training)
        return self.store.create(
            experiment, steps, owner=owner, steering=steering, data=data, group=group
        )

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
            queued = self._enqueue(run, [order])
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

    def _refuse_owner(self, owner: str) -> None:
        limit = self.limits.per_person
        if owner and limit is not None and (alive := self.store.alive(owner)) >= limit:
            raise TooManyRuns(alive, limit)

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

    def _enqueue(self, run: Run, first: list[Order]) -> Job:
        job = Job(run, self.store, self._begin, self._changed, first, self._dispatch)
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
                    self._enqueue(self.store.run(job.run_id), job.again)
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


def _refuse_other_settings(experiment: Experiment, parent: Experiment) -> None:
    """Raise `InvalidExperiment` where a run cannot go on from another with these settings."""
    before, after = parent.to_dict(), experiment.to_dict()
    own, others = after.pop("variants"), before.pop("variants")
    if len(own) != len(others):
        raise InvalidExperiment("variants", len(own), f"the {len(others)} that it goes on from")
    for field in after:
        if field != "epochs" and after[field] != before[field]:
            raise InvalidExperiment(field, after[field], _as_before(before[field]))
    for position, (one, other) in enumerate(zip(own, others, strict=True)):
        for field in one:
            if field not in _FORKED and one[field] != other[field]:
                raise InvalidExperiment(field, one[field], _as_before(other[field]), position)


def _as_before(value: object) -> str:
    return f"{value}, as in the run that it goes on from"


def _changes_at(
    step: int, parent: Run, made: Sequence[RateChange], rates: Sequence[float] | None
) -> list[RateChange]:
    """Return the changes of learning rates with which a run goes on from a step of another."""
    if rates is None:
        return []
    experiment = parent.experiment
    if len(rates) != len(experiment.variants):
        raise InvalidExperiment("learning_rates", len(rates), f"{len(experiment.variants)} numbers")
    now = [variant.learning_rate for variant in experiment.variants]
    for change in made:
        if change.step <= step:
            now[change.variant] = change.learning_rate
    wanted = [rate_change(experiment, step, place, rate) for place, rate in enumerate(rates)]
    return [change for change in wanted if change.learning_rate != now[change.variant]]


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
