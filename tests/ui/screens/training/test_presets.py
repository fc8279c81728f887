"""What the presets promise."""

from __future__ import annotations

from softmax_core.data import load_fashion_mnist
from softmax_core.training import EpochRecord, train
from softmax_core.training.findings import AIM, BEST_LINEAR


def test_the_best_linear_model_reaches_its_aim() -> None:
    records = train(BEST_LINEAR, load_fashion_mnist())
    last = [record for record in records if isinstance(record, EpochRecord)][-1]
    assert last.epoch == BEST_LINEAR.epochs
    assert last.test_accuracy[0] >= AIM
