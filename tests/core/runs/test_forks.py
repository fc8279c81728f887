"""A run that goes on from a step of another one: with nothing changed, to the same bits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from softmax_core.data import Dataset
from softmax_core.errors import InvalidExperiment, OwnerMissing, RunNotFound, TooManyRuns
from softmax_core.runs import Film, Runner, Store, ThreadRunner, open_store
from softmax_core.runs.exporting import experiment_json, read_experiment
from softmax_core.runs.recordings import Fork
from softmax_core.runs.run import mark_of
from softmax_core.training import Experiment, RateChange, train
from tests.core.runs.conftest import race
from tests.core.runs.reference import stored
from tests.core.runs.test_film import PLAIN, bits_of, finished

pytestmark = pytest.mark.runners

MakeRunner = Callable[..., Runner]
CHANGES = [RateChange(0, 1, 0.3), RateChange(13, 0, 0.02), RateChange(25, 1, 0.4)]


@pytest.mark.parametrize(
    ("experiment", "step"),
    [
        *((race(), step) for step in (0, 1, 25, 27, 40, 59)),
        *((PLAIN, step) for step in (0, 7, 8, 13, 23)),
    ],
    ids=lambda given: str(given) if isinstance(given, int) else given.schedule,
)
def test_with_nothing_changed_it_equals_its_parent(
    make_runner: MakeRunner, store: Store, experiment: Experiment, step: int
) -> None:
    runner = make_runner()
    changes = [change for change in CHANGES if change.step <= step]
    parent = finished(runner, experiment, changes)
    child = runner.fork(parent, step)
    assert (child.parent, child.forked_at) == (parent, step)
    assert runner.wait(child.id, 60).status == "finished"
    assert stored(store, child.id) == stored(store, parent)
    assert store.rate_changes(child.id) == store.rate_changes(parent)
    assert store.run(child.id).step == store.run(parent).step


def with_(experiment: Experiment, epochs: int, **fields: object) -> Experiment:
    first, *others = experiment.variants
    return replace(experiment, epochs=epochs, variants=[replace(first, **fields), *others])  # type: ignore[arg-type]


def test_it_trains_what_was_changed_and_every_step_of_it_can_be_seen_when_its_parents_are_gone(
    make_runner: MakeRunner, store: Store, dataset: Dataset
) -> None:
    runner = make_runner()
    changes = CHANGES[:2]
    first = finished(runner, race(), changes)
    before = bits_of(race(), dataset, changes)
    altered = with_(race(), 5, loss="squared_error", weight_decay=0.01)
    second = runner.fork(first, 33, altered, learning_rates=[0.02, 0.7])
    assert store.rate_changes(second.id) == [*changes, RateChange(33, 1, 0.7)]
    runner.wait(second.id, 60)
    third = runner.fork(second.id, 47, with_(altered, 4, weight_decay=0.0))
    runner.wait(third.id, 60)
    assert [(fork.step, fork.parent) for fork in store.forks(third.id)] == [
        (33, first),
        (47, second.id),
    ]
    # The same by the engine alone, from one checkpoint to the next.
    again = [*changes, RateChange(33, 1, 0.7)]
    training, wanted = train(race(), dataset, rate_changes=again), list(before[:34])
    for until, after in ((33, altered), (47, store.run(third.id).experiment), (80, None)):
        while training.step < until:
            training.advance(1)
            if training.step >= len(wanted):
                wanted.append(_bits(training.checkpoint().weights, training.checkpoint().bias))
        if after:
            start = replace(training.checkpoint(), experiment=after.fingerprint)
            training = train(after, dataset, start=start, rate_changes=again)
    for run_id in (first, second.id):
        store.delete(run_id)
    store.keep_bounded()
    film = Film(store, third.id, dataset)
    for step in (0, 5, 20, 33, 34, 46, 47, 48, 60, 79, 80, 12):
        state = film.at(step)
        assert _bits(state.weights, state.bias) == wanted[step], step
    assert len(store.steps(third.id)) == 80
    store.verify(third.id)
    # A run that goes on from before the first fork descends from the first experiment alone.
    fourth = runner.fork(third.id, 30)
    (fork,) = store.forks(fourth.id)
    assert (fork.step, fork.parent, fork.experiment) == (30, third.id, race())


def _bits(weights: torch.Tensor, bias: torch.Tensor) -> bytes:
    return weights.numpy().tobytes() + bias.numpy().tobytes()


def test_a_fork_of_a_run_that_is_under_way(make_runner: MakeRunner, store: Store) -> None:
    runner = make_runner()
    parent = runner.start(race(epochs=1000))
    runner.pause(parent.id)
    runner.step(parent.id, 50)
    runner.wait(parent.id)
    at = store.run(parent.id).step
    child = runner.fork(parent.id, at - 3, replace(race(epochs=1000), epochs=at // 20 + 2))
    assert runner.wait(child.id, 60).status == "finished"
    assert store.run(parent.id).status == "paused"
    ours, theirs = (store.steps(run, up_to=at) for run in (child.id, parent.id))
    assert ours.loss.tobytes() == theirs.loss.tobytes()


def test_what_cannot_go_on_is_refused_and_leaves_nothing(
    make_runner: MakeRunner, store: Store
) -> None:
    runner = make_runner()
    parent = finished(runner, race(), [])
    for step, experiment, rates in (
        (61, None, None),
        (60, None, None),  # nothing is left to train
        (5, replace(race(), seed=6), None),
        (5, replace(race(), batch_size=60), None),
        (5, with_(race(), 3, momentum=0.5), None),
        (5, race(variants=1), None),
        (5, None, [0.1]),
        (5, None, [0.1, -1.0]),
        (50, replace(race(), epochs=2), None),
    ):
        with pytest.raises(InvalidExperiment):
            runner.fork(parent, step, experiment, learning_rates=rates)
    with pytest.raises(RunNotFound):
        runner.fork("nothing", 0)
    assert [run.id for run in store.runs()] == [parent]


def test_a_fork_needs_an_owner_where_a_run_does(make_runner: MakeRunner, store: Store) -> None:
    runner = make_runner(owned=True)
    run = runner.start(race(), owner="somebody", steering=lambda _id: "digest")
    runner.wait(run.id, 60)
    with pytest.raises(OwnerMissing):
        runner.fork(run.id, 5)
    child = runner.fork(run.id, 5, owner="else", steering=lambda run_id: f"digest of {run_id}")
    assert store.run(child.id).owner == "else"
    assert store.steering(child.id) == f"digest of {child.id}"


def test_a_group_has_a_run_for_each_seed(make_runner: MakeRunner, store: Store) -> None:
    runner = make_runner()
    runs, refused = runner.repeat(race(), [6, 7, 8], rate_changes=CHANGES)
    assert refused is None
    assert [run.experiment.seed for run in runs] == [6, 7, 8]
    assert len({run.group for run in runs}) == 1
    assert runs[0].group
    for run in runs:
        assert runner.wait(run.id, 60).status == "finished"
        assert len(store.rate_changes(run.id)) == 3
    assert {head.group for head in store.heads()} == {runs[0].group}
    assert [run.id for run in store.members(runs[0].group)] == [run.id for run in runs]
    alone = finished(runner, race(), [])
    assert store.run(alone).group == ""


def test_a_group_is_as_large_as_the_limits_allow(make_runner: MakeRunner, store: Store) -> None:
    runner = make_runner(per_person=2)
    given: dict[str, Any] = {"owner": "me", "steering": lambda run_id: run_id}
    long = race(epochs=1000)
    runs, refused = runner.repeat(long, range(5), **given)
    assert len(runs) == 2
    assert isinstance(refused, TooManyRuns)
    with pytest.raises(TooManyRuns):
        runner.repeat(long, range(5), **given)
    assert len(store.runs()) == 2


def test_ancestry_and_groups_survive_a_salvage(tmp_path: Path, dataset: Dataset) -> None:
    path = tmp_path / "runs.sqlite"
    with Store(path) as store:
        runner = ThreadRunner(store, lambda _data: dataset)
        runs, _refused = runner.repeat(race(), [1, 2])
        for run in runs:
            runner.wait(run.id, 60)
        child = runner.fork(runs[0].id, 30, with_(runs[0].experiment, 4, weight_decay=0.1))
        runner.wait(child.id, 60)
        wanted = Film(store, child.id, dataset).at(25).weights
        forks = store.forks(child.id)
        runner.close()
    content = bytearray(path.read_bytes())
    content[0:16] = b"\0" * 16
    path.write_bytes(content)
    with open_store(path) as saved:
        assert saved.salvage is not None
        assert saved.salvage.whole == 3
        assert saved.forks(child.id) == forks
        assert {run.group for run in saved.runs()} == {runs[0].group, ""}
        assert torch.equal(Film(saved, child.id, dataset).at(25).weights, wanted)


def test_an_export_says_what_a_run_goes_on_from(make_runner: MakeRunner, store: Store) -> None:
    runner = make_runner()
    parent = finished(runner, race(), [])
    child = runner.fork(parent, 30, with_(race(), 4, loss="squared_error"))
    runner.wait(child.id, 60)
    content = experiment_json(store.run(child.id), store.forks(child.id)).encode()
    described = read_experiment(content)
    assert described.experiment == child.experiment
    assert described.forks == (Fork(30, mark_of(parent), race()),)
    assert parent.encode() not in content, "with the id anybody could watch it"
    assert read_experiment(experiment_json(store.run(parent)).encode()).forks == ()
    for wrong in (b'"step": -1', b'"step": true', b'"steps": 30'):
        with pytest.raises(InvalidExperiment):
            read_experiment(content.replace(b'"step": 30', wrong))
