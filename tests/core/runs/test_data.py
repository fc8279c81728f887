"""A run names its data: it is found again by its digest, or said to be missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from safetensors import safe_open

from softmax_core.data import FASHION_MNIST, Dataset, Description, Split
from softmax_core.errors import DatasetMissing, InvalidData, InvalidExperiment, RunDamaged
from softmax_core.runs import History, Store, ThreadRunner
from softmax_core.runs.exporting import experiment_json, read_experiment, weights_file
from softmax_core.training.experiment import Experiment, Variant

EXPERIMENT = Experiment([Variant("a", 0.5), Variant("b", 0.1)], batch_size=10, epochs=3)


def birds() -> Dataset:
    generator = torch.Generator().manual_seed(3)
    images = torch.randint(0, 256, (60, 8, 6), dtype=torch.uint8, generator=generator)
    labels = torch.arange(60) % 3
    return Dataset(
        Split(images[:45], labels[:45]),
        Split(images[45:], labels[45:]),
        ("chick", "duck", "鹅 <b>"),
        "my birds",
    )


@pytest.fixture
def shelf() -> dict[str, Dataset]:
    return {}


@pytest.fixture
def runner(make_runner: Callable[..., ThreadRunner], shelf: dict[str, Dataset]) -> ThreadRunner:
    def load(data: Description) -> Dataset:
        if data.digest not in shelf:
            raise DatasetMissing(data.name, data.digest)
        return shelf[data.digest]

    return make_runner(load)


def test_a_run_is_trained_on_the_data_that_it_names(store, runner, shelf, tmp_path):
    dataset = birds()
    shelf[dataset.fingerprint] = dataset
    run = runner.start(EXPERIMENT, data=dataset.description)
    assert run.total_steps == 15  # by the number of its pictures
    assert runner.wait(run.id).status == "finished"
    found = store.run(run.id)
    assert found.data == dataset.description
    weights, bias = store.weights(run.id, 3)
    assert (weights.shape, bias.shape) == ((2, 3, 48), (2, 3))
    history = History(store, run.id)
    history.update(at_once=True)
    assert history.epochs.confusion.shape == (3, 2, 3, 3)
    assert history.epochs.confusion[-1, 0].sum() == 15
    file = tmp_path / "weights.safetensors"
    file.write_bytes(weights_file(store, run.id, 3))
    with safe_open(file, "pt") as opened:
        metadata = opened.metadata()
    assert json.loads(metadata["classes"]) == ["chick", "duck", "鹅 <b>"]
    assert json.loads(metadata["data"])["digest"] == dataset.fingerprint


def test_data_that_are_missing_interrupt_a_run_that_goes_on_when_they_are_back(runner, shelf):
    dataset = birds()
    run = runner.start(EXPERIMENT, data=dataset.description)
    ended = runner.wait(run.id)
    assert ended.status == "interrupted"
    assert ended.error is not None
    assert ended.error.startswith("DatasetMissing: The data set 'my birds' is not on this machine")
    shelf[dataset.fingerprint] = dataset
    runner.resume(run.id)
    assert runner.wait(run.id).status == "finished"


def test_more_pictures_than_there_are_are_refused_before_there_is_a_run(store, runner):
    experiment = Experiment([Variant("a")], batch_size=46)
    with pytest.raises(InvalidExperiment, match="at most the 45 pictures trained on"):
        runner.start(experiment, data=birds().description)
    assert store.runs() == []


def test_a_run_that_names_no_data_is_on_fashion_mnist(store):
    run = store.create(EXPERIMENT, 15)
    assert run.data == FASHION_MNIST
    assert "data" not in json.loads(experiment_json(run))


def test_changed_data_are_noticed(store):
    run = store.create(EXPERIMENT, 15, data=birds().description)
    with store._database.writing() as connection:
        connection.execute("UPDATE runs SET data = replace(data, 'duck', 'duke')")
    with pytest.raises(RunDamaged):
        store.run(run.id)
    assert store.damaged() == [run.id]


def test_an_exported_experiment_says_what_it_was_trained_on(store: Store) -> None:
    run = store.create(EXPERIMENT, 15, data=birds().description)
    again = read_experiment(experiment_json(run).encode())
    assert (again.experiment, again.data) == (EXPERIMENT, birds().description)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "birds",
        [],
        {},
        {"digest": "x"},
        {**FASHION_MNIST.to_dict(), "more": 1},
        {**FASHION_MNIST.to_dict(), "class_names": "ab"},
        {**FASHION_MNIST.to_dict(), "class_names": ["a"]},
        {**FASHION_MNIST.to_dict(), "class_names": ["a", 2]},
        {**FASHION_MNIST.to_dict(), "class_names": ["a", "b\n"]},
        {**FASHION_MNIST.to_dict(), "name": "x" * 1000},
        {**FASHION_MNIST.to_dict(), "height": 6.5},
        {**FASHION_MNIST.to_dict(), "height": True},
        {**FASHION_MNIST.to_dict(), "training": -1},
        {**FASHION_MNIST.to_dict(), "digest": "../../etc"},
    ],
    ids=repr,
)
def test_what_describes_no_data_set_is_refused(store: Store, data: Any) -> None:
    described = json.loads(experiment_json(store.create(EXPERIMENT, 15))) | {"data": data}
    with pytest.raises(InvalidExperiment) as caught:
        read_experiment(json.dumps(described).encode())
    assert caught.value.field == "data"


def test_a_description_has_names_that_fit_a_line():
    with pytest.raises(InvalidData):
        replace(FASHION_MNIST, class_names=("a", " "))
