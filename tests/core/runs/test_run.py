from typing import Any

from softmax_core.runs import Run, Store, differences
from softmax_core.training.experiment import Experiment, Variant


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
