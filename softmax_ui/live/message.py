"""What is told to everybody who watches a run in the same way: all that moves, and when to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from softmax_core.runs import RESUMABLE, Run
from softmax_core.runs.history import History
from softmax_core.runs.run import Status
from softmax_ui.cache import history, runner
from softmax_ui.live.curves import FEW, curves
from softmax_ui.live.status import progress_text, share_done
from softmax_ui.live.templates import templates
from softmax_ui.live.watched import Watched
from softmax_ui.text import speaking

MOVING: Final[tuple[Status, ...]] = ("queued", "running")
MOVING_MS: Final = 400
RESTING_MS: Final = 2000
"""Somebody else may wake a run that rests."""

_JUDGING: Final = ("confusion", "labels", "own")
"""Views of a model that has settled: at an epoch's end, or at the last step of a run that rests."""


def message(watched: Watched) -> dict[str, Any]:
    """Return what a page shows of a run now.

    Args:
        watched: the run, the view and its settings.

    Returns:
        JSON: "status" and "text" and "done" say how far the run is, "again" after how many
        milliseconds to ask again (None: nothing more will come), "version" what the rest of the
        page must have been drawn for; "curves" and "templates" are there if the view shows them.

    Raises:
        RunNotFound: there is no such run.
    """
    # The runner first: it marks what an ended process left running as interrupted.
    run = runner().store.run(watched.run_id)
    read = history(run.id)
    read.update(at_once=run.status not in MOVING)
    values = watched.values()
    with speaking(watched.language):
        return {
            "status": run.status,
            "text": progress_text(run, read),
            "done": round(share_done(run, read), 4),
            "again": _again(run.status),
            "version": version(run, read, values["view"]),
            **_moving_parts(run, read, values),
        }


def version(run: Run, read: History, view: str) -> str:
    """Return a text that changes when more than a message has to be drawn anew.

    Args:
        run: the run.
        read: its records.
        view: what of it is shown.
    """
    if run.status in MOVING:
        return f"{run.status} {len(read.epochs)}" if view in _JUDGING else run.status
    return f"{run.status} {read.last_step}"


def _again(status: Status) -> int | None:
    if status in MOVING:
        return MOVING_MS
    return RESTING_MS if status in RESUMABLE else None


def _moving_parts(run: Run, read: History, values: Mapping[str, Any]) -> dict[str, Any]:
    match values["view"]:
        case "curves" if len(run.experiment.variants) > FEW:
            return {"curves": curves(run, read, values)}
        case "curves":
            return {"curves": curves(run, read, values), "templates": templates(run, read, values)}
        case "templates":
            return {"templates": templates(run, read, values)}
    return {}
