"""The runs page's settings, and the words it has for runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar, get_args

from softmax_core.runs import ALIVE, Head, Run, Status
from softmax_core.runs.history import Axis, Measure
from softmax_ui.addresses.state import PageState, choice, switch, text, whole
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
PAGE: Final = "page"
"""The URL's parameter for the page of the list, from 1."""

UNFOLDED: Final = "unfolded"
"""The URL's parameter for the groups whose runs are listed: their ids, separated by spaces."""

CURVES: Final = "curves"
"""The URL's parameter for the chosen curves, separated by spaces: `<run>.<variant>`, and
`<group>.<variant>` for all runs of a group as one."""

Listed = TypeVar("Listed", Run, Head)


def runs_state() -> PageState:
    """Return the page's settings."""
    return PageState(
        text("search", "", 80),
        choice("shown", "all", SHOWN),
        choice("sort", "newest", SORTS),
        whole(PAGE, 1, 1, 10**6),
        text(UNFOLDED, "", 400),
        choice("axis", "epoch", AXES),
        choice("measure", "loss", MEASURES),
        switch("log", False),
        text(CURVES, "", 2000),
    )


def listed(
    runs: list[Listed], search: str, shown: str, words_of: Callable[[Listed], str]
) -> list[Listed]:
    """Return the runs of a kind, one of `SHOWN`, that a search finds.

    Args:
        runs: the runs, or their heads.
        search: each of its words must be in a run's name, note, status, id or words.
        shown: the kind.
        words_of: returns what `words` says of a run's experiment.
    """
    wanted = _plain(search).split()
    found = [run for run in runs if _is_shown(run, shown)]
    if not wanted:
        return found
    called = {status: _plain(f" {status} {status_name(status)} ") for status in get_args(Status)}

    for word in wanted:  # the first leaves few for the others
        found = [
            run
            for run in found
            if word in words_of(run)
            or word in called[run.status]
            or word in _plain(f"{run.id} {run.name} {run.note}")
        ]
    return found


def words(run: Run) -> str:
    """Return what a search finds of a run's experiment, which never changes."""
    names = " ".join(variant.name for variant in run.experiment.variants)
    losses = " ".join(variant.loss for variant in run.experiment.variants)
    return _plain(f"{names} {losses} {settings_line(run.experiment)} {run.data.name}")


def _is_shown(run: Run | Head, shown: str) -> bool:
    if shown == "alive":
        return run.status in ALIVE
    if shown == "pinned":
        return run.pinned
    return shown == "all" or run.status == shown


def _plain(said: str) -> str:
    """Return what is compared: 60,000 is found by 60000 too."""
    return said.casefold().replace(",", "")
