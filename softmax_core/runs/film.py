"""Any step of a stored run, seen again: its weights are computed anew from the nearest state.

A store has the state at the end of each epoch (of a long run, of some), and the engine comes to the
same bits from there. A run that went on from another one has that one's states, and the experiments
that its first steps were made with, so it needs nobody else.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from threading import Lock

import torch

from softmax_core.data import Dataset, Description
from softmax_core.errors import InvalidExperiment, OtherPictures
from softmax_core.runs.recordings import Fork
from softmax_core.runs.run import Run
from softmax_core.runs.store import Store
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.engine import Training, train
from softmax_core.training.experiment import Experiment
from softmax_core.training.replay import Progress, go_to

Parameters = tuple[torch.Tensor, torch.Tensor]


class Film:
    """The states of a run, in any order; quickest one after the other. For one thread at a time.

    Args:
        store: the store of the run.
        run_id: the run.
        dataset: the pictures that it was trained on.
        device: the torch device that it was trained on.

    Attributes:
        run: the run, as it was when the film was made.
        forks: from which runs it descends.

    Raises:
        RunNotFound: there is no such run.
        RunDamaged: a record that this needs differs from what was written.
        OtherPictures: it was trained on others than these.
    """

    def __init__(self, store: Store, run_id: str, dataset: Dataset, device: str = "cpu") -> None:
        self.run = store.run(run_id)
        self.forks = store.forks(run_id)
        self._store, self._dataset, self._device = store, dataset, device
        self._newest = store.checkpoint(run_id)
        if self._newest and self._newest.data not in (None, dataset.fingerprint):
            raise OtherPictures(run_id)
        self._changes = store.rate_changes(run_id)
        self._epoch_steps = max(self.run.total_steps // self.run.experiment.epochs, 1)
        self._training: Training | None = None

    def at(self, step: int, on_progress: Progress | None = None) -> Checkpoint:
        """Return the state after a step, bit for bit what the run had there.

        Args:
            step: number of updates, 0 for the initial weights; at most what the run has made.
            on_progress: called now and then with the steps made and the steps to make; what it
                raises ends this.

        Raises:
            InvalidExperiment: the run has no such step.
        """
        if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= self.run.step:
            raise InvalidExperiment("step", step, f"a whole number from 0 to {self.run.step}")
        training = self._training
        self._training = None  # one that is ended in the middle is not gone on with
        nearest = self._nearest(step)
        if training is None or not nearest[0] <= training.step <= step:
            training = self._begin(nearest[1], nearest[0])
        first = training.step
        while True:
            end = min(self._end_of(training.experiment), step)
            done = training.step - first

            def tell(made: int, _of: int, done: int = done) -> None:
                if on_progress:
                    on_progress(done + made, step - first)

            state = go_to(training, end, tell)
            if end == step:
                self._training = training
                return state
            training = self._begin(state, end)

    def _nearest(self, step: int) -> tuple[int, Checkpoint | None]:
        """Return the last stored state at or before a step; None for the experiment's start."""
        newest = self._newest
        if newest and newest.step <= step:
            return newest.step, newest
        run, length = self.run, self._epoch_steps
        for epoch in reversed(self._store.weight_epochs(run.id)):
            at = epoch * length
            if 0 < at <= step:
                state = self._store.state_at_epoch(run.id, run.experiment, epoch, at)
                if state is None:  # an older version kept no momentum
                    break
                return at, state
        return 0, None

    def _begin(self, start: Checkpoint | None, step: int) -> Training:
        """Return a training that goes on from a state, with what was trained from there."""
        experiment = _in_force(self.forks, self.run, step)
        if start:
            start = replace(start, experiment=experiment.fingerprint)
        return train(
            experiment,
            self._dataset,
            device=self._device,
            start=start,
            rate_changes=self._changes,
        )

    def _end_of(self, experiment: Experiment) -> int:
        """Return the step up to which an experiment was trained."""
        ends = [fork.step for fork in self.forks if fork.experiment is experiment]
        return ends[0] if ends else self.run.total_steps


class Films:
    """The film of the run that was looked at last, and the last few states. Safe from any thread.

    One replay is made at a time, however many people ask: the others wait for their turn.

    Args:
        store: the store of the runs.
        load_dataset: returns the data set of a description, or raises `DatasetMissing`; called
            whenever another run is looked at.
        kept: how many states are kept, 31 kB a variant each.
    """

    def __init__(
        self, store: Store, load_dataset: Callable[[Description], Dataset], *, kept: int = 32
    ) -> None:
        self._store, self._load_dataset, self._most = store, load_dataset, kept
        self._kept: OrderedDict[tuple[str, int, int], Parameters] = OrderedDict()
        self._film: Film | None = None
        self._keeping, self._replaying = Lock(), Lock()
        self._closed = False

    def at(self, run_id: str, step: int, on_progress: Progress | None = None) -> Parameters:
        """Return W float32 (R, classes, pixels) and b float32 (R, classes) of a run after a step.

        Raises what `Film` and its `at` raise; nobody may change what it returns.
        """
        run = self._store.run(run_id)
        key = run_id, step, len(run.changes)
        if (known := self._known(key)) is not None:
            return known
        with self._replaying:
            if (known := self._known(key)) is not None:
                return known
            film, self._film = self._film, None
            if film is None or not _shows(film, run, step):
                film = Film(self._store, run_id, self._load_dataset(run.data))
            state = film.at(step, self._until_closed(on_progress))
            self._film = film
        with self._keeping:
            self._kept[key] = found = state.weights, state.bias
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found

    def close(self) -> None:
        """End what is being computed, because the process ends."""
        self._closed = True

    def _until_closed(self, on_progress: Progress | None) -> Progress:
        def tell(made: int, steps: int) -> None:
            if self._closed:
                raise InterruptedError("the process ends")
            if on_progress:
                on_progress(made, steps)

        return tell

    def _known(self, key: tuple[str, int, int]) -> Parameters | None:
        with self._keeping:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found


def _shows(film: Film, run: Run, step: int) -> bool:
    """Tell whether a film is one of this run as it is now, up to a step."""
    return (film.run.id, film.run.changes) == (run.id, run.changes) and step <= film.run.step


def _in_force(forks: list[Fork], run: Run, step: int) -> Experiment:
    """Return the experiment that the update after a step was made with."""
    later = [fork.experiment for fork in forks if fork.step > step]
    return later[0] if later else run.experiment


def ancestry_at(forks: list[Fork], run: Run, step: int) -> list[Fork]:
    """Return the ancestry of a run that goes on from a step of another one.

    Args:
        forks: the ancestry of that one.
        run: that one.
        step: the step.

    Returns:
        One entry for each experiment that the steps before were made with.
    """
    before = [fork for fork in forks if fork.step < step]
    return [*before, Fork(step, run.id, _in_force(forks, run, max(step - 1, 0)))]
