"""The curves of a run as it trains: loss, accuracy, saturation, gradient norm, with a legend."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import torch

from softmax_core.metrics import balanced_accuracy
from softmax_core.runs import Band, Run, Spread
from softmax_core.runs.blocks import StepMeasure
from softmax_core.runs.envelope import Curves
from softmax_core.runs.history import History
from softmax_core.training.verdict import band_of_course
from softmax_ui.colours import VARIANT_COLOURS
from softmax_ui.figures.extent import Scale
from softmax_ui.figures.labels import MANY
from softmax_ui.figures.training import (
    Frame,
    Mark,
    SplitCode,
    end_of_axis,
    points_for,
    thinned,
    training_figure,
)
from softmax_ui.live.group import Together, together
from softmax_ui.model import baselines_of
from softmax_ui.terms import (
    axis_name,
    heading,
    measure_name,
    quantity_name,
    split_name,
    variant_names,
)
from softmax_ui.text import _, enumerated, ngettext

FEW: Final = 8
"""With more variants than this the training curves of the epochs are left out."""

# Of the 30 kB that a message may take; ten templates need up to 9, the wall and the legend 4.
_BYTES: Final = 15_000
_BAND_POINTS: Final = 40
_BAND_POINT_BYTES: Final = 12.5  # above, below, and the mean

_MAIN: Final[tuple[StepMeasure, ...]] = ("loss", "accuracy")
_GRADIENT: Final[tuple[StepMeasure, ...]] = ("saturation", "gradient_norm")
_BY_EPOCH: Final[frozenset[StepMeasure]] = frozenset({"loss", "accuracy"})
_SHARES: Final[frozenset[StepMeasure]] = frozenset({"accuracy", "saturation"})
_NO_BEST: Final = 2
"""The last columns of the table, 1 − Σp² and ‖∇‖, have no best value."""
_TEST: Final = 2  # the column of the test accuracy


def curves(run: Run, history: History, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return loss and accuracy and their legend, for the component in the browser.

    `values` says against what, how smooth, and on which scales. "unit" is how many steps a unit of
    the x axis has.
    """
    smoothing, names = values["smooth"], variant_names(run)
    splits, group = _splits(run, smoothing), _group(run)
    return {
        "legend": _legend(run, history, splits, smoothing, _is_raw(smoothing, len(names)), group),
        "variants": len(names),
        "unit": _unit(run, values),
        "figures": _figures(run, history, values, _MAIN, group),
    }


