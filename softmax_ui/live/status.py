"""A run's progress in words: status, step and time left."""

from __future__ import annotations

from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui.cache import runner
from softmax_ui.terms import duration, heading, status_name
from softmax_ui.text import _, ngettext


def share_done(run: Run, history: History) -> float:
    """Return the share of a run's steps that are done, from 0 to 1."""
    return min(max(history.last_step / max(run.total_steps, 1), 0.0), 1.0)


def progress_text(run: Run, history: History) -> str:
    """Return the status, the step and the time left in one sentence."""
    if run.status == "queued":
        return _waiting(run.id)
    status, total = heading(status_name(run.status)), f"{run.total_steps:,}"
    if run.status == "finished":
        return ngettext(
            "{status} · {total} step in {time} of training",
            "{status} · {total} steps in {time} of training",
            run.total_steps,
            status=status,
            total=total,
            time=duration(history.seconds),
        )
    if run.status == "running" and not runner().is_served():
        step = f"{history.last_step:,}"
        return _("Waiting at step {step}: no worker is connected.", step=step)
    step = _(
        "{status} · step {step} of {total}",
        status=status,
        step=f"{history.last_step:,}",
        total=total,
    )
    left = time_left(run, history) if run.status == "running" else None
    return step if left is None else _("{step} · {time} left", step=step, time=duration(left))


def _waiting(run_id: str) -> str:
    """Return a queued run's place in the queue and its expected wait in a sentence."""
    place = runner().place(run_id)
    if not runner().is_served():
        return _("Waiting: no worker is connected that could train it.")
    if place is None:
        return _("About to start …")
    wait = runner().expected_wait(run_id)
    if wait is None:
        return ngettext("Waiting: next in the queue.", "Waiting: number {n} in the queue.", place)
    return ngettext(
        "Waiting: next in the queue, for about {time}.",
        "Waiting: number {n} in the queue, for about {time}.",
        place,
        time=duration(wait),
    )


def time_left(run: Run, history: History) -> float | None:
    """Return the seconds until the end at the pace so far, or at the slower pace that is set."""
    if history.last_step == 0 or history.seconds <= 0:
        return None
    per_step = history.seconds / history.last_step
    if speed := runner().speed(run.id):
        per_step = max(per_step, 1 / speed)
    return (run.total_steps - history.last_step) * per_step
