"""The curves of a run as it trains: loss, accuracy, saturation, gradient norm, with a legend."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from softmax_core.runs import Run
from softmax_core.runs.blocks import StepMeasure
from softmax_core.runs.envelope import Curves
from softmax_core.runs.history import History
from softmax_core.training.verdict import COURSE_BAND
from softmax_ui.colours import VARIANT_COLOURS
from softmax_ui.figures.training import (
    Frame,
    Mark,
    SplitCode,
    end_of_axis,
    points_for,
    thinned,
    training_figure,
)
from softmax_ui.terms import (
    axis_name,
    heading,
    measure_name,
    quantity_name,
    split_name,
    variant_names,
)
from softmax_ui.text import _, ngettext

FEW: Final = 8
"""With more variants than this the training curves of the epochs are left out."""

# Of the 30 kB that a message may take; ten templates need up to 9, the wall and the legend 2.
_BYTES: Final = 17_000

_MAIN: Final[tuple[StepMeasure, ...]] = ("loss", "accuracy")
_GRADIENT: Final[tuple[StepMeasure, ...]] = ("saturation", "gradient_norm")
_BY_EPOCH: Final[frozenset[StepMeasure]] = frozenset({"loss", "accuracy"})


def curves(run: Run, history: History, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return loss and accuracy and their legend, for the component in the browser.

    `values` says against what, and whether on a logarithmic axis.
    """
    legend = _legend(run, history, _splits(run))
    return {"legend": legend, "figures": _figures(run, history, values, _MAIN)}


def gradient_curves(run: Run, history: History, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return saturation and gradient norm, in the colours of the same legend."""
    return {"legend": "", "figures": _figures(run, history, values, _GRADIENT)}


def _figures(
    run: Run, history: History, values: Mapping[str, Any], shown: tuple[StepMeasure, ...]
) -> list[dict[str, Any]]:
    splits, variants = _splits(run), len(run.experiment.variants)
    everything = (*_MAIN, *_GRADIENT) if values["view"] == "curves" else _MAIN
    points = points_for(
        _BYTES,
        len(everything),
        variants * len(everything),
        variants * len(_BY_EPOCH) * len(splits),
        len(history.epochs),
    )
    frame = _frame(run, history, values["axis"], values["whole"])
    return [
        {
            "key": measure,
            "title": _title(measure),
            "alt": _alt(run, history, measure),
            "figure": training_figure(
                frame,
                history.curves(measure, points),
                _epoch_curves(history, measure, splits, points),
                y_title="",
                band=(COURSE_BAND.low, COURSE_BAND.high) if measure == "accuracy" else None,
                logarithmic=values["log"],
            ),
        }
        for measure in shown
    ]


def _title(measure: StepMeasure) -> str:
    """Return a figure's title; one with epochs shows several splits, so its title names none."""
    return heading(quantity_name(measure) if measure in _BY_EPOCH else measure_name(measure))


def _splits(run: Run) -> list[SplitCode]:
    """Return the splits whose epochs are drawn."""
    # With many variants the training curve is left out: the minibatches show the same, with more
    # noise, and a message with all of them would be too large.
    few = len(run.experiment.variants) <= FEW
    drawn = {"train": few, "validation": run.experiment.validation_size > 0, "test": True}
    return [split for split in split_name if drawn[split]]


def _line_name(split: SplitCode) -> str:
    name = split_name(split)
    return _("{split}, mean over the epoch", split=name) if split == "train" else name


def _frame(run: Run, history: History, axis: str, whole: bool) -> Frame:
    per_epoch = run.total_steps / run.experiment.epochs
    rates = [variant.learning_rate for variant in run.experiment.variants]
    marks = []
    for change in history.rate_changes:
        before, rates[change.variant] = rates[change.variant], change.learning_rate
        label = f"η {before:g} → {change.learning_rate:g}"
        marks.append(Mark(change.step, change.variant, label))
    return Frame(
        names=variant_names(run),
        last_shown=run.total_steps if whole else end_of_axis(run.total_steps, history.last_step),
        steps_per_unit=per_epoch if axis == "epochs" else 1.0,
        x_title=axis_name("epoch" if axis == "epochs" else "step"),
        revision=f"{run.id}/{axis}/{whole}",
        marks=marks,
    )


def _epoch_curves(
    history: History, measure: StepMeasure, splits: list[SplitCode], points: int
) -> dict[SplitCode, Curves]:
    if measure not in _BY_EPOCH or not len(history.epochs):
        return {}
    spacing = float(history.epochs.step[0])
    return {
        split: thinned(
            Curves(spacing, spacing, getattr(history.epochs, f"{split}_{measure}")), points
        )
        for split in splits
    }


def _legend(run: Run, history: History, splits: list[SplitCode]) -> str:
    """Return HTML: a table of the variants' colours and newest numbers, and the line styles."""
    rows = "".join(
        _legend_row(position, name, history) for position, name in enumerate(variant_names(run))
    )
    styles = "".join(
        f'<span class="kind"><span class="line {style}"></span>{html.escape(text)}</span>'
        for style, text in [
            ("minibatch", _("minibatches")),
            *((split, _line_name(split)) for split in splits),
            ("band", _("where the course ends on the test set")),
        ]
    )
    heads = [
        _("Variant"),
        heading(measure_name("loss")),
        heading(measure_name("accuracy")),
        heading(measure_name("test_accuracy")),
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
    test = history.epochs.test_accuracy
    numbers = [_number(history.latest, measure, position) for measure in (*_MAIN, *_GRADIENT)]
    numbers.insert(2, f"{test[-1, position]:.4f}" if len(test) else "–")
    cells = "".join(f"<td>{number}</td>" for number in numbers)
    note = ""
    if history.first_nan[position]:
        since = _("nan since step {step}", step=f"{history.first_nan[position]:,}")
        note = f' <span class="nan">{html.escape(since)}</span>'
    swatch = f'<span class="swatch" style="background:{VARIANT_COLOURS[position]}"></span>'
    return f"<tr><th scope='row'>{swatch}{html.escape(name)}{note}</th>{cells}</tr>"


def _number(latest: Mapping[StepMeasure, np.ndarray], measure: StepMeasure, position: int) -> str:
    if measure not in latest:
        return "–"
    value = float(latest[measure][position])
    if np.isnan(value):
        return "nan"
    return f"{value:.4f}" if abs(value) < 1000 else f"{value:.3g}"


def _alt(run: Run, history: History, measure: StepMeasure) -> str:
    """Describe a figure in a sentence: how far the curves go and their newest values."""
    names = variant_names(run)
    if measure not in history.latest:
        return _("{measure}: no step has been made yet.", measure=_title(measure))
    newest = ", ".join(
        f"{name}: {_number(history.latest, measure, position)}"
        for position, name in enumerate(names)
    )
    return ngettext(
        "{measure} of one variant up to step {step}. Now {values}.",
        "{measure} of {n} variants up to step {step}. Now {values}.",
        len(names),
        measure=_title(measure),
        step=f"{history.last_step:,}",
        values=newest,
    )
