"""Where a run stands, in words: its status, how far it is, how long it will take, how it ended."""

from __future__ import annotations

import math

import streamlit as st

from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_core.training import verdicts
from softmax_core.training.records import EpochRecord
from softmax_core.training.verdict import Band, band_of_course
from softmax_ui.cache import runner, store
from softmax_ui.controls.training_state import FASTEST
from softmax_ui.notices import quoted
from softmax_ui.text import _, ngettext


def status_line(run: Run, history: History) -> None:
    """Draw how far the run is, as a bar with words in it."""
    done = history.last_step / max(run.total_steps, 1)
    st.progress(min(max(done, 0.0), 1.0), text=progress_text(run, history))
    if run.status == "failed":
        st.error(_("The run failed: {error}", error=quoted(run.error)), icon=":material/error:")
    if run.status == "interrupted":
        st.warning(
            _("The program ended during this run. It goes on exactly where it was."),
            icon=":material/power_off:",
        )


def progress_text(run: Run, history: History) -> str:
    """Return the status, the step and the time left in one sentence."""
    step = {"step": f"{history.last_step:,}", "total": f"{run.total_steps:,}"}
    match run.status:
        case "queued":
            place = runner().place(run.id)
            if place is None:
                return _("About to start …")
            wait = runner().expected_wait(run.id)
            if wait is None:
                return ngettext(
                    "Waiting: next in the queue.", "Waiting: number {n} in the queue.", place
                )
            return ngettext(
                "Waiting: next in the queue, for about {time}.",
                "Waiting: number {n} in the queue, for about {time}.",
                place,
                time=duration(wait),
            )
        case "running":
            left = time_left(run, history)
            if left is None:
                return _("Running · step {step} of {total}", **step)
            return _("Running · step {step} of {total} · {time} left", **step, time=duration(left))
        case "paused":
            return _("Paused · step {step} of {total}", **step)
        case "stopped":
            return _("Stopped · step {step} of {total}", **step)
        case "finished":
            return _(
                "Finished · {total} steps in {time} of training",
                total=step["total"],
                time=duration(history.seconds),
            )
        case "interrupted":
            return _("Interrupted · step {step} of {total}", **step)
        case _:
            return _("Failed · step {step} of {total}", **step)


def time_left(run: Run, history: History) -> float | None:
    """Return the seconds until the end at the pace so far, or at the slower pace that is set."""
    if history.last_step == 0 or history.seconds <= 0:
        return None
    per_step = history.seconds / history.last_step
    speed = int(st.session_state.get("speed", FASTEST))
    if speed != FASTEST:
        per_step = max(per_step, 1 / speed)
    return (run.total_steps - history.last_step) * per_step


def duration(seconds: float) -> str:
    """Return a duration as a person says it.

    >>> duration(4.2), duration(100), duration(7300)
    ('5 s', '1 min 40 s', '2 h 1 min')
    """
    whole = math.ceil(seconds)
    if whole < 60:
        return _("{seconds} s", seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s", minutes=whole // 60, seconds=whole % 60)
    return _("{hours} h {minutes} min", hours=whole // 3600, minutes=whole % 3600 // 60)


def show_verdict(run: Run) -> None:
    """Say how a finished run at the course's settings compares with what was measured."""
    band = band_of_course(run.experiment)
    if run.status != "finished":
        return
    last = store().epochs(run.id, after=run.experiment.epochs - 1)
    if not last:
        return
    found = verdicts(run.experiment, last[-1])
    if found is None or band is None:
        _best_of(run, last[-1])
        return
    for variant, verdict, accuracy in zip(
        run.experiment.variants, found, last[-1].test_accuracy, strict=True
    ):
        say = st.success if verdict == "inside" else st.warning
        say(verdict_sentence(variant.name, verdict, accuracy, band), icon=":material/flag:")


def verdict_sentence(name: str, verdict: str, accuracy: float, band: Band) -> str:
    """Return the verdict on one variant in a sentence."""
    given = {
        "name": name,
        "accuracy": f"{accuracy:.4f}",
        "low": f"{band.low:.4f}",
        "high": f"{band.high:.4f}",
    }
    match verdict:
        case "inside":
            return _(
                "{name}: test accuracy {accuracy}, inside the band from {low} to {high} in which "
                "ten epochs at the course's settings end.",
                **given,
            )
        case "above":
            return _(
                "{name}: test accuracy {accuracy}, above the band from {low} to {high} in which "
                "ten epochs at the course's settings end. That is a surprise worth a second look.",
                **given,
            )
        case _:
            return _(
                "{name}: test accuracy {accuracy}, below the band from {low} to {high} in which "
                "ten epochs at the course's settings end. Something is not as in the course.",
                **given,
            )


def _best_of(run: Run, last: EpochRecord) -> None:
    """Say which variant ended best; no band was measured for these settings."""
    best = max(range(len(last.test_accuracy)), key=lambda index: last.test_accuracy[index])
    st.info(
        _(
            "Best on the test set: {name} with accuracy {accuracy}. No band was measured for these "
            "settings; the one drawn belongs to the course's.",
            name=run.experiment.variants[best].name,
            accuracy=f"{last.test_accuracy[best]:.4f}",
        ),
        icon=":material/flag:",
    )
