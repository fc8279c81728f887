from typing import Any

import pytest

from softmax_core.runs import Run, Store
from softmax_core.runs.comparison import Axis, Measure, differences, line
from softmax_core.training.experiment import Experiment, Variant

from .test_blocks import records
from .test_store import epoch


@pytest.fixture
def run(store: Store) -> Run:
    """Two variants, 4 steps an epoch, 3 epochs, the last one half done."""
    experiment = Experiment([Variant("a"), Variant("b")], epochs=3)
    run = store.create(experiment, 12)
    store.append(run.id, records(4), [epoch(1, 0.25)], seconds=(0.0, 2.0))
    store.append(run.id, records(6, first=5), [epoch(2, 0.75)], seconds=(2.0, 3.0))
    return store.run(run.id)


@pytest.mark.parametrize(
    ("axis", "x"),
    [
        ("step", [float(step) for step in range(1, 11)]),
        ("epoch", [step / 4 for step in range(1, 11)]),
        ("time", [0.5, 1.0, 1.5, 2.0, *(2 + step / 6 for step in range(1, 7))]),
    ],
)
def test_the_same_records_on_each_axis(store: Store, run: Run, axis: Axis, x: list[float]) -> None:
    found = line(store, run, 1, "loss", axis)
    assert found.x.tolist() == pytest.approx(x)
    assert found.y.tolist() == [record.loss[1] for record in records(10)]


@pytest.mark.parametrize(
    ("axis", "x"), [("step", [4, 8]), ("epoch", [1, 2]), ("time", [2, 2 + 4 / 6])]
)
def test_epochs_lie_where_they_ended(store: Store, run: Run, axis: Axis, x: list[float]) -> None:
    found = line(store, run, 0, "test_accuracy", axis)
    assert found.x.tolist() == pytest.approx(x)
    assert found.y.tolist() == [0.25, 0.75]


def test_long_curves_are_averaged_and_end_at_the_newest_step(store: Store, run: Run) -> None:
    found = line(store, run, 0, "saturation", "step", points=4)
    assert found.x.tolist() == [3.0, 6.0, 9.0]
    values = [record.saturation[0] for record in records(10)]
    assert found.y.tolist() == pytest.approx([sum(values[i : i + 3]) / 3 for i in (1, 4, 7)])


@pytest.mark.parametrize("measure", ["loss", "test_loss"])
@pytest.mark.parametrize("axis", ["step", "epoch", "time"])
def test_a_run_without_records_is_an_empty_line(store: Store, measure: Measure, axis: Axis) -> None:
    run = store.create(Experiment([Variant("a")]), 2350)
    found = line(store, run, 0, measure, axis)
    assert found.x.tolist() == found.y.tolist() == []


def test_only_what_differs_is_told(store: Store) -> None:
    def one(variant: dict[str, Any], **shared: Any) -> tuple[Run, int]:
        return store.create(Experiment([Variant("x", **variant)], **shared), 1), 0

    chosen = [one({}), one({"momentum": 0.9}, seed=3), one({"loss": "squared_error"})]
    assert differences(chosen) == {
        "loss": ["cross_entropy", "cross_entropy", "squared_error"],
        "momentum": [0.0, 0.9, 0.0],
        "seed": [0, 3, 0],
    }
    assert differences(chosen[:1]) == {}
    assert differences([]) == {}
