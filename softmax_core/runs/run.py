"""Runs, and the differences between their settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from softmax_core.training.experiment import Experiment

Status = Literal["queued", "running", "paused", "stopped", "finished", "failed", "interrupted"]

# When the process ends, these runs end with it; the next process marks them as interrupted.
ALIVE: Final[tuple[Status, ...]] = ("queued", "running", "paused")
RESUMABLE: Final[tuple[Status, ...]] = ("paused", "stopped", "interrupted")


@dataclass(frozen=True, slots=True)
class Run:
    """An experiment that was started, without its records.

    Attributes:
        id: random and URL-safe; anyone who knows it may watch the run.
        experiment: what is trained.
        status: "queued", "running", "paused", "stopped" (by a person), "finished", "failed" (an
            error ended it) or "interrupted" (its process ended before it did).
        created: when it was created, UTC, ISO 8601.
        started: when its first step began, or None.
        ended: when it ended last, or None while it is queued, running or paused.
        step: number of recorded steps.
        total_steps: number of steps of the whole run.
        error: the reason why it failed or was interrupted, in English, after the name of its
            exception (`reason`), or None. It names no folder.
        name: its name, or "".
        note: a note about it, or "".
        pinned: whether it is protected from being cleared.
        owner: a digest that identifies who started it, or "" on a personal machine.
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


def reason(problem: Exception) -> str:
    """Return an exception as a run keeps it, so that a page can say it in another language.

    Example:
        >>> reason(ValueError("no such thing"))
        'ValueError: no such thing'
    """
    return f"{type(problem).__name__}: {problem}"


def differences(chosen: Sequence[tuple[Run, int]]) -> dict[str, list[Any]]:
    """Compare the settings of variants.

    Args:
        chosen: runs, each with the position of one of its variants.

    Returns:
        Field -> its values, one per variant, for the fields that differ. Names are not settings.

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
