"""The training dashboard's settings: what is trained, what is watched, what is looked into.

An experiment has up to 16 variants with 8 fields each. Each field is a setting of its own, named
field and position (`rate3`), so that a link holds only what differs from the course.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from softmax_core.data import FASHION_MNIST
from softmax_core.data.dataset import CLASSES_RANGE
from softmax_core.data.names import MAX_NAME_LENGTH
from softmax_core.training.experiment import (
    EXPERIMENT_RANGES,
    LOSSES,
    MAX_STEPS,
    MAX_VARIANTS,
    PIXEL_SCALES,
    SCHEDULES,
    SOFTMAX_FORMS,
    VARIANT_RANGES,
    Experiment,
    Variant,
)
from softmax_core.training.fitting import check_fits
from softmax_ui.addresses.state import (
    PageState,
    Setting,
    choice,
    number,
    switch,
    text,
    whole,
    whole_numbers,
)
from softmax_ui.terms import LOSS_FORMULAS
from softmax_ui.text import _, ngettext

SHARED: Final[Mapping[str, str]] = {
    "epochs": "epochs",
    "batch": "batch_size",
    "seed": "seed",
    "pixels": "pixel_scale",
    "schedule": "schedule",
    "held_out": "validation_size",
}
"""A setting of the whole experiment -> the field of `Experiment`."""

OWN: Final[Mapping[str, str]] = {
    "name": "name",
    "rate": "learning_rate",
    "loss": "loss",
    "std": "init_std",
    "momentum": "momentum",
    "decay": "weight_decay",
    "form": "softmax",
    "smoothing": "label_smoothing",
}
"""A setting of one variant, without its position -> the field of `Variant`."""

VIEWS: Final = ("why", "confusion", "calibration", "labels", "minibatch", "own", "curves")
"""What a run's page shows below what always moves on it."""

_FORMER_VIEWS: Final[Mapping[str, str]] = {"templates": "why"}
"""A view that older links name -> the one in its place; the templates are always there now."""

MOST_PINS: Final = 20
_TEST_PICTURES: Final = 10_000

SCALES: Final = ("auto", "linear", "log")

FASTEST: Final = 0
"""The speed that stands for "as fast as it can"."""

NEWEST: Final = -1
"""The epoch, or step, that stands for the newest weights; a link with it follows the run."""

SPEEDS: Final = (1, 2, 5, 10, 30, 100, FASTEST)


def _shared_settings() -> list[Setting[Any]]:
    course = Experiment((Variant("course"),))
    return [
        whole("count", 1, 1, MAX_VARIANTS),
        *(
            whole(key, getattr(course, field), *EXPERIMENT_RANGES[field])
            for key, field in SHARED.items()
            if field in EXPERIMENT_RANGES
        ),
        choice("pixels", course.pixel_scale, PIXEL_SCALES),
        choice("schedule", course.schedule, SCHEDULES),
    ]


def _variant_settings(position: int) -> list[Setting[Any]]:
    course = Variant("course")
    return [
        text(f"name{position}", "", MAX_NAME_LENGTH),
        *(
            number(f"{key}{position}", getattr(course, field), *VARIANT_RANGES[field])
            for key, field in OWN.items()
            if field in VARIANT_RANGES
        ),
        choice(f"loss{position}", course.loss, LOSSES),
        choice(f"form{position}", course.softmax, SOFTMAX_FORMS),
    ]


def _view() -> Setting[str]:
    """Return the setting of the view, which reads older links as well."""
    now = choice("view", VIEWS[0], VIEWS)
    return replace(now, parse=lambda text: now.parse(_FORMER_VIEWS.get(text, text)))


def _watching_settings() -> list[Setting[Any]]:
    return [
        _view(),
        choice("axis", "epochs", ("epochs", "steps")),
        switch("whole", False),
        _scale(),
        switch("x_log", False),
        number("smooth", 0.9, 0.0, 0.99),
        whole("variant", 1, 1, MAX_VARIANTS),
        choice("speed", str(FASTEST), [str(speed) for speed in SPEEDS]),
        whole("step", NEWEST, NEWEST, MAX_STEPS),
        whole("epoch", NEWEST, NEWEST, EXPERIMENT_RANGES["epochs"][1]),
        whole("begun", NEWEST, NEWEST, EXPERIMENT_RANGES["epochs"][1]),
        choice("numbers", "counts", ("counts", "shares")),
        text("against", "", 80),
        whole("true", 6, 0, 9),
        whole("predicted", 0, 0, 9),
        whole("picture", -1, -1, 59_999),
        whole("wall", 0, 0, 499),
        whole_numbers("pins", (), 0, _TEST_PICTURES - 1, longest=MOST_PINS),
        choice("split", "test", ("test", "train")),
        choice("question", "mistakes", ("mistakes", "labels")),
        whole("logit", -1, -1, CLASSES_RANGE[1] - 1),
        choice("without", "strongest", ("strongest", "class", "suspects")),
        whole("left_out", 0, 0, CLASSES_RANGE[1] - 1),
        choice("judged", "test", ("test", "validation")),
        choice("binning", "width", ("width", "mass")),
        number("temperature", 1.0, 1e-6, 1e9),
    ]


