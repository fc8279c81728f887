"""What a run can be told: each order takes effect before its next step."""

from __future__ import annotations

from dataclasses import dataclass

from softmax_core.runs.run import Status


@dataclass(frozen=True, slots=True)
class Go:
    """Train on: for some steps and then pause, or with None to the end. 0 pauses."""

    steps: int | None


@dataclass(frozen=True, slots=True)
class GoToEpochEnd:
    """Train on to the end of the epoch that the next step belongs to, then pause."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Make at most so many steps a second; None for as many as possible."""

    steps_per_second: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """Give a variant another learning rate."""

    variant: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Leave:
    """Store everything and end the thread with this status."""

    status: Status


Order = Go | GoToEpochEnd | Speed | Rate | Leave
