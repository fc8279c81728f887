"""Every step of a stored run, seen again: the same bits, from wherever the replay begins."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from softmax_core.data import Dataset
from softmax_core.errors import InvalidExperiment, OtherPictures
from softmax_core.runs import Film, Runner, Store, ThreadRunner
from softmax_core.training import Experiment, RateChange, Variant, train
from tests.core.runs.conftest import race, tiny_dataset

MakeRunner = Callable[..., ThreadRunner]

PLAIN = Experiment(
    [Variant("a", 0.1), Variant("b", 0.5, "squared_error", weight_decay=0.01)],
    batch_size=70,
    epochs=3,
    validation_size=100,
    schedule="cosine",
    pixel_scale="standardized",
)


def bits_of(experiment: Experiment, dataset: Dataset, changes: list[RateChange]) -> list[bytes]:
    """W and b after each step, by the engine alone."""
    training = train(experiment, dataset, rate_changes=changes)
    found = []
    for step in range(training.total_steps + 1):
        while training.step < step:
            training.advance(1)
        state = training.checkpoint()
        found.append(_bits(state.weights, state.bias))
    return found


def _bits(weights: torch.Tensor, bias: torch.Tensor) -> bytes:
    return weights.numpy().tobytes() + bias.numpy().tobytes()


def finished(runner: Runner, experiment: Experiment, changes: list[RateChange]) -> str:
    run = runner.start(experiment, rate_changes=changes)
    assert runner.wait(run.id, 60).status == "finished"
    return run.id


@pytest.mark.parametrize("experiment", [race(), PLAIN], ids=["momentum", "cosine"])
def test_each_step_has_the_bits_it_had(
    make_runner: MakeRunner, store: Store, dataset: Dataset, experiment: Experiment
) -> None:
    changes = [RateChange(0, 1, 0.3), RateChange(13, 0, 0.02), RateChange(13, 0, 0.03)]
    run_id = finished(make_runner(), experiment, changes)
    wanted = bits_of(experiment, dataset, changes)
    forwards, backwards = Film(store, run_id, dataset), Film(store, run_id, dataset)
    for step in range(len(wanted)):
        state = forwards.at(step)
        assert _bits(state.weights, state.bias) == wanted[step], step
    for step in reversed(range(0, len(wanted), 7)):
        state = backwards.at(step)
        assert _bits(state.weights, state.bias) == wanted[step], step


def test_a_store_without_momentum_is_replayed_from_the_start(
    make_runner: MakeRunner, store: Store, dataset: Dataset
) -> None:
    run_id = finished(make_runner(), race(), [])
    for epoch in store.weight_epochs(run_id):  # as versions before wrote them
        store.append(run_id, epoch_weights=(epoch, *store.weights(run_id, epoch)))
    assert store.state_at_epoch(run_id, race(), 1, 20) is None
    state = Film(store, run_id, dataset).at(45)
    assert _bits(state.weights, state.bias) == bits_of(race(), dataset, [])[45]


def test_momentum_is_kept_of_the_epochs_whose_weights_are(
    make_runner: MakeRunner, store: Store, dataset: Dataset
) -> None:
    made: list[tuple[int, int]] = []
    run_id = finished(make_runner(), race(epochs=70), [])
    film = Film(store, run_id, dataset)
    film.at(65 * 20 + 5, lambda step, of: made.append((step, of)))
    assert made[0] == (0, 25)  # epoch 65 was thinned out, epoch 64 was not


def test_what_progress_raises_ends_a_replay_and_the_next_one_is_right(
    make_runner: MakeRunner, store: Store, dataset: Dataset
) -> None:
    run_id = finished(make_runner(), race(), [])
    film = Film(store, run_id, dataset)

    def give_up(_made: int, _of: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        film.at(30, give_up)
    state = film.at(30)
    assert _bits(state.weights, state.bias) == bits_of(race(), dataset, [])[30]


def test_what_cannot_be_seen_again_is_refused(
    make_runner: MakeRunner, store: Store, dataset: Dataset
) -> None:
    run_id = finished(make_runner(), race(), [])
    film = Film(store, run_id, dataset)
    for step in (-1, 61, True, 2.0):
        with pytest.raises(InvalidExperiment):
            film.at(step)  # type: ignore[arg-type]
    with pytest.raises(OtherPictures):
        Film(store, run_id, tiny_dataset(training=590))
