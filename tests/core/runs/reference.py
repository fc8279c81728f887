"""What a run must come to: the engine alone, with no thread, no disk and no interruption."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import torch

from softmax_core.data import Dataset
from softmax_core.runs import Store
from softmax_core.runs.recordings import is_kept
from softmax_core.training.engine import train
from softmax_core.training.experiment import Experiment
from softmax_core.training.records import EpochRecord, RateChange, StepRecord

FIGURES = ("loss", "accuracy", "saturation", "gradient_norm")


def uninterrupted(
    experiment: Experiment, dataset: Dataset, changes: list[RateChange] | None = None
) -> dict[str, Any]:
    """Train to the end without a runner; everything that the store should hold, as bytes."""
    training = train(experiment, dataset, rate_changes=changes or [])
    steps, epochs = [], []
    weights = [_bits(training.checkpoint().weights, training.checkpoint().bias)]
    for record in training:
        if isinstance(record, EpochRecord):
            epochs.append(asdict(record))
            state = training.checkpoint()
            weights.append(_bits(state.weights, state.bias))
        else:
            steps.append(record)
    return {
        "steps": _columns(steps),
        "epochs": epochs,
        "weights": [w for at, w in enumerate(weights) if is_kept(at) or at == len(epochs)],
        "checkpoint": training.checkpoint().to_bytes(),
    }


def stored(store: Store, run_id: str) -> dict[str, Any]:
    """Everything that the store holds of a run, in the same form."""
    columns = store.steps(run_id)
    figures = np.stack([getattr(columns, figure) for figure in FIGURES], axis=1)
    checkpoint = store.checkpoint(run_id)
    assert checkpoint is not None
    return {
        "steps": (columns.step.tolist(), columns.epoch.tolist(), figures.tobytes()),
        "epochs": [asdict(epoch) for epoch in store.epochs(run_id)],
        "weights": [_bits(*store.weights(run_id, epoch)) for epoch in store.weight_epochs(run_id)],
        "checkpoint": checkpoint.to_bytes(),
    }


def _columns(steps: list[StepRecord]) -> tuple[list[int], list[int], bytes]:
    figures = np.array([[getattr(step, figure) for figure in FIGURES] for step in steps])
    return [step.step for step in steps], [step.epoch for step in steps], figures.tobytes()


def _bits(weights: torch.Tensor, bias: torch.Tensor) -> bytes:
    return weights.numpy().tobytes() + bias.numpy().tobytes()
