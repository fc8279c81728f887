"""The state from which a training continues as if it had never stopped.

Minibatch order and initial weights come from the experiment's seed, so a checkpoint holds no random
state: only parameters, momentum, the current learning rates, and the totals of the current epoch;
and the fingerprints of what it belongs to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import torch
from safetensors.torch import load, save

_TENSORS = ("weights", "bias", "weights_velocity", "bias_velocity")


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """The state of a training after `step` updates.

    Attributes:
        step: number of updates.
        weights: float32 (R, classes, pixels).
        bias: float32 (R, classes).
        weights_velocity: momentum of the weights, float32 (R, classes, pixels).
        bias_velocity: momentum of the biases, float32 (R, classes).
        learning_rates: the current rate of each variant, before the schedule.
        loss_sum: sum of the loss over the epoch's pictures so far, one per variant.
        correct: number of correct predictions in the epoch so far, one per variant.
        seen: number of pictures in these totals; 0 once the epoch's record has been returned.
        experiment: `Experiment.fingerprint` of the training.
        data: `Dataset.fingerprint` of its pictures. Both are None in a checkpoint written before
            0.2.0, which had none: it is taken for what it is said to be, if its sizes fit.
    """

    step: int
    weights: torch.Tensor
    bias: torch.Tensor
    weights_velocity: torch.Tensor
    bias_velocity: torch.Tensor
    learning_rates: list[float]
    loss_sum: list[float]
    correct: list[float]
    seen: int
    experiment: str | None = None
    data: str | None = None

    def to_bytes(self) -> bytes:
        """Serialise the checkpoint as a safetensors file; nothing in it can be executed."""
        # Python's JSON keeps NaN, which the loss_sum of a diverged variant needs.
        numbers = {
            "step": self.step,
            "learning_rates": self.learning_rates,
            "loss_sum": self.loss_sum,
            "correct": self.correct,
            "seen": self.seen,
            "experiment": self.experiment,
            "data": self.data,
        }
        tensors = {name: getattr(self, name).contiguous() for name in _TENSORS}
        # One entry: safetensors writes several of them in any order.
        return save(tensors, metadata={"checkpoint": json.dumps(numbers)})

    @classmethod
    def from_bytes(cls, blob: bytes) -> Checkpoint:
        """Read a checkpoint written by `to_bytes`.

        Args:
            blob: the bytes of a checkpoint.

        Returns:
            The checkpoint, bit for bit.
        """
        header_length = int.from_bytes(blob[:8], "little")
        header = json.loads(blob[8 : 8 + header_length])
        numbers: dict[str, Any] = json.loads(header["__metadata__"]["checkpoint"])
        tensors: dict[str, Any] = load(blob)
        return cls(**tensors, **numbers)
