"""Runs, and the differences between their settings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from softmax_core.data.dataset import FASHION_MNIST, Description
from softmax_core.training.experiment import Experiment

Status = Literal["queued", "running", "paused", "stopped", "finished", "failed", "interrupted"]

# When the process ends, these runs end with it; the next process marks them as interrupted.
ALIVE: Final[tuple[Status, ...]] = ("queued", "running", "paused")
RESUMABLE: Final[tuple[Status, ...]] = ("paused", "stopped", "interrupted")


def mark_of(run_id: str) -> str:
    """Return what names a run in a file that may be handed on.

    The first 12 hexadecimal digits of SHA-256("run " + id). Whoever knows the id may watch the run,
    so no file has it; two files of relatives can be compared all the same.

    Args:
        run_id: the run's id.

    Returns:
        The mark, the same one in each file.

    Example:
        >>> mark_of("an id")
        '0d74cd763464'
    """
    return hashlib.sha256(f"run {run_id}".encode()).hexdigest()[:12]


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
        changes: (variant, learning rate) of each change of a learning rate, in order.
        data: what it is trained on.
        parent: the id of the run that it went on from, also when that one is gone, or "".
        forked_at: the step of that run at which it began, 0 where there was none.
        group: the id of its group, the same for all runs of one, or "".
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
    changes: tuple[tuple[int, float], ...] = ()
    data: Description = FASHION_MNIST
    parent: str = ""
    forked_at: int = 0
    group: str = ""

    @property
    def names(self) -> list[str]:
        """What each variant is called; a name that names its learning rate follows the changes.

        Example:
            >>> from dataclasses import replace
            >>> from softmax_core.training.experiment import Variant
            >>> one = Experiment([Variant("η 0.1 · µ 0.9", 0.1, momentum=0.9)])
            >>> run = Run("id", one, "paused", "", None, None, 9, 99, None, "", "")
            >>> replace(run, changes=((0, 0.01),)).names
            ['η 0.1 → 0.01 · µ 0.9']
        """
        return [
            _following(each.name, [each.learning_rate, *self._rates_of(position)])
            for position, each in enumerate(self.experiment.variants)
        ]

    def _rates_of(self, position: int) -> list[float]:
        return [rate for variant, rate in self.changes if variant == position]


def _following(name: str, rates: list[float]) -> str:
    """Return a name in which "η 0.1" has become "η 0.1 → 0.01"; another name stays as it is."""
    first, *changed = (f"{rate:g}" for rate in rates)
    if not changed:
        return name
    path = " → ".join([first, *changed] if len(changed) == 1 else [first, "…", changed[-1]])
    return re.sub(rf"(?<!\S)η {re.escape(first)}(?!\S)", f"η {path}", name, count=1)


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
    described = {experiment: asdict(experiment) for experiment in experiments}
    settings = [
        {**described[run.experiment]["variants"][variant], **described[run.experiment]}
        for run, variant in chosen
    ]
    return {
        field: [each[field] for each in settings]
        for field in (settings[0] if settings else {})
        if field not in ("name", "variants") and len({repr(each[field]) for each in settings}) > 1
    }
