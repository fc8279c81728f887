"""A run: an experiment that was started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from softmax_core.training.experiment import Experiment

Status = Literal["queued", "running", "paused", "stopped", "finished", "failed", "interrupted"]

# A process that ends takes these with it; whoever opens the store next finds them interrupted.
ALIVE: Final[tuple[Status, ...]] = ("queued", "running", "paused")
RESUMABLE: Final[tuple[Status, ...]] = ("paused", "stopped", "interrupted")


@dataclass(frozen=True, slots=True)
class Run:
    """What the store knows about a run, without its records.

    Attributes:
        id: random and url-safe; whoever knows it may watch the run.
        experiment: what is trained.
        status: "queued", "running", "paused", "stopped" (by a person), "finished", "failed" (an
            error ended it) or "interrupted" (its process ended before it did).
        created: when it was asked for, UTC, ISO 8601.
        started: when its first step began, or None.
        ended: when it last left the training thread, or None while it is alive.
        step: how many steps have been recorded.
        total_steps: how many there will be.
        error: why it failed or was interrupted, in English, or None.
        name: what a person called it, or "".
        note: what a person wrote about it, or "".
        pinned: whether it is kept when room is made.
        owner: who started it (a digest, no name), or "" on a person's own machine.
    """

    id: str
    experiment: Experiment
    status: Status
    created: str
    started: str | None
    ended: str | None
    step: int
    total_steps: int
    error: str | None
    name: str
    note: str
    pinned: bool = False
    owner: str = ""
