"""An error is built from its fields, and pickle and deepcopy keep them."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from softmax_core import errors

EXAMPLES = [
    errors.InvalidLogits("nan", "nan", "a nan"),
    errors.InvalidProbabilities("1.5", "a probability of 1.5"),
    errors.InvalidTarget("12", 10, "a target of 12"),
    errors.InvalidPicture("not_a_picture", "not a picture"),
    errors.InvalidPicture("too_many_bytes", "too large", value="25", limit="20"),
    errors.InvalidExperiment("momentum", 2, "0 to 1", variant=1),
    errors.InvalidQuestion("right", 3),
    errors.InvalidData("classes", 1, "2 to 50 of them"),
    errors.ImportRefused("too_few_classes", "one class", "1"),
    errors.DatasetMissing("birds", "9e9f89972a73"),
    errors.DataNotFound((Path("data"),), "not here"),
    errors.DataDamaged(Path("data"), "47 MB", "3 bytes", "cut off"),
    errors.DataNotWritable(Path("data"), "read-only"),
    errors.CollectionFull("person", 200),
    errors.ImportsBusy("all", 2),
    errors.ImportEnded("slow"),
    errors.DownloadFailed("timed out", "no answer"),
    errors.RunNotFound("abc"),
    errors.RunNotSteerable("abc", "pause", status="finished"),
    errors.RunDamaged("abc", "blocks"),
    errors.OtherPictures("abc"),
    errors.QueueFull(waiting=8, limit=8),
    errors.TooManyRuns(2, 2),
    errors.ExportsBusy(waiting=1, yours=True),
    errors.OwnerMissing(),
    errors.StoreError(Path("runs.sqlite"), "odd"),
    errors.StoreUnreachable("runs on db", "too old", "too_old", "14"),
    errors.RunTaken("runs on db", "another worker", "abc"),
    errors.StoreLocked(Path("runs.sqlite"), "in use", 17, "desk", "2026-11-29"),
    errors.StoreDamaged(Path("runs.sqlite"), "not a database"),
    errors.StoreTooNew(Path("runs.sqlite"), "version 9"),
    errors.StoreNotWritable(Path("runs.sqlite"), "read-only"),
    errors.DiskFull(Path("runs.sqlite"), "full"),
    errors.QuotaReached(Path("runs.sqlite"), "quota", "pins", used=3, limit=3),
    errors.StoreFull(Path("runs.sqlite"), "full", used=11, limit=10),
]


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))])
def test_a_copy_has_the_class_the_fields_and_the_message(error, copied):
    again = copied(error)
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    assert str(again) == str(error)


def raise_example(position: int) -> None:
    raise EXAMPLES[position]


def test_a_process_pool_raises_what_its_worker_raised():
    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as pool:
        asked = [pool.submit(raise_example, k) for k in range(len(EXAMPLES))]
        found = [future.exception() for future in asked]
    for error, sent in zip(EXAMPLES, found, strict=True):
        assert type(sent) is type(error)
        assert vars(sent) == vars(error)
        assert str(sent) == str(error)


def test_the_examples_are_all_errors_with_fields():
    def below(kind: type) -> set[type]:
        under: list[type] = kind.__subclasses__()
        return {kind}.union(*map(below, under))

    own = {kind for kind in below(errors.SoftmaxError) if kind.__module__ == errors.__name__}
    groups = {errors.SoftmaxError, errors.InvalidInput, errors.DataError, errors.RunError}
    assert {type(error) for error in EXAMPLES} == own - groups


def test_a_message_is_the_one_given_or_says_what_the_fields_hold():
    assert str(errors.InvalidTarget("12", 10, "a target of 12")) == "a target of 12"
    assert str(errors.InvalidExperiment("momentum", 2, "0 to 1", 1)) == (
        "momentum of variant 2 is 2; it must be 0 to 1."
    )
    assert str(errors.RunNotSteerable("abc", "pause", "finished")) == (
        "Run abc is finished, so it cannot pause."
    )


def test_equal_fields_do_not_make_two_errors_equal():
    assert errors.RunNotFound("abc") != errors.RunNotFound("abc")
