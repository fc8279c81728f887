"""A run's report as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import torch
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from softmax_core.metrics import balanced_accuracy
from softmax_core.runs import History, Run
from softmax_core.runs.exporting import experiment_json
from softmax_core.runs.history import Measure
from softmax_core.runs.recordings import Fork
from softmax_core.runs.run import mark_of
from softmax_ui import terms
from softmax_ui.components.modules import MODULES, PLOTLY
from softmax_ui.figures.overlay import overlay_figure
from softmax_ui.figures.theme import FONT, template
from softmax_ui.text import _, enumerated, language
from softmax_ui.text.lines import plain

_TEMPLATE: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
).get_template("report.html")
_THEME: Final = template(dark=False).to_plotly_json()
_DRAWN: Final[tuple[Measure, ...]] = ("loss", "test_accuracy", "saturation", "gradient_norm")

Table = list[list[Any]]  # the heads (an empty row for none), and the rows
Section = tuple[str, str | list[Table] | dict[str, Any]]  # heading; a text, tables or a figure


def report_html(history: History, run: Run, forks: Sequence[Fork] = ()) -> str:
    """Return a report in the reader's language, plotly.js and the figures in the one document.

    Args:
        history: the run's records.
        run: the run.
        forks: what it descends from (`Store.forks`).
    """
    history.update(at_once=True)
    results, confusion = _ends(history, run) if len(history.epochs) else ([], [])
    facts = _(
        "Run {run}, {status}, started {when} UTC: {step} of {total} steps, {time} of training.",
        run=mark_of(run.id),
        status=terms.status_name(run.status),
        when=terms.when(run.created),
        step=f"{run.step:,}",
        total=f"{run.total_steps:,}",
        time=terms.duration(history.seconds),
    )
    sections: list[Section] = [
        (_("Settings"), _settings(run)),
        (_("Pictures"), _pictures(run)),
        *_ancestry(forks),
        *results,
        *(_curves(history, run, measure) for measure in _DRAWN),
        *confusion,
        (_("The experiment, to import or to train again"), experiment_json(run, forks)),
    ]
    return _TEMPLATE.render(
        language="zh-CN" if language() == "zh" else "en",
        font=FONT,
        plotly_js=MODULES[PLOTLY].decode(),
        title=terms.title_of(run),
        facts=facts,
        note=plain(run.note),
        sections=sections,
    )


def _pictures(run: Run) -> list[Table]:
    """Return what the run was trained on; its digest, by which it is found, is written out."""
    data = run.data
    rows = [
        [_("Name"), terms.data_words([data])[0]],
        [_("Classes"), enumerated(terms.class_words(data.class_names))],
        [_("Size"), f"{data.width} × {data.height}"],
        [_("Training pictures"), f"{data.training:,}"],
        [_("Test pictures"), f"{data.test:,}"],
        [_("Digest"), data.digest],
    ]
    return [[[], *rows]]


def _ancestry(forks: Sequence[Fork]) -> list[Section]:
    """Return what the run went on from; nothing for one that began by itself."""
    if not forks:
        return []
    heads = [_("Up to step"), _("Run"), _("Settings")]
    rows = [
        [f"{fork.step:,}", mark_of(fork.parent), terms.settings_line(fork.experiment)]
        for fork in forks
    ]
    return [(_("Goes on from"), [[heads, *rows]])]


def _settings(run: Run) -> list[Table]:
    shared = asdict(run.experiment)
    variants = shared.pop("variants")
    own = [field for field in variants[0] if field != "name"]
    rows = [
        [name, *(terms.shown_value(key, each[key]) for key in own)]
        for name, each in zip(terms.variant_names(run), variants, strict=True)
    ]
    return [
        [[], *([terms.field_name(key), terms.shown_value(key, shared[key])] for key in shared)],
        [[_("Variant"), *map(terms.field_name, own)], *rows],
    ]


def _ends(history: History, run: Run) -> tuple[list[Section], list[Section]]:
    """Return the results of all variants, and the confusion matrix of the best."""
    ends, named = history.epochs, terms.variant_names(run)
    best = history.glance().best
    measures: tuple[Measure, ...] = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
    results = [
        [name, *(f"{getattr(ends, each)[-1, position]:.4f}" for each in measures)]
        for position, name in enumerate(named)
    ]
    title = _("What {name} takes the test pictures for", name=named[best])
    names = terms.class_words(run.data.class_names)
    counts = [[name, *row] for name, row in zip(names, ends.confusion[-1, best], strict=True)]
    heads = [_("Variant"), *(terms.heading(terms.measure_name(each)) for each in measures)]
    tables = torch.tensor(ends.confusion[-1])
    if len(set(tables[0].sum(dim=1).tolist())) > 1:  # classes of unequal size
        heads.append(_("Test recall, mean of the classes"))
        for row, table in zip(results, tables, strict=True):
            row.append(f"{balanced_accuracy(table):.4f}")
    return (
        [(_("Results"), [[heads, *results]])],
        [(title, [[[_("true ↓ · predicted →"), *names], *counts]])],
    )


def _curves(history: History, run: Run, measure: Measure) -> Section:
    named = enumerate(terms.variant_names(run))
    lines = [(name, history.line(place, measure, "epoch")) for place, name in named]
    name = terms.measure_name(measure)
    figure = overlay_figure(lines, x_title=terms.axis_name("epoch"), y_title=name)
    figure["layout"] |= {"template": _THEME, "height": 360}
    return terms.heading(name), figure