def _scale() -> Setting[str]:
    """The scale of the vertical axes; earlier links have 1 for a logarithmic one."""
    scale = choice("log", "auto", SCALES)
    return replace(scale, parse=lambda text: "log" if text == "1" else scale.parse(text))


def watching_state() -> PageState:
    """Return what is watched and looked into: few settings, for each request reads them all."""
    return PageState(*_watching_settings())


def dashboard_state() -> PageState:
    """Return the experiment's settings: 135 of them; a link holds those that were changed."""
    variants = [
        setting
        for position in range(1, MAX_VARIANTS + 1)
        for setting in _variant_settings(position)
    ]
    return PageState(*_shared_settings(), *variants)


def experiment_from(values: Mapping[str, Any]) -> Experiment:
    """Build the experiment that the settings describe.

    Raises:
        InvalidExperiment: a field is out of range, or two fields do not go together.
    """
    named = zip(_rows(values), names_of(values), strict=True)
    experiment = Experiment(
        tuple(Variant(**{**row, "name": name}) for row, name in named),
        **{field: values[key] for key, field in SHARED.items()},
    )
    check_fits(experiment, FASHION_MNIST.training)
    return experiment


def names_of(values: Mapping[str, Any]) -> list[str]:
    """Return what each variant is called, by the person or by its settings."""
    return names_for(_rows(values))


def _rows(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of each variant."""
    return [
        {field: values[f"{key}{position}"] for key, field in OWN.items()}
        for position in range(1, values["count"] + 1)
    ]


def settings_of(experiment: Experiment) -> dict[str, Any]:
    """Return the settings that describe an experiment; `experiment_from` takes them back."""
    values: dict[str, Any] = {"count": len(experiment.variants)}
    values |= {key: getattr(experiment, field) for key, field in SHARED.items()}
    rows = [{field: getattr(v, field) for field in OWN.values()} for v in experiment.variants]
    automatic = names_for([{**row, "name": ""} for row in rows])
    for position, (row, name) in enumerate(zip(rows, automatic, strict=True), start=1):
        # A name that the page would have given anyway is not a setting.
        row["name"] = "" if row["name"] == name else row["name"]
        values |= {f"{key}{position}": row[field] for key, field in OWN.items()}
    return values


def summary(values: Mapping[str, Any]) -> str:
    """Return the experiment in a line, for the folded form."""
    said = _(
        "Experiment: {variants}, {epochs}, minibatches of {batch}, seed {seed}",
        variants=ngettext("one variant", "{n} variants", values["count"]),
        epochs=ngettext("{n} epoch", "{n} epochs", values["epochs"]),
        batch=f"{values['batch']:,}",
        seed=values["seed"],
    )
    return f"{said} · {_split(values['held_out'])}"


def _split(held_out: int) -> str:
    trained = f"{FASHION_MNIST.training - held_out:,}"
    if not held_out:
        return _("trained on all {trained} pictures, none held out", trained=trained)
    return _(
        "trained on {trained} pictures, validated on {held_out}",
        trained=trained,
        held_out=f"{held_out:,}",
    )


_SYMBOLS: Final[Mapping[str, str]] = {
    "learning_rate": "η",
    "init_std": "σ",
    "momentum": "µ",
    "weight_decay": "λ",
    "label_smoothing": "ε",
}


def names_for(rows: list[dict[str, Any]]) -> list[str]:
    """Name the variants: as the person did, else by what they differ in, in symbols.

    Symbols, because a name belongs to the experiment and is read in every language.

    >>> names_for([{"name": "", "learning_rate": 0.1}, {"name": "", "learning_rate": 1.0}])
    ['η 0.1', 'η 1']
    """
    differing = [
        field
        for field in OWN.values()
        if field != "name" and len({row.get(field) for row in rows}) > 1
    ] or ["learning_rate"]
    names: list[str] = []
    for row in rows:
        name = (row["name"] or " · ".join(_written(f, row[f]) for f in differing)).strip()
        shortened = name[: MAX_NAME_LENGTH - 5]
        copy = 2
        while name in names and not row["name"]:
            name, copy = f"{shortened} ({copy})", copy + 1
        names.append(name[:MAX_NAME_LENGTH])
    return names


def _written(field: str, value: Any) -> str:
    if field in _SYMBOLS:
        return f"{_SYMBOLS[field]} {value:g}"
    return LOSS_FORMULAS[value] if field == "loss" else str(value)


RUN: Final = "run"
"""The URL's parameter that names the run."""


PRESET: Final = "preset"
