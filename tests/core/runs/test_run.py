from typing import Any

import pytest

from softmax_core.runs import Run, Store, differences
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.records import RateChange


def test_only_what_differs_is_told(store: Store) -> None:
    def one(variant: dict[str, Any], **shared: Any) -> tuple[Run, int]:
        return store.create(Experiment([Variant("x", **variant)], **shared), 1), 0

    chosen = [one({}), one({"momentum": 0.9}, seed=3), one({"loss": "squared_error"})]
    assert differences(chosen) == {
        "loss": ["cross_entropy", "cross_entropy", "squared_error"],
        "momentum": [0.0, 0.9, 0.0],
        "seed": [0, 3, 0],
    }
    smoothed = one({"label_smoothing": 0.1})
    assert differences([chosen[0], smoothed]) == {"label_smoothing": [0.0, 0.1]}
    assert differences(chosen[:1]) == {}
    assert differences([]) == {}


@pytest.mark.parametrize(
    ("name", "rate", "changed", "shown"),
    [
        ("η 0.1", 0.1, [0.01], "η 0.1 → 0.01"),
        ("η 0.1", 0.1, [0.01, 0.5], "η 0.1 → … → 0.5"),
        ("η 0.1 · µ 0.9", 0.1, [1.0], "η 0.1 → 1 · µ 0.9"),
        ("η 0.1 (2)", 0.1, [1.0], "η 0.1 → 1 (2)"),
        ("η 0.1", 0.1, [], "η 0.1"),
        ("η 0.15", 0.1, [1.0], "η 0.15"),
        ("mine", 0.1, [1.0], "mine"),
        ("σ 3", 0.1, [1.0], "σ 3"),
    ],
)
def test_a_name_that_names_the_rate_follows_its_changes(
    store: Store, name: str, rate: float, changed: list[float], shown: str
) -> None:
    run = store.create(Experiment([Variant(name, rate), Variant("other", rate)]), 60)
    for step, learning_rate in enumerate(changed):
        store.add_rate_change(run.id, RateChange(step, 0, learning_rate))
    assert store.run(run.id).names == [shown, "other"]
    assert [each.names for each in store.runs()] == [[shown, "other"]]
    assert store.run(run.id).experiment == run.experiment, "what was asked for stays as it was"
