"""A run's report as one self-contained HTML file."""

from __future__ import annotations

from html import escape
from typing import Any

import plotly.graph_objects as go

from softmax_core.data.dataset import CLASS_NAMES
from softmax_core.runs import History, Run, Store
from softmax_core.runs.exporting import experiment_json
from softmax_core.runs.history import Measure
from softmax_core.training.records import EpochRecord
from softmax_ui.figures.overlay import overlay_figure
from softmax_ui.figures.theme import FONT, template
from softmax_ui.terms import (
    axis_name,
    duration,
    field_name,
    heading,
    measure_name,
    shown_value,
    status_name,
    title_of,
    when,
)
from softmax_ui.text import _, language

_STYLE = f"""
body {{ font: 16px/1.5 {FONT}; color: #1c2430; max-width: 960px;
       margin: 2rem auto; padding: 0 1rem }}
h1 {{ font-size: 1.8rem }} h2 {{ font-size: 1.2rem; margin-top: 2.4rem }}
table {{ border-collapse: collapse; font-size: 14px; margin: .8rem 0 }}
th, td {{ border-bottom: 1px solid #e4e8ee; padding: .3rem .8rem; text-align: right }}
th:first-child, td:first-child {{ text-align: left; padding-left: 0 }}
pre {{ background: #f4f6f9; padding: 1rem; overflow: auto; font-size: 13px }}
.wide {{ overflow-x: auto }} .note {{ white-space: pre-wrap }}
"""


def report_html(store: Store, run: Run) -> str:
    """Return a report on a run in the reader's language.

    Args:
        store: holds the run.
        run: the run.

    Returns:
        One HTML document with plotly.js, the figures, the tables and the experiment inside.
    """
    epochs = store.epochs(run.id)
    parts = [
        f"<h1>{escape(title_of(run))}</h1>",
        f"<p>{escape(_facts(store, run))}</p>",
        f'<p class="note">{escape(run.note)}</p>' if run.note else "",
        _heading(_("Settings")),
        _settings_table(run),
    ]
    if epochs:
        parts += [_heading(_("Results")), _results_table(run, epochs[-1])]
    parts += _curves(store, run)
    if epochs:
        parts += _confusion(run, epochs[-1])
    parts += [
        _heading(_("The experiment, to import or to train again")),
        f"<pre>{escape(experiment_json(run))}</pre>",
    ]
    head = (
        f'<!doctype html><html lang="{"zh-CN" if language() == "zh" else "en"}">'
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title_of(run))} · Softmax Explorer</title><style>{_STYLE}</style></head>"
    )
    return f"{head}<body>{''.join(parts)}</body></html>"


def _facts(store: Store, run: Run) -> str:
    return _(
        "Run {run}, {status}, started {when} UTC: {step} of {total} steps, {time} of training.",
        run=run.id,
        status=status_name(run.status),
        when=when(run.created),
        step=f"{run.step:,}",
        total=f"{run.total_steps:,}",
        time=duration(store.seconds(run.id)),
    )


def _settings_table(run: Run) -> str:
    described = run.experiment.to_dict()
    variants = described.pop("variants")
    shared = [[field_name(field), shown_value(field, value)] for field, value in described.items()]
    own = [field for field in variants[0] if field != "name"]
    rows = [
        [variant["name"], *(shown_value(field, variant[field]) for field in own)]
        for variant in variants
    ]
    return _table(["", ""], shared) + _table([_("Variant"), *map(field_name, own)], rows)


def _results_table(run: Run, last: EpochRecord) -> str:
    measures: tuple[Measure, ...] = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
    rows = [
        [variant.name, *(f"{getattr(last, measure)[position]:.4f}" for measure in measures)]
        for position, variant in enumerate(run.experiment.variants)
    ]
    return _table([_("Variant"), *(heading(measure_name(measure)) for measure in measures)], rows)


def _curves(store: Store, run: Run) -> list[str]:
    parts = []
    history = History(store, run.id)
    history.update()
    measures: tuple[Measure, ...] = ("loss", "test_accuracy", "saturation", "gradient_norm")
    for number, measure in enumerate(measures):
        lines = [
            (variant.name, history.line(position, measure, "epoch"))
            for position, variant in enumerate(run.experiment.variants)
        ]
        drawn = overlay_figure(lines, x_title=axis_name("epoch"), y_title=measure_name(measure))
        parts.append(_heading(heading(measure_name(measure))))
        parts.append(_html(go.Figure(drawn), library=number == 0))
    return parts


def _confusion(run: Run, last: EpochRecord) -> list[str]:
    best = max(range(len(last.test_accuracy)), key=last.test_accuracy.__getitem__)
    counts = last.confusion[best]
    rows = [[name, *map(str, row)] for name, row in zip(CLASS_NAMES, counts, strict=True)]
    title = _("What {name} takes the test pictures for", name=run.experiment.variants[best].name)
    table = _table([_("true ↓ · predicted →"), *CLASS_NAMES], rows)
    return [_heading(title), f'<div class="wide">{table}</div>']


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _table(head: list[str], rows: list[list[Any]]) -> str:
    top = "".join(f"<th>{escape(str(cell))}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _html(figure: go.Figure, *, library: bool) -> str:
    figure.update_layout(template=template(dark=False), height=360)
    return str(
        figure.to_html(
            full_html=False,
            include_plotlyjs=library,  # once, whole, in the file
            config={"displaylogo": False, "responsive": True},
        )
    )
