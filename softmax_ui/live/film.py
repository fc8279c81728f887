"""Frames of a run's film: what its moving parts showed at some of its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from softmax_core.runs import Run
from softmax_core.training.experiment import MAX_STEPS
from softmax_ui import cache
from softmax_ui.live.templates import templates
from softmax_ui.live.wall import wall
from softmax_ui.live.watched import PATH as LIVE
from softmax_ui.live.watched import Watched
from softmax_ui.model import model_at
from softmax_ui.text import speaking

PATH: Final = "film"
"""The route's first segment; the run's id is the second."""

MOST_FRAMES: Final = 8
"""In one message: some 10 kB each, and at most an epoch to compute for each."""


@dataclass(frozen=True, slots=True)
class Reel:
    """Some frames of a film; equal ones share one message.

    Attributes:
        watched: the run, its settings with the first step, and the language.
        stride: the steps from one frame to the next.
        count: how many frames.
    """

    watched: Watched
    stride: int
    count: int

    @classmethod
    def from_query(cls, run_id: str, query: Mapping[str, str]) -> Reel:
        """Read a request's parameters; an invalid value is replaced by its default."""
        return cls(
            Watched.from_query(run_id, query),
            _bounded(query.get("stride"), MAX_STEPS),
            _bounded(query.get("count"), MOST_FRAMES),
        )


def address(watched: Watched) -> str:
    """Return the URL of a film's frames, relative to the app, without step, stride and count."""
    return PATH + watched.address().removeprefix(LIVE)


def _bounded(text: str | None, most: int) -> int:
    digits = text if text and text.isascii() and text.isdecimal() and len(text) < 10 else "1"
    return min(max(int(digits), 1), most)


def frames(reel: Reel) -> dict[str, Any]:
    """Return the frames as JSON: "frames", each with its "step" and what is drawn of it.

    Frames that are further apart than an epoch are those of the epochs whose weights are stored.
    """
    run = cache.runner().store.run(reel.watched.run_id)
    values = reel.watched.values()
    first = max(values.get("step", 0), 0)
    steps = range(first, first + reel.stride * reel.count, reel.stride)
    with speaking(reel.watched.language):
        shown = [_settled(run, min(step, run.step), reel.stride) for step in steps]
        return {"frames": [_frame(run, values, step) for step in dict.fromkeys(shown)]}


def _settled(run: Run, step: int, stride: int) -> int:
    """Return the step to show: of a film that runs fast, one with stored weights."""
    epoch_steps = max(run.total_steps // run.experiment.epochs, 1)
    if stride < epoch_steps or step == run.step:
        return step
    stored = [epoch * epoch_steps for epoch in cache.store().weight_epochs(run.id)]
    return max((each for each in stored if each <= step), default=0)


def _frame(run: Run, values: Mapping[str, Any], step: int) -> dict[str, Any]:
    variant = min(values.get("variant", 1), len(run.experiment.variants)) - 1
    model = model_at(run, cache.history(run.id), variant, step, step)
    return {"step": step, "templates": templates(model), "wall": wall(run, model, values)}
