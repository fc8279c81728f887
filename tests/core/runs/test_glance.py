import math
from collections.abc import Callable

import pytest

from softmax_core.runs import Runner, Store
from softmax_core.runs.glance import glance
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.records import EpochRecord, StepRecord

from .conftest import race


def test_a_run_in_a_line(make_runner: Callable[..., Runner], store: Store) -> None:
    runner = make_runner()
    run = runner.wait(runner.start(race(epochs=3)).id)
    seen, last = glance(store, run), store.epochs(run.id)[-1]
    assert seen.test_accuracy == max(last.test_accuracy)
    assert seen.best == last.test_accuracy.index(max(last.test_accuracy))
    assert seen.test_loss == last.test_loss[seen.best]
    loss = store.steps(run.id).loss[:, seen.best]
    assert len(seen.curve) == 30
    assert seen.curve[0] == pytest.approx((loss[0] + loss[1]) / 2)
    assert seen.seconds == store.seconds(run.id) > 0


def test_a_new_run_has_nothing_to_show(store: Store) -> None:
    seen = glance(store, store.create(race(), 60))
    assert (seen.curve, seen.test_accuracy, seen.test_loss, seen.seconds) == ((), None, None, 0.0)


def test_the_best_variant_is_shown_and_a_lost_one_has_gaps(store: Store) -> None:
    run = store.create(Experiment([Variant("lost"), Variant("good")]), 3)
    steps = [
        StepRecord(n, 1, [math.nan if n > 1 else 2.0, 1.0 / n], *[[0.0, 0.0]] * 3) for n in (1, 2)
    ]
    pair = [0.1, 0.8]
    store.append(
        run.id, steps, [EpochRecord(1, 2, pair, pair, None, None, [math.nan, 0.5], pair, [])]
    )
    seen = glance(store, run)
    assert (seen.best, seen.curve, seen.test_loss) == (1, (1.0, 0.5), 0.5)
    worse = [0.9, 0.8]
    store.append(run.id, epochs=[EpochRecord(2, 2, pair, pair, None, None, pair, worse, [])])
    assert glance(store, run).curve == (2.0, None)
