"""What a training is given is checked where it begins, and named where it does not fit."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
import torch

from softmax_core.data import Dataset, Split
from softmax_core.errors import InvalidData, InvalidExperiment
from softmax_core.training import Checkpoint, Experiment, RateChange, Variant, train
from softmax_core.training.lens import look_at_step

EXPERIMENT = Experiment([Variant("a", momentum=0.5), Variant("b", 0.2)], batch_size=16, epochs=2)


def split(count: int, seed: int = 0) -> Split:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, 28, 28), dtype=torch.uint8, generator=generator)
    return Split(images, torch.arange(count) % 10)


DATASET = Dataset(split(70), split(20, seed=1))  # five steps an epoch, the last with 6 pictures


def refused(kind: type[InvalidExperiment | InvalidData] = InvalidExperiment, **changes: Any) -> Any:
    given: dict[str, Any] = {"experiment": EXPERIMENT, "dataset": DATASET, **changes}
    with pytest.raises(kind) as caught:
        train(given.pop("experiment"), given.pop("dataset"), **given)
    error: Any = caught.value
    assert repr(error.value) in str(error)
    return error


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("images", lambda images: images.float()),
        ("images", lambda images: images.long()),
        ("images", lambda images: images[:, :3]),
        ("images", lambda images: images[0]),
        ("images", lambda images: images.numpy()),
        ("images", lambda images: images.to("meta")),
        ("images", lambda images: images[:0]),
        ("images", lambda images: images[0, 0, 0]),
        ("images", lambda images: images.tolist()),
        ("labels", lambda labels: labels[:-1]),
        ("labels", lambda labels: torch.cat([labels, labels])),
        ("labels", lambda labels: labels[:0]),
        ("labels", lambda labels: labels.double()),
        ("labels", lambda labels: labels.to(torch.uint8)),
        ("labels", lambda labels: labels.unsqueeze(1)),
        ("labels", lambda labels: labels.tolist()),
        ("labels", lambda labels: labels.to("meta")),
        ("labels", lambda labels: labels + 1),
        ("labels", lambda labels: labels - 1),
    ],
)
def test_pictures_and_labels_that_are_none_are_named(part, field, change):
    whole = getattr(DATASET, part)
    broken = replace(whole, **{field: change(getattr(whole, field))})
    error = refused(InvalidData, dataset=replace(DATASET, **{part: broken}))
    assert error.field == f"{part}.{field}"


def test_a_split_without_pictures_is_named():
    assert refused(InvalidData, dataset=replace(DATASET, test=split(0))).field == "test.images"
    assert refused(InvalidData, dataset=None).field == "train.images"


def test_pictures_may_have_an_axis_for_their_channel():
    one_channel = Split(DATASET.train.images.unsqueeze(1), DATASET.train.labels)
    assert list(train(EXPERIMENT, replace(DATASET, train=one_channel))) == list(
        train(EXPERIMENT, DATASET)
    )


@pytest.mark.parametrize("device", ["nonsense", "cuda:99", "meta", "", 3.5])
def test_a_device_that_is_not_there_is_named(device):
    assert refused(device=device).field == "device"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (RateChange(3, 2, 0.1), "variant"),
        (RateChange(3, -1, 0.1), "variant"),
        (RateChange(3, 0, math.nan), "learning_rate"),
        (RateChange(3, 0, -0.1), "learning_rate"),
        (RateChange(-1, 0, 0.1), "step"),
    ],
)
def test_a_recorded_change_of_rate_that_cannot_be_is_named(change, field):
    assert refused(rate_changes=[change]).field == field


@pytest.mark.parametrize("most", [-1, 0, 1.5, math.nan, "3", True])
def test_a_number_of_steps_that_is_none_is_refused(most):
    with pytest.raises(InvalidExperiment, match="most"):
        train(EXPERIMENT, DATASET).advance(most)


def test_no_step_is_needed_where_only_the_evaluation_is_left():
    training = train(EXPERIMENT, DATASET)
    while training.step < 5:
        training.advance(1)
    assert [type(record).__name__ for record in training.advance(0)] == ["EpochRecord"]


# -- checkpoints ---------------------------------------------------------------------------------


def checkpoint_after(records: int, experiment: Experiment = EXPERIMENT) -> Checkpoint:
    training = train(experiment, DATASET)
    for _ in range(records):
        next(training)
    return training.checkpoint()


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"pixel_scale": "raw"},
        {"pixel_scale": "standardized"},
        {"schedule": "cosine"},
        {"batch_size": 8},
        {"epochs": 3},
        {"validation_size": 6},
        {"variants": (Variant("a", momentum=0.5), Variant("b", 0.3))},
        {"variants": (Variant("a", momentum=0.5), Variant("b", 0.2, "squared_error"))},
        {"variants": (Variant("a", momentum=0.5), Variant("b", 0.2, softmax="naive"))},
        {"variants": (Variant("b", 0.2), Variant("a", momentum=0.5))},
        {"variants": (Variant("a", momentum=0.5),)},
    ],
    ids=str,
)
def test_a_checkpoint_of_another_experiment_is_refused(other):
    start = Checkpoint.from_bytes(checkpoint_after(3).to_bytes())
    experiment = replace(EXPERIMENT, **other)
    error = refused(experiment=experiment, start=start)
    assert (error.field, error.value) == ("start", "a checkpoint of another experiment")
    with pytest.raises(InvalidExperiment, match="another experiment"):
        look_at_step(experiment, DATASET, start, 0)


def test_a_checkpoint_of_other_pictures_is_refused():
    start = checkpoint_after(3)
    for part in ("train", "test"):
        whole = getattr(DATASET, part)
        images = whole.images.clone()
        images[-1, -1, -1] ^= 1
        labels = whole.labels.clone()
        labels[0] = 9
        for other in (replace(whole, images=images), replace(whole, labels=labels)):
            error = refused(dataset=replace(DATASET, **{part: other}), start=start)
            assert (error.field, "other pictures" in str(error.value)) == ("start", True)


def test_names_and_copies_of_the_pictures_make_no_other_training():
    start = checkpoint_after(3)
    renamed = replace(EXPERIMENT, variants=(Variant("x", momentum=0.5), Variant("y", 0.2)))
    copied = Dataset(split(70), split(20, seed=1), tuple("abcdefghij"))
    going_on = list(train(EXPERIMENT, DATASET, start=start))
    assert list(train(renamed, copied, start=start)) == going_on


@pytest.mark.parametrize("records", [0, 3, 5, 6, 8, 11, 12])
def test_a_checkpoint_without_fingerprints_goes_on_bit_for_bit(records):
    start = checkpoint_after(records)
    older = replace(start, experiment=None, data=None)
    going_on, as_before = (train(EXPERIMENT, DATASET, start=s) for s in (older, start))
    assert list(going_on) == list(as_before)
    assert going_on.checkpoint().to_bytes() == as_before.checkpoint().to_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {"step": 188},
        {"step": -1},
        {"step": 4},
        {"seen": 47},
        {"seen": 0},
        {"weights": torch.zeros(1, 10, 784)},
        {"bias": torch.zeros(2, 11)},
        {"learning_rates": [0.1]},
        {"learning_rates": [0.1, math.nan]},
        {"loss_sum": [0.0] * 3},
    ],
    ids=str,
)
def test_one_without_fingerprints_must_fit(change):
    start = replace(checkpoint_after(3), experiment=None, data=None, **change)
    assert refused(start=start).field in ("start", "learning_rate")


# -- iterating -----------------------------------------------------------------------------------


def test_a_checkpoint_between_any_two_records_is_that_of_single_steps():
    changes = [RateChange(2, 0, 0.3), RateChange(7, 1, 0.01)]
    single = train(EXPERIMENT, DATASET, rate_changes=changes)
    exact = [single.checkpoint()]
    while single.advance(1):
        exact.append(single.checkpoint())
    for stop, wanted in enumerate(exact):
        looped = train(EXPERIMENT, DATASET, rate_changes=changes)
        for _ in range(stop):
            next(looped)
        assert looped.step == wanted.step
        assert looped.checkpoint().to_bytes() == wanted.to_bytes()
        assert looped.checkpoint().to_bytes() == wanted.to_bytes()


def test_looking_does_not_change_what_follows():
    whole = list(train(EXPERIMENT, DATASET))
    looked_at = train(EXPERIMENT, DATASET)
    records = []
    for position, record in enumerate(looked_at):
        records.append(record)
        if position % 3 == 1:
            looked_at.checkpoint()
        if position % 4 == 2:
            records += looked_at.advance(2)
    assert records == whole


def test_a_change_between_two_records_is_that_between_single_steps():
    for stop in range(1, 9):
        looped, single = train(EXPERIMENT, DATASET), train(EXPERIMENT, DATASET)
        for _ in range(stop):
            next(looped)
            single.advance(1)
        assert looped.change_learning_rate(1, 0.05) == single.change_learning_rate(1, 0.05)
        rest = []
        while made := single.advance(1):
            rest += made
        assert list(looped) == rest
