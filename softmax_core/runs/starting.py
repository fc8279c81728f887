"""What a start, a repetition and a fork need before a run is queued, wherever it is trained."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Final

from softmax_core.data import FASHION_MNIST, Dataset, Description
from softmax_core.errors import (
    InvalidExperiment,
    OwnerMissing,
    QueueFull,
    QuotaReached,
    SoftmaxError,
    StoreFull,
    TooManyRuns,
)
from softmax_core.runs.film import Film, ancestry_at
from softmax_core.runs.limits import Limits, expected_steps
from softmax_core.runs.run import Run
from softmax_core.runs.store import Store
from softmax_core.training.experiment import Experiment, rate_change
from softmax_core.training.fitting import check_fits
from softmax_core.training.records import RateChange
from softmax_core.training.replay import Progress

_GROUP_BYTES: Final = 12
_FORKED: Final = ("loss", "weight_decay")  # what may differ of a variant that goes on


class Starting(ABC):
    """The commands of a `Runner` that make runs; a part of its implementations.

    Args:
        store: the store of the runs.
        load_dataset: returns the data set of a description, or raises `DatasetMissing`.
        limits: how many runs are accepted.
        device: the torch device.
    """

    def __init__(
        self,
        store: Store,
        load_dataset: Callable[[Description], Dataset],
        limits: Limits,
        device: str = "cpu",
    ) -> None:
        self.store = store
        self.limits = limits
        self._load_dataset = load_dataset
        self._device = device

    @abstractmethod
    def _admitting(self) -> AbstractContextManager[object]:
        """Let nobody else start a run meanwhile, so that what is counted stays true."""

    @abstractmethod
    def _refuse_when_full(self) -> None:
        """Raise `QueueFull` if no run more may wait; `_admitting` is held."""

    @abstractmethod
    def _enqueue(self, run: Run) -> None:
        """Let a new run wait for its turn; `_admitting` is held."""

    def start(
        self,
        experiment: Experiment,
        *,
        owner: str = "",
        steering: Callable[[str], str] | None = None,
        rate_changes: Sequence[RateChange] = (),
        data: Description = FASHION_MNIST,
    ) -> Run:
        """See `Runner.start`."""
        self._refuse(experiment, data, owner, steering)
        with self._admitting():
            run = self._created(experiment, data, owner, steering)
            if rate_changes:
                self.store.append(run.id, rate_changes=rate_changes)
            self._enqueue(run)
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
        """See `Runner.repeat`."""
        group = secrets.token_urlsafe(_GROUP_BYTES)
        made: list[Run] = []
        for seed in seeds:
            member = replace(experiment, seed=seed)
            try:
                self._refuse(member, data, owner, steering)
                with self._admitting():
                    run = self._created(member, data, owner, steering, group)
                    if rate_changes:
                        self.store.append(run.id, rate_changes=rate_changes)
                    self._enqueue(run)
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
        """See `Runner.fork`."""
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
        with self._admitting():
            run = self._created(experiment, parent.data, owner, steering)
            try:
                self.store.begin_fork(run.id, forks, state, epoch, changes)
            except SoftmaxError:
                self.store.set_status(run.id, "stopped")
                self.store.delete(run.id)
                raise
            self._enqueue(self.store.run(run.id))
        return self.store.run(run.id)

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

    def _refuse_owner(self, owner: str) -> None:
        limit = self.limits.per_person
        if owner and limit is not None and (alive := self.store.alive(owner)) >= limit:
            raise TooManyRuns(alive, limit)


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
