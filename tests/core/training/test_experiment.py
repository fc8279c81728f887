"""An experiment refuses what is out of range, by name, and survives JSON."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from softmax_core.errors import InvalidExperiment
from softmax_core.training import Experiment, Variant
from softmax_core.training.experiment import EXPERIMENT_RANGES, MAX_VARIANTS, VARIANT_RANGES
from softmax_core.training.fitting import check_fits


def test_the_defaults_are_the_courses():
    variant = Variant("course")
    experiment = Experiment([variant])
    assert (variant.learning_rate, variant.init_std, variant.loss) == (0.1, 0.01, "cross_entropy")
    assert (variant.momentum, variant.weight_decay, variant.softmax) == (0.0, 0.0, "stable")
    assert (experiment.batch_size, experiment.epochs, experiment.seed) == (256, 10, 0)
    assert (experiment.pixel_scale, experiment.schedule) == ("unit", "constant")
    assert experiment.validation_size == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("learning_rate", 0.0),
        ("learning_rate", -0.1),
        ("learning_rate", math.nan),
        ("learning_rate", math.inf),
        ("learning_rate", "0.1"),
        ("learning_rate", True),
        ("learning_rate", 10**400),
        ("learning_rate", np.float32(2000)),
        ("learning_rate", np.bool_(True)),
        ("init_std", -1e-9),
        ("init_std", 101.0),
        ("momentum", 1.0),
        ("weight_decay", 10.5),
        ("label_smoothing", -0.1),
        ("label_smoothing", 1.01),
        ("loss", "hinge"),
        ("softmax", "fast"),
        ("name", ""),
        ("name", "  "),
        ("name", "x" * 61),
        ("name", 3),
    ],
)
def test_a_variants_field_out_of_range_is_named(field, value):
    with pytest.raises(InvalidExperiment) as raised:
        Variant(**{"name": "a", field: value})
    assert raised.value.field == field
    assert raised.value.value is value
    assert repr(value) in str(raised.value)
    assert raised.value.allowed in str(raised.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("batch_size", 0),
        ("batch_size", 1_000_001),
        ("batch_size", 256.0),
        ("epochs", 0),
        ("epochs", 1001),
        ("epochs", True),
        ("epochs", np.float64(3)),
        ("epochs", np.bool_(True)),
        ("seed", -1),
        ("seed", 2**32),
        ("validation_size", -1),
        ("validation_size", 1_000_000),
        ("pixel_scale", "log"),
        ("schedule", "linear"),
        ("variants", []),
        ("variants", [Variant(str(i)) for i in range(17)]),
        ("variants", Variant("not a list")),
        ("variants", ["not a variant"]),
    ],
)
def test_an_experiments_field_out_of_range_is_named(field, value):
    with pytest.raises(InvalidExperiment) as raised:
        Experiment(**{"variants": [Variant("a")], field: value})
    assert raised.value.field == field


def test_a_minibatch_cannot_hold_more_than_what_validation_leaves():
    with pytest.raises(
        InvalidExperiment, match="batch_size is 20000; it must be at most the 10000"
    ):
        check_fits(
            Experiment([Variant("a")], batch_size=20_000, validation_size=50_000), pictures=60_000
        )
    check_fits(
        Experiment([Variant("a")], batch_size=10_000, validation_size=50_000), pictures=60_000
    )


def test_a_picture_is_left_to_train_on():
    experiment = Experiment([Variant("a")], batch_size=1, validation_size=99)
    check_fits(experiment, pictures=100)
    with pytest.raises(InvalidExperiment, match="a whole number from 0 to 98"):
        check_fits(experiment, pictures=99)


def test_sixteen_variants_are_not_too_many():
    assert len(Experiment([Variant(str(i)) for i in range(MAX_VARIANTS)]).variants) == 16


def test_two_variants_cannot_share_a_name():
    with pytest.raises(InvalidExperiment) as raised:
        Experiment([Variant("a"), Variant("b"), Variant("a")])
    assert (raised.value.field, raised.value.variant) == ("name", 2)


def test_whole_numbers_are_taken_for_real_ones_and_kept_as_such():
    assert isinstance(Variant("a", learning_rate=1).learning_rate, float)
    assert Variant("a", learning_rate=1) == Variant("a", learning_rate=1.0)


@pytest.mark.parametrize("end", [0, 1])
def test_the_ends_of_every_range_are_in_it(end):
    variant: dict[str, Any] = {field: ends[end] for field, ends in VARIANT_RANGES.items()}
    assert asdict(Variant("x" * 60, **variant)) == asdict(Variant("x" * 60)) | variant
    for field, ends in EXPERIMENT_RANGES.items():
        chosen: dict[str, Any] = {field: ends[end]}
        experiment = Experiment([Variant("a")], **chosen)
        assert getattr(experiment, field) == ends[end]


def test_numbers_of_numpy_become_pythons():
    half, none, three, last = np.float32(0.5), np.int64(0), np.int64(3), np.uint32(2**32 - 1)
    variant = Variant("a", learning_rate=half, momentum=none)  # type: ignore[arg-type]
    experiment = Experiment([variant], epochs=three, seed=last)  # type: ignore[arg-type]
    same = Experiment((Variant("a", 0.5),), epochs=3, seed=2**32 - 1)
    assert experiment == same
    assert json.dumps(experiment.to_dict()) == json.dumps(same.to_dict())
    assert {type(variant.learning_rate), type(variant.momentum)} == {float}
    assert {type(experiment.epochs), type(experiment.seed)} == {int}


def test_a_list_of_variants_is_stored_as_a_tuple():
    variants = [Variant("a")]
    experiment = Experiment(variants)
    variants.append(Variant("b"))
    assert experiment.variants == (Variant("a"),)
    assert len({experiment, Experiment((Variant("a"),))}) == 1


def test_json_round_trip_keeps_every_field():
    experiment = Experiment(
        [Variant("é 学习率", 1 / 3, "squared_error", 0.5, 0.9, 1e-4, "naive"), Variant("b")],
        batch_size=7,
        epochs=3,
        seed=2**32 - 1,
        pixel_scale="raw",
        schedule="cosine",
        validation_size=100,
    )
    assert Experiment.from_dict(json.loads(json.dumps(experiment.to_dict()))) == experiment


@pytest.mark.parametrize(
    ("described", "field"),
    [
        ({"variants": [{"name": "a"}], "rate": 1}, "rate"),
        ({"variants": [{"name": "a", "rate": 1}]}, "rate"),
        ({"variants": [{}]}, "name"),
        ({}, "variants"),
        ({"variants": "ab"}, "variants"),
        ({"variants": [3]}, "variant"),
        ([], "experiment"),
    ],
)
def test_a_description_is_checked_field_by_field(described, field):
    with pytest.raises(InvalidExperiment) as raised:
        Experiment.from_dict(described)
    assert raised.value.field == field


def test_an_experiment_without_label_smoothing_is_what_it_was_before_there_was_any():
    old = Experiment(
        [Variant("é", 1 / 3, "squared_error", 0.5, 0.9, 1e-4, "naive"), Variant("b")],
        seed=5,
        pixel_scale="raw",
    )
    assert old.fingerprint == "2e7ccb32f65ca5d1eb565eddb25817ba7ab7db5dd0d13e0076562bcebe82e64d"
    assert all("label_smoothing" not in variant for variant in old.to_dict()["variants"])
    smoothed = Experiment([Variant("a"), Variant("b", label_smoothing=0.1)])
    assert smoothed.to_dict()["variants"][1]["label_smoothing"] == 0.1
    assert Experiment.from_dict(smoothed.to_dict()) == smoothed
    assert smoothed.fingerprint != Experiment([Variant("a"), Variant("b")]).fingerprint


def test_the_squared_error_takes_no_smoothed_labels():
    with pytest.raises(InvalidExperiment, match="label_smoothing of variant 2") as raised:
        Experiment([Variant("a"), Variant("b", loss="squared_error", label_smoothing=0.1)])
    assert raised.value.variant == 1
