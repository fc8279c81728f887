"""The curves of a run as it trains: loss, accuracy, saturation, gradient norm, with a legend."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, Final, get_args

import numpy as np

from softmax_core.runs import Run
from softmax_core.runs.blocks import StepMeasure
from softmax_core.runs.history import History
from softmax_core.training.verdict import COURSE_BAND
from softmax_ui.colours import VARIANT_COLOURS
from softmax_ui.figures.training import (
    Band,
    EpochCurves,
    Frame,
    Kind,
    Mark,
    points_for,
    thinned,
    training_figure,
)
from softmax_ui.text import _, ngettext

FEW: Final = 8
"""Of more variants the curves alone fill a message."""

# Of the 30 kB that a message may weigh; ten templates take up to 9, the legend 1.
_BYTES_BESIDE_TEMPLATES: Final = 18_000
_BYTES_ALONE: Final = 26_000

_SHOWN: Final[Mapping[str, tuple[StepMeasure, ...]]] = {
    "all": ("loss", "accuracy", "saturation", "gradient_norm"),
    "main": ("loss", "accuracy"),
    "gradient": ("saturation", "gradient_norm"),
}
_BY_EPOCH: Final[frozenset[StepMeasure]] = frozenset({"loss", "accuracy"})
_BAND: Final = Band(COURSE_BAND.low, COURSE_BAND.high)


def curves(run: Run, history: History, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the chosen curves with one legend for all, as the page's browser side draws them.

    Args:
        run: whose they are.
        history: its records.
        values: which measures, against what, and whether on a logarithmic axis.
    """
    shown = _SHOWN[values["measures"]]
    kinds = _kinds(run)
    names = [variant.name for variant in run.experiment.variants]
    by_epoch = len(_BY_EPOCH & set(shown)) * len(kinds)
    points = points_for(
        _BYTES_BESIDE_TEMPLATES if len(names) <= FEW else _BYTES_ALONE,
        len(shown),
        len(names) * len(shown),
        len(names) * by_epoch,
        len(history.epochs),
    )
    frame = _frame(run, history, values["axis"])
    return {
        "legend": _legend(run, history, kinds),
        "figures": [
            {
                "key": figure,
                "title": measure_name(figure),
                "alt": _alt(run, history, figure),
                "figure": training_figure(
                    frame,
                    history.curves(figure, points),
                    _epoch_curves(history, figure, kinds, points),
                    y_title="",
                    band=_BAND if figure == "accuracy" else None,
                    logarithmic=values["log"],
                ),
            }
            for figure in shown
        ],
    }


def measure_name(figure: StepMeasure) -> str:
    """Return what a measure is called in the reader's language."""
    return {
        "loss": _("Loss"),
        "accuracy": _("Accuracy"),
        "saturation": _("Saturation, the mean of 1 − Σp²"),
        "gradient_norm": _("Norm of the gradient"),
    }[figure]


def _kinds(run: Run) -> list[Kind]:
    held_out = run.experiment.validation_size > 0
    # Of many variants the training curve is left out: the minibatches say the same, more noisily,
    # and a tick with all of them would be too heavy.
    many = len(run.experiment.variants) > FEW
    unwanted = {kind for kind, out in (("validation", not held_out), ("training", many)) if out}
    return [kind for kind in get_args(Kind) if kind not in unwanted]


def _kind_name(kind: Kind) -> str:
    return {
        "training": _("training, mean of the epoch"),
        "validation": _("validation"),
        "test": _("test"),
    }[kind]


def _frame(run: Run, history: History, axis: str) -> Frame:
    per_epoch = run.total_steps / run.experiment.epochs
    rates = [variant.learning_rate for variant in run.experiment.variants]
    marks = []
    for change in history.rate_changes:
        before, rates[change.variant] = rates[change.variant], change.learning_rate
        label = f"η {before:g} → {change.learning_rate:g}"
        marks.append(Mark(change.step, change.variant, label))
    return Frame(
        names=[variant.name for variant in run.experiment.variants],
        total_steps=run.total_steps,
        steps_per_unit=per_epoch if axis == "epochs" else 1.0,
        x_title=_("epoch") if axis == "epochs" else _("step"),
        revision=f"{run.id}/{axis}",
        marks=marks,
    )