def gradient_curves(run: Run, history: History, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return saturation and gradient norm, in the colours of the same legend."""
    figures = _figures(run, history, values, _GRADIENT)
    variants = len(run.experiment.variants)
    return {"legend": "", "variants": variants, "unit": _unit(run, values), "figures": figures}


def _group(run: Run) -> Together | None:
    """Return what the run's group came to; of many variants it would be a hedge."""
    variants = len(run.experiment.variants)
    return together(run, _BAND_POINTS) if variants <= FEW else None


def _is_raw(smoothing: float, variants: int) -> bool:
    """Whether minibatches are drawn as they are; of many they would be a hedge."""
    return not smoothing or variants <= FEW


def _figures(
    run: Run,
    history: History,
    values: Mapping[str, Any],
    shown: tuple[StepMeasure, ...],
    group: Together | None = None,
) -> list[dict[str, Any]]:
    smoothing, variants = values["smooth"], len(run.experiment.variants)
    is_raw, splits = _is_raw(smoothing, variants), _splits(run, smoothing)
    everything = (*_MAIN, *_GRADIENT) if values["view"] == "curves" else _MAIN
    bands: dict[str, tuple[Band, ...]] = dict(group.bands.items()) if group else {}
    banded = sum(len(each.x) for some in bands.values() for each in some) * _BAND_POINT_BYTES
    points = points_for(
        _BYTES - int(banded),
        len(everything),
        variants * len(everything) * (bool(smoothing) + is_raw),
        variants * len(_BY_EPOCH) * len(splits),
        len(history.epochs),
    )
    frame = _frame(run, history, values)
    band = band_of_course(run.experiment, run.data.digest)
    return [
        {
            "key": measure,
            "title": _title(measure),
            "alt": _alt(run, history, measure),
            "figure": training_figure(
                frame,
                history.curves(measure, points) if is_raw else None,
                _epoch_curves(history, measure, splits, points),
                y_title="",
                smoothed=history.smoothed(measure, smoothing, points) if smoothing else None,
                band=(band.low, band.high) if band and measure == "accuracy" else None,
                baselines=_baselines(run) if measure == "accuracy" else (),
                together=bands.get(measure, ()),
                scale=_scale(measure, values["log"]),
            ),
        }
        for measure in shown
    ]


def _title(measure: StepMeasure) -> str:
    """Return a figure's title; one with epochs shows several splits, so its title names none."""
    return heading(quantity_name(measure) if measure in _BY_EPOCH else measure_name(measure))


def _baselines(run: Run) -> list[tuple[float, str]]:
    """Return what one gets right without having learned anything, and the words for it."""
    found = baselines_of(run.data)
    lines = [(found.guessing, _("guessing"))]
    if found.largest is not None:
        lines.append((found.largest, _("always the largest class")))
    return lines


def _scale(measure: StepMeasure, chosen: Scale) -> Scale:
    """Return the scale of a y axis; what lies between 0 and 1 is only logarithmic if chosen so."""
    return "linear" if chosen == "auto" and measure in _SHARES else chosen


def _splits(run: Run, smoothing: float) -> list[SplitCode]:
    """Return the splits whose epochs are drawn."""
    # The mean of the minibatches over an epoch is left out where the smoothed curve shows the same,
    # and with many variants, as a message with all of them would be too large.
    alone = not smoothing and len(run.experiment.variants) <= FEW
    drawn = {"train": alone, "validation": run.experiment.validation_size > 0, "test": True}
    return [split for split in split_name if drawn[split]]


def _line_name(split: SplitCode) -> str:
    name = split_name(split)
    return _("{split}, mean over the epoch", split=name) if split == "train" else name


def _unit(run: Run, values: Mapping[str, Any]) -> float:
    """Return how many steps a unit of the x axis has."""
    return run.total_steps / run.experiment.epochs if values["axis"] == "epochs" else 1.0


def _frame(run: Run, history: History, values: Mapping[str, Any]) -> Frame:
    axis, whole, x_log = (values[name] for name in ("axis", "whole", "x_log"))
    rates = [variant.learning_rate for variant in run.experiment.variants]
    marks = []
    for change in history.rate_changes:
        before, rates[change.variant] = rates[change.variant], change.learning_rate
        label = f"η {before:g} → {change.learning_rate:g}"
        marks.append(Mark(change.step, change.variant, label))
    return Frame(
        names=variant_names(run),
        last_shown=run.total_steps if whole else end_of_axis(run.total_steps, history.last_step),
        steps_per_unit=_unit(run, values),
        x_title=axis_name("epoch" if axis == "epochs" else "step"),
        revision=f"{run.id}/{axis}/{whole}/{x_log}",
        marks=marks,
        ends=_ends(history),
        x_logarithmic=x_log,
    )


def _ends(history: History) -> list[Mark]:
    """Return where the loss of a variant became inf or nan, with the words for it."""
    return [
        Mark(min(filter(None, (nan, inf))), variant, _lost(nan, inf))
        for variant, (nan, inf) in enumerate(_first_lost(history))
        if nan or inf
    ]


def _first_lost(history: History) -> list[tuple[int, int]]:
    """Return the steps at which the loss of each variant was first nan and first inf, or 0."""
    return list(zip(history.first_nan.tolist(), history.first_inf.tolist(), strict=True))


def _lost(nan: int, inf: int) -> str:
    """Say since when a loss is no number; "" where it is one."""
    since = _("nan since step {step}", step=f"{nan:,}")
    if not inf or (nan and nan < inf):
        return since if nan else ""
    infinite = _("inf at step {step}", step=f"{inf:,}")
    return f"{infinite} · {since}" if nan else infinite


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


def _legend(
    run: Run,
    history: History,
    splits: list[SplitCode],
    smoothing: float,
    is_raw: bool,
    group: Together | None,
) -> str:
    """Return HTML: a table of the variants' colours and newest numbers, and the line styles."""
    names = variant_names(run)
    has_band = band_of_course(run.experiment, run.data.digest) is not None
    balanced = baselines_of(run.data).largest is not None
    columns = _columns(history, len(names), balanced=balanced)
    # Losses of several kinds are not to be compared: the lowest one is not the best.
    kinds = {(variant.loss, variant.label_smoothing) for variant in run.experiment.variants}
    with_best = range(0 if len(kinds) == 1 else 1, len(columns) - _NO_BEST)
    best = [
        _best(min if position == 0 else max, column) if position in with_best else None
        for position, column in enumerate(columns)
    ]
    ends = group.ends if group else [None] * len(names)
    rows = "".join(
        _legend_row(position, name, history, [column[position] for column in columns], best, end)
        for position, (name, end) in enumerate(zip(names, ends, strict=True))
    )
    lines = [("smoothed", _("minibatches, smoothed"))] if smoothing else []
    lines += [("minibatch", _("minibatches"))] if is_raw else []
    styles = "".join(
        f'<span class="kind"><span class="line {style}"></span>{html.escape(text)}</span>'
        for style, text in [
            *lines,
            *((split, _line_name(split)) for split in splits),
            *([("band", _("where the course ends on the test set"))] if has_band else []),
            *([("group", _("mean ± s of the group, n = {n}", n=group.count))] if group else []),
        ]
    )
    heads = [
        _("Variant"),
        heading(measure_name("loss")),
        heading(measure_name("accuracy")),
        heading(measure_name("test_accuracy")),
        *([_("of the group, n = {n}", n=group.count)] if group else []),
        *([_("Test recall, mean of the classes")] if balanced else []),
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


def _columns(history: History, variants: int, *, balanced: bool) -> list[list[float | None]]:
    """Return the numbers of the table, a list a column; None where there is none yet.

    With `balanced`, recall averaged over the classes stands beside the accuracy.
    """
    nothing: list[float | None] = [None] * variants
    newest = [history.latest.get(measure) for measure in (*_MAIN, *_GRADIENT)]
    columns = [nothing if row is None else row.tolist() for row in newest]
    test = history.epochs.test_accuracy
    columns.insert(_TEST, test[-1].tolist() if len(test) else nothing)
    if balanced:
        tables = torch.tensor(history.epochs.confusion[-1]) if len(test) else ()
        columns.insert(_TEST + 1, [balanced_accuracy(table) for table in tables] or nothing)
    return columns


def _best(pick: Callable[[list[float]], float], values: list[float | None]) -> float | None:
    """Return the best value of a column; None where there is none, or all are alike."""
    finite = [value for value in values if value is not None and math.isfinite(value)]
    return pick(finite) if len(set(values)) > 1 and finite else None


def _legend_row(
    position: int,
    name: str,
    history: History,
    numbers: list[float | None],
    best: list[float | None],
    end: Spread | None,
) -> str:
    cells = [
        _best_cell(number)
        if number is not None and number == most
        else f"<td>{_number(number)}</td>"
        for number, most in zip(numbers, best, strict=True)
    ]
    if end is not None:
        cells.insert(_TEST + 1, f"<td>{end.mean:.4f} ± {end.deviation or 0.0:.4f}</td>")
    note = ""
    if lost := _lost(*_first_lost(history)[position]):
        note = f' <span class="nan">{html.escape(lost)}</span>'
    variants = len(history.first_nan)
    number = f'<span class="number">{position + 1}</span>' if variants > MANY else ""
    swatch = f'<span class="swatch" style="background:{VARIANT_COLOURS[position]}"></span>'
    called = f"{number}{swatch}{html.escape(name)}"
    if variants > 1:  # pressed, its curves stand out
        called = f'<button type="button">{called}</button>'
    return (
        f"<tr data-variant=\"{position}\"><th scope='row'>{called}{note}</th>{''.join(cells)}</tr>"
    )


def _best_cell(number: float) -> str:
    said = html.escape(_("best"))
    star = '<span aria-hidden="true">★</span>'
    return f'<td class="best">{star}{_number(number)}<span class="for-readers"> {said}</span></td>'


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    if math.isnan(value):
        return "nan"
    return f"{value:.4f}" if abs(value) < 1000 else f"{value:.3g}"


def _alt(run: Run, history: History, measure: StepMeasure) -> str:
    """Describe a figure in a sentence: how far the curves go and their newest values."""
    names = variant_names(run)
    if measure not in history.latest:
        return _("{measure}: no step has been made yet.", measure=_title(measure))
    newest = enumerated(
        f"{name}: {_number(value)}"
        for name, value in zip(names, history.latest[measure].tolist(), strict=True)
    )
    return ngettext(
        "{measure} of one variant up to step {step}. Now {values}.",
        "{measure} of {n} variants up to step {step}. Now {values}.",
        len(names),
        measure=_title(measure),
        step=f"{history.last_step:,}",
        values=newest,
    )
