"""Every loss, form, schedule, status, field: its word, once, in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from softmax_core.runs import Run
from softmax_core.training.experiment import (
    Experiment,
)
from softmax_ui.text import _, ngettext


def loss_name(loss: str) -> str:
    """Return what a loss is called in the reader's language."""
    return {"cross_entropy": _("cross-entropy"), "squared_error": _("squared error")}[loss]


def form_name(form: str) -> str:
    """Return what a form of softmax is called in the reader's language."""
    return {"stable": _("stable"), "naive": _("naive, as in the note")}[form]


def pixel_scale_name(scale: str) -> str:
    """Return what a scale of the pixels is called in the reader's language."""
    return {
        "unit": _("0 to 1"),
        "raw": _("0 to 255"),
        "standardized": _("standardized"),
    }[scale]


def schedule_name(schedule: str) -> str:
    """Return what a schedule of the learning rate is called in the reader's language."""
    return {"constant": _("constant"), "cosine": _("falls as a cosine")}[schedule]


_CHOICES: Final[Mapping[str, Callable[[str], str]]] = {
    "loss": loss_name,
    "softmax": form_name,
    "pixel_scale": pixel_scale_name,
    "schedule": schedule_name,
}


def axis_name(axis: str) -> str:
    """Return what an axis is called."""
    return {
        "epoch": lambda: _("epoch"),
        "step": lambda: _("step"),
        "time": lambda: _("seconds of training"),
    }[axis]()


def measure_name(measure: str) -> str:
    """Return what a measure is called."""
    return {
        "loss": lambda: _("training loss"),
        "accuracy": lambda: _("training accuracy"),
        "test_loss": lambda: _("test loss"),
        "test_accuracy": lambda: _("test accuracy"),
        "saturation": lambda: _("saturation"),
        "gradient_norm": lambda: _("gradient norm"),
    }[measure]()


def shown_value(field: str, value: Any) -> Any:
    """Return a setting's value in the reader's words where it is a word, else as it is."""
    said = _CHOICES.get(field)
    return said(value) if said else value


def field_name(field: str) -> str:
    """Return what a setting of an experiment or a variant is called."""
    return {
        "learning_rate": lambda: _("Learning rate η"),
        "loss": lambda: _("Loss"),
        "init_std": lambda: _("Initial σ"),
        "momentum": lambda: _("Momentum µ"),
        "weight_decay": lambda: _("Weight decay λ"),
        "softmax": lambda: _("Softmax"),
        "batch_size": lambda: _("Minibatch"),
        "epochs": lambda: _("Epochs"),
        "seed": lambda: _("Seed"),
        "pixel_scale": lambda: _("Pixels"),
        "schedule": lambda: _("Schedule"),
        "validation_size": lambda: _("Held out"),
    }[field]()


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


def class_words(names: Sequence[str]) -> list[str]:
    """Return the names of a data set's classes in the reader's language, where they are known."""
    translated = {
        "T-shirt/top": _("T-shirt/top"),
        "Trouser": _("Trouser"),
        "Pullover": _("Pullover"),
        "Dress": _("Dress"),
        "Coat": _("Coat"),
        "Sandal": _("Sandal"),
        "Shirt": _("Shirt"),
        "Sneaker": _("Sneaker"),
        "Bag": _("Bag"),
        "Ankle boot": _("Ankle boot"),
    }
    return [translated.get(name, name) for name in names]