def _epoch_curves(
    history: History, figure: StepMeasure, kinds: list[Kind], points: int
) -> dict[Kind, EpochCurves]:
    if figure not in _BY_EPOCH or not len(history.epochs):
        return {}
    spacing = float(history.epochs.step[0])
    curves: dict[Kind, EpochCurves] = {}
    for kind in kinds:
        split = "train" if kind == "training" else kind
        values = getattr(history.epochs, f"{split}_{figure}")
        curves[kind] = thinned(EpochCurves(spacing, spacing, values), points)
    return curves


def _legend(run: Run, history: History, kinds: list[Kind]) -> str:
    """Return the variants with their colours and newest numbers, and the lines' styles, as HTML."""
    rows = "".join(
        _legend_row(position, variant.name, history)
        for position, variant in enumerate(run.experiment.variants)
    )
    styles = "".join(
        f'<span class="kind"><span class="line {style}"></span>{html.escape(text)}</span>'
        for style, text in [
            ("minibatch", _("minibatches")),
            *((kind, _kind_name(kind)) for kind in kinds),
            ("band", _("where ten epochs at the course's settings end on the test set")),
        ]
    )
    heads = [
        _("Variant"),
        _("Loss"),
        _("Accuracy"),
        _("Test accuracy"),
        "1 − Σp²",
        "‖∇‖",
    ]
    head = "".join(f"<th scope='col'>{html.escape(text)}</th>" for text in heads)
    caption = html.escape(_("The newest minibatch of each variant, and the newest test accuracy"))
    return (
        f'<table class="variants"><caption class="for-readers">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead>"
        f'<tbody>{rows}</tbody></table><p class="lines">{styles}</p>'
    )


def _legend_row(position: int, name: str, history: History) -> str:
    latest = history.latest
    test = history.epochs.test_accuracy
    numbers = [
        _number(latest, "loss", position),
        _number(latest, "accuracy", position),
        f"{test[-1, position]:.4f}" if len(test) else "–",
        _number(latest, "saturation", position),
        _number(latest, "gradient_norm", position),
    ]
    cells = "".join(f"<td>{number}</td>" for number in numbers)
    note = ""
    if history.first_nan[position]:
        said = _("no number since step {step}", step=f"{history.first_nan[position]:,}")
        note = f' <span class="nan">{html.escape(said)}</span>'
    swatch = f'<span class="swatch" style="background:{VARIANT_COLOURS[position]}"></span>'
    return f"<tr><th scope='row'>{swatch}{html.escape(name)}{note}</th>{cells}</tr>"


def _number(latest: Mapping[StepMeasure, np.ndarray], figure: StepMeasure, position: int) -> str:
    if figure not in latest:
        return "–"
    value = float(latest[figure][position])
    if np.isnan(value):
        return "nan"
    return f"{value:.4f}" if abs(value) < 1000 else f"{value:.3g}"


def _alt(run: Run, history: History, figure: StepMeasure) -> str:
    """Return what a chart shows, in words: how far the curves go and where they are now."""
    names = [variant.name for variant in run.experiment.variants]
    if figure not in history.latest:
        return _("{measure}: no step has been made yet.", measure=measure_name(figure))
    now = ", ".join(
        f"{name}: {_number(history.latest, figure, position)}"
        for position, name in enumerate(names)
    )
    return ngettext(
        "{measure} of one variant up to step {step}. Now {values}.",
        "{measure} of {n} variants up to step {step}. Now {values}.",
        len(names),
        measure=measure_name(figure),
        step=f"{history.last_step:,}",
        values=now,
    )
