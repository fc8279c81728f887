"""A slider over all steps of a run, with its film: what moves on the page moves with it.

The browser asks for the frames by itself and hands them to the parts of the page (`live_run`); the
script hears of a step when the slider is let go or the film is paused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import position_from, reported
from softmax_ui.text import _

KEY: Final = "film_strip"
SPEEDS: Final = (2, 5, 10)
"""Frames a second."""

_component = browser_side("film_strip", html='<div class="film-strip"></div>', isolate_styles=False)


def film_strip(
    address: str,
    live: str,
    *,
    step: int | None,
    last: int,
    epoch_steps: int,
    on_step: Callable[[int | None], None],
) -> None:
    """Draw the slider.

    Args:
        address: where the browser asks for frames, relative to the app (`live.film.address`).
        live: where it asks how far the run is, as the other parts of the page do.
        step: the step that the page shows, or None while it follows the run.
        last: the newest step, until the run is further.
        epoch_steps: the steps of an epoch.
        on_step: called before the next run with the chosen step, or None for the newest.
    """

    def chosen() -> None:
        given = reported(KEY, "step")
        if given == -1:
            on_step(None)
        elif (found := position_from(given, last + 1)) is not None:
            on_step(found)

    _component(
        key=KEY,
        data={
            "address": address,
            "live": live,
            "step": last if step is None else step,
            "follows": step is None,
            "last": last,
            "epoch": epoch_steps,
            "words": {
                "label": _("Step of the run that is shown"),
                "play": _("Play the film"),
                "pause": _("Pause the film"),
                "newest": _("Newest"),
                "speed": _("Pictures a second"),
                "speeds": [[speed, _("{n} pictures/s", n=speed)] for speed in SPEEDS],
                "step": _("step {step} · epoch {epoch}"),
                "lost": _("The server does not answer. Try again in a moment."),
            },
        },
        on_step_change=chosen,
    )
