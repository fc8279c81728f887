"""The words for every loss, form of softmax, status, field and measure, once in each language.

A table is called with a code and returns its name, in lower case as inside a sentence, but for
`field_name`, whose names are labels. `heading` gives the form at the beginning of a line.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal

from softmax_core.activations import SoftmaxForm
from softmax_core.data.dataset import Description
from softmax_core.inspection import PixelScale
from softmax_core.losses import Loss
from softmax_core.runs import Run
from softmax_core.runs.history import Axis, Measure
from softmax_core.runs.run import Status
from softmax_core.training.experiment import Experiment, Schedule
from softmax_ui.text import N_, Names, _, ngettext
from softmax_ui.text.lines import one_line

loss_name: Final = Names[Loss](
    {"cross_entropy": N_("cross-entropy"), "squared_error": N_("squared error")}
)
LOSS_FORMULAS: Final[Mapping[Loss, str]] = {
    "cross_entropy": "−ln p_t",
    "squared_error": "½‖p−y‖²",
}
"""Short enough to name a variant, and the same in every language."""

form_name: Final = Names[SoftmaxForm]({"stable": N_("stable"), "naive": N_("naive")})
pixel_scale_name: Final = Names[PixelScale](
    {"unit": N_("0 to 1"), "raw": N_("0 to 255"), "standardized": N_("standardized")}
)
schedule_name: Final = Names[Schedule]({"constant": N_("constant"), "cosine": N_("cosine decay")})
split_name: Final = Names[Literal["train", "validation", "test"]](
    {
        "train": N_("training set"),
        "validation": N_("validation set"),
        "test": N_("test set"),
    }
)
quantity_name: Final = Names[str]({"loss": N_("loss"), "accuracy": N_("accuracy")})
"""A measure, whichever pictures it is taken on."""

measure_name: Final = Names[Measure](
    {
        "loss": N_("training loss"),
        "accuracy": N_("training accuracy"),
        "train_loss": N_("training loss, epoch mean"),
        "train_accuracy": N_("training accuracy, epoch mean"),
        "validation_loss": N_("validation loss"),
        "validation_accuracy": N_("validation accuracy"),
        "test_loss": N_("test loss"),
        "test_accuracy": N_("test accuracy"),
        "saturation": N_("saturation 1 − Σp²"),
        "gradient_norm": N_("gradient norm ‖∇‖"),
    }
)
axis_name: Final = Names[Axis](
    {"epoch": N_("epoch"), "step": N_("step"), "time": N_("seconds of training")}
)
status_name: Final = Names[Status](
    {
        "queued": N_("queued"),
        "running": N_("running"),
        "paused": N_("paused"),
        "stopped": N_("stopped"),
        "finished": N_("finished"),
        "failed": N_("failed"),
        "interrupted": N_("interrupted"),
    }
)
field_name: Final = Names[str](
    {
        "variants": N_("Variants"),
        "epochs": N_("Epochs"),
        "batch_size": N_("Minibatch size"),
        "seed": N_("Seed"),
        "pixel_scale": N_("Pixels"),
        "schedule": N_("Schedule of η"),
        "validation_size": N_("Validation set size"),
        "name": N_("Name"),
        "learning_rate": N_("Learning rate η"),
        "loss": N_("Loss function"),
        "init_std": N_("Initial std σ"),
        "momentum": N_("Momentum µ"),
        "weight_decay": N_("Weight decay λ"),
        "softmax": N_("Softmax"),
        "label_smoothing": N_("Label smoothing ε"),
    }
)
"""The fields of `Experiment`, then those of `Variant`."""

_VALUE_NAMES: Final[Mapping[str, Names[Any]]] = {
    "loss": loss_name,
    "softmax": form_name,
    "pixel_scale": pixel_scale_name,
    "schedule": schedule_name,
}
"""The fields whose values are codes."""

_class_name: Final = Names[str](
    {
        "T-shirt/top": N_("T-shirt/top"),
        "Trouser": N_("Trouser"),
        "Pullover": N_("Pullover"),
        "Dress": N_("Dress"),
        "Coat": N_("Coat"),
        "Sandal": N_("Sandal"),
        "Shirt": N_("Shirt"),
        "Sneaker": N_("Sneaker"),
        "Bag": N_("Bag"),
        "Ankle boot": N_("Ankle boot"),
    }
)


def heading(words: str) -> str:
    """Return words with a capital first letter, as a heading or a label begins.

    >>> heading("test accuracy")
    'Test accuracy'
    """
    return words[:1].upper() + words[1:]


def shown_value(field: str, value: Any) -> Any:
    """Return a field's value: its name where it is a code, else the value itself."""
    return _VALUE_NAMES[field](value) if field in _VALUE_NAMES else value


