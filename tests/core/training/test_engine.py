"""The engine against the course's loop, against itself alone, and against itself interrupted."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from softmax_core.activations import SoftmaxForm
from softmax_core.data import Dataset, Split, split_validation
from softmax_core.errors import InvalidExperiment
from softmax_core.label_smoothing import best_gap
from softmax_core.training import (
    Checkpoint,
    EpochRecord,
    Experiment,
    RateChange,
    StepRecord,
    Variant,
    band_of_course,
    course_experiment,
    engine,
    train,
    verdicts,
)
from tests.core.training.course import course_loop

EVERYTHING = Experiment(
    [
        Variant("plain"),
        Variant("fast", learning_rate=0.5, init_std=0.1),
        Variant("squared", learning_rate=0.5, loss="squared_error"),
        Variant("heavy ball", learning_rate=0.02, momentum=0.9),
        Variant("decayed", weight_decay=0.05),
        Variant("all", 0.05, "squared_error", 0.02, momentum=0.8, weight_decay=0.01),
        Variant("naive", softmax="naive"),
        Variant("naive squared", 0.5, "squared_error", softmax="naive"),
        Variant("smoothed", momentum=0.5, label_smoothing=0.2),
        Variant("naive smoothed", softmax="naive", label_smoothing=0.1),
    ],
    batch_size=96,  # 1000 pictures leave a last minibatch of 40
    epochs=2,
    seed=3,
)
CHANGES = [RateChange(step=4, variant=1, learning_rate=0.05), RateChange(9, 3, 0.2)]


def steps(records: list[StepRecord | EpochRecord]) -> list[StepRecord]:
    return [record for record in records if isinstance(record, StepRecord)]


def epochs(records: list[StepRecord | EpochRecord]) -> list[EpochRecord]:
    return [record for record in records if isinstance(record, EpochRecord)]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"pixel_scale": "standardized"},
        {"schedule": "cosine"},
        {"pixel_scale": "standardized", "schedule": "cosine", "batch_size": 1000},
    ],
    ids=str,
)
def test_every_variant_follows_the_autograd_loop_of_the_course(slice_of_fashion, settings):
    experiment = replace(EVERYTHING, **settings)
    changes = CHANGES
    if experiment.pixel_scale == "standardized":
        # These pixels are about three times as long. At the rates above two variants swing, and a
        # swing makes a rounding error grow: both computations are right and yet differ.
        slower = [replace(v, learning_rate=v.learning_rate / 20) for v in EVERYTHING.variants]
        experiment = replace(experiment, variants=tuple(slower))
        changes = [replace(change, learning_rate=change.learning_rate / 20) for change in CHANGES]
    training = train(experiment, slice_of_fashion, rate_changes=changes)
    records = steps(list(training))
    end = training.checkpoint()
    for position in range(len(experiment.variants)):
        course = course_loop(experiment, position, slice_of_fashion, changes)
        assert [r.loss[position] for r in records] == pytest.approx(course.losses, rel=2e-4)
        assert [r.gradient_norm[position] for r in records] == pytest.approx(
            course.gradient_norms, rel=2e-3
        )
        torch.testing.assert_close(
            end.weights[position].double(), course.weights, rtol=1e-3, atol=2e-5
        )
        torch.testing.assert_close(end.bias[position].double(), course.bias, rtol=1e-3, atol=2e-5)


def test_raw_pixels_follow_the_course_too(slice_of_fashion):
    experiment = Experiment(
        [Variant("raw", learning_rate=1e-6)], pixel_scale="raw", batch_size=100, epochs=1
    )
    training = train(experiment, slice_of_fashion)
    found = [record.loss[0] for record in steps(list(training))]
    assert found == pytest.approx(course_loop(experiment, 0, slice_of_fashion, []).losses, rel=1e-4)


def test_lockstep_equals_one_at_a_time(slice_of_fashion):
    together = steps(list(train(EVERYTHING, slice_of_fashion)))
    for position, variant in enumerate(EVERYTHING.variants):
        alone = Experiment([variant], batch_size=96, epochs=2, seed=3)
        for both, one in zip(together, steps(list(train(alone, slice_of_fashion))), strict=True):
            assert both.loss[position] == pytest.approx(one.loss[0], rel=1e-4)
            assert both.accuracy[position] == pytest.approx(one.accuracy[0], abs=0.011)
            assert both.saturation[position] == pytest.approx(one.saturation[0], rel=1e-4)


def test_a_variant_that_becomes_nan_stays_nan_and_disturbs_no_other(slice_of_fashion):
    def race(form: SoftmaxForm) -> list[StepRecord | EpochRecord]:
        variants = [Variant("a"), Variant("b", 30.0, init_std=1.0, softmax=form), Variant("c", 0.2)]
        return list(train(Experiment(variants, batch_size=50, epochs=2), slice_of_fashion))

    stable, naive = race("stable"), race("naive")
    lost = [math.isnan(record.loss[1]) for record in steps(naive)]
    assert all(lost[lost.index(True) :])
    confusion = epochs(naive)[-1].confusion[1]
    assert confusion == [[sum(row), *[0] * 9] for row in confusion]
    for one, other in zip(steps(stable), steps(naive), strict=True):
        for untouched in (0, 2):
            assert one.loss[untouched] == other.loss[untouched]
            assert one.gradient_norm[untouched] == other.gradient_norm[untouched]
    assert not math.isnan(epochs(stable)[-1].test_loss[1])


def test_records_keep_their_shape_and_order(slice_of_fashion):
    records = list(train(EVERYTHING, slice_of_fashion))
    kinds = ["step"] * 11 + ["epoch"] + ["step"] * 11 + ["epoch"]
    assert [type(r).__name__.removesuffix("Record").lower() for r in records] == kinds
    assert [r.step for r in steps(records)] == list(range(1, 23))
    assert [r.epoch for r in steps(records)] == [1] * 11 + [2] * 11
    assert [(r.epoch, r.step) for r in records if isinstance(r, EpochRecord)] == [(1, 11), (2, 22)]
    assert all(len(r.saturation) == len(EVERYTHING.variants) for r in steps(records))


def test_an_epochs_training_figures_are_its_minibatches_weighted_by_their_size(slice_of_fashion):
    records = list(train(EVERYTHING, slice_of_fashion))
    sizes = [96] * 10 + [40]
    for position in range(len(EVERYTHING.variants)):
        made = list(zip(sizes, steps(records)[:11], strict=True))
        loss = sum(size * record.loss[position] for size, record in made) / 1000
        hits = sum(size * record.accuracy[position] for size, record in made)
        epoch = epochs(records)[0]
        assert epoch.train_loss[position] == pytest.approx(loss, rel=1e-12)
        assert epoch.train_accuracy[position] == round(hits) / 1000


@pytest.mark.parametrize("stop", [0, 5, 11, 12, 13, 23, 24], ids=lambda n: f"after {n} records")
def test_going_on_from_a_checkpoint_gives_the_same_bits(slice_of_fashion, stop):
    whole_training = train(EVERYTHING, slice_of_fashion, rate_changes=CHANGES)
    whole = list(whole_training)
    first = train(EVERYTHING, slice_of_fashion, rate_changes=CHANGES)
    before = [next(first) for _ in range(stop)]
    blob = first.checkpoint().to_bytes()
    second = train(
        EVERYTHING,
        slice_of_fashion,
        start=Checkpoint.from_bytes(blob),
        rate_changes=CHANGES,
    )
    assert before + list(second) == whole
    assert second.checkpoint().to_bytes() == whole_training.checkpoint().to_bytes()


@pytest.mark.parametrize("variants", [1, 2, 8], ids=lambda n: f"{n} variants")
@pytest.mark.parametrize("most", [None, 3, 1000])
def test_several_steps_at_once_are_bit_for_bit_those_of_one_at_a_time(
    slice_of_fashion, variants, most, monkeypatch
):
    monkeypatch.setattr(engine, "STEPS_AT_ONCE", 12)
    monkeypatch.setattr(engine, "FIGURES_AT_ONCE", 16 * 23)
    experiment = replace(EVERYTHING, variants=EVERYTHING.variants[:variants], batch_size=23)
    changes = [RateChange(step=4, variant=0, learning_rate=0.05)]
    one, several = (train(experiment, slice_of_fashion, rate_changes=changes) for _ in range(2))
    handfuls = []
    while made := several.advance(most):
        handfuls.append(made)
    assert [record for made in handfuls for record in made] == list(one)
    assert several.checkpoint().to_bytes() == one.checkpoint().to_bytes()
    assert max(map(len, handfuls)) == min(most or 1000, 12, 16 // variants)


def test_a_change_of_rate_on_the_way_is_repeated_exactly_from_its_record(slice_of_fashion):
    live = train(EVERYTHING, slice_of_fashion)
    records: list[StepRecord | EpochRecord] = [next(live) for _ in range(6)]
    change = live.change_learning_rate(0, 0.7)
    records += list(live)
    assert change == RateChange(step=6, variant=0, learning_rate=0.7)
    assert list(train(EVERYTHING, slice_of_fashion, rate_changes=[change])) == records
    assert list(train(EVERYTHING, slice_of_fashion)) != records


def test_a_change_by_numbers_of_numpy_is_recorded_in_pythons(slice_of_fashion):
    live = train(EVERYTHING, slice_of_fashion)
    change = live.change_learning_rate(np.int64(1), np.float32(0.5))  # type: ignore[arg-type]
    assert json.dumps(asdict(change)) == '{"step": 0, "variant": 1, "learning_rate": 0.5}'


def test_a_training_says_what_it_trains_and_how_far_it_is(slice_of_fashion):
    live = train(Experiment([Variant("slow"), Variant("fast")], epochs=2), slice_of_fashion)
    next(live)
    assert repr(live) == f"<Training of slow, fast: step 1 of {live.total_steps}>"


def test_a_change_on_the_way_outlives_one_recorded_for_the_same_step(slice_of_fashion):
    older = RateChange(step=6, variant=0, learning_rate=0.7)
    live = train(EVERYTHING, slice_of_fashion, rate_changes=[older])
    records: list[StepRecord | EpochRecord] = [next(live) for _ in range(6)]
    newer = live.change_learning_rate(0, 0.3)
    records += list(live)
    assert list(train(EVERYTHING, slice_of_fashion, rate_changes=[newer])) == records


@pytest.mark.parametrize(("variant", "rate"), [(10, 0.1), (-1, 0.1), (0, 0.0), (0, math.nan)])
def test_a_change_of_rate_out_of_range_is_refused(slice_of_fashion, variant, rate):
    with pytest.raises(InvalidExperiment):
        train(EVERYTHING, slice_of_fashion).change_learning_rate(variant, rate)


def test_the_number_of_threads_changes_no_bit_and_is_left_as_it_was(slice_of_fashion):
    before = torch.get_num_threads()
    found = []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.append(list(train(EVERYTHING, slice_of_fashion)))
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert found[0] == found[1]


def test_validation_pictures_are_held_out_and_measured(slice_of_fashion):
    experiment = Experiment([Variant("a")], batch_size=100, epochs=1, validation_size=250)
    training = train(experiment, slice_of_fashion)
    record = list(training)[-1]
    assert isinstance(record, EpochRecord)
    assert training.steps_per_epoch == 8  # 750 pictures are left to train on
    assert record.validation_accuracy is not None
    assert record.validation_accuracy[0] * 250 == pytest.approx(
        round(record.validation_accuracy[0] * 250)
    )
    assert record.validation_loss is not None
    assert record.validation_loss[0] != record.test_loss[0]
    plain = list(train(Experiment([Variant("a")], batch_size=100, epochs=1), slice_of_fashion))[-1]
    assert isinstance(plain, EpochRecord)
    assert (plain.validation_loss, plain.validation_accuracy) == (None, None)


def test_held_out_pictures_change_nothing_but_what_is_measured_on_them(slice_of_fashion):
    train_split = slice_of_fashion.train
    _trained, held_out = split_validation(len(train_split), 250, seed=0)
    images = train_split.images.clone()
    images[held_out] = 255 - images[held_out]
    changed = replace(slice_of_fashion, train=replace(train_split, images=images))
    experiment = Experiment(
        [Variant("a")], epochs=1, validation_size=250, pixel_scale="standardized"
    )
    before, after = (list(train(experiment, data)) for data in (slice_of_fashion, changed))
    assert before[:-1] == after[:-1]
    measured_on_them = ("validation_loss", "validation_accuracy")
    first, second = asdict(before[-1]), asdict(after[-1])
    assert {field for field in first if first[field] != second[field]} == set(measured_on_them)


def test_a_minibatch_as_large_as_the_data_is_taken(slice_of_fashion):
    assert train(Experiment([Variant("a")], batch_size=1000), slice_of_fashion).steps_per_epoch == 1


def test_a_minibatch_larger_than_the_data_is_refused(slice_of_fashion):
    with pytest.raises(InvalidExperiment, match="at most the 1000 pictures"):
        train(Experiment([Variant("a")], batch_size=1001), slice_of_fashion)


def test_the_courses_settings_land_in_the_measured_band(fashion: Dataset):
    experiment = course_experiment()
    last = list(train(experiment, fashion))[-1]
    assert isinstance(last, EpochRecord)
    # Ten seeds: 0.4471 ± 0.0003, 0.8483 ± 0.0004; five deviations are allowed here.
    assert last.train_loss[0] == pytest.approx(0.4471, abs=0.0015)
    assert last.train_accuracy[0] == pytest.approx(0.8483, abs=0.0020)
    band = band_of_course(experiment)
    assert band is not None
    assert band.low <= last.test_accuracy[0] <= band.high
    assert verdicts(experiment, last) == ["inside"]
    # Shirts are the hardest class; they are taken for T-shirts, pullovers and coats.
    recall = [row[label] / 1000 for label, row in enumerate(last.confusion[0])]
    assert recall.index(min(recall)) == 6


def test_with_smoothed_labels_the_logits_end_at_a_finite_gap(slice_of_fashion):
    """On a single picture descent reaches the optimum, where p is the smoothed label."""
    one = Split(slice_of_fashion.train.images[:1], slice_of_fashion.train.labels[:1])
    variants = [Variant("plain", 0.05), Variant("smoothed", 0.05, label_smoothing=0.1)]
    experiment = Experiment(variants, batch_size=1, epochs=300)
    training = train(experiment, Dataset(one, slice_of_fashion.test))
    while training.advance():
        pass
    end, x = training.checkpoint(), one.images[0].flatten() / 255.0
    plain, smoothed = (end.weights @ x + end.bias).double()
    target = int(one.labels[0])
    others = torch.arange(10) != target
    gap = torch.full((9,), best_gap(10, 0.1), dtype=torch.float64)
    torch.testing.assert_close(smoothed[target] - smoothed[others], gap, rtol=1e-3, atol=0)
    assert (plain[target] - plain[others] > gap).all()


def test_variants_with_smoothed_labels_change_no_bit_of_the_others(slice_of_fashion):
    plain = train(Experiment(EVERYTHING.variants[:8], 96, 1, 3), slice_of_fashion)
    mixed = train(Experiment(EVERYTHING.variants, 96, 1, 3), slice_of_fashion)
    for training in (plain, mixed):
        while training.advance():
            pass
    assert torch.equal(plain.checkpoint().weights, mixed.checkpoint().weights[:8])
