from dataclasses import replace

import pytest

from softmax_core.training import (
    COURSE_BAND,
    EpochRecord,
    Experiment,
    Variant,
    band_of_course,
    course_experiment,
    verdicts,
)


def record(epoch: int, *accuracies: float) -> EpochRecord:
    several = list(accuracies)
    return EpochRecord(epoch, 235 * epoch, several, several, None, None, several, several, [])


def test_the_band_is_for_the_courses_settings_whatever_the_seed_and_the_names():
    assert band_of_course(course_experiment(seed=99)) == COURSE_BAND
    assert band_of_course(Experiment([Variant("a"), Variant("b")])) == COURSE_BAND


@pytest.mark.parametrize(
    "changed",
    [
        {"batch_size": 128},
        {"epochs": 9},
        {"pixel_scale": "raw"},
        {"schedule": "cosine"},
        {"validation_size": 1},
        {"variants": (Variant("course", learning_rate=0.2),)},
        {"variants": (Variant("course"), Variant("b", momentum=0.9))},
    ],
    ids=str,
)
def test_there_is_no_band_for_other_settings(changed):
    assert band_of_course(replace(course_experiment(), **changed)) is None
    assert verdicts(replace(course_experiment(), **changed), record(10, 0.83, 0.83)) is None


def test_each_variant_gets_its_verdict_at_the_end_only():
    experiment = Experiment([Variant("a"), Variant("b"), Variant("c")])
    low, high = COURSE_BAND.low, COURSE_BAND.high
    assert verdicts(experiment, record(10, low, high, 0.9)) == ["inside", "inside", "above"]
    assert verdicts(experiment, record(10, low - 1e-4, 0.83, high + 1e-4)) == [
        "below",
        "inside",
        "above",
    ]
    assert verdicts(experiment, record(9, 0.83, 0.83, 0.83)) is None
