"""Everything the engine needs to go on as if it had never stopped.

The minibatch order and the initial weights come from the experiment's seed, so a checkpoint holds
no random state: parameters, momentum, the rates now in force, and the epoch's running totals.
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
        step: updates made.
        weights: float32 (R, 10, 784).
        bias: float32 (R, 10).
        weights_velocity: momentum's memory for the weights, float32 (R, 10, 784).
        bias_velocity: momentum's memory for the biases, float32 (R, 10).
        learning_rates: the rate of each variant as last set, before any schedule.
        loss_sum: this epoch's loss so far, summed over its pictures, one a variant.
        correct: this epoch's right predictions so far, one a variant.
        seen: pictures in those two totals; 0 once the epoch's record has been given.
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

    def to_bytes(self) -> bytes:
        """Return the checkpoint as a safetensors file; nothing in it can be executed."""
        # The JSON keeps Python's NaN literal, which a diverged variant's loss_sum needs.
        numbers = {
            "step": self.step,
            "learning_rates": self.learning_rates,
            "loss_sum": self.loss_sum,
            "correct": self.correct,
            "seen": self.seen,
        }
        tensors = {name: getattr(self, name).contiguous() for name in _TENSORS}
        return save(tensors, metadata={"checkpoint": json.dumps(numbers)})

    @classmethod
    def from_bytes(cls, blob: bytes) -> Checkpoint:
        """Read what `to_bytes` wrote.

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
