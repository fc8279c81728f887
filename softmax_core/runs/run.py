"""A run: an experiment that was started, and how its settings differ from those of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

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


def differences(chosen: Sequence[tuple[Run, int]]) -> dict[str, list[Any]]:
    """Return the settings in which some chosen variants differ.

    Args:
        chosen: runs, each with the position of one of its variants.

    Returns:
        Field -> its value for each of the chosen, in their order; fields in which all agree are
        left out. The variants' names are not settings.

    Example:
        >>> from softmax_core.training.experiment import Variant
        >>> race = Experiment([Variant("slow", 0.01), Variant("fast", 1.0)])
        >>> run = Run("id", race, "finished", "", None, None, 0, 0, None, "", "")
        >>> differences([(run, 0), (run, 1)])
        {'learning_rate': [0.01, 1.0]}
    """
    experiments = dict.fromkeys(run.experiment for run, _variant in chosen)
    described = {experiment: experiment.to_dict() for experiment in experiments}
    settings = [
        {**described[run.experiment]["variants"][variant], **described[run.experiment]}
        for run, variant in chosen
    ]
    return {
        field: [each[field] for each in settings]
        for field in (settings[0] if settings else {})
        if field not in ("name", "variants") and len({repr(each[field]) for each in settings}) > 1
    }
