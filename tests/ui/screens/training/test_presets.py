"""What the presets promise."""

from __future__ import annotations

from softmax_core.data import load_fashion_mnist
from softmax_core.training import EpochRecord, train
from softmax_ui.screens.training.presets import AIM, best_linear_model


def test_the_best_linear_model_reaches_its_aim() -> None:
    records = train(best_linear_model(), load_fashion_mnist())
    last = [record for record in records if isinstance(record, EpochRecord)][-1]
    assert last.epoch == best_linear_model().epochs
    assert last.test_accuracy[0] >= AIM
