"""The runs page's settings, and the words it has for runs."""

from __future__ import annotations

from typing import Final

from softmax_core.runs import Run
from softmax_core.runs.history import Axis, Measure
from softmax_ui.addresses.state import PageState, choice, switch, text
from softmax_ui.terms import settings_line, status_name

SORTS: Final = ("newest", "oldest", "best", "name")
SHOWN: Final = ("all", "alive", "finished", "pinned")
AXES: Final[tuple[Axis, ...]] = ("epoch", "step", "time")
MEASURES: Final[tuple[Measure, ...]] = (
    "loss",
    "accuracy",
    "test_loss",
    "test_accuracy",
    "saturation",
    "gradient_norm",
)
CURVES: Final = "curves"
"""The URL's parameter for the chosen curves: `<run>.<variant>`, separated by spaces."""


def runs_state() -> PageState:
    """Return the page's settings."""
    return PageState(
        text("search", "", 80),
        choice("shown", "all", SHOWN),
        choice("sort", "newest", SORTS),
        choice("axis", "epoch", AXES),
        choice("measure", "loss", MEASURES),
        switch("log", False),
        text(CURVES, "", 2000),
    )


def listed(runs: list[Run], search: str, shown: str) -> list[Run]:
    """Return the runs of a kind, one of `SHOWN`, that a search finds.

    Each of its words must be in a run's name, note, settings or id.
    """
    words = _plain(search).split()
    return [run for run in runs if _is_shown(run, shown) and _has(run, words)]


def _is_shown(run: Run, shown: str) -> bool:
    if shown == "alive":
        return run.status in ("queued", "running", "paused")
    if shown == "pinned":
        return run.pinned
    return shown == "all" or run.status == shown


def _has(run: Run, words: list[str]) -> bool:
    names = " ".join(variant.name for variant in run.experiment.variants)
    losses = " ".join(variant.loss for variant in run.experiment.variants)
    where = (
        run.id,
        run.name,
        run.note,
        run.status,
        status_name(run.status),
        names,
        losses,
        settings_line(run.experiment),
    )
    text_ = _plain(" ".join(where))
    return all(word in text_ for word in words)


def _plain(said: str) -> str:
    """Return what is compared: 60,000 is found by 60000 too."""
    return said.casefold().replace(",", "")
