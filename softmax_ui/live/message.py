"""The message about a run: everything on its page that moves, and when to ask again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from softmax_core.runs import RESUMABLE, Run
from softmax_core.runs.history import History
from softmax_core.runs.run import Status
from softmax_ui import cache
from softmax_ui.addresses.training import NEWEST
from softmax_ui.live.curves import curves, gradient_curves
from softmax_ui.live.status import progress_text, share_done
from softmax_ui.live.templates import templates
from softmax_ui.live.wall import wall
from softmax_ui.live.watched import Watched
from softmax_ui.model import has_pictures, model_at
from softmax_ui.text import speaking

MOVING: Final[tuple[Status, ...]] = ("queued", "running")
MOVING_MS: Final = 400
RESTING_MS: Final = 2000
"""Another person may resume a run that is paused or stopped."""

STILL: Final = ("wall", "templates")
"""Half of a message: drawn from weights, of which there are new ones less often than records where
workers train. A crowd gets them less often still (`live.pace`)."""

_ON_SPLITS: Final = ("confusion", "labels", "own", "why")
"""Views that evaluate whole splits: at an epoch's end, or at the last step of a run at rest."""


def message(watched: Watched) -> dict[str, Any]:
    """Return the current contents of a run's moving parts, as JSON.

    "status", "text" and "done" give the progress, "last" the newest step that can be shown, "again"
    after how many milliseconds to ask again (None: the run has ended), "version" what the rest of
    the page must be drawn for, "step" the step that was chosen (None: the newest); "gradient" is
    there if the view shows it.
    """
    # The runner first: it marks runs that an ended process left running as interrupted.
    run = cache.runner().store.run(watched.run_id)
    history = cache.history(run.id)
    history.update(at_once=run.status not in MOVING)
    values = watched.values()
    with speaking(watched.language):
        return {
            "status": run.status,
            "text": progress_text(run, history),
            "done": round(share_done(run, history), 4),
            "last": min(history.last_step, run.step),
            "again": _again(run.status),
            "version": version(run, history, values),
            **_moving_parts(run, history, values),
        }


def version(run: Run, history: History, values: Mapping[str, Any]) -> str:
    """Return a text that changes when the whole page has to be drawn again."""
    loss = cache.store().loss
    drawn_for = _drawn_for(run, history, values)
    return f"{drawn_for} {loss.kind} {loss.when}" if loss else drawn_for


def _drawn_for(run: Run, history: History, values: Mapping[str, Any]) -> str:
    if run.status not in MOVING:
        return f"{run.status} {history.last_step}"
    if values["view"] == "why" and values["picture"] < 0:
        return run.status  # nothing is shown there
    return f"{run.status} {len(history.epochs)}" if values["view"] in _ON_SPLITS else run.status


def _again(status: Status) -> int | None:
    if status in MOVING:
        return MOVING_MS
    return RESTING_MS if status in RESUMABLE else None


def _moving_parts(run: Run, history: History, values: Mapping[str, Any]) -> dict[str, Any]:
    variant = min(values["variant"], len(run.experiment.variants)) - 1
    # A step between two epochs is computed again, from the pictures.
    step = values["step"] if has_pictures(run) else NEWEST
    model = model_at(run, history, variant, NEWEST, step)
    parts = {
        "step": None if step == NEWEST or model is None else model.step,
        "curves": curves(run, history, values),
        "wall": wall(run, model, values),
        "templates": templates(model),
    }
    if values["view"] == "curves":
        parts["gradient"] = gradient_curves(run, history, values)
    return parts
