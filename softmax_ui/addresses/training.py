"""The training dashboard's settings: what is trained, what is watched, what is looked into.

An experiment has up to 16 variants with 8 fields each. Each field is a setting of its own, named
field and position (`rate3`), so that a link holds only what differs from the course.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final

from softmax_core.data import FASHION_MNIST, Description
from softmax_core.data.dataset import CLASSES_RANGE
from softmax_core.data.names import MAX_NAME_LENGTH
from softmax_core.training.experiment import (
    EXPERIMENT_RANGES,
    LOSSES,
    MAX_PICTURES,
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
from softmax_ui.addresses.pictures import address_of, pictures_state
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
from softmax_ui.notices import quoted
from softmax_ui.terms import LOSS_FORMULAS, data_words
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
_MOST_ON_WALL: Final = 28
_USUAL_BATCH: Final = 256
_STEPS_AN_EPOCH: Final = 8

SCALES: Final = ("auto", "linear", "log")

FASTEST: Final = 0
"""The speed that stands for "as fast as it can"."""

NEWEST: Final = -1
"""The epoch, or step, that stands for the newest weights; a link with it follows the run."""

SPEEDS: Final = (1, 2, 5, 10, 30, 100, FASTEST)


def usual_batch(pictures: int) -> int:
    """Return how large a minibatch is until it is set: 256; of few pictures, some an epoch.

    >>> usual_batch(60_000), usual_batch(1_437), usual_batch(48), usual_batch(2)
    (256, 128, 4, 1)
    """
    share = max(pictures // _STEPS_AN_EPOCH, 1)
    return min(_USUAL_BATCH, 1 << share.bit_length() - 1)


def wall_of(classes: int) -> tuple[int, int]:
    """Return how many pictures of each class hang on the wall, and on how many walls the classes.

    Twenty or a few more: of ten classes two each; of more than 28 classes some at a time.

    >>> wall_of(10), wall_of(2), wall_of(3), wall_of(26), wall_of(50)
    ((2, 1), (10, 1), (6, 1), (1, 1), (1, 2))
    """
    each = max(2 if 2 * classes <= _MOST_ON_WALL else 1, 20 // classes)
    return each, -(-classes // _MOST_ON_WALL)


def _last_wall(data: Description) -> int:
    each, walls = wall_of(len(data.class_names))
    shown = each * len(data.class_names) / walls
    return max(math.ceil(data.test / shown) - 1, 0)


def _shared_settings(data: Description) -> list[Setting[Any]]:
    course = Experiment((Variant("course"),), batch_size=usual_batch(data.training))
    ends = {"batch_size": data.training, "validation_size": data.training - 1}
    ranges = {
        field: (low, min(high, ends.get(field, high)))
        for field, (low, high) in EXPERIMENT_RANGES.items()
    }
    return [
        whole("count", 1, 1, MAX_VARIANTS),
        *(
            whole(key, getattr(course, field), *ranges[field])
            for key, field in SHARED.items()
            if field in ranges
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


def _watching_settings(data: Description) -> list[Setting[Any]]:
    classes = len(data.class_names)
    true, predicted = (6, 0) if classes > 6 else (1, 0)  # a shirt taken for a T-shirt
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
        whole("true", true, 0, classes - 1),
        whole("predicted", predicted, 0, classes - 1),
        whole("picture", -1, -1, max(data.training, data.test) - 1),
        whole("wall", 0, 0, _last_wall(data)),
        whole_numbers("pins", (), 0, data.test - 1, longest=MOST_PINS),
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


def watching_state(data: Description = FASHION_MNIST) -> PageState:
    """Return what is watched and looked into of a run on these data: few settings.

    They are few because each request reads them all.
    """
    return PageState(*_watching_settings(data))


_ANY: Final = replace(
    FASHION_MNIST,
    class_names=tuple(str(label) for label in range(CLASSES_RANGE[1])),
    training=MAX_PICTURES,
    test=MAX_PICTURES,
)


@cache
def any_watching_state() -> PageState:
    """Return what is watched of a run of which only the id is known: within the widest limits.

    Whoever draws it leaves out what the run's data do not have.
    """
    return PageState(*_watching_settings(_ANY))


def dashboard_state(data: Description = FASHION_MNIST) -> PageState:
    """Return the experiment's settings: 135 of them; a link holds those that were changed.

    Args:
        data: what is to be trained on; no more pictures than it has can be asked for.
    """
    variants = [
        setting
        for position in range(1, MAX_VARIANTS + 1)
        for setting in _variant_settings(position)
    ]
    return PageState(*_shared_settings(data), *variants)


def experiment_from(values: Mapping[str, Any], data: Description = FASHION_MNIST) -> Experiment:
    """Build the experiment that the settings describe.

    Args:
        values: the settings.
        data: what is to be trained on.

    Raises:
        InvalidExperiment: a field is out of range, two fields do not go together, or the data have
            too few pictures.
    """
    named = zip(_rows(values), names_of(values), strict=True)
    experiment = Experiment(
        tuple(Variant(**{**row, "name": name}) for row, name in named),
        **{field: values[key] for key, field in SHARED.items()},
    )
    check_fits(experiment, data.training)
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


def summary(values: Mapping[str, Any], data: Description = FASHION_MNIST) -> str:
    """Return the experiment in a line, for the folded form."""
    said = _(
        "Experiment: {variants}, {epochs}, minibatches of {batch}, seed {seed}",
        variants=ngettext("one variant", "{n} variants", values["count"]),
        epochs=ngettext("{n} epoch", "{n} epochs", values["epochs"]),
        batch=f"{values['batch']:,}",
        seed=values["seed"],
    )
    if data.digest != FASHION_MNIST.digest:
        said = _("{experiment} on {data}", experiment=said, data=quoted(data_words([data])[0]))
    return f"{said} · {_split(values['held_out'], data)}"


def _split(held_out: int, data: Description) -> str:
    trained = f"{data.training - held_out:,}"
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


def experiment_query(
    experiment: Experiment, data: Description, *, is_kept: bool = False
) -> dict[str, str]:
    """Return the URL's parameters of the training page with this experiment on these data.

    Args:
        experiment: the experiment.
        data: what it is trained on.
        is_kept: as for `address_of`.
    """
    query = dashboard_state(data).query(**settings_of(experiment))
    return {**query, **pictures_state().query(**address_of(data, is_kept=is_kept))}


RUN: Final = "run"
"""The URL's parameter that names the run."""


PRESET: Final = "preset"