def class_words(names: Sequence[str]) -> list[str]:
    """Return a data set's class names as they are shown: plain text, a line each, no two the same.

    Those of Fashion-MNIST, or of some of its classes, are translated; others are what a person
    called them.
    """
    if all(name in _class_name for name in names):
        return [_class_name(name) for name in names]
    return _apart(names)


def data_words(sets: Sequence[Description]) -> list[str]:
    """Return the names of data sets; two sets of one name are told apart by their digests.

    >>> from softmax_core.data import FASHION_MNIST
    >>> data_words([FASHION_MNIST, FASHION_MNIST])
    ['Fashion-MNIST', 'Fashion-MNIST']
    """
    names = [one_line(each.name) or each.digest[:8] for each in sets]
    digests: dict[str, set[str]] = {}
    for name, each in zip(names, sets, strict=True):
        digests.setdefault(name, set()).add(each.digest)
    return [
        f"{name} ({each.digest[:8]})" if len(digests[name]) > 1 else name
        for name, each in zip(names, sets, strict=True)
    ]


def logistic_note(names: Sequence[str]) -> str:
    """Say of a model of two classes what else it is called; "" of one of more.

    Args:
        names: of the classes, as the target of the sentence shows them.
    """
    if len(names) != 2:
        return ""
    return _(
        "Two classes: this is logistic regression. The probability of {second} is σ(o₁ − o₀), the "
        "sigmoid of the difference of the two logits; that of {first} is the rest to 1.",
        first=names[0],
        second=names[1],
    )


def data_line(data: Description) -> str:
    """Return what a data set is in a line: its name, its classes, its size, its pictures."""
    return _(
        "{name}: {classes}, {width} × {height} grey pixels, {training} training and {test} test "
        "pictures",
        name=data_words([data])[0],
        classes=ngettext("{n} class", "{n} classes", len(data.class_names)),
        width=data.width,
        height=data.height,
        training=f"{data.training:,}",
        test=f"{data.test:,}",
    )


def title_of(run: Run) -> str:
    """Return a run's name, or for a run without one the names of its variants; plain text."""
    if name := one_line(run.name):
        return name
    first, *others = variant_names(run)
    if not others:
        return first
    return ngettext(
        "{n} variant: {first} …", "{n} variants: {first} …", len(others) + 1, first=first
    )


def variant_names(run: Run) -> list[str]:
    """Return the variants' names as they are shown: plain text, a line each, no two the same."""
    return _apart(run.names)


def _apart(given: Sequence[str]) -> list[str]:
    names: list[str] = []
    for position, each in enumerate(given, start=1):
        name = one_line(each)
        while not name or name in names:
            name = f"{name} ({position})".strip()
        names.append(name)
    return names


def settings_line(experiment: Experiment, seeds: Sequence[int] = ()) -> str:
    """Summarise an experiment's settings: learning rates, epochs, minibatch size and seed.

    Args:
        experiment: the settings.
        seeds: those of a group that has the settings in common; none for the experiment's own.
    """
    rates = sorted({variant.learning_rate for variant in experiment.variants})
    rate = f"{rates[0]:g}" if len(rates) == 1 else f"{rates[0]:g}–{rates[-1]:g}"
    parts = [
        f"η {rate}",
        ngettext("{n} epoch", "{n} epochs", experiment.epochs),
        _("minibatch {size}", size=f"{experiment.batch_size:,}"),
        _("seeds {seeds}", seeds=", ".join(map(str, seeds)))
        if seeds
        else _("seed {seed}", seed=experiment.seed),
    ]
    return " · ".join(parts)


def curve_name(run: Run, variant: int) -> str:
    """Return a curve's name that also tells its run from others."""
    named, names = one_line(run.name), variant_names(run)
    if named:
        return named if len(names) == 1 else f"{named} · {names[variant]}"
    return f"{names[variant]} · {when(run.created)}"


def when(moment: str) -> str:
    """Format a stored time (ISO 8601, UTC) to the minute."""
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M")


def to_the_second(moment: str) -> str:
    """Format a stored time (ISO 8601, UTC) so that it tells apart what was started in a minute.

    >>> to_the_second("2026-11-29T10:54:39.123456+00:00")
    '2026-11-29 10:54:39'
    """
    return moment[:19].replace("T", " ")


def duration(seconds: float) -> str:
    """Format a duration in seconds, minutes and hours.

    >>> duration(4.2), duration(100), duration(7300)
    ('5 s', '1 min 40 s', '2 h 1 min')
    """
    whole = math.ceil(seconds)
    if whole < 60:
        return _("{seconds} s", seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s", minutes=whole // 60, seconds=whole % 60)
    return _("{hours} h {minutes} min", hours=whole // 3600, minutes=whole % 3600 // 60)
