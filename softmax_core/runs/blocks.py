"""Step records as columns, and as the bytes in the store.

A block is one flush: the four measures of k steps and R variants as little-endian float64, shape
(k, 4, R), and the epochs of the steps as int32 (k,). It takes 32 R + 4 bytes per step and keeps
every bit, including nan and the sign of zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from softmax_core.training.records import StepRecord

StepMeasure = Literal["loss", "accuracy", "saturation", "gradient_norm"]
STEP_MEASURES: Final[tuple[StepMeasure, ...]] = get_args(StepMeasure)


@dataclass(frozen=True, slots=True, eq=False)
class StepColumns:
    """The records of k steps of a run with R variants.

    Attributes:
        step: int64 (k,), increasing by 1.
        epoch: int64 (k,).
        seconds: float64 (k,), training time up to the step, exact at the ends of a block and
            linear in between.
        loss: float64 (k, R).
        accuracy: float64 (k, R).
        saturation: float64 (k, R).
        gradient_norm: float64 (k, R).
    """

    step: NDArray[np.int64]
    epoch: NDArray[np.int64]
    seconds: NDArray[np.float64]
    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    saturation: NDArray[np.float64]
    gradient_norm: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of steps, k."""
        return len(self.step)

    def rows(self, start: int, stop: int) -> StepColumns:
        """Return the rows from `start` up to `stop`, exclusive."""
        return StepColumns(*(getattr(self, field.name)[start:stop] for field in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One flush of step records: a row of the store.

    Attributes:
        first_step: its first step.
        last_step: its last step.
        seconds_before: training time when its first step began.
        seconds_after: training time when its last step ended.
        epochs: int32 (k,), as bytes.
        figures: float64 (k, 4, R), as bytes.
    """

    first_step: int
    last_step: int
    seconds_before: float
    seconds_after: float
    epochs: bytes
    figures: bytes

    @classmethod
    def from_records(
        cls, records: Sequence[StepRecord], seconds_before: float, seconds_after: float
    ) -> Block:
        """Pack records of consecutive steps, at least one, into a block."""
        figures = np.array(
            [[r.loss, r.accuracy, r.saturation, r.gradient_norm] for r in records], dtype="<f8"
        )
        return cls(
            records[0].step,
            records[-1].step,
            seconds_before,
            seconds_after,
            np.array([record.epoch for record in records], dtype="<i4").tobytes(),
            figures.tobytes(),
        )

    def __len__(self) -> int:
        """Return the number of steps, k."""
        return self.last_step - self.first_step + 1

    def cut(self, first_step: int, last_step: int) -> Block | None:
        """Return the part of the block in a range of steps, or None if it is empty."""
        first, last = max(first_step, self.first_step), min(last_step, self.last_step)
        if first > last:
            return None
        count = len(self)
        start, stop = first - self.first_step, last - self.first_step + 1
        pace = (self.seconds_after - self.seconds_before) / count
        width = len(self.figures) // count
        return Block(
            first,
            last,
            self.seconds_before + start * pace,
            self.seconds_before + stop * pace,
            self.epochs[4 * start : 4 * stop],
            self.figures[width * start : width * stop],
        )


def joined(blocks: Sequence[Block], variants: int) -> StepColumns:
    """Unpack blocks, in the order of their steps, into columns; there may be none."""
    figures = np.frombuffer(b"".join(block.figures for block in blocks), dtype="<f8")
    figures = figures.reshape(-1, len(STEP_MEASURES), variants)
    steps = [np.arange(block.first_step, block.last_step + 1) for block in blocks]
    seconds = [
        block.seconds_before
        + np.arange(1, len(block) + 1) / len(block) * (block.seconds_after - block.seconds_before)
        for block in blocks
    ]
    return StepColumns(
        np.concatenate([np.empty(0, np.int64), *steps]),
        np.frombuffer(b"".join(block.epochs for block in blocks), dtype="<i4").astype(np.int64),
        np.concatenate([np.empty(0), *seconds]),
        *(figures[:, position] for position in range(len(STEP_MEASURES))),
    )
