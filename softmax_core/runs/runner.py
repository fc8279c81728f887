"""What a page may ask of the runs of a store: commands, and what it shows of those who wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import torch

from softmax_core.data import FASHION_MNIST, Description
from softmax_core.errors import SoftmaxError
from softmax_core.runs.limits import Limits
from softmax_core.runs.run import Run
from softmax_core.runs.store import Store
from softmax_core.training.experiment import Experiment
from softmax_core.training.records import RateChange
from softmax_core.training.replay import Progress


class Runner(Protocol):
    """Has the runs of a store trained, a limited number at a time, the others in a queue.

    `ThreadRunner` trains them in threads of this process, `ClusterRunner` in workers on any number
    of machines.

    Every command takes effect within some milliseconds, after the current group of steps, and then
    returns (or after a second, if a step takes longer). It raises `RunNotFound` if there is no such
    run, and `RunNotSteerable` if the run's status does not allow it.

    The queue is fair to those who wait: only a run that uses its core holds a place. A paused run
    holds none where others wait, nor does one at a slow pace or that makes a few single steps
    (`job.LIGHT_PICTURES`). Whoever wants full speed again takes a free place, or waits for one like
    everybody.
    """

    @property
    def store(self) -> Store:
        """The store of the runs."""

    @property
    def limits(self) -> Limits:
        """How many runs it accepts."""

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

    def allow(self, limits: Limits) -> None:
        """Keep to other limits from now on; what is under way goes on."""

    def give_way(self, seconds: float) -> None:
        """For so long, have what trains in this process at full speed rest most of the time."""

    def pause(self, run_id: str) -> None:
        """Pause a running run; a waiting one leaves the queue."""

    def resume(self, run_id: str) -> None:
        """Resume a paused, stopped or interrupted run.

        Raises:
            RunDamaged: its stored data differ from what was written.
            QueueFull: it needs a thread, and the queue is full.
        """

    def step(self, run_id: str, steps: int = 1) -> None:
        """Make some steps, at least 1, of a run that `resume` would take, then pause it.

        While it makes the steps that were ordered before, these come after them.
        """

    def step_epoch(self, run_id: str, epochs: int = 1) -> None:
        """Train a run that `resume` would take to the end of its epoch, or of a later one.

        Then it pauses. While it makes steps that were ordered before, these come after them.
        """

    def stop(self, run_id: str) -> None:
        """Stop a run that has not ended; it can be resumed later."""

    def change_learning_rate(self, run_id: str, variant: int, learning_rate: float) -> None:
        """Change the learning rate of a variant from the next step on.

        Args:
            run_id: the run; running or paused.
            variant: the variant's position in the experiment.
            learning_rate: in the range that `Variant` allows.

        Raises:
            InvalidExperiment: no such variant, or the rate is out of range.
        """

    def set_speed(self, run_id: str, steps_per_second: float | None) -> None:
        """Limit the speed of a run, until it is paused and leaves its thread.

        A slow run holds no place that others wait for. At a higher speed it takes a free one, or
        waits for one: it is "queued" then, and goes on at that speed.

        Args:
            run_id: the run; queued, running, or paused in a thread.
            steps_per_second: more than 0, or None for full speed.
        """

    def place(self, run_id: str) -> int | None:
        """Return a run's place in the queue, 1 for the next; None if it is not queued."""

    def speed(self, run_id: str) -> float | None:
        """Return the speed limit of a run in steps per second; None for full speed."""

    def seen_weights(self, run_id: str) -> tuple[int, torch.Tensor, torch.Tensor] | None:
        """Return (step, W, b) of a run that trains, at most about a quarter of a second old.

        None where the newest are in the store: of a run at rest, and of one that nobody has watched
        in the last seconds, until its thread has copied the first. Nobody may change them.
        """

    def is_under_way(self, run_id: str) -> bool:
        """Return whether a run waits or trains, whatever the store says of it yet."""

    def is_stepping(self, run_id: str) -> bool:
        """Return whether a run under way pauses by itself, so that it takes more single steps."""

    def is_served(self) -> bool:
        """Return whether anybody is there who trains: of workers at least one is connected."""

    def expected_wait(self, run_id: str) -> float | None:
        """Estimate how long a queued run will wait in seconds, from the current pace of the others.

        None if it is not queued or no pace is known yet.
        """

    def wait(self, run_id: str, timeout: float | None = None) -> Run:
        """Wait until a run is neither running nor queued.

        Args:
            run_id: the run.
            timeout: the longest wait in seconds, or None.

        Returns:
            Its state then.
        """

    def close(self, timeout: float = 3.0) -> None:
        """Interrupt all runs, store them and join the threads.

        Args:
            timeout: the longest wait in seconds, for all threads together.
        """
