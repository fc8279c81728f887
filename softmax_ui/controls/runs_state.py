"""The runs page's settings, and the words it has for runs."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from softmax_core.runs import Run
from softmax_core.runs.history import Axis, Measure
from softmax_core.training.experiment import Experiment
from softmax_ui.state import PageState, choice, switch, text
from softmax_ui.text import _, ngettext

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


def status_name(status: str) -> str:
    """Return a status in the reader's language."""
    return {
        "queued": lambda: _("queued"),
        "running": lambda: _("running"),
        "paused": lambda: _("paused"),
        "stopped": lambda: _("stopped"),
        "finished": lambda: _("finished"),
        "failed": lambda: _("failed"),
        "interrupted": lambda: _("interrupted"),
    }[status]()


def title_of(run: Run) -> str:
    """Return what a run is called: its name, else what its variants are called."""
    if run.name:
        return run.name
    variants = run.experiment.variants
    if len(variants) == 1:
        return variants[0].name
    return ngettext(
        "{n} variant: {first} …", "{n} variants: {first} …", len(variants), first=variants[0].name
    )


def settings_line(experiment: Experiment) -> str:
    """Return the settings that people look for first, in symbols."""
    rates = sorted({variant.learning_rate for variant in experiment.variants})
    rate = f"{rates[0]:g}" if len(rates) == 1 else f"{rates[0]:g}–{rates[-1]:g}"
    parts = [
        f"η {rate}",
        ngettext("{n} epoch", "{n} epochs", experiment.epochs),
        _("minibatch {size}", size=f"{experiment.batch_size:,}"),
        _("seed {seed}", seed=experiment.seed),
    ]
    return " · ".join(parts)


def curve_name(run: Run, variant: int) -> str:
    """Return what one curve is called beside those of other runs."""
    name = run.experiment.variants[variant].name
    alone = len(run.experiment.variants) == 1
    if run.name:
        return run.name if alone else f"{run.name} · {name}"
    return f"{name} · {when(run.created)}"


def when(moment: str) -> str:
    """Return a stored time, without its seconds; UTC, as the page says."""
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M")


def listed(runs: list[Run], search: str, shown: str) -> list[Run]:
    """Return the runs that a person looks for.

    Args:
        runs: all of them.
        search: words that must all be in the name, the note, the settings or the id.
        shown: one of `SHOWN`.
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
